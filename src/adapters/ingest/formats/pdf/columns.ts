/**
 * Columns: where text stands side by side, what is on one side of the gap is read before what is on the other. Tables
 * stand side by side too and are read row by row, so a gap divides only what looks like running text or was drawn
 * side after side.
 */

import { bottom, linesOf, top, type Fragment } from './fragments';

/** Narrower than this, in sizes of the type, a gap divides nothing. */
const GUTTER = 0.75;
const MIN_LINES = 3;
/** Looking for gaps takes the square of this; pages with more are maps and the like. */
const MAX_FRAGMENTS = 4000;
const MAX_DEPTH = 12;

/** Groups of fragments in reading order; each group is one column or less. */
export function inReadingOrder(
  fragments: readonly Fragment[],
  rightToLeft: boolean,
  depth = 0,
): (readonly Fragment[])[] {
  if (fragments.length < 2 * MIN_LINES || fragments.length > MAX_FRAGMENTS || depth > MAX_DEPTH)
    return fragments.length > 0 ? [fragments] : [];
  const cut = bestCut(fragments);
  if (!cut) return [fragments];
  const [first, second] = rightToLeft ? [cut.right, cut.left] : [cut.left, cut.right];
  return [cut.above, first, second, cut.below].flatMap((part) =>
    inReadingOrder(part, rightToLeft, depth + 1),
  );
}

interface Cut {
  readonly above: Fragment[];
  readonly left: Fragment[];
  readonly right: Fragment[];
  readonly below: Fragment[];
  readonly height: number;
}

function bestCut(fragments: readonly Fragment[]): Cut | null {
  let best: Cut | null = null;
  for (const edge of leftEdges(fragments)) {
    for (const [from, to] of openBands(fragments, edge)) {
      if (to - from <= (best?.height ?? 0)) continue;
      const cut = cutAt(fragments, edge, from, to);
      if (cut && cut.height > (best?.height ?? 0)) best = cut;
    }
  }
  return best;
}

interface Edge {
  readonly u: number;
  readonly width: number;
}

/** Where columns may begin: left edges that several lines share. */
function leftEdges(fragments: readonly Fragment[]): Edge[] {
  const sorted = [...fragments].sort((a, b) => a.u0 - b.u0);
  const leftmost = sorted[0]?.u0 ?? 0;
  const edges: Edge[] = [];
  for (let i = 0; i < sorted.length;) {
    const first = sorted[i];
    if (!first) break;
    let next = i + 1;
    while ((sorted[next]?.u0 ?? Infinity) - first.u0 <= 0.4 * first.size) next++;
    if (next - i >= 2 && first.u0 > leftmost + first.size)
      edges.push({ u: first.u0 - 0.01, width: GUTTER * first.size });
    i = next;
  }
  return edges.length <= 60 ? edges : edges.filter((_, i) => i % Math.ceil(edges.length / 60) === 0);
}

/** Stretches of the page in which nothing crosses the gap to the left of an edge. */
function openBands(fragments: readonly Fragment[], { u, width }: Edge): [from: number, to: number][] {
  const crossing = fragments
    .filter(({ u0, u1 }) => u0 < u && u1 > u - width)
    .map((fragment): [number, number] => [top(fragment), bottom(fragment)])
    .sort((a, b) => a[0] - b[0]);
  const bands: [number, number][] = [];
  let from = -Infinity;
  for (const [begin, end] of crossing) {
    if (begin > from) bands.push([from, begin]);
    from = Math.max(from, end);
  }
  bands.push([from, Infinity]);
  const tops = fragments.map(top);
  const [first, last] = [Math.min(...tops), Math.max(...fragments.map(bottom))];
  return bands.map(([a, b]) => [Math.max(a, first), Math.min(b, last)]);
}

function cutAt(fragments: readonly Fragment[], { u }: Edge, from: number, to: number): Cut | null {
  const middle = ({ v, size }: Fragment) => v - 0.3 * size;
  const inside = withoutLoneEnds(fragments.filter((f) => middle(f) > from && middle(f) < to));
  const left = inside.filter(({ u0 }) => u0 < u);
  const right = inside.filter(({ u0 }) => u0 >= u);
  if (left.length < MIN_LINES || right.length < MIN_LINES) return null;
  const span = (side: readonly Fragment[]): [number, number] => [
    Math.min(...side.map(top)),
    Math.max(...side.map(bottom)),
  ];
  const [a, b] = [span(left), span(right)];
  const height = Math.min(a[1], b[1]) - Math.max(a[0], b[0]);
  if (height < 0.4 * Math.min(a[1] - a[0], b[1] - b[0])) return null;
  if (!standsApart(left, right)) return null;
  const kept = new Set(inside);
  const first = Math.min(a[0], b[0]);
  const outside = fragments.filter((f) => !kept.has(f));
  return {
    above: outside.filter((f) => middle(f) < first),
    left,
    right,
    below: outside.filter((f) => middle(f) >= first),
    height,
  };
}

/** A lone line far above or below all others is a running head, a page number: not part of the columns. */
function withoutLoneEnds(fragments: readonly Fragment[]): Fragment[] {
  const fromTop = withoutLoneStart(fragments, top, bottom);
  return withoutLoneStart(
    fromTop,
    (fragment) => -bottom(fragment),
    (fragment) => -top(fragment),
  );
}

function withoutLoneStart(
  fragments: readonly Fragment[],
  begin: (fragment: Fragment) => number,
  end: (fragment: Fragment) => number,
): Fragment[] {
  const sorted = [...fragments].sort((a, b) => begin(a) - begin(b));
  const size = sorted[sorted.length >> 1]?.size ?? 0;
  const start = sorted[0] ? begin(sorted[0]) : 0;
  let reached = start;
  for (const [i, fragment] of sorted.entries()) {
    if (i > 0 && begin(fragment) - reached > 1.2 * size)
      return reached - start < 1.6 * size ? sorted.slice(i) : sorted;
    reached = Math.max(reached, end(fragment));
  }
  return sorted;
}

interface Side {
  readonly lines: readonly Fragment[];
  readonly wordsALine: number;
  /** How much of the side's width its lines fill, on average. */
  readonly filled: number;
}

function sideOf(fragments: readonly Fragment[]): Side {
  const lines = linesOf(fragments);
  const width = Math.max(...lines.map(({ u1 }) => u1)) - Math.min(...lines.map(({ u0 }) => u0));
  const words = lines.map(({ runs }) => runs.reduce((sum, { text }) => sum + wordsIn(text), 0));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    lines,
    wordsALine: mean(words),
    filled: mean(lines.map(({ u0, u1 }) => (u1 - u0) / Math.max(width, 1))),
  };
}

/** Chinese, Japanese and Thai do without spaces: two of their characters count as a word. */
function wordsIn(text: string): number {
  const dense = text.match(/[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]/g)?.length ?? 0;
  return text.split(' ').length + dense / 2;
}

function standsApart(left: readonly Fragment[], right: readonly Fragment[]): boolean {
  const [a, b] = [sideOf(left), sideOf(right)];
  const fewer = Math.min(a.lines.length, b.lines.length);
  if (fewer < MIN_LINES) return false;
  const drawnApart = turns(left, right) <= 1 + 0.15 * fewer;
  if (!drawnApart) return [a, b].every(({ wordsALine, filled }) => wordsALine >= 5 && filled >= 0.75);
  const cells = Math.min(a.wordsALine, b.wordsALine) < 2.5;
  return !(cells && aligned(a.lines, b.lines) >= 0.7);
}

/** How often the page, while it draws, goes from one side to the other. */
function turns(left: readonly Fragment[], right: readonly Fragment[]): number {
  const order = (side: readonly Fragment[], at: number) =>
    side.map(({ runs }): [number, number] => [runs[0]?.order ?? 0, at]);
  const drawn = [...order(left, 0), ...order(right, 1)].sort((a, b) => a[0] - b[0]);
  return drawn.filter(([, side], i) => i > 0 && side !== drawn[i - 1]?.[1]).length;
}

/** The share of the fewer lines that have one at their height on the other side, as cells of a table have. */
function aligned(a: readonly Fragment[], b: readonly Fragment[]): number {
  const [fewer, more] = a.length <= b.length ? [a, b] : [b, a];
  const met = fewer.filter(({ v, size }) => more.some((other) => Math.abs(other.v - v) < 0.2 * size));
  return met.length / fewer.length;
}
