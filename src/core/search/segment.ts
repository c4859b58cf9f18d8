/**
 * A part of the index: texts cut into buckets of equal length, and the words that stand in each.
 *
 * The index is the project's own because MiniSearch, FlexSearch, Orama and lunr all hold theirs in memory as objects and
 * are kept by writing it out whole. MiniSearch over passages of a novel: 1.5 MB of text a second, 66 MB of heap and 13 MB
 * of JSON for 10 MB of text, 0.8 s to read that back. This one takes 15 to 20 MB a second in some 40 MB whatever the size
 * of the corpus, a fifth to a quarter of the text on disk, and a search reads a few blocks of 32 kB of each segment.
 */

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
