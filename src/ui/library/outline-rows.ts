/** The outline of a document as rows: what is folded away is left out. */

import type { OutlineNode } from '../../core/corpus/places';
import type { Mark } from '../../core/corpus/structure';

export interface OutlineRow {
  readonly node: OutlineNode;
  /** Of nesting, from 0. */
  readonly depth: number;
  readonly open: boolean;
}

/** Opened from the start when all of it is no longer than this. */
const SHORT = 60;

/** The marks that are unfolded at first: all of a short outline, none of a long one. */
export function openedAtFirst(outline: readonly OutlineNode[]): ReadonlySet<Mark> {
  const all: Mark[] = [];
  const walk = (nodes: readonly OutlineNode[]): void => {
    for (const { mark, children } of nodes) {
      all.push(mark);
      walk(children);
    }
  };
  walk(outline);
  return new Set(all.length <= SHORT ? all : []);
}

export function rowsOf(outline: readonly OutlineNode[], opened: ReadonlySet<Mark>, depth = 0): OutlineRow[] {
  return outline.flatMap((node) => {
    const open = opened.has(node.mark);
    const row = { node, depth, open };
    return open ? [row, ...rowsOf(node.children, opened, depth + 1)] : [row];
  });
}

/** The innermost row that a position is in, by its index; -1 before the first. */
export function rowAt(rows: readonly OutlineRow[], position: number): number {
  return rows.findLastIndex(({ node }) => node.mark.start <= position);
}
