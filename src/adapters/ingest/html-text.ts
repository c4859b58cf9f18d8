/**
 * The text of an HTML page as a reader has it: title, headings, paragraphs, link texts, tables as tab-separated rows.
 * Markup is read as a stream, so a page of any size will do. Styles are not interpreted: text hidden by them is kept.
 */

import { Parser } from 'htmlparser2';

/** Never shown, and no text. */
const skipped = new Set([
  'script',
  'style',
  'template',
  'svg',
  'math',
  'iframe',
  'object',
  'canvas',
  'datalist',
]);
/** Begin and end a line. */
const lineElements = new Set(
  'address article aside body center dd details dialog div dl dt fieldset figcaption figure footer form header hgroup html legend li main nav option section summary caption tbody thead tfoot tr optgroup select'.split(
    ' ',
  ),
);
/** Are set off by an empty line. */
const paragraphElements = new Set('p h1 h2 h3 h4 h5 h6 ul ol table pre blockquote hr title'.split(' '));
const softBreaks = new Set(['div', 'br', 'center']);

/** Takes markup in pieces, gives text in pieces. */
export class HtmlText {
  #out = '';
  /** Line ends owed before the next text; 0, 1 or 2. */
  #owedBreaks = 0;
  #owedSpace = false;
  #atStart = true;
  #skipDepth = 0;
  #preDepth = 0;
  /** One entry per open table: cells so far in the row, whether one is open, and whether it has no text yet. */
  readonly #tables: { cells: number; open: boolean; fresh: boolean }[] = [];
  /** Tabs owed: cells that turned out empty so far. */
  #owedTabs = 0;

  readonly #parser = new Parser(
    {
      onopentag: (name, attributes) => {
        this.#open(name, attributes);
      },
      onclosetag: (name) => {
        this.#close(name);
      },
      ontext: (text) => {
        this.#text(text);
      },
    },
    { decodeEntities: true },
  );

  write(markup: string): string {
    this.#parser.write(markup);
    return this.#taken();
  }

  end(): string {
    this.#parser.end();
    if (!this.#atStart) this.#out += '\n';
    return this.#taken();
  }

  #taken(): string {
    const out = this.#out;
    this.#out = '';
    return out;
  }

  #open(name: string, attributes: Record<string, string>): void {
    if (skipped.has(name)) this.#skipDepth++;
    if (this.#skipDepth > 0) return;
    if (name === 'table') {
      this.#break(2);
      this.#tables.push({ cells: 0, open: false, fresh: false });
    } else if (name === 'tr') this.#row();
    else if (name === 'td' || name === 'th') this.#cell();
    else if (name === 'img' && attributes['alt']) this.#text(` [${attributes['alt']}] `);
    else this.#boundary(name);
    if (name === 'pre' || name === 'textarea') this.#preDepth++;
  }

  #close(name: string): void {
    if (skipped.has(name)) this.#skipDepth = Math.max(0, this.#skipDepth - 1);
    if (this.#skipDepth > 0) return;
    if (name === 'pre' || name === 'textarea') this.#preDepth = Math.max(0, this.#preDepth - 1);
    if (name === 'table') {
      this.#tables.pop();
      this.#owedTabs = 0;
      this.#break(2);
    } else if (name === 'tr') this.#row();
    else if (name === 'td' || name === 'th') {
      const table = this.#tables.at(-1);
      if (!table) {
        this.#break(1);
        return;
      }
      // What a cell owes when it ends would only part it from its neighbour; an empty one owes nothing of its own.
      if (!table.fresh) {
        this.#owedBreaks = 0;
        this.#owedSpace = false;
      }
      table.open = false;
    } else if (name !== 'br' && name !== 'img') this.#boundary(name);
  }

  #boundary(name: string): void {
    // Inside a cell a plain wrapper does not start a line: rows stay rows.
    if (this.#tables.at(-1)?.open && softBreaks.has(name)) this.#owedSpace = true;
    else if (name === 'br') this.#lineBreak();
    else if (paragraphElements.has(name)) this.#break(2);
    else if (lineElements.has(name)) this.#break(1);
  }

  #row(): void {
    const table = this.#tables.at(-1);
    if (table) Object.assign(table, { cells: 0, open: false });
    this.#owedTabs = 0;
    this.#break(1);
  }

  #cell(): void {
    const table = this.#tables.at(-1);
    if (!table) {
      this.#break(1);
      return;
    }
    if (table.cells > 0) this.#owedTabs++;
    table.cells++;
    table.open = true;
    table.fresh = true;
  }

  /** A line cannot end before the first word of a cell. */
  get #inFreshCell(): boolean {
    const table = this.#tables.at(-1);
    return table !== undefined && table.open && table.fresh;
  }

  #break(count: number): void {
    if (this.#inFreshCell) return;
    this.#owedBreaks = Math.max(this.#owedBreaks, count);
    this.#owedSpace = false;
  }

  #lineBreak(): void {
    if (this.#inFreshCell) return;
    this.#owedBreaks = Math.min(2, this.#owedBreaks + 1);
    this.#owedSpace = false;
  }

  #text(raw: string): void {
    if (this.#skipDepth > 0) return;
    const text = raw.replace(/\u00ad/g, '').replace(/\u00a0/g, ' ');
    if (this.#preDepth > 0) {
      if (text === '') return;
      this.#settle();
      this.#out += text;
      return;
    }
    const collapsed = text.replace(/[ \t\r\n\f]+/g, ' ');
    const trimmed = collapsed.trim();
    if (collapsed.startsWith(' ')) this.#space();
    if (trimmed === '') return;
    this.#settle();
    this.#out += trimmed;
    if (collapsed.endsWith(' ')) this.#space();
  }

  #space(): void {
    if (this.#owedBreaks === 0 && !this.#atStart) this.#owedSpace = true;
  }

  /** Pays what is owed before a piece of text. */
  #settle(): void {
    if (this.#atStart) this.#out += '\t'.repeat(this.#owedTabs);
    else if (this.#owedBreaks > 0) this.#out += '\n'.repeat(this.#owedBreaks) + '\t'.repeat(this.#owedTabs);
    else if (this.#owedTabs > 0) this.#out += '\t'.repeat(this.#owedTabs);
    else if (this.#owedSpace) this.#out += ' ';
    this.#owedBreaks = 0;
    this.#owedTabs = 0;
    this.#owedSpace = false;
    this.#atStart = false;
    for (const table of this.#tables) table.fresh = false;
  }
}
