/** An answer as a Markdown file that can be handed on: the question, the answer, what was checked, how it was made. */

import type { RunTree } from '../record/tree';

export interface CheckedQuotation {
  readonly text: string;
  /** Where it stands, e.g. `moby-dick.txt, 41 %`; null when it was not found in the documents. */
  readonly place: string | null;
}

/** @param startedAt the date in words, in the reader's own calendar */
export function answerMarkdown(
  tree: RunTree,
  checked: readonly CheckedQuotation[],
  startedAt: string,
): string {
  const { run, totals } = tree;
  const lines = [`# ${run.question?.replace(/\s+/g, ' ').trim() ?? 'Answer'}`, '', run.answer.trim(), ''];
  if (run.problem) lines.push(`*${statusWords[run.status]}: ${run.problem.message}*`, '');
  if (checked.length > 0) {
    lines.push('## Quotations', '');
    for (const { text, place } of checked)
      lines.push(
        `- ${place === null ? 'Not found in the documents' : `Found, ${place}`}: “${shorten(text)}”`,
      );
    lines.push('');
  }
  const over = run.context.corpusName ?? run.context.documents.map(({ name }) => name).join(', ');
  const tokens = (totals.inputTokens + totals.outputTokens).toLocaleString('en');
  lines.push(
    '---',
    '',
    `Asked of ${over} on ${startedAt}. Root model ${run.root.name}, sub-model ${run.sub.name}; ` +
      `${String(run.turns.length)} turns, ${String(totals.subcalls)} sub-calls, ${tokens} tokens.`,
    '',
  );
  return lines.join('\n');
}

const statusWords: Readonly<Record<RunTree['run']['status'], string>> = {
  running: 'Not finished',
  answered: 'Answered',
  partial: 'Partial answer',
  stopped: 'Stopped',
  failed: 'Failed',
  broken: 'Broke off',
};

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}
