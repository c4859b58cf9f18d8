/**
 * Tables that only place text on a page: frames of one column around paragraphs, or around other tables. As rows of a
 * table their text would be one line each, its headings and tables lost.
 */

import type { Block, ProseTable } from './prose-model';

/** More paragraphs than this in one cell are a page's text, not a value. */
const MOST_IN_A_CELL = 12;

export function isLayout({ rows }: ProseTable): boolean {
  const cells = rows.flat().map(({ blocks }) => blocks.filter((block) => weightOf(block) > 0));
  const isColumn = rows.every((row) => row.length <= 1);
  if (isColumn && (rows.length === 1 || cells.some((blocks) => blocks.length > 1))) return true;
  const blocks = cells.flat();
  const nested = blocks.filter(({ kind }) => kind === 'table');
  return sum(nested) * 2 > sum(blocks) || cells.some(({ length }) => length > MOST_IN_A_CELL);
}

/** Weighed once: tables in tables would be weighed again at every level. */
const weights = new WeakMap<Block, number>();

/** How many characters of text there are in a block. */
function weightOf(block: Block): number {
  const known = weights.get(block);
  if (known !== undefined) return known;
  const inside =
    block.kind === 'table'
      ? block.rows.flat().flatMap((cell) => cell.blocks)
      : block.asides.filter(({ kind }) => kind === 'box').flatMap(({ blocks }) => blocks);
  const weight = (block.kind === 'table' ? 0 : block.text.trim().length) + sum(inside);
  weights.set(block, weight);
  return weight;
}

function sum(blocks: readonly Block[]): number {
  return blocks.reduce((total, block) => total + weightOf(block), 0);
}
