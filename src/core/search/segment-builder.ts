/**
 * Builds a segment while text streams by: words are numbered as they come, and sorted into postings at the end.
 * Memory is bounded by what a segment may hold, whatever the size of the documents.
 */

import { BlockWriter } from './blocks';
import { ByteWriter } from './byte-writer';
import { doubled, hashBytes, WordTable } from './byte-words';
import { PostingsWriter } from './postings';
import { BUCKET_CHARS, type Segment, type Stretch } from './segment';
import { stemLength } from './stem';
import { Tokenizer } from './tokenizer';
import { type TokenKind, type TokenSink } from './token';

/** What a segment holds at most. Each bounds the memory of building it: about 40 MB at the worst. */
const MAX_TEXT_BYTES = 16 * 1024 * 1024;
const MAX_TOKENS = 4_000_000;
const MAX_WORD_BYTES = 8 * 1024 * 1024;

export class SegmentBuilder implements TokenSink {
  readonly #tokenizer = new Tokenizer(this);
  readonly #words = new WordTable();
  #tokens = new Uint32Array(1 << 16);
  #tokenCount = 0;
  /** Tokens up to the end of each bucket. */
  #bucketEnds = new Uint32Array(1 << 10);
  #bucketBytes = new Uint32Array(1 << 10);
  #buckets = 0;
  readonly #stretches: Stretch[] = [];
  #charsInBucket = 0;
  #bytesInBucket = 0;
  #textBytes = 0;

  get isEmpty(): boolean {
    return this.#stretches.length === 0;
  }

  get textBytes(): number {
    return this.#textBytes;
  }

  get isFull(): boolean {
    return (
      this.#textBytes >= MAX_TEXT_BYTES ||
      this.#tokenCount >= MAX_TOKENS ||
      this.#words.sizeBytes >= MAX_WORD_BYTES
    );
  }

  /** A document begins, or goes on here from the segment before. */
  begin(documentId: string, charStart = 0, byteStart = 0): void {
    this.#stretches.push({ documentId, firstBucket: this.#buckets, charStart, byteStart });
  }

  /**
   * Takes the document's next whole code points. @returns how many bytes it took: fewer when the segment is full, at the
   * end of a bucket. The rest belongs into the next one, after `end`.
   */
  feed(utf8: Uint8Array): number {
    let at = 0;
    while (at < utf8.length) {
      if (this.#charsInBucket === 0 && this.isFull) return at;
      const end = this.#bucketEnd(utf8, at);
      this.#tokenizer.feed(utf8, at, end);
      this.#bytesInBucket += end - at;
      this.#textBytes += end - at;
      at = end;
      if (this.#charsInBucket === BUCKET_CHARS) this.#closeBucket();
    }
    return at;
  }

  /** The document is over, or what of it fits. @returns code points and bytes taken of it in this segment */
  end(): { readonly chars: number; readonly bytes: number } {
    this.#tokenizer.end(0);
    const first = this.#stretches.at(-1)?.firstBucket ?? 0;
    let chars = (this.#buckets - first) * BUCKET_CHARS + this.#charsInBucket;
    if (this.#charsInBucket > 0) this.#closeBucket();
    // A word that ran to the very end of the last bucket is told after it.
    else if (this.#buckets > first) this.#bucketEnds[this.#buckets - 1] = this.#tokenCount;
    else chars = 0;
    let bytes = 0;
    for (let bucket = first; bucket < this.#buckets; bucket++) bytes += this.#bucketBytes[bucket] ?? 0;
    return { chars, bytes };
  }

  token(bytes: Uint8Array, length: number, hash: number, _kind: TokenKind): void {
    if (this.#tokenCount === this.#tokens.length) this.#tokens = doubled(this.#tokens, Uint32Array);
    this.#tokens[this.#tokenCount++] = this.#words.number(bytes, length, hash);
  }

  /** The segment. Between documents only; the builder is of no further use. */
  finish(): Segment {
    const stems = new WordTable();
    const stemOf = this.#stemmed(stems);
    const { places, ends } = this.#placesByStem(stemOf, stems.count);
    const blocks = new BlockWriter();
    const out = new ByteWriter();
    const postings = new PostingsWriter(out);
    for (const stem of stems.sorted()) {
      postings.begin();
      const end = ends[stem] ?? 0;
      for (let at = stem === 0 ? 0 : (ends[stem - 1] ?? 0); at < end;) {
        const bucket = places[at] ?? 0;
        let next = at + 1;
        while (next < end && places[next] === bucket) next++;
        postings.add(bucket, next - at);
        at = next;
      }
      blocks.add(stems.bytes(stem), postings.count, out.view());
    }
    const bucketBytes = Uint16Array.from(this.#bucketBytes.subarray(0, this.#buckets));
    return { ...blocks.finish(), stretches: this.#stretches, bucketBytes };
  }

  /** The stem of each word, found once for a word however often it stands there. */
  #stemmed(stems: WordTable): Uint32Array {
    const stemOf = new Uint32Array(this.#words.count);
    for (let word = 0; word < stemOf.length; word++) {
      const bytes = this.#words.bytes(word);
      const length = stemLength(bytes, bytes.length);
      stemOf[word] = stems.number(bytes, length, hashBytes(bytes, 0, length));
    }
    return stemOf;
  }

  /** Buckets of all tokens, those of a stem together and ascending; and where each stem's end. */
  #placesByStem(stemOf: Uint32Array, count: number): { places: Uint32Array; ends: Uint32Array } {
    const ends = new Uint32Array(count);
    for (let at = 0; at < this.#tokenCount; at++) {
      const stem = stemOf[this.#tokens[at] ?? 0] ?? 0;
      ends[stem] = (ends[stem] ?? 0) + 1;
    }
    let sum = 0;
    for (let stem = 0; stem < count; stem++) {
      const size = ends[stem] ?? 0;
      ends[stem] = sum; // for now where they begin; it grows to where they end
      sum += size;
    }
    const places = new Uint32Array(this.#tokenCount);
    for (let bucket = 0, at = 0; bucket < this.#buckets; bucket++)
      for (const end = this.#bucketEnds[bucket] ?? 0; at < end; at++) {
        const stem = stemOf[this.#tokens[at] ?? 0] ?? 0;
        const place = ends[stem] ?? 0;
        places[place] = bucket;
        ends[stem] = place + 1;
      }
    return { places, ends };
  }

  /** Where the bucket, or the piece, ends. */
  #bucketEnd(utf8: Uint8Array, from: number): number {
    let chars = this.#charsInBucket;
    let at = from;
    while (at < utf8.length && chars < BUCKET_CHARS) {
      const lead = utf8[at] ?? 0;
      at += lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
      chars++;
    }
    this.#charsInBucket = chars;
    return at;
  }

  #closeBucket(): void {
    if (this.#buckets === this.#bucketEnds.length) {
      this.#bucketEnds = doubled(this.#bucketEnds, Uint32Array);
      this.#bucketBytes = doubled(this.#bucketBytes, Uint32Array);
    }
    this.#bucketEnds[this.#buckets] = this.#tokenCount;
    this.#bucketBytes[this.#buckets] = this.#bytesInBucket;
    this.#buckets++;
    this.#charsInBucket = 0;
    this.#bytesInBucket = 0;
  }
}
