/** Tables of documents: their cells back from the text, which cell an offset is in, and a table as Markdown. */

import { columnName, plainValue, type CellValue, type TableShape } from './structure';

/** 0-based, within the table. */
export interface CellPosition {
  readonly row: number;
  readonly column: number;
}

/**
 * The rows of a table that is laid out by `tabs`, from its stretch of the text; all as wide as the widest. What is added
 * to make them so is null, or an empty string where cells read as text.
 */
export function rowsOf(tableText: string, shape: TableShape): CellValue[][] {
  const read = shape.reads === 'values' ? plainValue : (text: string): CellValue => text;
  const rows = tableText.split('\n').map((line) => line.split('\t').map(read));
  for (const [row, column, value] of shape.exact) {
    const cells = rows[row];
    if (cells && column < cells.length) cells[column] = value;
  }
  const columns = rows.reduce((widest, cells) => Math.max(widest, cells.length), 0);
  const missing = read('');
  for (const cells of rows) while (cells.length < columns) cells.push(missing);
  return rows;
}

/**
 * The cell that an offset into the text of a table of `tabs` is in, counted in code points. A tab or line break belongs
 * to the cell it ends; what lies behind the table counts as its last cell.
 */
export function cellAt(tableText: string, offset: number): CellPosition {
  let row = 0;
  let column = 0;
  let at = 0;
  for (const character of tableText) {
    if (at++ >= offset) break;
    if (character === '\t') column++;
    else if (character === '\n') {
      row++;
      column = 0;
    }
  }
  return { row, column };
}

/** The cell's name in its sheet, as `B3`; null where cells have none. */
export function cellAddress(shape: TableShape, { row, column }: CellPosition): string | null {
  if (shape.origin === null) return null;
  return columnName(shape.origin[1] + column) + String(shape.origin[0] + row + 1);
}

/** A table of GitHub's Markdown. Without a header its first line is empty, as there must be one. */
export function tableMarkdown(rows: readonly (readonly CellValue[])[], header: boolean): string {
  const columns = rows.reduce((widest, cells) => Math.max(widest, cells.length), 0);
  if (columns === 0) return '';
  const line = (cells: readonly CellValue[]): string =>
    `| ${Array.from({ length: columns }, (_, at) => markdownCell(cells[at] ?? null)).join(' | ')} |`;
  const rule = `|${' --- |'.repeat(columns)}`;
  const [first = [], ...rest] = header ? rows : [[], ...rows];
  return [line(first), rule, ...rest.map(line)].join('\n');
}

function markdownCell(value: CellValue): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  return String(value)
    .trim()
    .replace(/\\(?=[\\|])/g, '\\\\')
    .replaceAll('|', '\\|')
    .replace(/\r\n|[\n\v\f\r\u0085\u2028\u2029]/g, '<br>')
    .replaceAll('\t', ' ');
}
