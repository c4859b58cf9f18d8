/** When waiting for an interpreter beats starting one. */

import { describe, expect, it } from 'vitest';
import { Turnaround } from '../../../src/adapters/repl/turnaround';

const TREE = 'tree';

describe('the wait for interpreters of a tree', () => {
  it('has no end while none of them will come back', () => {
    const turnaround = new Turnaround();
    expect(turnaround.waitMs(TREE, 1, 0)).toBe(Infinity);
    const worker = {};
    turnaround.left(worker, TREE, 0);
    expect(turnaround.waitMs('another', 1, 5)).toBe(Infinity);
    turnaround.lost(worker, TREE);
    expect(turnaround.waitMs(TREE, 1, 5)).toBe(Infinity);
  });

  it('is what those before took, shared among those that are out', () => {
    const turnaround = new Turnaround();
    const [one, two] = [{}, {}];
    for (let at = 0; at < 300; at += 30) {
      turnaround.left(one, TREE, at);
      turnaround.cameBack(one, TREE, at + 30);
    }
    turnaround.left(one, TREE, 300);
    expect(turnaround.waitMs(TREE, 14, 300)).toBe(14 * 30);
    turnaround.left(two, TREE, 300);
    expect(turnaround.waitMs(TREE, 14, 300)).toBe((14 * 30) / 2);
  });

  it('grows with those that are out and do not come back', () => {
    const turnaround = new Turnaround();
    turnaround.left({}, TREE, 0);
    expect(turnaround.waitMs(TREE, 10, 20)).toBe(200);
    expect(turnaround.waitMs(TREE, 10, 2_000)).toBe(20_000);
  });
});
