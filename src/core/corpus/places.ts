/** Where a span stands, in words: the page, slide, cell, message, chapter or section it is in; and a document's outline. */

import type { Mark, MarkKind } from './structure';
import { cellAddress, cellAt } from './tables';

export interface Place {
  /** `p. 12`, `slide 3`, `Sheet1!B3:C4`, `ch. The Whale`, `§ 2.1 Terms`, `message: Re: offer`, `0:12:03`, `cell [3]`. */
  readonly words: string;
  /** The mark the span begins in. */
  readonly mark: Mark;
}

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** An entry of the outline, with what lies inside it. */
export interface OutlineNode {
  readonly mark: Mark;
  readonly children: readonly OutlineNode[];
}

/** The most telling first. */
const TELLING = ['page', 'slide', 'sheet', 'cue', 'message', 'chapter', 'section', 'cell'] as const;
const OUTLINED: readonly MarkKind[] = ['sheet', 'slide', 'message', 'chapter', 'section', 'cell'];
const LONGEST_LABEL = 80;
/** What may part neighbours, as two pages: a line break or two belong to what they follow. */
const SEAM_CHARS = 2;

/**
 * The most telling place of a span; null when no mark says any. Asked often, it costs a binary search: the marks are
 * sorted by kind once, and remembered by identity.
 * `tableText` is the text of `tableAt(marks, span)`: with it, a place in a sheet is the address of its cells.
 */
export function placeOf(marks: readonly Mark[], span: Range, tableText?: string): Place | null {
  const byKind = indexOf(marks);
  for (const kind of TELLING) {
    const lane = byKind.get(kind);
    const first = lane?.firstOf(span);
    if (!lane || !first) continue;
    const table = kind === 'sheet' && tableText !== undefined ? tableAt(marks, span) : null;
    const cells = table && cellsOf(table, tableText ?? '', span);
    const last = lane.lastOf(span) ?? first;
    return { words: cells ? `${sheetName(first.label)}!${cells}` : wordsFor(kind, first, last), mark: first };
  }
  return null;
}

/** The table a span begins in: the innermost, where one holds another. */
export function tableAt(marks: readonly Mark[], span: Range): Mark | null {
  return indexOf(marks).get('table')?.around(span.start) ?? null;
}

/** A page by what is printed on it or, where no page has that label, by its number from 1; null when there is none. */
export function findPage(marks: readonly Mark[], page: string | number): Mark | null {
  const pages = indexOf(marks).get('page')?.marks ?? [];
  const wanted = String(page).trim().toLowerCase();
  const labelled = pages.find(({ label }) => label.toLowerCase() === wanted);
  return labelled ?? (/^\d+$/.test(wanted) ? (pages[Number(wanted) - 1] ?? null) : null);
}

/**
 * Sheets, slides, messages, chapters and sections as a tree, by what lies in what and by level; the pages as a plain
 * list where there is nothing else.
 */
export function outlineOf(marks: readonly Mark[]): readonly OutlineNode[] {
  const roots: MutableNode[] = [];
  const open: MutableNode[] = [];
  const kinds = marks.some(({ kind }) => OUTLINED.includes(kind)) ? OUTLINED : ['page'];
  for (const mark of marks) {
    if (!kinds.includes(mark.kind)) continue;
    for (let top = open.at(-1); top && !holds(top.mark, mark); top = open.at(-1)) open.pop();
    const node: MutableNode = { mark, children: [] };
    (open.at(-1)?.children ?? roots).push(node);
    open.push(node);
  }
  return roots;
}

interface MutableNode {
  readonly mark: Mark;
  readonly children: MutableNode[];
}

function holds(outer: Mark, inner: Mark): boolean {
  if (inner.start >= outer.end) return false;
  return outer.kind !== inner.kind || (outer.level ?? 1) < (inner.level ?? 1);
}

/** The marks of one kind, in order, and the one around each. */
class Lane {
  readonly marks: readonly Mark[];
  readonly #outer: Int32Array;

  constructor(marks: readonly Mark[]) {
    this.marks = marks;
    this.#outer = new Int32Array(marks.length);
    let around = -1;
    marks.forEach((mark, index) => {
      while (around >= 0 && (marks[around]?.end ?? 0) <= mark.start) around = this.#outer[around] ?? -1;
      this.#outer[index] = around;
      around = index;
    });
  }

  /** The innermost mark around a position. */
  around(at: number): Mark | null {
    for (let index = this.#before(at); index >= 0; index = this.#outer[index] ?? -1) {
      const mark = this.marks[index];
      if (mark && at < mark.end) return mark;
    }
    return null;
  }

  /** The mark a span begins in; else the first it reaches; else the one it follows by a line break or two. */
  firstOf(span: Range): Mark | null {
    const around = this.around(span.start);
    if (around) return around;
    const index = this.#before(span.start);
    const next = this.marks[index + 1];
    if (next && next.start < span.end) return next;
    const before = this.marks[index];
    return before && span.start - before.end <= SEAM_CHARS ? before : null;
  }

  /** The mark a span ends in. */
  lastOf(span: Range): Mark | null {
    if (span.end <= span.start + 1) return null;
    return this.around(span.end - 1) ?? this.marks[this.#before(span.end - 1)] ?? null;
  }

  /** The last mark that begins at or before a position; -1 when none does. */
  #before(at: number): number {
    let low = 0;
    let high = this.marks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.marks[middle]?.start ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

const indexes = new WeakMap<readonly Mark[], ReadonlyMap<MarkKind, Lane>>();

function indexOf(marks: readonly Mark[]): ReadonlyMap<MarkKind, Lane> {
  let index = indexes.get(marks);
  if (!index) {
    const byKind = new Map<MarkKind, Mark[]>();
    for (const mark of marks) {
      const own = byKind.get(mark.kind);
      if (own) own.push(mark);
      else byKind.set(mark.kind, [mark]);
    }
    index = new Map([...byKind].map(([kind, own]) => [kind, new Lane(own)]));
    indexes.set(marks, index);
  }
  return index;
}

function wordsFor(kind: (typeof TELLING)[number], first: Mark, last: Mark): string {
  const label = shortened(first.label);
  const range = first === last ? label : `${label}–${shortened(last.label)}`;
  switch (kind) {
    case 'page':
      return `${first === last ? 'p.' : 'pp.'} ${range}`;
    case 'slide':
      return `${first === last ? 'slide' : 'slides'} ${range}`;
    case 'cue':
      return range;
    case 'sheet':
      return `sheet ${label}`;
    case 'message':
      return `message: ${label}`;
    case 'chapter':
      return CHAPTER.test(label) ? label : `ch. ${label}`;
    case 'section':
      return label.startsWith('§') ? label : `§ ${label}`;
    case 'cell':
      return `cell [${label}]`;
  }
}

/** Labels that say themselves that they are of a chapter. */
const CHAPTER = /^(?:chapter|ch\.|kapitel|chapitre|cap[íi]tulo|capitolo|hoofdstuk|part|book|§)[\s.]/i;

function shortened(label: string): string {
  const points = [...label];
  return points.length <= LONGEST_LABEL ? label : `${points.slice(0, LONGEST_LABEL - 1).join('')}…`;
}

/** As formulas name a sheet. */
function sheetName(label: string): string {
  return /^[\p{L}_][\p{L}\p{N}_.]*$/u.test(label) ? label : `'${label.replaceAll("'", "''")}'`;
}

/** `B3`, `B3:C4`; null where cells have no addresses. */
function cellsOf(table: Mark, text: string, span: Range): string | null {
  const shape = table.table;
  if (!shape || shape.layout !== 'tabs') return null;
  const address = (at: number): string | null => cellAddress(shape, cellAt(text, at - table.start));
  const first = address(span.start);
  const last = address(Math.max(span.start, Math.min(span.end, table.end) - 1));
  return first === last ? first : `${first ?? ''}:${last ?? ''}`;
}
