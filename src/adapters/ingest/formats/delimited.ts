/** Text with a row a line and a character between cells: whether a text is that, and its rows. */

import Papa from 'papaparse';
import { plainValue } from '../../../core/corpus/structure';

export interface DelimitedShape {
  readonly delimiter: string;
  readonly header: boolean;
}

/** In the order they count where two fit as well; the last two are made for this and used by few. */
const delimiters = ['\t', ',', ';', '|', '\u001f', '^', '~'];
const SAMPLE_ROWS = 200;
/** Rows as wide as most: real files have notes above and totals below their table. */
const LEAST_EVEN_SHARE = 0.8;

/** The shape of a table that `sample`, the beginning of a text, is; null for prose and for a single column. */
export function tableOfDelimited(sample: string): DelimitedShape | null {
  const said = saidDelimiter(sample);
  const candidates = (said === null ? delimiters : [said])
    .filter((delimiter) => sample.includes(delimiter))
    .map((delimiter) => ({ delimiter, ...widthOf(sampleRows(sample, delimiter)) }))
    .filter(({ rows, evenShare }) => rows.length > 1 && evenShare >= LEAST_EVEN_SHARE)
    .filter(({ rows, delimiter }) => said !== null || !isProse(rows, delimiter));
  const [best] = candidates.sort((a, b) => b.evenShare * Math.log(b.width) - a.evenShare * Math.log(a.width));
  return best ? { delimiter: best.delimiter, header: !best.hasTitle && hasHeader(best.rows) } : null;
}

/** Every row as texts. Empty lines and a first line `sep=;` are none. */
export function delimitedRows(text: string, { delimiter }: { readonly delimiter: string }): string[][] {
  const { data } = Papa.parse<string[]>(withoutPreamble(text), { delimiter, skipEmptyLines: true });
  return data;
}

function sampleRows(sample: string, delimiter: string): string[][] {
  const { data } = Papa.parse<string[]>(withoutPreamble(sample), {
    delimiter,
    preview: SAMPLE_ROWS,
    skipEmptyLines: true,
  });
  // The sample may end within a row.
  const isCut = data.length > 2 && data.length < SAMPLE_ROWS && !/[\r\n]$/.test(sample);
  return isCut ? data.slice(0, -1) : data;
}

/** How wide most rows are, if that is more than one cell, and how large their share is. */
function widthOf(all: readonly string[][]) {
  const counts = new Map<number, number>();
  for (const { length } of all) counts.set(length, (counts.get(length) ?? 0) + 1);
  const [width, count] = [...counts].reduce((most, one) => (one[1] > most[1] ? one : most), [0, 0]);
  const rows = all.filter(({ length }) => length === width);
  const hasTitle = all[0] !== rows[0]; // above the names of columns, if there are any
  return { rows, width, hasTitle, evenShare: width > 1 ? count / all.length : 0 };
}

/** Sentences have commas, too: with a space behind, and with more words between them than cells have. */
function isProse(rows: readonly string[][], delimiter: string): boolean {
  if (delimiter === '\t' || delimiter === '\u001f') return false;
  const rest = rows.flatMap((row) => row.slice(1)).filter((cell) => cell !== '');
  const spaced = rest.filter((cell) => cell.startsWith(' ')).length;
  if (spaced * 2 < rest.length || rest.length === 0) return false;
  const cells = rows.flat();
  const words = cells.reduce((sum, cell) => sum + cell.trim().split(/\s+/).length, 0);
  const sentences = rows.filter((row) => /[.!?…]["'”’)]?$/.test(row.at(-1)?.trim() ?? '')).length;
  return words / cells.length > 3 || sentences * 2 > rows.length;
}

type CellType = 'number' | 'date' | 'address' | 'text' | 'none';

function typeOf(cell: string): CellType {
  const text = cell.trim();
  if (text === '') return 'none';
  if (/^[-+(]?[$€£¥]?\d[\d.,'\u00a0 ]*%?\)?$/.test(text) || typeof plainValue(text) === 'number')
    return 'number';
  if (/^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ]\d{1,2}:\d{2}.*)?$/.test(text)) return 'date';
  return /^[^\s@]+@[^\s@]+\.[a-z]+$|^https?:/i.test(text) ? 'address' : 'text';
}

/** Assumed, unless the first row reads as the rows below it do. */
function hasHeader([first = [], ...rest]: readonly string[][]): boolean {
  let asName = 0;
  let asData = 0;
  first.forEach((cell, column) => {
    const below = rest.map((row) => row[column] ?? '').filter((text) => text.trim() !== '');
    const type = typeOf(cell);
    const alike = (wanted: CellType) =>
      below.filter((text) => typeOf(text) === wanted).length >= below.length * 0.8;
    if (below.length === 0 || type === 'none') return;
    if (type === 'text') asName += alike('number') || alike('date') || alike('address') ? 1 : 0;
    else if (!(isYear(cell) && !below.every(isYear))) asData += alike(type) ? 1 : 0;
  });
  return asName >= asData;
}

/** Columns are named after years. */
function isYear(cell: string): boolean {
  return /^(?:19|20)\d\d$/.test(cell.trim());
}

/** Spreadsheet programs write and heed a first line that says what is between cells. */
function saidDelimiter(text: string): string | null {
  return /^\ufeff?"?sep=(.)"?\r?(?:\n|$)/i.exec(text)?.[1] ?? null;
}

function withoutPreamble(text: string): string {
  return text.replace(/^\ufeff?(?:"?sep=."?\r?\n)?/i, '');
}
