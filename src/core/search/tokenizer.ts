/**
 * Cuts UTF-8 into the words it is searched by, as bytes and as fast as bytes allow: no string is made of the text.
 *
 * Words are folded (case, accents, width). A name put together from several (`getUserName`, `snake_case`, `4.2`) is
 * given whole and by its parts, a number without the commas of its thousands, and scripts without spaces by pairs of
 * neighbouring characters, with the last of a row alone.
 */

import { encode, encodedSize, hashBytes, HASH_FACTOR, HASH_SEED } from './byte-words';
import { WideRow } from './wide-row';
import { PART, WHOLE, type TokenSink } from './token';
import { APOSTROPHE, Characters, GAP, SILENT, WIDE } from './characters';

/** A word is known by its first bytes; what is longer is hardly one. */
export const MAX_WORD_BYTES = 64;
const MAX_CUTS = 24;

/** Lower case of letters, digits as they are, 0 for all else. */
const ASCII = new Uint8Array(128);
for (let code = 0; code < 128; code++)
  if (/[a-z0-9]/i.test(String.fromCharCode(code)))
    ASCII[code] = String.fromCharCode(code).toLowerCase().charCodeAt(0);

const UNDERSCORE = 0x5f;
const DOT = 0x2e;
const COMMA = 0x2c;
const QUOTE = 0x27;

export class Tokenizer {
  readonly #sink: TokenSink;
  readonly #characters = new Characters();
  readonly #word = new Uint8Array(MAX_WORD_BYTES + 8);
  readonly #part = new Uint8Array(MAX_WORD_BYTES + 8);
  /** Where parts of the word begin. */
  readonly #cuts = new Uint8Array(MAX_CUTS);
  #cutCount = 0;
  #length = 0;
  #hash = HASH_SEED;
  #start = 0;
  /** Commas of thousands left out of it. */
  #commas = 0;
  /** Capital letters the word ends in so far. */
  #capitals = 0;
  /** Whether the word so far ends in a letter that is none. */
  #afterSmall = false;
  #afterApostrophe = false;
  readonly #wide: WideRow;

  constructor(sink: TokenSink) {
    this.#sink = sink;
    this.#wide = new WideRow(sink);
  }

  /** Takes whole code points up to `to`, and may look at those behind. A word may go on in the next piece. */
  feed(bytes: Uint8Array, from: number, to: number): void {
    let at = from;
    while (at < to) {
      const byte = bytes[at] ?? 0;
      if (byte < 0x80) {
        if (ASCII[byte] !== 0) at = this.#ascii(bytes, at, to);
        else at = this.#sign(bytes, byte, at);
      } else at = this.#beyond(bytes, byte, at);
    }
  }

  /** The document ends here, and the next begins anew. `at` is where, in the piece fed last. */
  end(at: number): void {
    this.#endWord(at);
    this.#wide.end(at);
    this.#afterApostrophe = false;
  }

  /** A run of ASCII letters and digits. @returns where it ends */
  #ascii(bytes: Uint8Array, from: number, to: number): number {
    this.#wide.end(from);
    const word = this.#word;
    let length = this.#length;
    let hash = this.#hash;
    let capitals = this.#capitals;
    let afterSmall = this.#afterSmall;
    if (length === 0) this.#start = from;
    let at = from;
    for (; at < to; at++) {
      const byte = bytes[at] ?? 0;
      const folded = byte < 0x80 ? (ASCII[byte] ?? 0) : 0;
      if (folded === 0) break;
      if (folded !== byte) {
        if (afterSmall) this.#cut(length);
        afterSmall = false;
        capitals++;
      } else if (byte >= 0x61) {
        if (capitals > 1) this.#cut(length - 1);
        capitals = 0;
        afterSmall = true;
      } else capitals = 0;
      if (length < MAX_WORD_BYTES) {
        word[length++] = folded;
        hash = Math.imul(hash ^ folded, HASH_FACTOR);
      }
    }
    this.#length = length;
    this.#hash = hash;
    this.#capitals = capitals;
    this.#afterSmall = afterSmall;
    return at;
  }

  /** An ASCII character that is neither letter nor digit. @returns where it ends */
  #sign(bytes: Uint8Array, byte: number, at: number): number {
    if (this.#length > 0) {
      if (byte === UNDERSCORE || (byte === DOT && this.#isNumber(bytes, at))) {
        this.#append(byte);
        this.#cut(this.#length);
        this.#capitals = 0;
        this.#afterSmall = false;
        return at + 1;
      }
      if (byte === COMMA && this.#isThousands(bytes, at)) {
        this.#commas++;
        return at + 1;
      }
      this.#endWord(at);
    } else this.#wide.end(at);
    this.#afterApostrophe = byte === QUOTE;
    return at + 1;
  }

  /** A character beyond ASCII. @returns where it ends */
  #beyond(bytes: Uint8Array, lead: number, at: number): number {
    const size = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    let code = lead & (0xff >> (size + 1));
    for (let next = 1; next < size; next++) code = (code << 6) | ((bytes[at + next] ?? 0) & 0x3f);
    if (code > 0x10ffff) code = 0xfffd;
    const kind = this.#characters.kind(code);
    if (kind === SILENT) return at + size;
    if (kind === WIDE) {
      this.#endWord(at);
      this.#afterApostrophe = false;
      for (const one of this.#characters.all(code)) this.#wide.add(one, at, at + size);
      return at + size;
    }
    this.#wide.end(at);
    if (kind === GAP || kind === APOSTROPHE) {
      this.#endWord(at);
      this.#afterApostrophe = kind === APOSTROPHE;
      return at + size;
    }
    if (this.#length === 0) this.#start = at;
    this.#capitals = 0;
    this.#afterSmall = false;
    const single = this.#characters.single(code);
    if (single !== 0) this.#appendCode(single);
    else for (const one of this.#characters.all(code)) this.#appendCode(one);
    return at + size;
  }

  #appendCode(code: number): void {
    const size = encodedSize(code);
    if (this.#length + size > MAX_WORD_BYTES) return;
    encode(code, this.#part, 0);
    for (let at = 0; at < size; at++) this.#append(this.#part[at] ?? 0);
  }

  #append(byte: number): void {
    if (this.#length >= MAX_WORD_BYTES) return;
    this.#word[this.#length++] = byte;
    this.#hash = Math.imul(this.#hash ^ byte, HASH_FACTOR);
  }

  #cut(at: number): void {
    if (this.#cutCount < MAX_CUTS) this.#cuts[this.#cutCount++] = at;
  }

  /** True when the word is a number and goes on behind the point. */
  #isNumber(bytes: Uint8Array, at: number): boolean {
    if (!isDigit(bytes[at + 1] ?? 0)) return false;
    for (let back = this.#length - 1; back >= 0; back--) {
      const byte = this.#word[back] ?? 0;
      if (!isDigit(byte) && byte !== DOT) return false;
    }
    return true;
  }

  /** True when exactly three digits follow a number of up to three, or one that has such a comma already. */
  #isThousands(bytes: Uint8Array, at: number): boolean {
    if (isDigit(bytes[at + 4] ?? 0)) return false;
    for (let next = 1; next <= 3; next++) if (!isDigit(bytes[at + next] ?? 0)) return false;
    if (this.#length > 3 * (this.#commas + 1) || this.#cutCount > 0) return false;
    for (let back = 0; back < this.#length; back++) if (!isDigit(this.#word[back] ?? 0)) return false;
    return true;
  }

  #endWord(at: number): void {
    let length = this.#length;
    if (length === 0) return;
    const single = this.#afterApostrophe && length === 1; // the s of a genitive, the t of don't
    this.#afterApostrophe = false;
    if (!single) {
      let hash = this.#hash;
      if (this.#word[length - 1] === UNDERSCORE) {
        while (length > 0 && this.#word[length - 1] === UNDERSCORE) length--;
        hash = hashBytes(this.#word, 0, length);
      }
      this.#sink.token(this.#word, length, hash, WHOLE, this.#start, at);
      if (this.#cutCount > 0) this.#giveParts(length, at);
    }
    this.#length = 0;
    this.#hash = HASH_SEED;
    this.#capitals = 0;
    this.#afterSmall = false;
    this.#cutCount = 0;
    this.#commas = 0;
  }

  #giveParts(length: number, end: number): void {
    let from = 0;
    for (let cut = 0; cut <= this.#cutCount; cut++) {
      const next = cut < this.#cutCount ? Math.min(length, this.#cuts[cut] ?? 0) : length;
      let to = next;
      while (to > from && isJoint(this.#word[to - 1] ?? 0)) to--;
      if (to > from && to - from < length) {
        for (let at = from; at < to; at++) this.#part[at - from] = this.#word[at] ?? 0;
        this.#sink.token(this.#part, to - from, hashBytes(this.#part, 0, to - from), PART, this.#start, end);
      }
      from = Math.max(from, next);
    }
  }
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isJoint(byte: number): boolean {
  return byte === UNDERSCORE || byte === DOT;
}
