/** Accents that are drawn by themselves, over a letter, as old TeX fonts do: one character with it. */

import type { Piece, RunPart } from './pieces';

/** Accents that stand alone, and the marks that combine with a letter. */
const ACCENTS: Readonly<Record<string, string>> = {
  '`': '\u0300',
  '\u00b4': '\u0301',
  '\u02c6': '\u0302',
  '^': '\u0302',
  '\u02dc': '\u0303',
  '\u00af': '\u0304',
  '\u02d8': '\u0306',
  '\u02d9': '\u0307',
  '\u00a8': '\u0308',
  '\u02da': '\u030a',
  '\u02dd': '\u030b',
  '\u02c7': '\u030c',
  '\u00b8': '\u0327',
};

export const isAccent = (text: string): boolean => Object.hasOwn(ACCENTS, text);

/** The pieces of an accent and the letter drawn under it, or of a letter and the accent drawn over it. */
export function accented(first: Piece, second: Piece & { source: RunPart | null }): Piece[] | null {
  const before = ACCENTS[first.text.at(-1) ?? ''];
  const letter = /^\p{L}/u.exec(second.text)?.[0];
  if (before !== undefined && letter !== undefined) {
    const rest = moved(second, letter.length);
    return kept([
      { ...first, text: first.text.slice(0, -1) },
      { ...second, text: (letter + before).normalize('NFC') },
      rest,
    ]);
  }
  const after =
    isAccent(second.text) && second.text !== '`' && second.text !== '^' ? ACCENTS[second.text] : undefined;
  if (after === undefined || !/\p{L}$/u.test(first.text)) return null;
  return [{ ...first, text: (first.text + after).normalize('NFC') }];
}

function moved(piece: Piece & { source: RunPart | null }, by: number): Piece {
  const { text, source } = piece;
  return { text: text.slice(by), source: source && { ...source, from: source.from + by } };
}

const kept = (pieces: Piece[]): Piece[] => pieces.filter(({ text }) => text !== '');
