/** The two sub-calls the built-in reader makes. Worded so that any model can answer them; recognised when it answers itself. */

import type { Candidate, Occurrences } from './relevance';
import { fold } from './words';

const READ =
  'Copy from the passage the one to three neighbouring sentences that answer the question best, word for word. If none has to do with it, reply NOTHING.';
const RANK =
  'Put these quotations in order, the one that answers the question best first. Reply with their numbers only, such as: 2, 1';

export const NOTHING = 'NOTHING';

export interface ReadTask {
  readonly kind: 'read';
  readonly question: string;
  readonly counts: Occurrences;
  readonly passage: string;
}

export interface RankTask {
  readonly kind: 'rank';
  readonly question: string;
  readonly counts: Occurrences;
  readonly candidates: readonly Candidate[];
}

/**
 * The prompts as Python expressions over `question`, `counts` (a dict), and `passage` or `listing`. They stand in the
 * cells, where a reader of the trace sees them.
 */
export const READ_TEMPLATE = `${READ}\n\nQuestion: {question}\nIts words in the documents: {counts}\n\nPassage:\n`;
export const RANK_TEMPLATE = `${RANK}\n\nQuestion: {question}\nIts words in the documents: {counts}\n\nQuotations:\n`;

/** The task in a prompt of the reader's own making; null for anybody else's prompt. */
export function parseTask(prompt: string): ReadTask | RankTask | null {
  const read = after(prompt, READ, '\n\nPassage:\n');
  if (read) return { kind: 'read', ...asked(read.head), passage: read.body };
  const rank = after(prompt, RANK, '\n\nQuotations:\n');
  if (rank) return { kind: 'rank', ...asked(rank.head), candidates: parseListing(rank.body) };
  return null;
}

function after(prompt: string, opening: string, divider: string): { head: string; body: string } | null {
  if (!prompt.startsWith(opening)) return null;
  const at = prompt.indexOf(divider);
  return at < 0 ? null : { head: prompt.slice(opening.length, at), body: prompt.slice(at + divider.length) };
}

function asked(head: string): { question: string; counts: Occurrences } {
  const at = head.lastIndexOf('\nIts words in the documents: ');
  const question = head.slice(0, at < 0 ? undefined : at).replace(/^\s*Question: /, '');
  const counts = new Map<string, number>();
  // Python's repr of a dict of words and numbers; a word never holds a quote.
  for (const [, word, count] of head.slice(at).matchAll(/['"]([^'"]+)['"]: (\d+)/g))
    if (word !== undefined) counts.set(fold(word), Number(count));
  return { question, counts };
}

/** `n. (score s) text`, numbered from 1 without gaps, so that a number at the start of a quoted line is not taken for one. */
function parseListing(body: string): Candidate[] {
  const candidates: { score: number; text: string }[] = [];
  for (const line of body.split('\n')) {
    const item = /^(\d+)\. \(score ([\d.]+)\) (.*)$/s.exec(line);
    const last = candidates.at(-1);
    if (item && Number(item[1]) === candidates.length + 1)
      candidates.push({ score: Number(item[2]), text: item[3] ?? '' });
    else if (last) last.text += `\n${line}`;
  }
  return candidates;
}
