/** Sets of stretches of a document: ascending, apart from each other, flat as `[start, end, start, end, …]`. */

export type Ranges = readonly number[];

/** Adds a stretch that begins no earlier than the last one; what overlaps or touches becomes one. */
export function pushRange(ranges: number[], start: number, end: number): void {
  const lastEnd = ranges.at(-1);
  if (lastEnd === undefined || start > lastEnd) ranges.push(start, end);
  else if (end > lastEnd) ranges[ranges.length - 1] = end;
}

export function unionOf(sets: readonly Ranges[]): number[] {
  const pairs = sets.flatMap(pairsOf).sort((a, b) => a[0] - b[0]);
  const union: number[] = [];
  for (const [start, end] of pairs) pushRange(union, start, end);
  return union;
}

/** What is in `from` and not in `other`. */
export function without(from: Ranges, other: Ranges): number[] {
  const left: number[] = [];
  let j = 0;
  for (const [start, end] of pairsOf(from)) {
    let at = start;
    while (j < other.length && (other[j + 1] ?? 0) <= at) j += 2;
    for (let k = j; k < other.length && (other[k] ?? 0) < end && at < end; k += 2) {
      if ((other[k] ?? 0) > at) left.push(at, other[k] ?? 0);
      at = Math.max(at, other[k + 1] ?? 0);
    }
    if (at < end) left.push(at, end);
  }
  return left;
}

export function lengthOf(ranges: Ranges): number {
  return pairsOf(ranges).reduce((sum, [start, end]) => sum + end - start, 0);
}

export function pairsOf(ranges: Ranges): [start: number, end: number][] {
  const pairs: [number, number][] = [];
  for (let i = 0; i + 1 < ranges.length; i += 2) pairs.push([ranges[i] ?? 0, ranges[i + 1] ?? 0]);
  return pairs;
}
