/** The headings of Markdown, found as the text passes by, and what its front matter says; the text itself stays as it is. */

import { codePointLength } from '../../../core/corpus/context';
import type { Mark, Metadata } from '../../../core/corpus/structure';
import { isoOfWritten } from './written-date';

interface Heading {
  readonly start: number;
  readonly level: number;
  readonly label: string;
}

const MAX_HEADINGS = 200_000;
const MAX_FRONT_LINES = 200;
/** Longer lines are no headings, and are not held. */
const MAX_LINE_UNITS = 2000;

export class MarkdownHeadings {
  readonly #headings: Heading[] = [];
  #metadata: Metadata = {};
  /** Where the unfinished line begins, in code points. */
  #lineStart = 0;
  #line = '';
  #before: { text: string; start: number } | null = null;
  #fence: string | null = null;
  #lines = 0;
  #inFront = false;

  /** Text in pieces, cut anywhere between code points. */
  push(text: string): void {
    let at = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', at)) {
      const rest = text.slice(at, end);
      const whole = this.#line + rest;
      this.#take(whole, this.#lineStart);
      this.#lineStart += codePointLength(whole) + 1;
      this.#line = '';
      at = end + 1;
    }
    this.#line += text.slice(at);
  }

  /** Sections reach to the next heading of their level or above, the last ones beyond the end of the text. */
  end(): { readonly marks: readonly Mark[]; readonly metadata: Metadata } {
    this.#take(this.#line, this.#lineStart);
    const marks: Mark[] = [];
    const open: number[] = [];
    const ends = new Array<number>(this.#headings.length).fill(Number.MAX_SAFE_INTEGER);
    this.#headings.forEach(({ start, level }, index) => {
      while (open.length > 0 && (this.#headings[open.at(-1) ?? 0]?.level ?? 0) >= level)
        ends[open.pop() ?? 0] = start;
      open.push(index);
    });
    this.#headings.forEach(({ start, level, label }, index) => {
      marks.push({ kind: 'section', start, end: ends[index] ?? start, label, level });
    });
    return { marks, metadata: this.#metadata };
  }

  #take(raw: string, start: number): void {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    const number = this.#lines++;
    if (number === 0 && /^---\s*$/.test(line)) this.#inFront = true;
    else if (this.#inFront) this.#front(line, number);
    else if (line.length <= MAX_LINE_UNITS) this.#body(line, start);
    else this.#before = null;
  }

  #front(line: string, number: number): void {
    if (/^(?:---|\.\.\.)\s*$/.test(line) || number > MAX_FRONT_LINES) {
      this.#inFront = false;
      return;
    }
    const [, key, said] = /^(title|author|date|lang|language)\s*:\s*(.+)$/i.exec(line) ?? [];
    if (key === undefined || said === undefined) return;
    const value = said.trim().replace(/^(["'])(.*)\1$/, '$2');
    const date = isoOfWritten(value);
    const name = key.toLowerCase();
    const more: Metadata =
      name === 'title'
        ? { title: value }
        : name === 'author'
          ? { author: value }
          : name === 'date'
            ? date === undefined
              ? {}
              : { createdAt: date }
            : { language: value };
    this.#metadata = { ...more, ...this.#metadata };
  }

  #body(line: string, start: number): void {
    const before = this.#before;
    this.#before = null;
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (this.#fence !== null) {
      if (mark?.startsWith(this.#fence)) this.#fence = null;
      return;
    }
    if (mark !== undefined) {
      this.#fence = mark;
      return;
    }
    const [, marks, heading] = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/.exec(line) ?? [];
    if (marks !== undefined) this.#found(start, marks.length, heading ?? '');
    else if (before && /^ {0,3}(?:=+|-{2,})[ \t]*$/.test(line))
      this.#found(before.start, line.includes('=') ? 1 : 2, before.text);
    // What a line of dashes underlines is a paragraph of its own, not a list, a quotation or a table.
    else if (/\S/.test(line) && !/^(?: {4}|\t| {0,3}(?:[-*+>|]|\d+[.)]))/.test(line))
      this.#before = { text: line, start };
  }

  #found(start: number, level: number, heading: string): void {
    const label = heading
      .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/[*_`]+/g, '')
      .trim();
    if (label !== '' && this.#headings.length < MAX_HEADINGS) this.#headings.push({ start, level, label });
  }
}
