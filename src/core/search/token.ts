/** What a text is cut into to be searched. */

/** A word, a part of one put together, a pair of wide characters, or the last wide one of a row. */
export const WHOLE = 0;
export const PART = 1;
export const PAIR = 2;
export const LAST = 3;
export type TokenKind = typeof WHOLE | typeof PART | typeof PAIR | typeof LAST;

export interface TokenSink {
  /**
   * `bytes` up to `length` are the folded word, and good until the call returns. `start` and `end` are byte offsets into
   * what was fed; they mean nothing for a word that began in the piece before.
   */
  token(bytes: Uint8Array, length: number, hash: number, kind: TokenKind, start: number, end: number): void;
}
