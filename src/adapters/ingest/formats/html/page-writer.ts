/**
 * Writes the elements and texts of a page into a document: headings, paragraphs, lists, tables, what stands for a
 * picture. Styles are not interpreted: text hidden by them is kept.
 */

import type { DocumentBuilder } from '../document-builder';
import { DataTable } from './data-table';
import { lineElements, lists, media, paragraphElements, preformatted } from './element-kinds';
import { voidElements, type HtmlAttributes } from './html-stream';
import { LayoutTable } from './layout-table';
import { Lists } from './lists';
import { headings } from './open-elements';
import { PageMetadata } from './page-metadata';
import type { TableLook } from './table-probe';
import { GatheredText, TextFlow } from './text-flow';
import { filledIn } from './form-fields';
import { isCounter, Unshown } from './unshown';

const MAX_HEADING_UNITS = 1000;

export interface PageOptions {
  /** Told of every element with an id, and every named anchor, before its text. */
  readonly anchor?: (id: string) => void;
  /** Whether scripts are a loss: in a whole page, not in a mail or a book. */
  readonly countsScripts?: boolean;
}

export class PageWriter {
  readonly metadata = new PageMetadata();
  readonly #out: DocumentBuilder;
  readonly #options: PageOptions;
  readonly #page: TextFlow;
  readonly #unshown: Unshown;
  readonly #lists = new Lists();
  /** A data table is always the last: tables in it are read as text of its cells. */
  readonly #tables: (LayoutTable | DataTable)[] = [];
  #nestedInData = 0;
  #heading: { level: number; text: GatheredText; flow: TextFlow } | null = null;
  #title: string | null = null;
  #firstHeading: string | null = null;
  /** The formula written last: pages often hold a picture of it too. */
  #formula = '';

  constructor(out: DocumentBuilder, options: PageOptions) {
    this.#out = out;
    this.#options = options;
    this.#page = new TextFlow(out);
    this.#unshown = new Unshown(out, options.countsScripts ?? false);
  }

  get firstHeading(): string | null {
    return this.#firstHeading;
  }

  get isInDataTable(): boolean {
    return this.#tables.at(-1) instanceof DataTable;
  }

  get isShowing(): boolean {
    return !this.#unshown.isInside;
  }

  openTable(look: TableLook): void {
    this.#endHeading();
    this.#break(2);
    if (look.isData) {
      this.#page.settleBreaks();
      this.#tables.push(new DataTable(this.#out, look));
    } else this.#tables.push(new LayoutTable(this.#page));
  }

  open(name: string, attributes: HtmlAttributes): void {
    if (this.#unshown.isInside) return this.#unshown.open(name, attributes);
    this.#anchor(attributes['id']);
    if (name === 'a' && attributes['name'] !== attributes['id']) this.#anchor(attributes['name']);
    if (this.#unshown.begins(name, attributes)) return;
    if (this.#openTablePart(name, attributes)) return;
    if (voidElements.has(name)) return this.#void(name, attributes);
    if (name === 'title') this.#title = '';
    else if (name === 'html') this.metadata.language(attributes);
    else if (headings.has(name)) this.#openHeading(Number(name.slice(1)));
    else if (lists.has(name)) this.#openList(name, attributes);
    else if (name === 'li') this.#openItem(attributes);
    else if (media.has(name)) this.#out.lost('media');
    else if (name === 'q') this.#flow.text('“');
    else if (name === 'rt') this.#flow.text('(');
    else this.#boundary(name);
    if (preformatted.has(name)) this.#flow.openPre();
  }

  text(text: string): void {
    if (this.#unshown.isInside) this.#unshown.text(text);
    else if (this.#title !== null) this.#title += text;
    else {
      this.#flow.text(text);
      if ((this.#heading?.text.value.length ?? 0) > MAX_HEADING_UNITS) this.#abandonHeading();
    }
  }

  close(name: string): void {
    if (this.#unshown.isInside) {
      const formula = this.#unshown.close(name);
      if (formula !== null) this.#writeFormula(formula);
      return;
    }
    if (this.#closeTablePart(name)) return;
    if (preformatted.has(name)) this.#flow.closePre();
    if (name === 'title') this.#endTitle();
    else if (headings.has(name)) this.#endHeading();
    else if (lists.has(name)) this.#closeList();
    else if (name === 'li') this.#closeItem();
    else if (name === 'q') this.#flow.text('”');
    else if (name === 'rt') this.#flow.text(')');
    else this.#boundary(name);
  }

  end(): void {
    this.#endHeading();
    this.#page.settleBreaks();
  }

  get #flow(): TextFlow {
    if (this.#heading) return this.#heading.flow;
    const table = this.#tables.at(-1);
    return table instanceof DataTable ? table.flow : this.#page;
  }

  #anchor(id: string | undefined): void {
    if (id !== undefined) this.#options.anchor?.(id);
  }

  #void(name: string, attributes: HtmlAttributes): void {
    if (name === 'br') {
      if (!this.#isInFreshCell) this.#flow.lineBreak();
    } else if (name === 'img') this.#image(attributes);
    else if (name === 'meta') this.metadata.meta(attributes);
    else if (name === 'input') this.#flow.text(filledIn(attributes));
    else if (name === 'embed' || name === 'frame') this.#out.lost('embedded-files');
    else this.#boundary(name);
  }

  #image(attributes: HtmlAttributes): void {
    const alternative = attributes['alt']?.trim() ?? '';
    if (alternative === '') this.#out.lost('images', isCounter(attributes) ? 0 : 1);
    else if (alternative !== this.#formula) this.#flow.text(` [${alternative}] `);
  }

  #writeFormula(formula: string): void {
    const text = formula.replace(/\s+/g, ' ').trim();
    this.#formula = text;
    this.#flow.text(text);
  }

  #endTitle(): void {
    this.metadata.title(this.#title ?? '');
    this.#title = null;
  }

  #openHeading(level: number): void {
    this.#endHeading();
    if (this.isInDataTable) return this.#break(1);
    const text = new GatheredText();
    this.#heading = { level, text, flow: new TextFlow(text) };
  }

  #endHeading(): void {
    const heading = this.#heading;
    this.#heading = null;
    if (!heading) return this.isInDataTable ? this.#break(1) : undefined;
    const text = heading.text.value;
    if (text.trim() === '') return;
    this.#page.settleBreaks();
    const line = text.replace(/\s*\n\s*/g, ' ');
    this.#firstHeading ??= line;
    this.#out.heading(heading.level, line);
    this.#page.wroteElsewhere();
  }

  /** Too long for a heading: somebody liked large letters, or forgot the end tag. */
  #abandonHeading(): void {
    const heading = this.#heading;
    this.#heading = null;
    if (!heading) return;
    this.#break(2);
    this.#flow.text(heading.text.value);
  }

  #openList(name: string, attributes: HtmlAttributes): void {
    this.#endHeading();
    this.#break(this.#lists.depth === 0 ? 2 : 1);
    this.#lists.open(name, attributes);
  }

  #closeList(): void {
    this.#lists.close();
    this.#break(this.#lists.depth === 0 ? 2 : 1);
  }

  #openItem(attributes: HtmlAttributes): void {
    this.#break(1);
    this.#flow.marker(this.#lists.marker(attributes));
  }

  #closeItem(): void {
    this.#flow.marker('');
    this.#break(1);
  }

  #boundary(name: string): void {
    if (paragraphElements.has(name)) this.#break(2);
    else if (lineElements.has(name)) this.#break(1);
  }

  #break(count: 1 | 2): void {
    if (!this.#isInFreshCell) this.#flow.break(count);
  }

  get #isInFreshCell(): boolean {
    const table = this.#tables.at(-1);
    return table instanceof LayoutTable && table.isInFreshCell && !this.#heading;
  }

  #openTablePart(name: string, attributes: HtmlAttributes): boolean {
    const isPart = name === 'tr' || name === 'td' || name === 'th';
    if (name === 'table')
      this.#nestedInData++; // only those in data come here
    else if (!isPart) return false;
    const table = this.#tables.at(-1);
    this.#endHeading();
    if (!table || this.#nestedInData > 0) this.#break(1);
    else if (name === 'tr') table.openRow();
    else table.openCell(attributes);
    return true;
  }

  #closeTablePart(name: string): boolean {
    const isPart = name === 'tr' || name === 'td' || name === 'th' || name === 'table';
    const table = this.#tables.at(-1);
    if (table instanceof DataTable && this.#nestedInData === 0 && /^t(?:head|body|foot)$/.test(name))
      table.endPart();
    if (!isPart) return false;
    this.#endHeading();
    if (!table || this.#nestedInData > 0) {
      this.#break(1);
      this.#nestedInData -= name === 'table' ? 1 : 0;
    } else if (name === 'table') {
      this.#tables.pop();
      table.end();
    } else if (name === 'tr') table.openRow();
    else table.closeCell();
    return true;
  }
}
