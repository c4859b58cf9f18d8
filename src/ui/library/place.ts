/** Places in a document that a reader goes to, and the pages they are on. */

import type { Mark } from '../../core/corpus/structure';

export interface Place {
  /** Code points, end exclusive; the same where only a position is meant. */
  readonly start: number;
  readonly end: number;
  /** Index of the page, where one was asked for: pages without text begin where others do. */
  readonly page?: number;
}

/** Index of the page that a position is on. What stands between two pages belongs to the second. */
export function pageAt(pages: readonly Mark[], position: number): number {
  const around = pages.findIndex(({ end }) => end > position);
  if (around >= 0) return around;
  const empty = pages.findIndex(({ start }) => start >= position);
  return empty >= 0 ? empty : Math.max(0, pages.length - 1);
}
