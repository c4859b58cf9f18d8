/** The evidence of an answer, read from the documents: what each quotation stands on, with the passage around it. */

import type { Evidence, SourcePassage } from '../core/answer/evidence';
import { markAnswer, type MarkedAnswer } from '../core/answer/marks';
import type { Span } from '../core/corpus/context';
import type { StoredDocument } from '../core/corpus/library';
import { unplaced } from './answer-check.svelte';
import { checkMarks, type CheckLibrary, type Mark } from './check-marks';

export interface CheckedAnswer {
  readonly answer: MarkedAnswer;
  readonly marks: readonly Mark[];
  /** One for each mark, in their order. */
  readonly evidence: readonly Evidence[];
}

/** Code points shown on either side of a passage, and of the passage itself. */
const AROUND_CHARS = 300;
const PASSAGE_CHARS = 4000;

/** Never rejects: where the documents cannot be read, the answer's quotations are `unchecked`. */
export async function gatherEvidence(
  library: CheckLibrary,
  text: string,
  corpusId: string | null,
): Promise<CheckedAnswer> {
  const answer = markAnswer(text);
  const { marks, documents } = await checkedOr(library, answer, corpusId);
  const named = [
    ...answer.quotations.map((quotation) => quotation.text),
    ...answer.citations.map(
      ({ documentName, start, end }) => `${documentName} @ ${String(start)}-${String(end)}`,
    ),
  ];
  const evidence: Evidence[] = [];
  // One after the other: an answer may hold hundreds, and the worker that reads them is one.
  for (const [index, mark] of marks.entries())
    evidence.push(await evidenceOf(library, mark, named[index] ?? '', documents));
  return { answer, marks, evidence };
}

async function checkedOr(
  library: CheckLibrary,
  answer: MarkedAnswer,
  corpusId: string | null,
): Promise<{ marks: readonly Mark[]; documents: readonly StoredDocument[] }> {
  const unchecked = { marks: unplaced(answer, 'unchecked'), documents: [] };
  if (corpusId === null) return unchecked;
  try {
    const checked = await checkMarks(library, answer, corpusId);
    return checked.documents.length === 0 ? unchecked : checked;
  } catch {
    return unchecked; // the file says so of each quotation
  }
}

async function evidenceOf(
  library: CheckLibrary,
  { kind, state, span, place }: Mark,
  text: string,
  documents: readonly StoredDocument[],
): Promise<Evidence> {
  const document = span && documents.find(({ id }) => id === span.documentId);
  if (state !== 'found' || !span || !document) {
    const verdict = state === 'missing' ? 'missing' : 'unchecked';
    return { kind, text, verdict, span: null, documentName: null, where: null, source: null };
  }
  const source = await passageOf(library, span, document.chars).catch(() => null);
  const { documentId, start, end } = span;
  return {
    kind,
    text,
    verdict: 'found',
    span: { documentId, start, end },
    documentName: document.name,
    where: place,
    source,
  };
}

async function passageOf(library: CheckLibrary, span: Span, chars: number): Promise<SourcePassage> {
  const { documentId, start } = span;
  const end = Math.min(span.end, start + PASSAGE_CHARS);
  const from = Math.max(0, start - AROUND_CHARS);
  const to = Math.min(chars, span.end + AROUND_CHARS);
  const read = (first: number, last: number) =>
    last > first ? library.text(documentId, { start: first, end: last }) : '';
  const [before, passage, after] = await Promise.all([
    read(from, start),
    read(start, end),
    read(span.end, to),
  ]);
  // What is cut in the middle of a word begins, or ends, with the next whole one.
  const whole = from > 0 ? before.replace(/^\S{1,40}\s/u, '') : before;
  return {
    before: whole,
    passage,
    after: to < chars ? after.replace(/\s\S{1,40}$/u, '') : after,
    cut: { before: from > 0, passage: end < span.end, after: to < chars },
  };
}
