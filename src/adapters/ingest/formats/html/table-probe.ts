/**
 * Tells tables of data from tables that only place things on a page. Looks at the start of a table, or all of a small
 * one, before any of it is written.
 */

import { headings } from './open-elements';
import type { HtmlAttributes } from './html-stream';

export type HtmlEvent =
  | { readonly kind: 'open'; readonly name: string; readonly attributes: HtmlAttributes }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'close'; readonly name: string };

export interface TableLook {
  readonly isData: boolean;
  readonly header: boolean;
  readonly label: string;
  /** Whether all of the table was seen. */
  readonly isComplete: boolean;
}

const MAX_EVENTS = 4000;
const MAX_TEXT_UNITS = 200_000;
/** On average, a cell of data is no longer than this. */
const LONG_CELL_UNITS = 400;
const LONGEST_CELL_UNITS = 2000;
/** With header cells it is data, unless a cell is as long as this. */
const LONGEST_UNDER_HEADERS_UNITS = 20_000;

const numeric = /^[\s$€£¥(+\-−–]*\d[\d.,\s]*\s?[%)]?$/;
const noText = new Set(['script', 'style', 'template']);

export class TableProbe {
  readonly events: HtmlEvent[] = [];
  #units = 0;
  #isLayout = false;
  #ended = false;
  #label = '';
  #caption: string | null = null;
  #rows = 0;
  #headerCells = 0;
  #headingCount = 0;
  #cellsInRow = 0;
  #mostCells = 0;
  #cells = 0;
  #cellUnits = 0;
  #longestCell = 0;
  #cell: string | null = null;
  #hidden = 0;
  /** Of the first row with text: cells that are header cells, and the texts of all. */
  #firstRow: { heads: number; texts: string[]; isHead: boolean } | null = null;
  #row: { heads: number; texts: string[]; isHead: boolean } | null = null;
  #isHead = false;
  #hasNumbersBelow = false;

  /** A table in a table means that the outer one places things. The inner one is no part of the events. */
  foundTable(): void {
    this.#isLayout = true;
    this.#ended = true;
  }

  push(event: HtmlEvent): void {
    this.events.push(event);
    if (event.kind === 'text') this.#text(event.text);
    else if (event.kind === 'open') this.#open(event.name, event.attributes);
    else this.#close(event.name);
  }

  get isDecided(): boolean {
    return this.#ended || this.events.length >= MAX_EVENTS || this.#units >= MAX_TEXT_UNITS;
  }

  look(): TableLook {
    this.#endCell();
    this.#endRow();
    return {
      isData: this.#isData(),
      header: this.#hasHeader(),
      label: this.#label.replace(/\s+/g, ' ').trim().slice(0, 500),
      isComplete: this.#ended,
    };
  }

  #isData(): boolean {
    if (this.#isLayout || this.#rows < 2) return false;
    if (this.#headerCells > 0) return this.#longestCell <= LONGEST_UNDER_HEADERS_UNITS;
    if (this.#mostCells < 2 || this.#headingCount > 0) return false;
    return this.#longestCell <= LONGEST_CELL_UNITS && this.#cellUnits / this.#cells <= LONG_CELL_UNITS;
  }

  #hasHeader(): boolean {
    const first = this.#firstRow;
    if (!first) return false;
    if (first.isHead || first.heads === first.texts.length) return true;
    // Without header cells: words above numbers.
    const areWords = first.texts.every((text) => text !== '' && !numeric.test(text));
    return this.#headerCells === 0 && areWords && this.#hasNumbersBelow;
  }

  #open(name: string, attributes: HtmlAttributes): void {
    if (noText.has(name)) this.#hidden++;
    if (name === 'table') {
      const role = attributes['role'];
      if (role === 'presentation' || role === 'none') this.#isLayout = true;
      this.#label = attributes['aria-label'] ?? '';
    } else if (name === 'caption') this.#caption = '';
    else if (name === 'thead') this.#isHead = true;
    else if (name === 'tr') {
      this.#endRow();
      this.#row = { heads: 0, texts: [], isHead: this.#isHead };
    } else if (name === 'td' || name === 'th') this.#openCell(name);
    else if (headings.has(name)) this.#headingCount++;
  }

  #openCell(name: string): void {
    this.#endCell();
    this.#row ??= { heads: 0, texts: [], isHead: this.#isHead };
    if (name === 'th') {
      this.#row.heads++;
      this.#headerCells++;
    }
    this.#cellsInRow++;
    this.#cell = '';
  }

  #close(name: string): void {
    if (noText.has(name)) this.#hidden--;
    if (name === 'td' || name === 'th') this.#endCell();
    else if (name === 'tr') this.#endRow();
    else if (name === 'thead') this.#isHead = false;
    else if (name === 'table') this.#ended = true;
    else if (name === 'caption' && this.#caption !== null) {
      if (this.#caption.trim() !== '') this.#label = this.#caption;
      this.#caption = null;
    }
  }

  #text(text: string): void {
    this.#units += text.length;
    if (this.#hidden > 0) return;
    if (this.#caption !== null) this.#caption += text;
    else if (this.#cell !== null) this.#cell += text;
  }

  #endCell(): void {
    if (this.#cell === null) return;
    const text = this.#cell.replace(/\s+/g, ' ').trim();
    this.#cell = null;
    this.#row?.texts.push(text);
    if (text === '') return;
    this.#cells++;
    this.#cellUnits += text.length;
    this.#longestCell = Math.max(this.#longestCell, text.length);
  }

  #endRow(): void {
    this.#endCell();
    const row = this.#row;
    this.#row = null;
    this.#mostCells = Math.max(this.#mostCells, this.#cellsInRow);
    this.#cellsInRow = 0;
    if (!row?.texts.some((text) => text !== '')) return;
    this.#rows++;
    if (this.#firstRow === null) this.#firstRow = row;
    else if (row.texts.some((text) => numeric.test(text))) this.#hasNumbersBelow = true;
  }
}
