/** The text of a page in reading order: from what it draws to lines, paragraphs and tables. */

import { inReadingOrder } from './columns';
import { fragmentsOf, linesOf, type Fragment } from './fragments';
import { flow, joinBroken } from './paragraphs';
import type { PagePart } from './pieces';
import { directionsOf, type Direction, type DrawnItem, type PageFrame } from './runs';
import { isRightToLeft, lineOf, type Line } from './words';

/** What `items` read as. */
export function pageText(
  items: readonly DrawnItem[],
  frame: PageFrame,
  isVertical: (font: string) => boolean,
): PagePart[] {
  return directionsOf(items, frame, isVertical).flatMap((direction) => {
    const fragments = fragmentsOf(direction.runs);
    const rightToLeft = isRightToLeft(direction.runs.map(({ text }) => text).join(' '));
    const groups = inReadingOrder(fragments, rightToLeft);
    return joinBroken(groups.flatMap((group) => flow(linesIn(group, direction))));
  });
}

function linesIn(group: readonly Fragment[], direction: Direction): Line[] {
  return linesOf(group).map((line) => lineOf(line, direction));
}
