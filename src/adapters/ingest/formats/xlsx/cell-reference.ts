/** Where a cell is, as spreadsheets write it: `B3`, `$B$3`. */

/** What any spreadsheet program can hold: XFD1048576 is the last cell. */
export const MAX_ROWS = 1_048_576;
export const MAX_COLUMNS = 16_384;

export interface CellPlace {
  /** 0-based. */
  readonly row: number;
  readonly column: number;
}

/** Null for what names no cell of any sheet. */
export function cellPlace(reference: string): CellPlace | null {
  const match = /^\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})$/.exec(reference.trim());
  if (!match?.[1] || !match[2]) return null;
  let column = 0;
  for (const letter of match[1].toUpperCase()) column = column * 26 + letter.charCodeAt(0) - 64;
  const row = Number(match[2]);
  return row <= MAX_ROWS && column <= MAX_COLUMNS ? { row: row - 1, column: column - 1 } : null;
}

/** The last cell of a range `A1:C4`, or of one that is a single cell. */
export function lastPlace(range: string): CellPlace | null {
  return cellPlace(range.split(':').at(-1) ?? '');
}
