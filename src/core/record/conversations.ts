/** Which runs make a conversation: read from the question before that each of them names. */

import type { RunSummary } from './run-store';

/** What of a run says where it stands. */
type Linked = Pick<RunSummary, 'id' | 'follows' | 'startedAtMs'>;

/** Where a run stands in its conversation. */
export interface ConversationPlace<T> {
  /** The questions before it, oldest first. */
  readonly before: readonly T[];
  /** The first of them goes on with a run that is not there any more. */
  readonly cutOff: boolean;
  /** The questions that go on with it, oldest first. */
  readonly after: readonly T[];
}

/** A run in a list that keeps conversations together. `level`: how many questions lie before it. */
export interface ConversationRow<T> {
  readonly run: T;
  readonly level: number;
}

export function placeOf<T extends Linked>(runs: readonly T[], id: string): ConversationPlace<T> {
  const byId = new Map(runs.map((run) => [run.id, run]));
  const before: T[] = [];
  let follows = byId.get(id)?.follows ?? null;
  while (follows !== null) {
    const run = byId.get(follows);
    // A record from elsewhere may say anything, a circle included.
    if (!run || run.id === id || before.includes(run)) break;
    before.unshift(run);
    follows = run.follows;
  }
  return { before, cutOff: follows !== null, after: followUpsOf(runs, id) };
}

/** The questions that go on with a run, oldest first. */
export function followUpsOf<T extends Linked>(runs: readonly T[], id: string): readonly T[] {
  return runs
    .filter((run) => run.follows === id && run.id !== id)
    .sort((one, other) => one.startedAtMs - other.startedAtMs);
}

/** Conversations with the newest question first; in each, a question stands before those that go on with it. */
export function conversationRows<T extends Linked>(runs: readonly T[]): readonly ConversationRow<T>[] {
  const ids = new Set(runs.map(({ id }) => id));
  const after = new Map<string, T[]>();
  const firsts: T[] = [];
  for (const run of runs) {
    if (run.follows === null || !ids.has(run.follows) || run.follows === run.id) firsts.push(run);
    else after.set(run.follows, [...(after.get(run.follows) ?? []), run]);
  }
  const conversations = firsts.map((first) => {
    const rows: ConversationRow<T>[] = [];
    const waiting: ConversationRow<T>[] = [{ run: first, level: 0 }];
    for (let row = waiting.pop(); row; row = waiting.pop()) {
      rows.push(row);
      const next = (after.get(row.run.id) ?? []).sort((one, other) => other.startedAtMs - one.startedAtMs);
      for (const run of next) waiting.push({ run, level: row.level + 1 });
    }
    return rows;
  });
  const listed = new Set(conversations.flat().map(({ run }) => run));
  // A circle has no first question; what is in one stands by itself.
  for (const run of runs) if (!listed.has(run)) conversations.push([{ run, level: 0 }]);
  const newest = (rows: readonly ConversationRow<T>[]) => Math.max(...rows.map(({ run }) => run.startedAtMs));
  return conversations.sort((one, other) => newest(other) - newest(one)).flat();
}
