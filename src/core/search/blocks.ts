/** A sorted list of words with their postings, in blocks of some tens of kilobytes: one is read to find one word. */

import { ByteWriter } from './byte-writer';
import { compareBytes, startsWith } from './byte-words';
import { readPostings, type Postings } from './postings';
import { isStopStem } from './stop-words';

/** A block is closed when it has this much; postings are never cut, so one can be larger. */
export const BLOCK_BYTES = 32 * 1024;

export interface Blocks {
  /** The first word of each block. */
  readonly firstWords: readonly string[];
  readonly blocks: readonly Uint8Array<ArrayBuffer>[];
}

export class BlockWriter {
  readonly #out = new ByteWriter(BLOCK_BYTES + 4096);
  readonly #firstWords: string[] = [];
  readonly #blocks: Uint8Array<ArrayBuffer>[] = [];
  #last: Uint8Array = new Uint8Array();

  /** Words come in the order of their bytes, each once. */
  add(word: Uint8Array, count: number, postings: Uint8Array): void {
    const out = this.#out;
    if (out.length >= BLOCK_BYTES) this.#close();
    if (out.length === 0) {
      this.#firstWords.push(new TextDecoder().decode(word));
      this.#last = new Uint8Array();
    }
    let shared = 0;
    while (shared < word.length && word[shared] === this.#last[shared]) shared++;
    out.number(shared);
    out.number(word.length - shared);
    out.bytes(word.subarray(shared));
    out.number(count);
    out.number(postings.length);
    out.bytes(postings);
    this.#last = word.slice();
  }

  finish(): Blocks {
    this.#close();
    return { firstWords: this.#firstWords, blocks: this.#blocks };
  }

  #close(): void {
    if (this.#out.length > 0) this.#blocks.push(this.#out.take());
  }
}

/** Goes through the words of a block. */
export class BlockReader {
  readonly #block: Uint8Array;
  #at = 0;
  #word = new Uint8Array(256);
  #length = 0;
  /** How many postings the word has, and where they lie in the block. */
  count = 0;
  postingsAt = 0;
  #end = 0;

  constructor(block: Uint8Array) {
    this.#block = block;
  }

  /** Goes to the next word. False when there is none. */
  next(): boolean {
    this.#at = this.#end;
    if (this.#at >= this.#block.length) return false;
    const shared = this.#number();
    const size = this.#number();
    this.#word.set(this.#block.subarray(this.#at, this.#at + size), shared);
    this.#length = shared + size;
    this.#at += size;
    this.count = this.#number();
    const postingsBytes = this.#number();
    this.postingsAt = this.#at;
    this.#end = this.#at + postingsBytes;
    return true;
  }

  /** A view, good until the next word. */
  get word(): Uint8Array {
    return this.#word.subarray(0, this.#length);
  }

  postings(): Postings {
    return readPostings(this.#block, this.postingsAt, this.count);
  }

  #number(): number {
    let byte = this.#block[this.#at++] ?? 0;
    let value = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      byte = this.#block[this.#at++] ?? 0;
      value |= (byte & 0x7f) << shift;
    }
    return value;
  }
}

/** The number of the block a word is in if it is in any; -1 when it comes before all of them. */
export function blockOf(firstWords: readonly Uint8Array[], word: Uint8Array): number {
  let low = 0;
  let high = firstWords.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareBytes(firstWords[middle] ?? new Uint8Array(), word) <= 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The postings of a word, or null when the block has it not. */
export function findWord(block: Uint8Array, word: Uint8Array): Postings | null {
  const reader = new BlockReader(block);
  while (reader.next()) {
    const order = compareBytes(reader.word, word);
    if (order === 0) return reader.postings();
    if (order > 0) return null;
  }
  return null;
}

/** Stems that begin alike, and are at most so much longer. */
export interface Beginning {
  readonly bytes: Uint8Array;
  readonly moreBytes: number;
}

export function hasBeginning(word: Uint8Array, { bytes, moreBytes }: Beginning): boolean {
  if (word.length > bytes.length + moreBytes || !startsWith(word, bytes)) return false;
  return word.length === bytes.length || !isStopStem(word); // who types "wha" does not mean "what"
}

/** Words that are looked at for one beginning, in one block. */
const MOST_WORDS = 1000;

/** The postings of every word of the block that begins so. */
export function findBeginning(block: Uint8Array, beginning: Beginning): Postings[] {
  const found: Postings[] = [];
  const reader = new BlockReader(block);
  while (found.length < MOST_WORDS && reader.next()) {
    const { word } = reader;
    if (hasBeginning(word, beginning)) found.push(reader.postings());
    else if (compareBytes(word, beginning.bytes) > 0 && !startsWith(word, beginning.bytes)) break;
  }
  return found;
}
