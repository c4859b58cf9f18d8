/** The content of an OpenDocument spreadsheet, in pieces, to sheets and rows of values. */

import { columnName, type CellValue, type LossKind } from '../../../../core/corpus/structure';
import type { SheetComment } from '../sheets/sheet-parts';
import type { SheetCell, SheetRow } from '../sheets/sheet-table';
import { XmlStream, attribute } from '../xml';
import { MAX_COLUMNS, MAX_ROWS } from '../xlsx/cell-reference';
import { OdfText, saidValue } from './odf-cells';

type Attributes = Readonly<Record<string, string>>;

export type OdsEvent =
  | { readonly kind: 'sheet'; readonly name: string; readonly isHidden: boolean }
  /** `times` rows in a row are like this one. */
  | { readonly kind: 'rows'; readonly row: SheetRow; readonly times: number }
  | {
      readonly kind: 'end';
      readonly comments: readonly SheetComment[];
      readonly shapeText: readonly string[];
    };

interface OpenCell {
  readonly attributes: Attributes;
  readonly times: number;
  readonly isCovered: boolean;
}

/** Whose text the paragraphs are that come. */
interface TextOwner {
  readonly element: string;
  readonly is: 'cell' | 'annotation' | 'shape';
  readonly text: OdfText;
}

const shapes = new Set([
  'frame',
  'custom-shape',
  'rect',
  'ellipse',
  'line',
  'caption',
  'g',
  'polygon',
  'path',
]);
const counted: Readonly<Record<string, LossKind>> = {
  image: 'images',
  object: 'charts',
  'object-ole': 'embedded-files',
};

export class OdsParser {
  readonly #xml: XmlStream;
  readonly #hiddenStyles = new Set<string>();
  /** Elements that hold text of their own, innermost last. */
  readonly #owners: TextOwner[] = [];
  #events: OdsEvent[] = [];
  #style = '';
  #tables = 0;
  #row = 0;
  #times = 1;
  #cells: SheetCell[] | null = null;
  #column = 0;
  #cell: OpenCell | null = null;
  #comments: SheetComment[] = [];
  #shapeText: string[] = [];
  /** Of the annotation that is open. */
  #author: string | null = null;
  #inAuthor = false;

  readonly losses = new Map<LossKind, number>();
  formulasWithoutResult = 0;

  constructor() {
    this.#xml = new XmlStream({
      open: (name, attributes) => {
        this.#open(name, attributes);
      },
      text: (text) => {
        if (this.#inAuthor) this.#author = (this.#author ?? '') + text;
        else this.#owner?.text.text(text);
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

  /** What has come since this was last asked. */
  takeEvents(): OdsEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  #open(name: string, attributes: Attributes): void {
    if (name === 'style') this.#style = attribute(attributes, 'name') ?? '';
    else if (name === 'table-properties' && attribute(attributes, 'display') === 'false')
      this.#hiddenStyles.add(this.#style);
    else if (name === 'table') this.#openTable(attributes);
    else if (name === 'dde-link')
      this.#tables++; // what was fetched from elsewhere is no sheet
    else if (this.#tables !== 1) return;
    else if (name === 'table-row') this.#openRow(attributes);
    else if (name === 'table-cell' || name === 'covered-table-cell') this.#openCell(name, attributes);
    else if (name === 'annotation') this.#own(name, 'annotation');
    else if (shapes.has(name)) this.#own(name, 'shape');
    else if (name === 'creator') this.#inAuthor = this.#owner?.is === 'annotation';
    else this.#owner?.text.open(name, attributes);
    const what = this.#tables === 1 ? counted[name] : undefined;
    if (what !== undefined) this.losses.set(what, (this.losses.get(what) ?? 0) + 1);
  }

  #close(name: string): void {
    if (name === 'table') this.#closeTable();
    else if (name === 'dde-link') this.#tables--;
    else if (this.#tables !== 1) return;
    else if (name === 'table-row') this.#closeRow();
    else if (name === 'creator') this.#inAuthor = false;
    else if (name === this.#owner?.element) this.#disown();
    else this.#owner?.text.close(name);
  }

  get #owner(): TextOwner | undefined {
    return this.#owners.at(-1);
  }

  /** Tables may stand within a cell; what is in those is left out. */
  #openTable(attributes: Attributes): void {
    if (++this.#tables !== 1) return;
    const isHidden = this.#hiddenStyles.has(attribute(attributes, 'style-name') ?? '');
    this.#events.push({ kind: 'sheet', name: attribute(attributes, 'name') ?? '', isHidden });
    this.#row = 0;
  }

  #closeTable(): void {
    if (--this.#tables !== 0) return;
    this.#events.push({ kind: 'end', comments: this.#comments, shapeText: this.#shapeText });
    this.#comments = [];
    this.#shapeText = [];
    this.#owners.length = 0;
    this.#cells = null;
  }

  #openRow(attributes: Attributes): void {
    this.#cells = [];
    this.#column = 0;
    this.#times = repeats(attribute(attributes, 'number-rows-repeated'), MAX_ROWS - this.#row);
  }

  #closeRow(): void {
    if (this.#cells !== null && this.#cells.length > 0 && this.#times > 0)
      this.#events.push({ kind: 'rows', row: { row: this.#row, cells: this.#cells }, times: this.#times });
    this.#row += this.#times;
    this.#cells = null;
  }

  #openCell(name: string, attributes: Attributes): void {
    if (this.#cells === null) return;
    const times = repeats(attribute(attributes, 'number-columns-repeated'), MAX_COLUMNS - this.#column);
    this.#cell = { attributes, times, isCovered: name === 'covered-table-cell' };
    this.#own(name, 'cell');
  }

  #own(element: string, is: TextOwner['is']): void {
    this.#owners.push({ element, is, text: new OdfText() });
    if (is === 'annotation') this.#author = null;
  }

  #disown(): void {
    const owner = this.#owners.pop();
    const text = owner?.text.take() ?? [];
    if (owner?.is === 'cell') this.#closeCell(text);
    else if (owner?.is === 'shape') this.#shapeText.push(...text.filter((line) => line.trim() !== ''));
    else {
      const reference = `${columnName(this.#column)}${String(this.#row + 1)}`;
      this.#comments.push({ reference, author: (this.#author ?? '').trim(), text: text.join('\n') });
    }
  }

  #closeCell(text: readonly string[]): void {
    const cell = this.#cell;
    this.#cell = null;
    if (cell === null || this.#cells === null) return;
    const filled = cell.isCovered ? null : this.#filled(cell.attributes, text);
    for (let at = 0; filled !== null && at < cell.times; at++)
      this.#cells.push({ column: this.#column + at, ...filled });
    this.#column += cell.times;
  }

  #filled(attributes: Attributes, text: readonly string[]): { value: CellValue; shown?: string } | null {
    const said = saidValue(attributes);
    if (said !== undefined) return { value: said };
    if (text.length > 0) return { value: text.join('\n') };
    const formula = attribute(attributes, 'formula');
    if (formula === undefined) return null;
    this.formulasWithoutResult++;
    return { value: null, shown: formula.replace(/^\w+:(?==)/, '') };
  }
}

function repeats(said: string | undefined, most: number): number {
  const count = Number(said ?? 1);
  return Math.max(0, Math.min(Number.isInteger(count) && count > 0 ? count : 1, most));
}
