/** The marks of a document as it grows: which wait for their first text, and where each ends. */

import { byPlace, type Mark, type MarkKind, type TableShape } from '../../../core/corpus/structure';

const MAX_MARKS = 500_000;

/** No section reaches out of these. */
const HOLDS_SECTIONS: ReadonlySet<MarkKind> = new Set([
  'slide',
  'sheet',
  'chapter',
  'message',
  'note',
  'comment',
]);

export interface GrowingMark {
  kind: MarkKind;
  /** -1 until the first text comes. */
  start: number;
  /** -1 until it is closed. */
  end: number;
  label: string;
  level?: number;
  table?: TableShape;
}

export class MarkList {
  readonly #marks: GrowingMark[] = [];
  readonly #waiting: GrowingMark[] = [];

  /** False once there are more than anybody needs: the mark is not kept. */
  add(mark: GrowingMark): boolean {
    if (this.#marks.length >= MAX_MARKS) return false;
    this.#marks.push(mark);
    return true;
  }

  /** The mark begins where the next text does. */
  await(mark: GrowingMark): void {
    this.#waiting.push(mark);
  }

  /** Text comes at `position`: what waited begins there. */
  begin(position: number): void {
    for (const mark of this.#waiting) mark.start = position;
    this.#waiting.length = 0;
  }

  /** One that no text came for waits no more, and is none unless `keepEmpty`. */
  close(mark: GrowingMark, position: number, keepEmpty: boolean): void {
    const at = this.#waiting.indexOf(mark);
    if (at >= 0) this.#waiting.splice(at, 1);
    if (mark.start < 0 && keepEmpty) mark.start = position;
    if (mark.start >= 0) mark.end = position;
  }

  /**
   * In order. Sections end where the next of their level or above begins, or where what they stand in ends; what its
   * reader left open ends with the document of `chars` code points.
   */
  finish(chars: number): Mark[] {
    const marks = this.#marks.filter(({ start }) => start >= 0).sort(byPlace);
    const open: { mark: GrowingMark; limit: number }[] = [];
    const around: GrowingMark[] = [];
    const closeLast = (at: number) => {
      const last = open.pop();
      if (last) last.mark.end = Math.min(at, last.limit);
    };
    for (const mark of marks) {
      while (around.length > 0 && (around.at(-1)?.end ?? 0) <= mark.start) around.pop();
      if (mark.kind === 'section' && mark.end < 0) {
        while (open.length > 0 && (open.at(-1)?.mark.level ?? 1) >= (mark.level ?? 1)) closeLast(mark.start);
        open.push({ mark, limit: around.at(-1)?.end ?? chars });
      } else if (mark.end < 0) mark.end = chars;
      if (HOLDS_SECTIONS.has(mark.kind)) around.push(mark);
    }
    while (open.length > 0) closeLast(chars);
    return marks;
  }
}
