/** Text in pieces that know where they are drawn; lines and tables made of them. */

import type { Box, Direction, Run } from './runs';

/** A piece of the text and where it is drawn. */
export interface Piece {
  readonly text: string;
  readonly source: RunPart | BoxPart | null;
}

/** `text` is the stretch of the run's text from `from` on. */
export interface RunPart {
  readonly run: Run;
  readonly direction: Direction;
  readonly from: number;
}

/** As a whole: a field of a form, a note. */
export interface BoxPart {
  readonly box: Box;
}

/** Where a line is: its ends along the writing, its baseline, the size of its type. */
export interface Place {
  readonly u0: number;
  readonly u1: number;
  readonly v: number;
  readonly size: number;
  readonly direction: Direction;
}

export interface TextLine {
  readonly kind: 'line';
  /** Line ends before it: 2 makes an empty line. */
  readonly breaks: 1 | 2;
  readonly pieces: readonly Piece[];
  /** Null where it has no place of its own. */
  readonly at: Place | null;
  /** Whose note this is; only of comments. */
  readonly comment?: string;
}

export interface TextTable {
  readonly kind: 'table';
  readonly header: boolean;
  /** Rows of cells of pieces. */
  readonly rows: readonly (readonly (readonly Piece[])[])[];
  readonly at: Place;
}

export type PagePart = TextLine | TextTable;

export const textOf = (pieces: readonly Piece[]): string => pieces.map(({ text }) => text).join('');

/** The pieces of a part in the order of its text, with what stands between them. */
export function piecesOf(part: PagePart): readonly Piece[] {
  if (part.kind === 'line') return part.pieces;
  const between = (text: string): Piece => ({ text, source: null });
  return part.rows.flatMap((row, i) => [
    ...(i > 0 ? [between('\n')] : []),
    ...row.flatMap((cell, j) => [...(j > 0 ? [between('\t')] : []), ...cell]),
  ]);
}
