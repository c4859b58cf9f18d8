/** The markup of a worksheet, in pieces, to rows of values. */

import type { CellValue } from '../../../../core/corpus/structure';
import type { SheetCell, SheetRow } from '../sheets/sheet-table';
import { XmlStream, attribute } from '../xml';
import { MAX_COLUMNS, MAX_ROWS, cellPlace, lastPlace } from './cell-reference';
import type { NumberFormat } from './number-format';
import { dateValue } from './serial-date';
import { RichText, unescaped } from './shared-strings';
import { formatAt } from './styles';

/** What the cells of every sheet of a workbook refer to. */
export interface WorkbookContext {
  readonly strings: readonly string[];
  readonly formats: readonly NumberFormat[];
  /** Days are counted from 1904, as the first spreadsheets on a Macintosh did. */
  readonly from1904: boolean;
}

type Part = 'value' | 'formula' | 'inline' | null;

export class SheetParser {
  readonly #context: WorkbookContext;
  readonly #xml: XmlStream;
  readonly #inline = new RichText();
  #rows: SheetRow[] = [];
  #cells: SheetCell[] = [];
  /** 0-based, of the row that is open; where it does not say, the one after the last. */
  #row = -1;
  #column = -1;
  #rowSaysWhere = false;
  /** The open cell's attributes; null outside of cells and in those that name no place. */
  #cell: Readonly<Record<string, string>> | null = null;
  #part: Part = null;
  #value = '';
  #formula: string | null = null;

  /** The last column of any cell or merged range, 0-based; -1 before there is one. */
  lastColumn = -1;
  unreadableCells = 0;
  formulasWithoutResult = 0;

  constructor(context: WorkbookContext) {
    this.#context = context;
    this.#xml = new XmlStream({
      open: (name, attributes) => {
        this.#open(name, attributes);
      },
      text: (text) => {
        if (this.#part === 'value') this.#value += text;
        else if (this.#part === 'formula') this.#formula = (this.#formula ?? '') + text;
        else if (this.#part === 'inline') this.#inline.text(text);
      },
      close: (name) => {
        this.#close(name);
      },
    });
  }

  write(markup: string): void {
    this.#xml.write(markup);
  }

  end(): void {
    this.#xml.end();
  }

  /** The rows that have ended since this was last asked. */
  takeRows(): SheetRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  #open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (this.#part === 'inline') this.#inline.open(name);
    else if (name === 'c') this.#openCell(attributes);
    else if (name === 'row') this.#openRow(attributes);
    else if (name === 'mergeCell') this.#sees(lastPlace(attribute(attributes, 'ref') ?? '')?.column ?? -1);
    else if (this.#cell === null) return;
    else if (name === 'v') this.#part = 'value';
    else if (name === 'f') {
      this.#part = 'formula';
      this.#formula ??= '';
    } else if (name === 'is') this.#part = 'inline';
  }

  #close(name: string): void {
    if (name === 'v' || name === 'f' || name === 'is') this.#part = null;
    else if (this.#part === 'inline') this.#inline.close(name);
    else if (name === 'c') this.#closeCell();
    else if (name === 'row') {
      this.#rows.push({ row: this.#row, cells: this.#cells });
      this.#cells = [];
    }
  }

  #openRow(attributes: Readonly<Record<string, string>>): void {
    const said = Number(attribute(attributes, 'r') ?? NaN);
    this.#rowSaysWhere = Number.isInteger(said) && said >= 1 && said <= MAX_ROWS;
    this.#row = this.#rowSaysWhere ? said - 1 : this.#row + 1;
    this.#column = -1;
  }

  #openCell(attributes: Readonly<Record<string, string>>): void {
    const reference = attributes['r'];
    const place = reference === undefined ? null : cellPlace(reference);
    const column = reference === undefined ? this.#column + 1 : (place?.column ?? MAX_COLUMNS);
    if (place && !this.#rowSaysWhere && this.#cells.length === 0) this.#row = place.row;
    this.#value = '';
    this.#formula = null;
    if (column >= MAX_COLUMNS || this.#row >= MAX_ROWS) {
      this.#cell = null;
      this.unreadableCells++;
      return;
    }
    this.#cell = attributes;
    this.#column = column;
    this.#sees(column);
  }

  #closeCell(): void {
    if (this.#cell === null) return;
    const value = this.#valueOf(this.#cell['t'] ?? 'n', this.#cell['s']);
    this.#cell = null;
    if (value !== null) this.#cells.push({ column: this.#column, value });
    else if (this.#formula !== null && this.#value === '') {
      this.formulasWithoutResult++;
      if (this.#formula !== '')
        this.#cells.push({ column: this.#column, value: null, shown: `=${this.#formula}` });
    }
  }

  #valueOf(type: string, style: string | undefined): CellValue {
    if (type === 'inlineStr') return this.#inline.take();
    const raw = this.#value;
    if (raw === '') return null;
    if (type === 's') return this.#sharedString(Number(raw));
    if (type === 'str') return unescaped(raw);
    if (type === 'b') return raw.trim() === '1' || raw.trim() === 'true';
    if (type === 'e') return raw.trim();
    const format = formatAt(this.#context.formats, style);
    if (type === 'd') return format.time ? raw.trim() : raw.trim().replace(/T00:00:00(?:\.0+)?Z?$/, '');
    const number = Number(raw);
    if (!Number.isFinite(number)) return raw.trim();
    return format.date || format.time ? dateValue(number, format, this.#context.from1904) : number;
  }

  #sharedString(index: number): string | null {
    const text = this.#context.strings[index];
    if (text === undefined) this.unreadableCells++;
    return text ?? null;
  }

  #sees(column: number): void {
    if (column > this.lastColumn) this.lastColumn = column;
  }
}
