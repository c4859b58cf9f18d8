/** A table of data on its way into the document: cells that span columns or rows keep the others in their columns. */

import type { DocumentBuilder, OpenTable } from '../document-builder';
import type { HtmlAttributes } from './html-stream';
import { GatheredText, TextFlow } from './text-flow';
import type { TableLook } from './table-probe';

/** Wider spans are meant to reach the end of the row. */
const MAX_COLUMN_SPAN = 100;
const MAX_ROW_SPAN = 65_534;
const MAX_COLUMNS = 2000;
/** Cells that only fill up: beyond this, a page is made to blow up, and its spans are ignored. */
const MAX_PADDING = 2_000_000;

export class DataTable {
  readonly #out: DocumentBuilder;
  readonly #look: TableLook;
  /** What stands in the table but in no cell: its caption, or what should not be there. */
  #stray = new GatheredText();
  #strayFlow = new TextFlow(this.#stray);
  #cell: { text: GatheredText; flow: TextFlow; columns: number; rows: number } | null = null;
  #row: string[] = [];
  #hasCells = false;
  /** For each column, how many rows more a cell from above covers. */
  #covered: number[] = [];
  #padding = 0;
  /** Rows of a table that was seen whole: columns without any text are left out. */
  readonly #rows: string[][] = [];
  #table: OpenTable | null = null;

  constructor(out: DocumentBuilder, look: TableLook) {
    this.#out = out;
    this.#look = look;
  }

  /** Where text goes now. */
  get flow(): TextFlow {
    return this.#cell?.flow ?? this.#strayFlow;
  }

  openRow(): void {
    this.closeRow();
  }

  openCell(attributes: HtmlAttributes): void {
    this.closeCell();
    const text = new GatheredText();
    this.#cell = {
      text,
      flow: new TextFlow(text),
      columns: span(attributes['colspan'], MAX_COLUMN_SPAN),
      rows: span(attributes['rowspan'], MAX_ROW_SPAN),
    };
  }

  closeCell(): void {
    const cell = this.#cell;
    if (!cell) return;
    this.#cell = null;
    this.#hasCells = true;
    const row = this.#row;
    if (row.length >= MAX_COLUMNS) return;
    while ((this.#covered[row.length] ?? 0) > 0 && this.#mayPad()) row.push('');
    const first = row.length;
    row.push(cell.text.value);
    for (let column = first + 1; column < first + cell.columns && this.#mayPad(); column++) row.push('');
    if (cell.rows > 1)
      for (let column = first; column < row.length; column++) this.#covered[column] = cell.rows;
  }

  closeRow(): void {
    this.closeCell();
    const row = this.#row;
    if (!this.#hasCells) return;
    this.#row = [];
    this.#hasCells = false;
    this.#covered = this.#covered.map((rows) => Math.max(0, rows - 1));
    if (row.every((text) => text === '')) return;
    if (this.#look.isComplete) this.#rows.push(row);
    else this.#write(row);
  }

  /** Cells cover no rows of the next part of the table. */
  endPart(): void {
    this.closeRow();
    this.#covered = [];
  }

  end(): void {
    this.closeRow();
    const used: boolean[] = [];
    for (const row of this.#rows)
      row.forEach((text, column) => {
        used[column] ||= text !== '';
      });
    for (const row of this.#rows) this.#write(row.filter((_, column) => used[column]));
    this.#table?.end();
    this.#writeStray();
    this.#out.breakLine(2);
  }

  #write(row: readonly string[]): void {
    if (!this.#table) {
      this.#writeStray();
      this.#out.breakLine(2);
      this.#table = this.#out.openTable({
        label: this.#look.label,
        reads: 'text',
        header: this.#look.header,
      });
    }
    this.#table.row(row);
  }

  #writeStray(): void {
    const text = this.#stray.value;
    if (text !== '') this.#out.paragraph(text);
    this.#stray = new GatheredText();
    this.#strayFlow = new TextFlow(this.#stray);
  }

  #mayPad(): boolean {
    return this.#row.length < MAX_COLUMNS && ++this.#padding <= MAX_PADDING;
  }
}

function span(said: string | undefined, most: number): number {
  const number = Number.parseInt(said ?? '', 10);
  if (number === 0) return most === MAX_ROW_SPAN ? most : 1; // a row span of none reaches to the end
  return Number.isNaN(number) ? 1 : Math.min(most, Math.max(1, number));
}
