/**
 * What the text of a document is made of: pages, headings, tables and the like, as ranges of it; and the place of a
 * span in words. Offsets are code points, end exclusive. The text alone is the document; this only points into it.
 */

export type MarkKind =
  | 'page' // of a PDF; the label is what is printed on it, or its number
  | 'slide'
  | 'sheet' // of a workbook; the label is its name
  | 'chapter' // of a book, in the order of its spine
  | 'section' // from a heading to the next of its level or above; the label is the heading, `level` its depth from 1
  | 'table'
  | 'message' // of a mailbox; the label is its subject
  | 'cell' // of a notebook; the label is its number
  | 'cue' // of subtitles; the label is when it begins, as `0:12:03`
  | 'article' // the part of a web page that is its article
  | 'note' // a footnote, an endnote, a speaker's note
  | 'comment'
  | 'header' // running heads and feet
  | 'footer';

export interface Mark {
  readonly kind: MarkKind;
  readonly start: number;
  readonly end: number;
  readonly label: string;
  /** For sections and chapters: 1 is the outermost. */
  readonly level?: number;
  readonly table?: TableShape;
}

export type CellValue = string | number | boolean | null;

/** How to read the values of a table from its stretch of the text. */
export interface TableShape {
  /** `tabs`: a line a row, a tab between cells. Otherwise the character between cells of delimited text with quotes. */
  readonly layout: 'tabs' | { readonly delimiter: string };
  /**
   * What cells read as. `text`: every cell is a string. `values`: as `plainValue` says: nothing is null, a number is a
   * number, TRUE and FALSE are booleans.
   */
  readonly reads: 'text' | 'values';
  /** Whether the first row names the columns. */
  readonly header: boolean;
  /** 0-based row and column of the first cell in its sheet; null where cells have no addresses. */
  readonly origin: readonly [row: number, column: number] | null;
  /** Cells whose value is not what their text reads as: `[row, column, value]`, both 0-based in this table. */
  readonly exact: readonly (readonly [row: number, column: number, value: CellValue])[];
}

/** What a document says of itself. Dates are ISO 8601, as exact as they were given. */
export interface Metadata {
  readonly title?: string;
  readonly author?: string;
  readonly subject?: string;
  readonly createdAt?: string;
  readonly modifiedAt?: string;
  readonly language?: string;
  /** Of a message: whom it is to. */
  readonly to?: string;
}

/** What a reader could not turn into text, and how much of it there was. */
export interface Loss {
  readonly what: LossKind;
  readonly count: number;
}

export type LossKind =
  | 'images'
  | 'scanned-pages' // pages that are pictures: no text layer
  | 'equations' // kept as a line of text at best
  | 'drawings'
  | 'charts'
  | 'embedded-files' // objects inside that were not read
  | 'scripts' // macros and scripts: never run
  | 'media'
  | 'forms'
  | 'unreadable-parts' // broken parts of a file that was otherwise read
  | 'ignored-files' // of an archive, by the `.gitignore` in it
  | 'cut-off'; // parts left out because a limit was reached

export interface Structure {
  /** In the order of `byPlace`. */
  readonly marks: readonly Mark[];
  readonly metadata: Metadata;
  readonly losses: readonly Loss[];
}

/**
 * The order of marks: by where they begin; of equal starts the outer first, save that one without text (a blank page)
 * comes before what begins where it would have.
 */
export function byPlace(a: Pick<Mark, 'start' | 'end'>, b: Pick<Mark, 'start' | 'end'>): number {
  const isEmpty = ({ start, end }: Pick<Mark, 'start' | 'end'>) => Number(start === end);
  return a.start - b.start || isEmpty(b) - isEmpty(a) || b.end - a.end;
}

export const NO_STRUCTURE: Structure = { marks: [], metadata: {}, losses: [] };

/** The value that the text of a cell reads as in a table of `values`. */
export function plainValue(text: string): CellValue {
  if (text === '') return null;
  if (text === 'TRUE' || text === 'FALSE') return text === 'TRUE';
  return /^-?(?:0|[1-9]\d{0,15})(?:\.\d{1,17})?(?:e[+-]?\d{1,3})?$/.test(text) ? Number(text) : text;
}

/** A cell's value on one line of text, without a tab. */
export function cellText(value: CellValue): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  return String(value).replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ');
}

/** `A`, `Z`, `AA`: a 0-based column as spreadsheets name it. */
export function columnName(column: number): string {
  let name = '';
  for (let left = column; left >= 0; left = Math.floor(left / 26) - 1)
    name = String.fromCharCode(65 + (left % 26)) + name;
  return name;
}
