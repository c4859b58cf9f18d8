/**
 * The cells of one sheet as tables of a document, while they come. Rows begin at A1 and are equally wide where that costs
 * little; cells far from the others get a table of their own instead of a million empty rows.
 */

import type { CellValue } from '../../../../core/corpus/structure';
import type { DocumentBuilder, OpenTable } from '../document-builder';

export interface SheetCell {
  readonly column: number;
  readonly value: CellValue;
  /** What stands in the text although it is not the value: a formula that was never calculated. */
  readonly shown?: string;
}

export interface SheetRow {
  /** 0-based. */
  readonly row: number;
  /** Only those with a value. */
  readonly cells: readonly SheetCell[];
}

/** Rows are held back until there are so many cells: by then the width and whether there is a header are known. */
const HELD_CELLS = 50_000;
const MAX_GAP_ROWS = 1000;
/** Columns that are formatted but empty, beyond the last that has a value. */
const MAX_EMPTY_COLUMNS = 256;
const FREE_EMPTY_CELLS = 2_000_000;
/** Empty cells that cannot be left out, as others stand behind them. */
const MAX_EMPTY_CELLS = 4_000_000;
const FLUSH_ROWS = 1000;

export class SheetTable {
  readonly #out: DocumentBuilder;
  readonly #label: string;
  #held: SheetRow[] | null = [];
  #heldCells = 0;
  /** Columns of any cell, and of cells with a value. */
  #usedColumns = 0;
  #valueColumns = 0;
  #table: OpenTable | null = null;
  #nextRow = 0;
  #cells = 0;
  #padding = 0;
  #gaps = 0;
  #lateRows = 0;

  constructor(out: DocumentBuilder, label: string) {
    this.#out = out;
    this.#label = label;
  }

  /** Cells with a value so far. */
  get cells(): number {
    return this.#cells;
  }

  /** A cell is there, up to this 0-based column, if only an empty one. */
  uses(column: number): void {
    if (column >= this.#usedColumns) this.#usedColumns = column + 1;
  }

  async row(row: SheetRow): Promise<void> {
    if (row.cells.length === 0) return;
    this.#cells += row.cells.length;
    for (const { column } of row.cells) if (column >= this.#valueColumns) this.#valueColumns = column + 1;
    if (this.#held === null) {
      await this.#write(row);
      return;
    }
    this.#held.push(row);
    this.#heldCells += row.cells.length;
    if (this.#heldCells >= HELD_CELLS) await this.#release();
  }

  async end(): Promise<void> {
    await this.#release();
    this.#table?.end();
    this.#out.lost('unreadable-parts', this.#lateRows);
  }

  async #release(): Promise<void> {
    const held = this.#held;
    if (held === null) return;
    this.#held = null;
    for (const row of joined(held)) await this.#write(row);
  }

  async #write(row: SheetRow): Promise<void> {
    if (row.row < this.#nextRow) {
      this.#lateRows++; // out of order, after what came before it was handed on
      return;
    }
    const width = Math.max(...row.cells.map(({ column }) => column)) + 1;
    this.#gaps += width - row.cells.length;
    if (this.#gaps > MAX_EMPTY_CELLS + 4 * this.#cells) {
      this.#out.lost('cut-off');
      return;
    }
    const table = this.#tableAt(row);
    const cells = new Array<CellValue>(this.#padded(width)).fill(null);
    let shown: Map<number, string> | undefined;
    for (const cell of row.cells) {
      cells[cell.column] = cell.value;
      if (cell.shown !== undefined) (shown ??= new Map<number, string>()).set(cell.column, cell.shown);
    }
    table.row(cells, shown);
    this.#nextRow = row.row + 1;
    if (this.#nextRow % FLUSH_ROWS === 0) await this.#out.flush();
    else await this.#out.flushWhenLarge();
  }

  /** The table that the row is the next of, after the empty rows before it. */
  #tableAt(row: SheetRow): OpenTable {
    const isFar = row.row - this.#nextRow > MAX_GAP_ROWS;
    if (this.#table && isFar) {
      this.#table.end();
      this.#out.breakLine(2);
    }
    if (this.#table === null || isFar) {
      if (isFar) this.#nextRow = row.row;
      const header = this.#nextRow === row.row && this.#table === null && isHeader(row, this.#valueColumns);
      const origin = [this.#nextRow, 0] as const;
      this.#table = this.#out.openTable({ label: this.#label, reads: 'values', header, origin });
    }
    for (; this.#nextRow < row.row; this.#nextRow++)
      this.#table.row(new Array<CellValue>(this.#padded(1)).fill(null));
    return this.#table;
  }

  /** How wide a row becomes that must be `least` wide. */
  #padded(least: number): number {
    const wide = Math.min(this.#usedColumns, this.#valueColumns + MAX_EMPTY_COLUMNS);
    const width = Math.max(least, wide, this.#valueColumns);
    this.#padding += width - least;
    return this.#padding > FREE_EMPTY_CELLS + 2 * this.#cells ? least : width;
  }
}

/** In order, and every row once: what comes later stands over what came first. */
function joined(rows: readonly SheetRow[]): SheetRow[] {
  const isInOrder = rows.every(({ row }, at) => at === 0 || row > (rows[at - 1]?.row ?? 0));
  if (isInOrder) return [...rows];
  const byRow = new Map<number, SheetCell[]>();
  for (const { row, cells } of rows) byRow.set(row, [...(byRow.get(row) ?? []), ...cells]);
  return [...byRow].sort(([a], [b]) => a - b).map(([row, cells]) => ({ row, cells }));
}

/** Names of columns are texts, and most columns have one. */
function isHeader({ cells }: SheetRow, columns: number): boolean {
  return cells.length * 2 > columns && cells.every(({ value }) => typeof value === 'string' && value !== '');
}
