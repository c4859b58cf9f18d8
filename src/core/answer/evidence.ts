/** What an answer rests on, gathered to be handed on: each quotation with its verdict, its place and the passage itself. */

import type { RunTree } from '../record/tree';

/** `unchecked`: the documents were not there to look into. */
export type Verdict = 'found' | 'missing' | 'unchecked';

/** The passage as the document has it, with what stands around it. */
export interface SourcePassage {
  readonly before: string;
  readonly passage: string;
  readonly after: string;
  /** More stands before, or after, than is shown; of the passage, its end is left out. */
  readonly cut: { readonly before: boolean; readonly passage: boolean; readonly after: boolean };
}

export interface Evidence {
  readonly kind: 'quotation' | 'citation';
  /** The quotation as the answer has it; of a citation, the place as the answer names it. */
  readonly text: string;
  readonly verdict: Verdict;
  /** Code points, end exclusive; null unless found. */
  readonly span: { readonly documentId: string; readonly start: number; readonly end: number } | null;
  /** The document's whole name; null unless found. */
  readonly documentName: string | null;
  /** In words, with the document: `report.pdf, p. 212`; null unless found. */
  readonly where: string | null;
  /** Null unless found, or when the document could not be read for it. */
  readonly source: SourcePassage | null;
}

/** A file that holds the answer of a run, in one of three forms. */
export type AnswerFormat = 'markdown' | 'html' | 'json';

export const verdictWords: Readonly<Record<Verdict, string>> = {
  found: 'Found',
  missing: 'Not found in the documents',
  unchecked: 'Not checked',
};

export const statusWords: Readonly<Record<RunTree['run']['status'], string>> = {
  running: 'Not finished',
  answered: 'Answered',
  partial: 'Partial answer',
  stopped: 'Stopped',
  failed: 'Failed',
  broken: 'Broke off',
};

/** The question on one line, or what stands for it. */
export function titleOf({ run }: RunTree): string {
  return run.question?.replace(/\s+/g, ' ').trim() || 'Answer';
}

/** `Asked of letters on 20 November 2026. Root model …`: how the answer was made, in two sentences. */
export function makingWords({ run, totals }: RunTree, startedAt: string): string {
  const over = run.context.corpusName ?? run.context.documents.map(({ name }) => name).join(', ');
  const tokens = (totals.inputTokens + totals.outputTokens).toLocaleString('en');
  return (
    `Asked of ${over} on ${startedAt}. Root model ${run.root.name}, sub-model ${run.sub.name}; ` +
    `${String(run.turns.length)} turns, ${String(totals.subcalls)} sub-calls, ${tokens} tokens.`
  );
}
