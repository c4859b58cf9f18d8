/** The headings of Markdown and what its front matter says, found while the text passes; the text stays as it is. */

import { codePointLength } from '../../../core/corpus/context';
import type { Mark, Metadata } from '../../../core/corpus/structure';
import { isoOfWritten } from './written-date';

export interface MarkdownHeading {
  readonly level: number;
  readonly label: string;
  /** Where its line begins, in code points. */
  readonly start: number;
}

interface Line {
  readonly text: string;
  readonly start: number;
}

/** No heading and no fence is longer. */
const MAX_LINE_UNITS = 4000;
const MAX_HEADINGS = 200_000;
const MAX_FRONT_MATTER_LINES = 500;

const atx = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/;
const html = /^ {0,3}<h([1-6])\b[^>]*>(.*?)<\/h\1>/i;
const fence = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/;
/** What a paragraph does not begin with: a line under it is no underline then. */
const noParagraph = /^(?: {4}|\t| {0,3}(?:>|#|<|\||[-+*][ \t]|\d{1,9}[.)][ \t]|(?:[-*_][ \t]*){3,}$))/;

export class MarkdownHeadings {
  readonly #found: MarkdownHeading[] = [];
  #chars = 0;
  #line = '';
  #lineStart = 0;
  #lineCount = 0;
  /** What closes the open block of code. */
  #fence: string | null = null;
  #isInComment = false;
  #paragraph: Line | null = null;
  /** The lines of the front matter, while they come; null when there is none or it is over. */
  #front: { readonly close: RegExp; readonly lines: string[] } | null = null;
  #metadata: Metadata = {};

  /** Pieces are cut anywhere but inside a code point. */
  push(text: string): void {
    let from = 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
      this.#gather(text.slice(from, at));
      this.#endLine();
      this.#chars++;
      this.#lineStart = this.#chars;
      from = at + 1;
    }
    this.#gather(text.slice(from));
  }

  /** Sections reach to the next heading of their level or above. */
  end(): { readonly marks: readonly Mark[]; readonly metadata: Metadata } {
    this.#endLine();
    return { marks: sectionsOf(this.#found, this.#chars), metadata: this.#metadata };
  }

  #gather(piece: string): void {
    this.#chars += codePointLength(piece);
    if (this.#line.length < MAX_LINE_UNITS) this.#line += piece.slice(0, MAX_LINE_UNITS);
  }

  #endLine(): void {
    const line = { text: this.#line.replace(/\r$/, ''), start: this.#lineStart };
    this.#line = '';
    if (this.#lineCount++ === 0) {
      const text = line.text.replace(/^\ufeff/, '');
      if (/^(?:---|\+\+\+)\s*$/.test(text))
        this.#front = { close: text.startsWith('-') ? /^(?:---|\.\.\.)\s*$/ : /^\+\+\+\s*$/, lines: [] };
      if (this.#front) return;
    }
    if (this.#front) this.#frontMatter(line.text);
    else if (!this.#isCode(line.text) && !this.#isComment(line.text)) this.#heading(line);
  }

  #frontMatter(text: string): void {
    const front = this.#front;
    if (!front) return;
    if (front.close.test(text)) {
      this.#metadata = frontMatterOf(front.lines);
      this.#front = null;
    } else if (front.lines.push(text) > MAX_FRONT_MATTER_LINES) this.#front = null; // it was a rule, not front matter
  }

  #isCode(text: string): boolean {
    if (this.#fence !== null) {
      const mark = /^ {0,3}(`+|~+)[ \t]*$/.exec(text)?.[1];
      if (mark?.startsWith(this.#fence)) this.#fence = null;
      return true;
    }
    this.#fence = fence.exec(text)?.[1] ?? null;
    if (this.#fence !== null) this.#paragraph = null;
    return this.#fence !== null;
  }

  #isComment(text: string): boolean {
    const begins = /^ {0,3}<!--/.test(text);
    if (!begins && !this.#isInComment) return false;
    this.#isInComment = !text.slice(begins ? text.indexOf('<!--') + 4 : 0).includes('-->');
    this.#paragraph = null;
    return true;
  }

  #heading(line: Line): void {
    const { text } = line;
    const hashes = atx.exec(text);
    const tag = hashes ? null : html.exec(text);
    const underline = /^ {0,3}(=+|-+)[ \t]*$/.exec(text)?.[1];
    if (hashes) this.#add(hashes[1]?.length ?? 1, hashes[2] ?? '', line.start);
    else if (tag) this.#add(Number(tag[1]), (tag[2] ?? '').replace(/<[^>]*>/g, ''), line.start);
    else if (underline !== undefined && this.#paragraph)
      this.#add(underline.startsWith('=') ? 1 : 2, this.#paragraph.text, this.#paragraph.start);
    else {
      if (text.trim() === '' || (this.#paragraph === null && noParagraph.test(text))) this.#paragraph = null;
      else if (this.#paragraph === null) this.#paragraph = line;
      else
        this.#paragraph = {
          start: this.#paragraph.start,
          text: `${this.#paragraph.text} ${text}`.slice(0, MAX_LINE_UNITS),
        };
      return;
    }
    this.#paragraph = null;
  }

  #add(level: number, raw: string, start: number): void {
    const label = plainLabel(raw);
    if (label !== '' && this.#found.length < MAX_HEADINGS) this.#found.push({ level, label, start });
  }
}

function sectionsOf(headings: readonly MarkdownHeading[], end: number): Mark[] {
  const marks: Mark[] = new Array<Mark>(headings.length);
  const open: number[] = [];
  const closeTo = (level: number, at: number): void => {
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const heading = headings[top];
      if (!heading || heading.level < level) return;
      marks[top] = { kind: 'section', ...heading, end: at };
      open.pop();
    }
  };
  headings.forEach((heading, index) => {
    closeTo(heading.level, heading.start);
    open.push(index);
  });
  closeTo(0, end);
  return marks;
}

/** Without the marks of emphasis, code, links and anchors. */
function plainLabel(raw: string): string {
  return raw
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\s*\{[#.][^}]*\}\s*$/, '')
    .replace(/(\*{1,3}|`+)(?=\S)(.*?\S)\1/g, '$2')
    .replace(/(?<![\p{L}\p{N}_])(_{1,3})(?=\S)(.*?\S)\1(?![\p{L}\p{N}_])/gu, '$2')
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Only plain values on the line of their key, and lists of authors. */
function frontMatterOf(lines: readonly string[]): Metadata {
  const said = new Map<string, string>();
  let listed: string | null = null;
  for (const line of lines) {
    const item = /^\s*-\s+(?:name\s*:\s*)?(\S.*)$/.exec(line)?.[1];
    const pair = /^([A-Za-z_-]+)\s*[:=]\s*(.*)$/.exec(line);
    if (pair) {
      listed = pair[1]?.toLowerCase() ?? '';
      if (!said.has(listed)) said.set(listed, unquoted(pair[2] ?? ''));
    } else if (item !== undefined && listed !== null)
      said.set(listed, [said.get(listed), unquoted(item)].filter(Boolean).join(', '));
  }
  const metadata = {
    title: said.get('title'),
    author: said.get('author') || said.get('authors'),
    subject: said.get('description') || said.get('subtitle'),
    createdAt: isoOfWritten(said.get('date') ?? ''),
    language: said.get('lang') || said.get('language'),
  };
  return Object.fromEntries(Object.entries(metadata).filter(([, text]) => text)) as Metadata;
}

function unquoted(value: string): string {
  const text = value.trim().replace(/^\[(.*)\]$/, '$1');
  return text
    .replace(/^(["'])(.*)\1$/, '$2')
    .replace(/["']\s*,\s*["']/g, ', ')
    .trim();
}
