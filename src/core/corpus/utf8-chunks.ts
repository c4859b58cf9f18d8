/** Text as UTF-8, cut into chunks that never split a code point, each knowing where it begins in every unit. */

/** A size, or a position when measured from the start of the document. */
export interface TextMeasure {
  /** UTF-8 bytes. */
  readonly bytes: number;
  /** Unicode code points, as Python counts. */
  readonly chars: number;
  /** UTF-16 units, as JavaScript counts. */
  readonly units: number;
  /** Line feeds. */
  readonly lines: number;
}

export interface TextChunk {
  /** 0-based in the document. */
  readonly index: number;
  readonly utf8: Uint8Array<ArrayBuffer>;
  /** Where the chunk begins in the document. */
  readonly start: TextMeasure;
  readonly size: TextMeasure;
}

export const NOTHING: TextMeasure = { bytes: 0, chars: 0, units: 0, lines: 0 };

export function addMeasures(a: TextMeasure, b: TextMeasure): TextMeasure {
  return {
    bytes: a.bytes + b.bytes,
    chars: a.chars + b.chars,
    units: a.units + b.units,
    lines: a.lines + b.lines,
  };
}

/** Measures well-formed UTF-8 without decoding it. */
export function measureUtf8(utf8: Uint8Array): TextMeasure {
  let continuations = 0;
  let astral = 0;
  let lines = 0;
  for (const byte of utf8) {
    if (byte < 0x80) {
      if (byte === 0x0a) lines++;
    } else if (byte < 0xc0) continuations++;
    else if (byte >= 0xf0) astral++;
  }
  const chars = utf8.length - continuations;
  return { bytes: utf8.length, chars, units: chars + astral, lines };
}

/** Takes well-formed UTF-8 in pieces of any size (a piece may end inside a code point) and gives back chunks. */
export class Utf8Chunker {
  readonly #targetBytes: number;
  #held: Uint8Array<ArrayBuffer>[] = [];
  #heldBytes = 0;
  #next = 0;
  #at: TextMeasure = NOTHING;

  /** No chunk is larger than `targetBytes`, and all but the last are at most three bytes smaller. */
  constructor(targetBytes: number) {
    this.#targetBytes = targetBytes;
  }

  /** Everything handed out so far. */
  get total(): TextMeasure {
    return this.#at;
  }

  push(piece: Uint8Array<ArrayBuffer>): TextChunk[] {
    if (piece.length > 0) {
      this.#held.push(piece);
      this.#heldBytes += piece.length;
    }
    const chunks: TextChunk[] = [];
    while (this.#heldBytes > this.#targetBytes) {
      const all = this.#joined();
      const cut = codePointBoundary(all, this.#targetBytes);
      chunks.push(this.#take(all.slice(0, cut)));
      const rest = all.subarray(cut);
      this.#held = [rest];
      this.#heldBytes = rest.length;
    }
    return chunks;
  }

  /** The last chunk; none when everything has been handed out or nothing came. */
  end(): TextChunk[] {
    if (this.#heldBytes === 0) return [];
    const last = this.#joined().slice();
    this.#held = [];
    this.#heldBytes = 0;
    return [this.#take(last)];
  }

  #take(utf8: Uint8Array<ArrayBuffer>): TextChunk {
    const size = measureUtf8(utf8);
    const chunk = { index: this.#next++, utf8, start: this.#at, size };
    this.#at = addMeasures(this.#at, size);
    return chunk;
  }

  #joined(): Uint8Array<ArrayBuffer> {
    const [first] = this.#held;
    if (first && this.#held.length === 1) return first;
    const all = new Uint8Array(this.#heldBytes);
    let at = 0;
    for (const piece of this.#held) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  }
}

/** The largest index ≤ `at` that does not lie inside a code point. */
export function codePointBoundary(utf8: Uint8Array, at: number): number {
  let cut = Math.min(at, utf8.length);
  while (cut > 0 && cut < utf8.length && ((utf8[cut] ?? 0) & 0xc0) === 0x80) cut--;
  return cut;
}
