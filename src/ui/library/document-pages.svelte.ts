/**
 * The part of a document around the reader: a few pieces of text, more fetched as they scroll, far ones let go.
 * A 100 MB document is never in memory as a whole. Positions are code points.
 */

import type { Library, StoredDocument } from '../../core/corpus/library';
import { toProblem, type Problem } from '../../core/errors';
import { isHardWrapped } from './reflow';

export interface Piece {
  /** Code points, end exclusive. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export const PIECE_CHARS = 8192;
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
    return (this.#pieces[0]?.start ?? 0) === 0;
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
    const first = Math.max(0, Math.floor(at / PIECE_CHARS) - 1) * PIECE_CHARS;
    const token = ++this.#jump;
    const pieces = await this.#fetch(first, first + 3 * PIECE_CHARS, token);
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
    const start =
      where === 'before' ? (this.#pieces[0]?.start ?? 0) - PIECE_CHARS : (this.#pieces.at(-1)?.end ?? 0);
    if (this.#busy || start < 0 || start >= this.document.chars) return false;
    const pieces = await this.#fetch(start, start + PIECE_CHARS, this.#jump);
    if (!pieces) return false;
    beforeChange?.();
    this.#pieces =
      where === 'before'
        ? [...pieces, ...this.#pieces].slice(0, KEPT_PIECES)
        : [...this.#pieces, ...pieces].slice(-KEPT_PIECES);
    return true;
  }

  async #fetch(start: number, end: number, token: number): Promise<Piece[] | null> {
    const { id, chars } = this.document;
    const starts: number[] = [];
    for (let at = start; at < Math.min(end, chars); at += PIECE_CHARS) starts.push(at);
    this.#busy = true;
    try {
      const pieces = await Promise.all(
        starts.map(async (from) => {
          const to = Math.min(from + PIECE_CHARS, chars);
          return { start: from, end: to, text: await this.#library.text(id, { start: from, end: to }) };
        }),
      );
      if (token !== this.#jump) return null;
      this.#problem = null;
      return pieces;
    } catch (thrown) {
      if (token === this.#jump) this.#problem = toProblem(thrown);
      return null;
    } finally {
      if (token === this.#jump) this.#busy = false;
    }
  }
}
