/** Conversations read from the links between runs: chains, branches, and what a broken or hostile record may say. */

import { describe, expect, it } from 'vitest';
import { conversationRows, followUpsOf, placeOf } from '../../../src/core/record/conversations';

const run = (id: string, follows: string | null, startedAtMs: number) => ({ id, follows, startedAtMs });
// a ← b ← d, a ← c, and e by itself
const RUNS = [
  run('d', 'b', 50),
  run('e', null, 45),
  run('c', 'a', 40),
  run('b', 'a', 20),
  run('a', null, 10),
];

describe('a conversation', () => {
  it('is the chain before a question, and the questions that go on with it', () => {
    const { before, after, cutOff } = placeOf(RUNS, 'd');
    expect(before.map(({ id }) => id)).toEqual(['a', 'b']);
    expect({ after, cutOff }).toEqual({ after: [], cutOff: false });
    expect(followUpsOf(RUNS, 'a').map(({ id }) => id)).toEqual(['b', 'c']);
  });

  it('says when the run it goes on with was removed', () => {
    const rest = RUNS.filter(({ id }) => id !== 'a');
    expect(placeOf(rest, 'd')).toMatchObject({ before: [{ id: 'b' }], cutOff: true });
    expect(placeOf(rest, 'unknown')).toEqual({ before: [], cutOff: false, after: [] });
  });

  it('stays together in a list, newest question first, each below the one it goes on with', () => {
    const rows = conversationRows(RUNS).map(({ run, level }) => `${run.id}${String(level)}`);
    expect(rows).toEqual(['a0', 'b1', 'd2', 'c1', 'e0']);
  });

  it('is not caught in a circle', () => {
    const circle = [run('x', 'y', 2), run('y', 'x', 1), run('z', 'z', 3), ...RUNS];
    expect(conversationRows(circle)).toHaveLength(circle.length);
    expect(placeOf(circle, 'x').before.map(({ id }) => id)).toEqual(['y']);
    expect(placeOf(circle, 'z').before).toEqual([]);
  });
});
