/** The messages really sent for each turn of a run, from its record. */

import type { ChatMessage } from '../ports';
import type { SentMessages } from './events';
import type { RunNode } from './tree';

/** One list a turn, in order; the lists share their messages. A turn that was never answered has what it would be sent. */
export function sentMessages(run: RunNode): readonly (readonly ChatMessage[])[] {
  const lists: (readonly ChatMessage[])[] = [];
  let before = run.messages;
  let next = run.messages;
  for (const { sent, text, feedback } of run.turns) {
    const list = sent ? [...before.slice(0, sent.kept), ...sent.added] : next;
    lists.push(list);
    before = list;
    next = followed(list, text, feedback);
  }
  return lists;
}

/** The messages after a turn: its reply as received, then its feedback. */
export function followed(
  list: readonly ChatMessage[],
  text: string | null,
  feedback: string | null,
): readonly ChatMessage[] {
  if (text === null || feedback === null) return list;
  return [...list, { role: 'assistant', content: text }, { role: 'user', content: feedback }];
}

/** What was sent as a change of what was sent before; null when it is what was `expected`. */
export function changeOf(
  before: readonly ChatMessage[],
  expected: readonly ChatMessage[],
  sent: readonly ChatMessage[],
): SentMessages | null {
  if (sent.length === expected.length && sameUpTo(expected, sent) === sent.length) return null;
  const kept = sameUpTo(before, sent);
  return { kept, added: sent.slice(kept) };
}

function sameUpTo(one: readonly ChatMessage[], other: readonly ChatMessage[]): number {
  let at = 0;
  while (at < one.length && at < other.length && isSame(one[at], other[at])) at++;
  return at;
}

function isSame(one: ChatMessage | undefined, other: ChatMessage | undefined): boolean {
  return one === other || (one?.role === other?.role && one?.content === other?.content);
}
