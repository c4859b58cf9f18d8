/** Runs that were drawn one after the other on one line, joined; and fragments at one height, joined to lines. */

import { isAccent } from './accents';
import type { Run } from './runs';

/** A stretch of a line. Its sides are those of its runs; `v` and `size` those of its largest one. */
export interface Fragment {
  readonly runs: Run[];
  u0: number;
  u1: number;
  v: number;
  size: number;
}

/** Words of a line are rarely further apart than this; columns and cells are. In sizes of the type. */
const APART = 0.9;

export const top = ({ v, size }: Fragment): number => v - 0.8 * size;
export const bottom = ({ v, size }: Fragment): number => v + 0.2 * size;

/** Fragments in the order in which they were drawn. */
export function fragmentsOf(runs: readonly Run[]): Fragment[] {
  const fragments: Fragment[] = [];
  let last: Run | null = null;
  for (const run of withAccentsDown(runs)) {
    const current = fragments.at(-1);
    if (current && last && follows(current, last, run)) add(current, run);
    else fragments.push({ runs: [run], u0: run.u0, u1: run.u1, v: run.v, size: run.size });
    last = run;
  }
  return fragments;
}

/** Accents drawn high over a letter of their own, brought down to its baseline. */
function withAccentsDown(runs: readonly Run[]): readonly Run[] {
  return runs.map((run, i) => {
    if (!isAccent(run.text)) return run;
    const letter = [runs[i + 1], runs[i - 1]].find(
      (other) =>
        other !== undefined &&
        Math.min(run.u1, other.u1) - Math.max(run.u0, other.u0) > 0.4 * (run.u1 - run.u0) &&
        other.v > run.v &&
        other.v - run.v < 0.6 * other.size,
    );
    return letter ? { ...run, v: letter.v } : run;
  });
}

function follows(fragment: Fragment, last: Run, run: Run): boolean {
  const size = Math.max(last.size, run.size);
  const gap = run.u0 - last.u1;
  const sameLine = Math.abs(run.v - fragment.v) <= (run.size < 0.85 * fragment.size ? 0.6 : 0.25) * size;
  const likeSize = run.size < 2.5 * fragment.size && fragment.size < 2.5 * run.size;
  return (
    sameLine && likeSize && gap < APART * size && run.u0 >= fragment.u0 - 0.3 * size && gap > -1.2 * size
  );
}

function add(fragment: Fragment, run: Run): void {
  if (run.size > 1.05 * fragment.size) {
    fragment.v = run.v;
    fragment.size = run.size;
  }
  fragment.runs.push(run);
  fragment.u0 = Math.min(fragment.u0, run.u0);
  fragment.u1 = Math.max(fragment.u1, run.u1);
}

/** Fragments at one height make a line. Lines from top to bottom, the runs of each from left to right. */
export function linesOf(fragments: readonly Fragment[]): Fragment[] {
  const lines: { line: Fragment; parts: Fragment[] }[] = [];
  for (const fragment of [...fragments].sort((a, b) => a.v - b.v || a.u0 - b.u0)) {
    const near = lines.slice(-4).reverse();
    const home = near.find(({ line, parts }) => shareHeight(line, fragment) && !covers(parts, fragment));
    if (!home) {
      lines.push({ line: { ...fragment, runs: [...fragment.runs] }, parts: [fragment] });
      continue;
    }
    const { line, parts } = home;
    if (fragment.size > 1.05 * line.size) {
      line.v = fragment.v;
      line.size = fragment.size;
    }
    line.runs.push(...fragment.runs);
    line.u0 = Math.min(line.u0, fragment.u0);
    line.u1 = Math.max(line.u1, fragment.u1);
    parts.push(fragment);
  }
  return lines
    .map(({ line, parts }) => (parts.length > 1 ? { ...line, runs: interleaved(parts) } : line))
    .sort((a, b) => a.v - b.v);
}

/** Runs of one line from left to right. What was drawn over what stood before it stays after it. */
function interleaved(parts: readonly Fragment[]): Run[] {
  const placed = parts.flatMap(({ runs }) => {
    let before = -Infinity;
    return runs.map((run) => {
      const overlaps = run.u0 < before && run.u0 > before - 0.6 * run.size;
      before = overlaps ? before : run.u0;
      return { run, at: before };
    });
  });
  return placed.sort((a, b) => a.at - b.at).map(({ run }) => run);
}

function shareHeight(line: Fragment, other: Fragment): boolean {
  const [small, large] = line.size < other.size ? [line, other] : [other, line];
  const apart = Math.abs(line.v - other.v);
  if (large.size > 2.2 * small.size) return apart <= 0.3 * small.size; // an initial letter spans lines
  const shared = Math.min(bottom(line), bottom(other)) - Math.max(top(line), top(other));
  return small.size < 0.85 * large.size
    ? shared >= 0.5 * small.size && apart <= 0.6 * large.size
    : apart <= 0.4 * small.size;
}

/** Nothing is written over what stands there, except at a height of its own: a numerator over its denominator. */
function covers(parts: readonly Fragment[], other: Fragment): boolean {
  return parts.some(({ u0, u1, v, size }) => {
    if (Math.abs(v - other.v) <= 0.15 * size) return false;
    const shared = Math.min(u1, other.u1) - Math.max(u0, other.u0);
    return shared > 0.5 * Math.min(u1 - u0, other.u1 - other.u0);
  });
}
