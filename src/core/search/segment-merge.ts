/** Makes one segment of several, without the documents that are gone. */

import { BlockReader, BlockWriter } from './blocks';
import { ByteWriter } from './byte-writer';
import { compareBytes } from './byte-words';
import { PostingsWriter } from './postings';
import { type Segment, type Stretch } from './segment';

const GONE = 0xffffffff;

/** Goes through the words of a segment, block after block. */
class SegmentReader {
  readonly #blocks: readonly Uint8Array[];
  #block = -1;
  #reader = new BlockReader(new Uint8Array());
  /** New numbers of its buckets. */
  readonly buckets: Uint32Array;

  constructor(segment: Segment, buckets: Uint32Array) {
    this.#blocks = segment.blocks;
    this.buckets = buckets;
  }

  next(): boolean {
    while (!this.#reader.next()) {
      const block = this.#blocks[++this.#block];
      if (!block) return false;
      this.#reader = new BlockReader(block);
    }
    return true;
  }

  get word(): Uint8Array {
    return this.#reader.word;
  }

  copyTo(writer: PostingsWriter): void {
    const { buckets, counts } = this.#reader.postings();
    for (let at = 0; at < buckets.length; at++) {
      const bucket = this.buckets[buckets[at] ?? 0] ?? GONE;
      if (bucket !== GONE) writer.add(bucket, counts[at] ?? 0);
    }
  }
}

/** @param isThere whether a document still is; stretches of those that are not are left out */
export function mergeSegments(
  segments: readonly Segment[],
  isThere: (documentId: string) => boolean,
): Segment {
  const stretches: Stretch[] = [];
  const bucketBytes: number[] = [];
  const readers = segments.map((segment) => new SegmentReader(segment, renumber(segment)));
  const blocks = new BlockWriter();
  const out = new ByteWriter();
  const postings = new PostingsWriter(out);
  let left = readers.filter((reader) => reader.next());
  while (left.length > 0) {
    const word = left
      .map((reader) => reader.word)
      .reduce((a, b) => (compareBytes(b, a) < 0 ? b : a))
      .slice();
    postings.begin();
    const ended = new Set<SegmentReader>();
    for (const reader of left) {
      if (compareBytes(reader.word, word) !== 0) continue;
      reader.copyTo(postings);
      if (!reader.next()) ended.add(reader);
    }
    if (postings.count > 0) blocks.add(word, postings.count, out.view());
    if (ended.size > 0) left = left.filter((reader) => !ended.has(reader));
  }
  return { ...blocks.finish(), stretches, bucketBytes: Uint16Array.from(bucketBytes) };

  function renumber(segment: Segment): Uint32Array {
    const numbers = new Uint32Array(segment.bucketBytes.length).fill(GONE);
    for (const [index, stretch] of segment.stretches.entries()) {
      if (!isThere(stretch.documentId)) continue;
      const end = segment.stretches[index + 1]?.firstBucket ?? numbers.length;
      stretches.push({ ...stretch, firstBucket: bucketBytes.length });
      for (let bucket = stretch.firstBucket; bucket < end; bucket++) {
        numbers[bucket] = bucketBytes.length;
        bucketBytes.push(segment.bucketBytes[bucket] ?? 0);
      }
    }
    return numbers;
  }
}
