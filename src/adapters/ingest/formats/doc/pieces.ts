/** The text of an old Word file: pieces in whatever order they were saved, each in one or two bytes a character. */

import { decodeIn } from '../rtf/code-pages';
import { damaged, TABLES, type Fib } from './fib';

interface Piece {
  readonly from: number;
  readonly to: number;
  /** Of the first character in the main stream. */
  readonly at: number;
  readonly charBytes: 1 | 2;
}

export interface Run {
  readonly text: string;
  /** The place of the first character, counted in characters. */
  readonly from: number;
  /** Its place in the main stream, which formats go by. */
  readonly at: number;
  readonly charBytes: 1 | 2;
}

const WESTERN = 1252;
const ONE_BYTE = 0x40000000;
const RUN_CHARS = 32 * 1024;

export class Pieces {
  readonly #document: DataView<ArrayBuffer>;
  readonly #pieces: readonly Piece[];

  constructor(document: DataView<ArrayBuffer>, tables: DataView | null, fib: Fib) {
    this.#document = document;
    this.#pieces = tables
      ? piecesOf(tables, fib.table(TABLES.pieces))
      : [{ from: 0, to: fib.stories.headerBoxes.to, at: fib.textAt, charBytes: 1 }];
    if (this.#pieces.length === 0) throw damaged();
  }

  /** Text between two places, in order. What lies outside of the file is left out. */
  *runs(from: number, to: number): Generator<Run> {
    for (const piece of this.#pieces) {
      const end = Math.min(to, piece.to);
      for (let place = Math.max(from, piece.from); place < end; place += RUN_CHARS) {
        const at = piece.at + (place - piece.from) * piece.charBytes;
        const chars = Math.min(
          end - place,
          RUN_CHARS,
          Math.floor((this.#document.byteLength - at) / piece.charBytes),
        );
        if (chars <= 0) break;
        const bytes = new Uint8Array(
          this.#document.buffer,
          this.#document.byteOffset + at,
          chars * piece.charBytes,
        );
        yield { text: decoded(bytes, piece.charBytes), from: place, at, charBytes: piece.charBytes };
      }
    }
  }
}

/** One character for every place, also halves of one: places are counted so. */
function decoded(bytes: Uint8Array<ArrayBuffer>, charBytes: 1 | 2): string {
  if (charBytes === 1) return decodeIn(WESTERN, bytes);
  let text = '';
  for (let at = 0; at + 1 < bytes.length; at += 2)
    text += String.fromCharCode((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8));
  return text;
}

/** Before the list of pieces are formats that they share. */
function piecesOf(tables: DataView, [start, sizeBytes]: readonly [number, number]): Piece[] {
  const end = Math.min(tables.byteLength, start + sizeBytes);
  let at = start;
  while (at + 3 <= end && tables.getUint8(at) === 1) at += 3 + tables.getUint16(at + 1, true);
  if (at + 5 > end || tables.getUint8(at) !== 2) return [];
  const listBytes = Math.min(tables.getUint32(at + 1, true), end - at - 5);
  const count = Math.floor((listBytes - 4) / 12);
  const list = at + 5;
  const pieces: Piece[] = [];
  for (let index = 0; index < count; index++) {
    const from = tables.getUint32(list + index * 4, true);
    const to = tables.getUint32(list + index * 4 + 4, true);
    const place = tables.getUint32(list + (count + 1) * 4 + index * 8 + 2, true);
    const isOneByte = (place & ONE_BYTE) !== 0;
    const offset = place & (ONE_BYTE - 1);
    // Pieces follow one another: one that goes back would be read again and again.
    if (to <= from || from < (pieces.at(-1)?.to ?? 0)) continue;
    pieces.push({ from, to, at: isOneByte ? offset >>> 1 : offset, charBytes: isOneByte ? 1 : 2 });
  }
  return pieces;
}
