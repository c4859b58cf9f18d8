/**
 * The part of a document around the reader: a few pieces of text, more fetched as they scroll, far ones let go.
 * A 100 MB document is never in memory as a whole. Positions are code points.
 */

import { codePointLength } from '../../core/corpus/context';
import type { Library, StoredDocument } from '../../core/corpus/library';
import { pairBoundary, unitIndex } from '../../core/corpus/positions';
import { toProblem, type Problem } from '../../core/errors';
import { isHardWrapped } from './reflow';

export interface Piece {
  /** Which piece of the document it is, from 0; it begins with a line soon after `number * PIECE_CHARS`. */
  readonly number: number;
  /** Code points, end exclusive. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export const PIECE_CHARS = 8192;
/** How far a piece is moved on to begin with a line, so that a row of a table or a heading is never cut in two. */
export const LINE_REACH_CHARS = 2048;
const KEPT_PIECES = 10;

export class DocumentPages {
  readonly #library: Pick<Library, 'text'>;
  readonly document: Pick<StoredDocument, 'id' | 'chars'>;
  #pieces: readonly Piece[] = $state.raw([]);
  #problem: Problem | null = $state.raw(null);
  #busy = $state.raw(false);
  /** Decided once, on the first text seen, so that lines do not change under the reader. */
  #hardWrapped: boolean | null = $state.raw(null);
  /** Goes up with every jump; what an older jump fetched is dropped. */
  #jump = 0;

  constructor(library: Pick<Library, 'text'>, document: Pick<StoredDocument, 'id' | 'chars'>) {
    this.#library = library;
    this.document = document;
  }

  get pieces(): readonly Piece[] {
    return this.#pieces;
  }
  get problem(): Problem | null {
    return this.#problem;
  }
  get busy(): boolean {
    return this.#busy;
  }
  /** True for prose with line breaks at a fixed width. */
  get hardWrapped(): boolean {
    return this.#hardWrapped ?? false;
  }
  get atStart(): boolean {
    return (this.#pieces[0]?.number ?? 0) === 0;
  }
  get atEnd(): boolean {
    return (this.#pieces.at(-1)?.end ?? 0) >= this.document.chars;
  }

  has(position: number): boolean {
    return this.#pieces.some(({ start, end }) => position >= start && position < end);
  }

  /** Shows the text around a position. Resolves to false when another jump overtook it or the text cannot be had. */
  async jump(position: number): Promise<boolean> {
    const at = Math.min(Math.max(0, position), Math.max(0, this.document.chars - 1));
    const first = Math.max(0, Math.floor(at / PIECE_CHARS) - 1);
    const token = ++this.#jump;
    const pieces = await this.#fetch([first, first + 1, first + 2], token);
    if (!pieces) return false;
    this.#hardWrapped ??= isHardWrapped(pieces.map(({ text }) => text).join(''));
    this.#pieces = pieces;
    return true;
  }

  /**
   * Fetches the next piece at one end, and calls `beforeChange` just before it is shown. Resolves to false when there
   * was none to add.
   */
  async extend(where: 'before' | 'after', beforeChange?: () => void): Promise<boolean> {
    const ended = where === 'before' ? this.atStart : this.atEnd;
    const number =
      where === 'before' ? (this.#pieces[0]?.number ?? 0) - 1 : (this.#pieces.at(-1)?.number ?? -1) + 1;
    if (this.#busy || ended) return false;
    const pieces = await this.#fetch([number], this.#jump);
    if (!pieces) return false;
    beforeChange?.();
    this.#pieces =
      where === 'before'
        ? [...pieces, ...this.#pieces].slice(0, KEPT_PIECES)
        : [...this.#pieces, ...pieces].slice(-KEPT_PIECES);
    return true;
  }

  async #fetch(numbers: readonly number[], token: number): Promise<Piece[] | null> {
    this.#busy = true;
    try {
      const inside = numbers.filter((number) => number >= 0 && number * PIECE_CHARS < this.document.chars);
      const pieces = await Promise.all(inside.map((number) => this.#piece(number)));
      if (token !== this.#jump) return null;
      this.#problem = null;
      return pieces.filter(({ start, end }) => end > start);
    } catch (thrown) {
      if (token === this.#jump) this.#problem = toProblem(thrown);
      return null;
    } finally {
      if (token === this.#jump) this.#busy = false;
    }
  }

  async #piece(number: number): Promise<Piece> {
    const { id, chars } = this.document;
    const from = number * PIECE_CHARS;
    const to = Math.min(from + PIECE_CHARS, chars);
    // One more before it: it may begin right after a line break.
    const first = Math.max(0, from - 1);
    const text = await this.#library.text(id, { start: first, end: Math.min(to + LINE_REACH_CHARS, chars) });
    const startUnit = from === 0 ? 0 : lineAfter(text, 0, unitIndex(text, from - first));
    const toUnit = unitIndex(text, to - first);
    const endUnit = to === chars ? text.length : lineAfter(text, pairBoundary(text, toUnit - 1), toUnit);
    const start = first + codePointLength(text.slice(0, startUnit));
    const own = text.slice(startUnit, endUnit);
    return { number, start, end: start + codePointLength(own), text: own };
  }
}

/** Where the next paragraph, or else the next line begins, if it is near; `otherwise` when none is. UTF-16 units. */
function lineAfter(text: string, from: number, otherwise: number): number {
  const near = text.slice(0, otherwise + unitIndex(text.slice(otherwise), LINE_REACH_CHARS - 1));
  const found = /\n\r?\n/g;
  found.lastIndex = from;
  if (found.test(near)) return found.lastIndex;
  const lineBreak = near.indexOf('\n', from);
  return lineBreak < 0 ? otherwise : lineBreak + 1;
}
