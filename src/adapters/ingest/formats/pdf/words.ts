/** A line of text: its runs set apart by spaces where the page leaves room, in cells where it leaves much of it. */

import { accented } from './accents';
import type { Fragment } from './fragments';
import type { Piece, Place } from './pieces';
import type { Direction, Run } from './runs';

export interface Cell {
  readonly pieces: readonly Piece[];
  readonly u0: number;
  readonly u1: number;
}

export interface Line extends Place {
  /** From the first to read to the last. */
  readonly cells: readonly Cell[];
}

/** In sizes of the type: room that is a space, and room that is more than any space between words. */
const SPACE = 0.1;
const AFTER_SCRIPT = 0.035;
const CELL_GAP = 1.1;

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/g;

export function isRightToLeft(text: string): boolean {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  return 2 * (text.match(RIGHT_TO_LEFT)?.length ?? 0) > letters;
}

export function lineOf({ runs, u0, u1, v, size }: Fragment, direction: Direction): Line {
  const rightToLeft = isRightToLeft(runs.map(({ text }) => text).join(''));
  const ordered = rightToLeft ? readBackwards(runs) : runs;
  const cells: { pieces: Piece[]; u0: number; u1: number }[] = [];
  let last: Run | null = null;
  for (const run of ordered) {
    const current = cells.at(-1);
    const gap = last === null ? 0 : Math.max(run.u0 - last.u1, last.u0 - run.u1);
    const type = Math.max(run.size, last?.size ?? 0);
    if (!current || !last || gap > CELL_GAP * type) cells.push({ pieces: [], u0: run.u0, u1: run.u1 });
    const cell = cells.at(-1);
    if (!cell) continue;
    join(cell.pieces, last, run, gap, direction);
    cell.u0 = Math.min(cell.u0, run.u0);
    cell.u1 = Math.max(cell.u1, run.u1);
    last = run;
  }
  return { cells, u0, u1, v, size, direction };
}

function join(pieces: Piece[], last: Run | null, run: Run, gap: number, direction: Direction): void {
  const piece = { text: run.text, source: { run, direction, from: 0 } };
  const before = pieces.at(-1);
  if (!last || !before) {
    pieces.push(piece);
    return;
  }
  const over = Math.min(last.u1, run.u1) - Math.max(last.u0, run.u0);
  const joined = over < 0.15 * run.size ? null : accented(before, piece);
  if (joined) {
    pieces.splice(-1, 1, ...joined);
    return;
  }
  if (isSpace(last, run, gap)) pieces.push({ text: ' ', source: null });
  pieces.push(piece);
}

function isSpace(last: Run, run: Run, gap: number): boolean {
  const size = Math.min(run.size, last.size);
  if (run.order > last.order && run.spaced && gap > 0.05 * size) return true;
  // a little room is left after what is raised or lowered, so that it does not run into what follows
  const afterScript = last.size < 0.85 * run.size && Math.abs(last.v - run.v) > 0.1 * run.size;
  return gap > (afterScript ? AFTER_SCRIPT : SPACE) * (afterScript ? run.size : size);
}

/** Words of a line that runs to the left, the rightmost first; numbers and names inside it keep their order. */
function readBackwards(runs: readonly Run[]): Run[] {
  const backwards = [...runs].sort((a, b) => b.u1 - a.u1);
  const ordered: Run[] = [];
  for (let i = 0; i < backwards.length;) {
    let next = i;
    while (next < backwards.length && isForward(backwards[next]?.text ?? '')) next++;
    if (next > i) ordered.push(...backwards.slice(i, next).reverse());
    const run = backwards[next];
    if (run) ordered.push(run);
    i = next + 1;
  }
  return ordered;
}

const isForward = (text: string): boolean => /\p{L}/u.test(text) && !isRightToLeft(text);
