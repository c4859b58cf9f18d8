/** Where a span of a page's text stands on the page. */

import { codePointLength } from '../../../../core/corpus/context';
import { piecesOf, type PagePart, type Piece, type RunPart } from './pieces';
import { boxOf, type Box } from './runs';

/** Code points of the page's text, end exclusive. */
export interface PageSpan {
  readonly start: number;
  readonly end: number;
}

/** How wide a text is in some font; only ratios count. */
export type Measure = (text: string) => number;

/** The page's text in order, line ends between the parts included. */
function* placedPieces(parts: readonly PagePart[]): Generator<Piece> {
  for (const [i, part] of parts.entries()) {
    if (i > 0) yield { text: '\n'.repeat(breaksBefore(parts, i)), source: null };
    yield* piecesOf(part);
  }
}

/** How many line ends stand before a part that is not the first. */
export function breaksBefore(parts: readonly PagePart[], at: number): 1 | 2 {
  const part = parts[at];
  return part?.kind === 'line' && parts[at - 1]?.kind !== 'table' ? part.breaks : 2;
}

/** The text of a page as it stands in the document: what spans of the page count in. */
export const textOfParts = (parts: readonly PagePart[]): string =>
  [...placedPieces(parts)].map(({ text }) => text).join('');

/** Boxes in points from the page's upper left corner, one for each line or word group of the span. */
export function boxesOf(parts: readonly PagePart[], { start, end }: PageSpan, measure: Measure): Box[] {
  const boxes: Box[] = [];
  let at = 0;
  for (const { text, source } of placedPieces(parts)) {
    const length = codePointLength(text);
    const [from, to] = [Math.max(start - at, 0), Math.min(end - at, length)];
    at += length;
    if (from >= to || !source) continue;
    add(boxes, 'box' in source ? source.box : boxOfStretch(source, text, from, to, measure));
    if (at >= end) break;
  }
  return boxes;
}

function boxOfStretch(
  { run, direction, from: offset }: RunPart,
  text: string,
  from: number,
  to: number,
  measure: Measure,
): Box {
  const units = (points: number) => [...text].slice(0, points).join('').length;
  const whole = measure(run.text) || 1;
  const place = (points: number) => {
    const share = measure(run.text.slice(0, offset + units(points))) / whole;
    return run.u0 + share * (run.u1 - run.u0);
  };
  return boxOf(direction, { u0: place(from), u1: place(to), v: run.v, size: run.size });
}

/** Words next to each other share a box. */
function add(boxes: Box[], box: Box): void {
  const last = boxes.at(-1);
  if (!last) {
    boxes.push(box);
    return;
  }
  const shared = Math.min(last.y + last.height, box.y + box.height) - Math.max(last.y, box.y);
  const gap = Math.max(box.x - last.x - last.width, last.x - box.x - box.width);
  if (shared < 0.6 * Math.min(last.height, box.height) || gap > Math.max(last.height, box.height)) {
    boxes.push(box);
    return;
  }
  const [x, y] = [Math.min(last.x, box.x), Math.min(last.y, box.y)];
  boxes[boxes.length - 1] = {
    x,
    y,
    width: Math.max(last.x + last.width, box.x + box.width) - x,
    height: Math.max(last.y + last.height, box.y + box.height) - y,
  };
}
