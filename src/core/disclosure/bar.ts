/** A document as a bar: which parts of it went out, at a resolution the eye can tell apart. */

import type { DocumentDisclosure } from './documents';
import { pairsOf, type Ranges } from './ranges';

export interface BarSegment {
  /** Shares of the document, 0 to 1. */
  readonly from: number;
  readonly to: number;
  readonly kind: 'left' | 'here';
  /** The first stretch in it, in code points. */
  readonly start: number;
  readonly end: number;
}

/** Neighbouring stretches of one kind within a bucket are one segment; what left is drawn over the rest. */
export function barOf(document: DocumentDisclosure, buckets: number): BarSegment[] {
  const left = segments(document.left, 'left', document.chars, buckets);
  return [...segments(document.hereOnly, 'here', document.chars, buckets), ...left];
}

function segments(ranges: Ranges, kind: BarSegment['kind'], chars: number, buckets: number): BarSegment[] {
  const drawn: BarSegment[] = [];
  if (chars === 0) return drawn;
  for (const [start, end] of pairsOf(ranges)) {
    const from = Math.floor((start / chars) * buckets) / buckets;
    const to = Math.max(from + 1 / buckets, Math.ceil((end / chars) * buckets) / buckets);
    const last = drawn.at(-1);
    if (last && from <= last.to) drawn[drawn.length - 1] = { ...last, to: Math.max(last.to, to) };
    else drawn.push({ from, to: Math.min(1, to), kind, start, end });
  }
  return drawn;
}
