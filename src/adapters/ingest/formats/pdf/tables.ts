/** Rows of cells that stand in columns are tables. */

import { textOf, type Piece, type TextTable } from './pieces';
import type { Cell, Line } from './words';

const MIN_ROWS = 3;
const MAX_CELL_CHARS = 200;
const FORMULA = /[=⇒⇔→∂∈∑∏∫√∣∥〈〉∀∃≤≥∪∩⊆⋃⋂−·]\s|[\p{Cc}∣∥∂]|\s[=·]|^[=·⇒]/u;
/** On average. */
const MAX_WORDS_A_CELL = 7;

/** The table that begins at a line, and how many lines it takes; null where none begins. */
export function tableAt(lines: readonly Line[], start: number): { table: TextTable; lines: number } | null {
  const first = lines[start];
  if (!first || !isRow(first)) return null;
  let end = start;
  while (end < lines.length && belongs(lines, start, end)) end++;
  const rows = lines.slice(start, end);
  if (rows.length < MIN_ROWS) return null;
  const columns = columnsOf(rows);
  if (!isTable(rows, columns)) return null;
  const cells = rows.map((row) => columns.map((column) => cellIn(row, column)));
  const [head = [], ...body] = cells;
  const table: TextTable = { kind: 'table', header: isHeader(head, body), rows: cells, at: first };
  return { table, lines: rows.length };
}

const isRow = ({ cells }: Line): boolean =>
  cells.length >= 2 && cells.every(({ pieces }) => textOf(pieces).length <= MAX_CELL_CHARS);

function belongs(lines: readonly Line[], start: number, at: number): boolean {
  const line = lines[at];
  const before = lines[at - 1];
  if (!line || !isRow(line)) return false;
  return at === start || !before || line.v - before.v < 3.5 * Math.max(line.size, before.size);
}

interface Column {
  u0: number;
  u1: number;
  filled: number;
}

/** Where cells of any rows stand above each other, they are of one column. */
function columnsOf(rows: readonly Line[]): Column[] {
  const columns: Column[] = [];
  for (const { u0, u1 } of rows.flatMap(({ cells }) => cells).sort((a, b) => a.u0 - b.u0)) {
    const last = columns.at(-1);
    if (last && u0 < last.u1) {
      last.u1 = Math.max(last.u1, u1);
      last.filled++;
    } else columns.push({ u0, u1, filled: 1 });
  }
  return columns;
}

function isTable(rows: readonly Line[], columns: readonly Column[]): boolean {
  if (columns.length < 2) return false;
  const cells = rows.reduce((sum, row) => sum + row.cells.length, 0);
  if (cells < 0.6 * rows.length * columns.length) return false;
  // cells that share a column with another of their row: columns run into each other
  if (cells > rows.length * columns.length || rows.some((row) => row.cells.length > columns.length))
    return false;
  const texts = rows.flatMap((row) => row.cells.map(({ pieces }) => textOf(pieces)));
  // formulas fall into columns too, but of signs; so does running text side by side, but of many words
  if (texts.filter((text) => /[\p{L}\p{N}]/u.test(text)).length < 0.75 * texts.length) return false;
  if (texts.reduce((sum, text) => sum + text.split(' ').length, 0) > MAX_WORDS_A_CELL * texts.length)
    return false;
  if (texts.filter((text) => FORMULA.test(text)).length > 0.2 * texts.length) return false;
  if (columns.length > 2) return true;
  const firsts = rows.map(({ cells: [cell] }) => (cell ? textOf(cell.pieces) : ''));
  const isList = firsts.filter((text) =>
    /^(?:[\p{P}\p{S}]|[([]?[\p{L}\d]{1,4}[.)\]:]?)+$/u.test(text),
  ).length;
  const dotted = rows.filter((row) =>
    row.cells.some(({ pieces }) => /(?:\. ?){4}/.test(textOf(pieces))),
  ).length;
  const numbers = rows.filter(({ cells: [, second] }) => second && isNumber(textOf(second.pieces))).length;
  if (numbers === rows.length) return dotted < rows.length / 2;
  return isList < 0.6 * rows.length && dotted < rows.length / 2;
}

function cellIn(row: Line, { u0, u1 }: Column): Piece[] {
  const inside = row.cells.filter((cell) => middle(cell) >= u0 && middle(cell) <= u1);
  return inside.flatMap(({ pieces }, i) => (i > 0 ? [{ text: ' ', source: null }, ...pieces] : pieces));
}

const middle = ({ u0, u1 }: Cell): number => (u0 + u1) / 2;

const isNumber = (text: string): boolean => /^[^\p{L}]*\d[^\p{L}]*$/u.test(text);

/** A first row of words above numbers names the columns. */
function isHeader(
  head: readonly (readonly Piece[])[],
  body: readonly (readonly (readonly Piece[])[])[],
): boolean {
  const texts = head.map(textOf);
  if (texts.some(isNumber)) return false;
  return texts.some(
    (text, column) =>
      text !== '' && body.filter((row) => isNumber(textOf(row[column] ?? []))).length > body.length / 2,
  );
}
