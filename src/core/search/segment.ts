/** A part of the index: texts cut into buckets of equal length, and the words that stand in each. */

import type { Blocks } from './blocks';

/** Code points of a bucket. What is found is a passage: a bucket with the one after it. */
export const BUCKET_CHARS = 320;

/** A document of a segment, or the stretch of a long one that is in it. */
export interface Stretch {
  readonly documentId: string;
  /** Its first bucket in the segment; it has those up to the next stretch's. */
  readonly firstBucket: number;
  /** Where the stretch begins in the document. */
  readonly charStart: number;
  readonly byteStart: number;
}

export interface Segment extends Blocks {
  readonly stretches: readonly Stretch[];
  /** UTF-8 bytes of each bucket. */
  readonly bucketBytes: Uint16Array<ArrayBuffer>;
}

/** A segment as it is searched. */
export interface SearchedSegment extends Pick<Segment, 'stretches'> {
  /** 1 for each bucket that begins a stretch: no passage reaches into it from the one before. */
  readonly starts: Uint8Array;
  /** Where each bucket begins, in bytes of all text of the segment; one more than there are buckets. */
  readonly byteStarts: Uint32Array;
}

export function searched({ stretches, bucketBytes }: Omit<Segment, keyof Blocks>): SearchedSegment {
  const starts = new Uint8Array(bucketBytes.length + 1);
  for (const { firstBucket } of stretches) starts[firstBucket] = 1;
  const byteStarts = new Uint32Array(bucketBytes.length + 1);
  for (let at = 0; at < bucketBytes.length; at++)
    byteStarts[at + 1] = (byteStarts[at] ?? 0) + (bucketBytes[at] ?? 0);
  return { stretches, starts, byteStarts };
}

/** The stretch a bucket is in. */
export function stretchOf(stretches: readonly Stretch[], bucket: number): number {
  let low = 0;
  let high = stretches.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((stretches[middle]?.firstBucket ?? 0) <= bucket) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
