/** An answer as a Markdown file that can be handed on: the question, the answer, what was checked, how it was made. */

import type { RunTree } from '../record/tree';
import {
  makingWords,
  statusWords,
  titleOf,
  verdictWords,
  type Evidence,
  type SourcePassage,
} from './evidence';

/** @param startedAt the date in words, in the reader's own calendar */
export function answerMarkdown(tree: RunTree, evidence: readonly Evidence[], startedAt: string): string {
  const { run } = tree;
  const lines = [`# ${titleOf(tree)}`, '', run.answer.trim(), ''];
  if (run.problem) lines.push(`*${statusWords[run.status]}: ${run.problem.message}*`, '');
  for (const [kind, heading] of [
    ['quotation', 'Quotations'],
    ['citation', 'Places cited'],
  ] as const) {
    const own = evidence.filter((item) => item.kind === kind);
    if (own.length > 0) lines.push(`## ${heading}`, '', ...own.flatMap(itemLines), '');
  }
  lines.push('---', '', makingWords(tree, startedAt), '');
  return lines.join('\n');
}

function itemLines({ kind, text, verdict, where, source }: Evidence): string[] {
  const verdictAndPlace = where === null ? verdictWords[verdict] : `${verdictWords[verdict]}, ${where}`;
  const named = kind === 'quotation' ? `“${shorten(text)}”` : shorten(text);
  return [`- ${verdictAndPlace}: ${named}`, ...(source ? ['', `  > ${passageLine(source)}`, ''] : [])];
}

/** The passage in bold within what stands around it, on one line. */
function passageLine({ before, passage, after, cut }: SourcePassage): string {
  const [lead, inner, rest] = [before, passage, after].map((text) => plain(text.replace(/\s+/g, ' ')));
  const core = (inner ?? '').trim() + (cut.passage ? ' …' : '');
  return `${cut.before ? '… ' : ''}${lead ?? ''}**${core}**${rest ?? ''}${cut.after ? ' …' : ''}`.trim();
}

/** Text of a document is no Markdown, and no HTML either, whatever it looks like. */
function plain(text: string): string {
  return text.replace(/[\\`*_[\]<>#~|&]/g, '\\$&').replace(/^(\s*)([-+]|\d+[.)])(?=\s)/, '$1\\$2');
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}
