/** A piece of a document as it is set: its headings, its tables, where pages and chapters begin, what is highlighted. */

import { codePointLength } from '../../core/corpus/context';
import { unitIndex } from '../../core/corpus/positions';
import type { Mark, MarkKind } from '../../core/corpus/structure';
import type { Piece } from './document-pages.svelte';
import { cutPiece, type Run } from './highlight-span';

/** Joined, the runs of all parts are the text of the piece, to the character. `at` is where it begins, in code points. */
export type TextPart =
  | { readonly kind: 'text'; readonly runs: readonly Run[] }
  | { readonly kind: 'heading'; readonly at: number; readonly level: number; readonly runs: readonly Run[] }
  /** Something begins here; it holds no text of the document. */
  | { readonly kind: 'break'; readonly at: number; readonly label: string }
  | {
      readonly kind: 'table';
      readonly at: number;
      readonly label: string;
      readonly rows: readonly TableRow[];
    };

export interface TableRow {
  readonly header: boolean;
  readonly cells: readonly (readonly Run[])[];
}

type Span = { readonly start: number; readonly end: number } | null;
type Stretch = Omit<Piece, 'number'>;

const BREAKS: ReadonlySet<MarkKind> = new Set(['page', 'slide', 'sheet', 'chapter', 'message', 'cell']);

/** The marks of a document that show in its text, found by position. */
export class TextMarks {
  /** Where something begins. */
  readonly #points: readonly Mark[];
  /** None within another. */
  readonly #tables: readonly Mark[];

  constructor(marks: readonly Mark[]) {
    this.#points = marks.filter(({ kind }) => BREAKS.has(kind) || kind === 'section');
    const tables: Mark[] = [];
    for (const mark of marks) {
      const isGrid = mark.kind === 'table' && mark.table?.layout === 'tabs' && mark.end > mark.start;
      if (isGrid && mark.start >= (tables.at(-1)?.end ?? 0)) tables.push(mark);
    }
    this.#tables = tables;
  }

  /** Marks that begin in a range, and tables that reach into it, in order of their start. */
  within(start: number, end: number): readonly Mark[] {
    const firstTable = firstAfter(this.#tables, start) - 1;
    const before = this.#tables[firstTable];
    const tables = this.#tables.slice(
      before && before.end > start ? firstTable : firstTable + 1,
      firstAfter(this.#tables, end - 1),
    );
    const points = this.#points.slice(firstAfter(this.#points, start - 1), firstAfter(this.#points, end - 1));
    return [...points, ...tables].sort((a, b) => a.start - b.start);
  }
}

/** Index of the first mark that begins after a position. */
function firstAfter(marks: readonly Mark[], at: number): number {
  let low = 0;
  let high = marks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((marks[middle]?.start ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function partsOf(piece: Stretch, marks: TextMarks, span: Span): TextPart[] {
  const cutter = new Cutter(piece, span);
  for (const mark of marks.within(piece.start, piece.end)) {
    if (mark.kind === 'table') {
      cutter.textUpTo(mark.start);
      cutter.table(mark);
    } else if (mark.kind === 'section') {
      if (mark.start < cutter.at) continue; // within a table
      cutter.textUpTo(mark.start);
      cutter.heading(mark);
    } else {
      if (mark.start < cutter.at) continue;
      cutter.textUpTo(mark.start);
      cutter.parts.push({ kind: 'break', at: mark.start, label: breakWords(mark) });
    }
  }
  cutter.textUpTo(piece.end);
  return cutter.parts;
}

class Cutter {
  readonly parts: TextPart[] = [];
  readonly #piece: Stretch;
  readonly #span: Span;
  /** How far it is cut: code points of the document, UTF-16 units of the piece. */
  #at: number;
  #unit = 0;

  constructor(piece: Stretch, span: Span) {
    this.#piece = piece;
    this.#span = span;
    this.#at = piece.start;
  }

  get at(): number {
    return this.#at;
  }

  textUpTo(end: number): void {
    const stretch = this.#take(Math.min(end, this.#piece.end) - this.#at);
    if (stretch.text !== '') this.parts.push({ kind: 'text', runs: cutPiece(stretch, this.#span) });
  }

  /** The line it stands on, with its end. */
  heading({ level = 1 }: Mark): void {
    const lineBreak = this.#piece.text.indexOf('\n', this.#unit);
    const line = this.#piece.text.slice(this.#unit, lineBreak < 0 ? undefined : lineBreak + 1);
    const stretch = this.#take(codePointLength(line));
    const runs = cutPiece(stretch, this.#span);
    if (stretch.text !== '') this.parts.push({ kind: 'heading', at: stretch.start, level, runs });
  }

  table({ start, end, label, table }: Mark): void {
    const first = this.#at;
    const stretch = this.#take(Math.min(end, this.#piece.end) - this.#at);
    // The line end after it belongs to its last row: by itself it would show as an empty line.
    const text = this.#piece.text[this.#unit] === '\n' ? stretch.text + this.#take(1).text : stretch.text;
    let at = first;
    const rows = text.split(/(?<=\n)/).map((line, index): TableRow => {
      const cells = line.split(/(?<=\t)/).map((cell) => {
        const length = codePointLength(cell);
        const runs = cutPiece({ start: at, end: at + length, text: cell }, this.#span);
        at += length;
        return runs;
      });
      return { header: index === 0 && first === start && table?.header === true, cells };
    });
    if (text !== '') this.parts.push({ kind: 'table', at: first, label, rows });
  }

  #take(chars: number): Stretch {
    const from = this.#unit;
    const start = this.#at;
    if (chars > 0) {
      this.#unit = from + unitIndex(this.#piece.text.slice(from), chars);
      this.#at = start + chars;
    }
    return { start, end: this.#at, text: this.#piece.text.slice(from, this.#unit) };
  }
}

function breakWords({ kind, label }: Mark): string {
  if (kind === 'page') return `p. ${label}`;
  if (kind === 'slide') return `slide ${label}`;
  if (kind === 'cell') return `cell [${label}]`;
  return label; // of a sheet, a chapter, a message: its name
}
