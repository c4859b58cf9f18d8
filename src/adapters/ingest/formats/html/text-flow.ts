/**
 * Text as it flows in a page: white space collapses, line breaks and spaces are owed until more text comes. Writes to
 * a document, or gathers the text of a heading or a cell.
 */

export interface FlowTarget {
  text(text: string): void;
  breakLine(count?: 1 | 2): void;
}

/** Control characters, soft hyphens, byte order marks. */
const unseen = /(?![\t\n\v\f\r])\p{Cc}|[\u00ad\ufeff]/gu;

export class TextFlow {
  readonly #target: FlowTarget;
  #owedBreaks: 0 | 1 | 2 = 0;
  #owedSpace = false;
  /** Written before the next text, on its line: the tabs of cells that turned out empty, the marker of an item. */
  #owedTabs = 0;
  #owedMarker = '';
  #writes = 0;
  #isLineEmpty = true;
  #preDepth = 0;
  /** Line ends of preformatted text that count only if more of it follows. */
  #owedPreLines = 0;
  #isPreFresh = false;

  constructor(target: FlowTarget) {
    this.#target = target;
  }

  /** How often text was written: shows whether any was since. */
  get writes(): number {
    return this.#writes;
  }

  /** The next text begins a line (1), after an empty line (2). Nothing owed before it is lost. */
  break(count: 1 | 2): void {
    if (this.#owedMarker !== '') return; // an item begins on the line of its marker
    this.#owedBreaks = count > this.#owedBreaks ? count : this.#owedBreaks;
    this.#owedSpace = false;
  }

  /** Two in a row make an empty line. */
  lineBreak(): void {
    if (this.#preDepth > 0) this.#owedPreLines++;
    else this.break(this.#owedBreaks === 0 ? 1 : 2);
  }

  space(): void {
    if (this.#owedBreaks === 0 && !this.#isLineEmpty) this.#owedSpace = true;
  }

  tab(): void {
    this.#owedTabs++;
  }

  forgetTabs(): void {
    this.#owedTabs = 0;
  }

  /** Of an item. One that is still owed gives way: its item began with another. */
  marker(text: string): void {
    this.#owedMarker = text;
  }

  /** What is owed would only part one cell from the next. */
  forgetOwed(): void {
    this.#owedBreaks = 0;
    this.#owedSpace = false;
  }

  /** Text that was written past this flow counts as its own. */
  wroteElsewhere(): void {
    this.#writes++;
    this.#owedMarker = '';
    this.#owedTabs = 0;
  }

  openPre(): void {
    this.#preDepth++;
    this.#isPreFresh = true;
  }

  closePre(): void {
    if (this.#preDepth > 0) this.#preDepth--;
    if (this.#preDepth === 0) this.#owedPreLines = 0;
  }

  text(raw: string): void {
    const text = raw.replace(unseen, '').replace(/\u00a0/g, ' ');
    if (this.#preDepth > 0) this.#preText(text.replace(/\r\n?/g, '\n'));
    else this.#flowText(text.replace(/[ \t\r\n\f\v]+/g, ' '));
  }

  /** Hands the line breaks on to the target, for what is written past this flow. */
  settleBreaks(): void {
    if (this.#owedBreaks !== 0) this.#target.breakLine(this.#owedBreaks);
    this.#owedBreaks = 0;
    this.#owedSpace = false;
    this.#isLineEmpty = true;
  }

  #flowText(text: string): void {
    if (text.startsWith(' ')) this.space();
    const trimmed = text.replace(/^ | $/g, '');
    if (trimmed === '') return;
    this.#write(trimmed);
    if (text.endsWith(' ')) this.space();
  }

  #preText(whole: string): void {
    // The first line end after the tag is no part of it.
    const text = this.#isPreFresh && whole.startsWith('\n') ? whole.slice(1) : whole;
    if (whole !== '') this.#isPreFresh = false;
    const shown = text.replace(/\n+$/, '');
    if (shown !== '') {
      const lines = '\n'.repeat(this.#owedPreLines);
      this.#owedPreLines = 0;
      this.#write(lines + shown);
    }
    this.#owedPreLines += text.length - shown.length;
  }

  #write(text: string): void {
    const prefix = '\t'.repeat(this.#owedTabs) + this.#owedMarker;
    const space = this.#owedSpace && this.#owedBreaks === 0 && prefix === '' ? ' ' : '';
    this.settleBreaks();
    this.#owedTabs = 0;
    this.#owedMarker = '';
    this.#isLineEmpty = false;
    this.#writes++;
    this.#target.text(prefix + space + text);
  }
}

/** Gathers text on its own. */
export class GatheredText implements FlowTarget {
  #text = '';
  #breaks = 0;

  get value(): string {
    return this.#text;
  }

  text(text: string): void {
    if (this.#text !== '') this.#text += '\n'.repeat(this.#breaks);
    this.#breaks = 0;
    this.#text += text;
  }

  breakLine(count: 1 | 2 = 1): void {
    this.#breaks = Math.max(this.#breaks, count);
  }
}
