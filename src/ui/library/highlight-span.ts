/** Cuts a piece of a document where a highlighted span begins and ends. */

import type { Piece } from './document-pages.svelte';

export interface Run {
  readonly text: string;
  readonly marked: boolean;
}

/** The piece as runs of text, marked or not; joined they are the piece again. */
export function cutPiece(
  piece: Omit<Piece, 'number'>,
  span: { readonly start: number; readonly end: number } | null,
): Run[] {
  const plain = [{ text: piece.text, marked: false }];
  if (!span || span.end <= piece.start || span.start >= piece.end || span.end <= span.start) return plain;
  const from = unitIndex(piece.text, Math.max(0, span.start - piece.start), 0, 0);
  const to = unitIndex(
    piece.text,
    Math.min(span.end, piece.end) - piece.start,
    from,
    Math.max(0, span.start - piece.start),
  );
  return [
    { text: piece.text.slice(0, from), marked: false },
    { text: piece.text.slice(from, to), marked: true },
    { text: piece.text.slice(to), marked: false },
  ].filter(({ text }) => text !== '');
}

/** UTF-16 index of a code point, counted on from a known pair of the two. */
function unitIndex(text: string, codePoint: number, unit: number, counted: number): number {
  while (counted < codePoint && unit < text.length) {
    const code = text.codePointAt(unit) ?? 0;
    unit += code > 0xffff ? 2 : 1;
    counted++;
  }
  return unit;
}
