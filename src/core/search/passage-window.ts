/** From a passage of the index to what is shown: which bytes are read for it, and where it begins and ends in them. */

import { codePointLength } from '../corpus/context';
import { tidyEnds } from './passage-ends';
import type { Reading } from './passage';
import { BUCKET_CHARS, stretchOf, type SearchedSegment } from './segment';

/** Bytes of a document. */
export interface TextRange {
  readonly documentId: string;
  readonly byteStart: number;
  readonly byteEnd: number;
}

/** The passage with a bucket on either side, where its ends may lie. */
export interface PassageWindow extends TextRange {
  /** The bucket the passage begins with, counted from the document's first. */
  readonly bucket: number;
  /** Code points of the document before it. */
  readonly charStart: number;
  /** Bytes of what is read. */
  readonly passageStart: number;
  readonly passageEnd: number;
  /** Whether the passage begins with the document, and ends with it. */
  readonly isStart: boolean;
  readonly isEnd: boolean;
}

export interface PassageHit {
  readonly documentId: string;
  /** Code points of the document. */
  readonly start: number;
  readonly end: number;
  readonly score: number;
  readonly text: string;
  /** UTF-16 ranges of the text: the words that were looked for. Ascending, none overlaps another. */
  readonly highlights: readonly { readonly start: number; readonly end: number }[];
}

export function windowOf(segment: SearchedSegment | undefined, bucket: number): PassageWindow {
  if (!segment) throw new RangeError('a passage of no segment');
  const { stretches, byteStarts } = segment;
  const at = stretchOf(stretches, bucket);
  const stretch = stretches[at];
  if (!stretch) throw new RangeError('a passage of no document');
  const endBucket = stretches[at + 1]?.firstBucket ?? byteStarts.length - 1;
  const byteOf = (one: number): number => byteStarts[Math.min(one, endBucket)] ?? 0;
  const first = Math.max(stretch.firstBucket, bucket - 1);
  const start = byteOf(first);
  const offset = stretch.byteStart - byteOf(stretch.firstBucket);
  return {
    documentId: stretch.documentId,
    byteStart: start + offset,
    byteEnd: byteOf(bucket + 3) + offset,
    bucket: stretch.charStart / BUCKET_CHARS + bucket - stretch.firstBucket,
    charStart: stretch.charStart + (first - stretch.firstBucket) * BUCKET_CHARS,
    passageStart: byteOf(bucket) - start,
    passageEnd: byteOf(bucket + 2) - start,
    isStart: bucket === stretch.firstBucket && stretch.charStart === 0,
    isEnd: bucket + 2 >= endBucket,
  };
}

/** The passage as text, cut where sentences end. */
export function readHit(
  window: PassageWindow,
  utf8: Uint8Array,
  reading: Reading,
  score: number,
): PassageHit {
  const units = unitsOf(utf8);
  const text = units.text;
  const ends = tidyEnds(
    text,
    units.at(window.passageStart),
    units.at(window.passageEnd),
    window.isStart,
    window.isEnd,
  );
  const ranges = [...reading.found, ...(reading.phrases ?? [])]
    .map(({ start, end }) => ({
      start: units.at(window.passageStart + start) - ends.start,
      end: units.at(window.passageStart + end) - ends.start,
    }))
    .filter(({ start, end }) => start >= 0 && end <= ends.end - ends.start && start < end);
  const before = codePointLength(text.slice(0, ends.start));
  const hit = text.slice(ends.start, ends.end);
  return {
    documentId: window.documentId,
    start: window.charStart + before,
    end: window.charStart + before + codePointLength(hit),
    score: Math.round(score * 10_000) / 10_000,
    text: hit,
    highlights: joined(ranges),
  };
}

/** The text of the bytes, and the UTF-16 index of a byte offset. */
function unitsOf(utf8: Uint8Array): { text: string; at: (byte: number) => number } {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const text = decoder.decode(utf8);
  const plain = text.length === utf8.length;
  return { text, at: (byte) => (plain ? byte : decoder.decode(utf8.subarray(0, byte)).length) };
}

type Range = PassageHit['highlights'][number];

function joined(ranges: readonly Range[]): Range[] {
  const all: Range[] = [];
  for (const range of ranges.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = all.at(-1);
    if (!last || range.start > last.end) all.push(range);
    else if (range.end > last.end) all[all.length - 1] = { start: last.start, end: range.end };
  }
  return all;
}
