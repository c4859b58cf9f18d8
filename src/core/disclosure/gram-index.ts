/**
 * Which stretches of a document stand in a set of texts, word for word: every common piece of `GRAM` characters or more.
 * Such pieces together cover exactly those windows of `GRAM` units of the document that occur somewhere in the texts, so
 * it is enough to know each window once, however often it occurs: time stays linear on any input.
 */

import { readings } from './unescape';

/** The shortest piece that is traced, in UTF-16 units. */
export const GRAM = 32;

/** Half a window: of any window of the document, one aligned block of this size lies wholly in it. */
const BLOCK = GRAM / 2;
const FACTOR = 0x01000193;
/** What the unit that leaves a block has been multiplied by. */
const LEAVING = power(BLOCK);

/** At most eight groups, one bit each. */
export const MAX_GROUPS = 8;

export interface TextGroup {
  readonly texts: readonly string[];
}

/** UTF-16 units that the texts take in an index, escapes undone and all; memory is about 11 bytes a unit. */
export function indexedUnits(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length * (text.includes('\\') ? 2 : 1) + 1, 0);
}

export class GramIndex {
  /** All texts one after the other, a unit that is in no document between them. */
  readonly #units: Uint16Array;
  /** By hash of a window: where it stands first in `#units`, plus one. Open addressing. */
  readonly #slots: Int32Array;
  /** For a window's first place: the groups it occurs in. Zero for every other place. */
  readonly #groups: Uint8Array;
  /** One bit for every hash of a block in the texts: most of a document is ruled out by it. */
  readonly #blocks: Uint32Array;
  readonly #blockMask: number;

  constructor(groups: readonly TextGroup[]) {
    const read = groups.slice(0, MAX_GROUPS).map(({ texts }) => [...new Set(texts)].flatMap(readings));
    const size = read.flat().reduce((sum, text) => sum + text.length + 1, 0);
    this.#units = new Uint16Array(size);
    this.#groups = new Uint8Array(size);
    this.#slots = new Int32Array(powerOfTwo(size * 1.5));
    const bits = Math.max(1 << 15, powerOfTwo(size * 8));
    this.#blocks = new Uint32Array(bits / 32);
    this.#blockMask = bits - 1;
    let at = 0;
    read.forEach((texts, group) => {
      for (const text of texts) {
        this.#add(text, at, 1 << group);
        at += text.length + 1;
      }
    });
  }

  /**
   * Calls back for every stretch of `text` that begins in a window at `[from, to)`, ascending and apart, with the groups
   * it was found in as bits. Stretches of different groups may touch; a window may reach beyond `to`.
   */
  scan(
    text: string,
    from: number,
    to: number,
    found: (start: number, end: number, groups: number) => void,
  ): void {
    const last = Math.min(to, text.length - GRAM + 1);
    let tried = from;
    for (let block = from; block + BLOCK <= text.length && block - BLOCK < last; block += BLOCK) {
      if (!this.#hasBlock(hashOf(text, block))) continue;
      const start = Math.max(tried, block - BLOCK);
      const end = Math.min(last, block + 1);
      if (start < end) this.#try(text, start, end, found);
      tried = Math.max(tried, end);
    }
  }

  /** Looks up every window that begins in `[start, end)`. */
  #try(
    text: string,
    start: number,
    end: number,
    found: (start: number, end: number, groups: number) => void,
  ): void {
    let low = hashOf(text, start);
    let high = hashOf(text, start + BLOCK);
    const groups = this.#groups;
    const units = this.#units;
    let lastPlace = -2;
    // Windows found one after the other in the same groups are told as one stretch.
    let since = start;
    let foundIn = 0;
    for (let at = start; at < end; at++) {
      const next = lastPlace + 1;
      // Where the last window stood, the next one stands beside it: one unit decides, if that is its first place too.
      const goesOn =
        lastPlace >= 0 && groups[next] !== 0 && units[next + GRAM - 1] === text.charCodeAt(at + GRAM - 1);
      lastPlace = goesOn ? next : this.#find(low, high, text, at, lastPlace);
      const here = lastPlace < 0 ? 0 : (groups[lastPlace] ?? 0);
      if (here !== foundIn) {
        if (foundIn !== 0) found(since, at - 1 + GRAM, foundIn);
        since = at;
        foundIn = here;
      }
      const middle = text.charCodeAt(at + BLOCK);
      low = rolled(low, text.charCodeAt(at), middle);
      high = rolled(high, middle, text.charCodeAt(at + GRAM));
    }
    if (foundIn !== 0) found(since, end - 1 + GRAM, foundIn);
  }

  #add(text: string, at: number, group: number): void {
    const units = this.#units;
    for (let i = 0; i < text.length; i++) units[at + i] = text.charCodeAt(i);
    units[at + text.length] = 0xffff; // no character
    if (text.length < GRAM) return;
    let low = hashOf(text, 0);
    let high = hashOf(text, BLOCK);
    let lastPlace = -2;
    for (let i = 0; i + GRAM <= text.length; i++) {
      this.#noteBlock(low);
      lastPlace = this.#insert(low, high, text, i, at + i, lastPlace);
      this.#groups[lastPlace] = (this.#groups[lastPlace] ?? 0) | group;
      const middle = text.charCodeAt(i + BLOCK);
      low = rolled(low, text.charCodeAt(i), middle);
      high = rolled(high, middle, text.charCodeAt(i + GRAM));
    }
    // The blocks of the last window that begin no window themselves.
    for (let i = text.length - GRAM + 1; i + BLOCK <= text.length; i++) this.#noteBlock(hashOf(text, i));
  }

  /** The first place of this window, which is `place` if it is new. */
  #insert(low: number, high: number, text: string, i: number, place: number, lastPlace: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = mixed(low, high) & mask;
    for (let known = slots[slot] ?? 0; known !== 0; known = slots[slot] ?? 0) {
      if (this.#isSame(known - 1, text, i, lastPlace)) return known - 1;
      slot = (slot + 1) & mask;
    }
    slots[slot] = place + 1;
    return place;
  }

  /** The first place of this window, or -1. */
  #find(low: number, high: number, text: string, at: number, lastPlace: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = mixed(low, high) & mask;
    for (let known = slots[slot] ?? 0; known !== 0; known = slots[slot] ?? 0) {
      if (this.#isSame(known - 1, text, at, lastPlace)) return known - 1;
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  /** Whether the window at `place` is the one at `at`. Next to a window just found equal, one unit decides. */
  #isSame(place: number, text: string, at: number, lastPlace: number): boolean {
    const units = this.#units;
    if (place === lastPlace + 1 && lastPlace >= 0)
      return units[place + GRAM - 1] === text.charCodeAt(at + GRAM - 1);
    for (let i = 0; i < GRAM; i++) if (units[place + i] !== text.charCodeAt(at + i)) return false;
    return true;
  }

  #noteBlock(hash: number): void {
    const bit = spread(hash) & this.#blockMask;
    this.#blocks[bit >>> 5] = (this.#blocks[bit >>> 5] ?? 0) | (1 << (bit & 31));
  }

  #hasBlock(hash: number): boolean {
    const bit = spread(hash) & this.#blockMask;
    return ((this.#blocks[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0;
  }
}

/** Of the block at `at`, as a polynomial in `FACTOR` modulo 2³². */
function hashOf(text: string, at: number): number {
  let hash = 0;
  for (let i = at; i < at + BLOCK; i++) hash = (Math.imul(hash, FACTOR) + text.charCodeAt(i)) | 0;
  return hash;
}

/** The hash of the block one unit on. */
function rolled(hash: number, leaving: number, entering: number): number {
  return (Math.imul(hash, FACTOR) + entering - Math.imul(leaving, LEAVING)) | 0;
}

function mixed(low: number, high: number): number {
  return spread(Math.imul(low, 0x9e3779b1) ^ high);
}

/** A polynomial's low bits depend on few units; here every bit depends on all. */
function spread(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return (h ^ (h >>> 15)) >>> 0;
}

function power(exponent: number): number {
  let result = 1;
  for (let i = 0; i < exponent; i++) result = Math.imul(result, FACTOR);
  return result;
}

function powerOfTwo(atLeast: number): number {
  return 2 ** Math.max(6, Math.ceil(Math.log2(atLeast)));
}
