/**
 * What word processors hold, as data: paragraphs and tables with what hangs on them, and how they are written to a
 * document. The readers of DOCX, OpenDocument and RTF make these; only this module decides what they look like as text.
 */

import type { DocumentBuilder } from './document-builder';
import { isLayout } from './prose-layout';
import type { Aside, Block, Cell, Paragraph, ProseTable } from './prose-model';

export type { Aside, Block, Cell, Paragraph, ProseTable } from './prose-model';

/** Word allows 63 columns; what says more is broken. */
const MAX_SPAN = 64;

export function paragraph(text: string, more: Partial<Omit<Paragraph, 'kind' | 'text'>> = {}): Paragraph {
  return { kind: 'paragraph', text, level: null, isItem: false, asides: [], ...more };
}

export function writeBlocks(out: DocumentBuilder, blocks: readonly Block[]): void {
  for (const block of blocks) {
    if (block.kind === 'table') writeTable(out, block);
    else writeParagraph(out, block);
  }
}

/** The text of blocks on one line, as in a cell. Nested tables keep their cells and rows apart. */
export function lineOf(blocks: readonly Block[]): string {
  return blocks
    .map((block) => {
      if (block.kind === 'paragraph') return [block.text, ...boxesOf(block).map(lineOf)].join(' ').trim();
      return block.rows.map((row) => row.map((cell) => lineOf(cell.blocks)).join(' | ')).join(' / ');
    })
    .filter((text) => text !== '')
    .join(' ')
    .replace(/\s+/g, ' ');
}

function writeParagraph(out: DocumentBuilder, { text, level, isItem, asides }: Paragraph): void {
  const shown = text.trimEnd();
  if (shown.trim() !== '') {
    if (level !== null) out.heading(level, shown.replace(/\s+/g, ' '));
    else {
      out.breakLine(isItem ? 1 : 2);
      out.text(shown);
      out.breakLine(isItem ? 1 : 2);
    }
  }
  asides.forEach((aside) => writeAside(out, aside));
}

function writeAside(out: DocumentBuilder, { kind, label, blocks }: Aside): void {
  if (kind === 'box') return writeBlocks(out, blocks);
  const lead = kind === 'note' ? `[${label}]` : label === '' ? 'Comment:' : `Comment by ${label}:`;
  const [first, ...rest] = blocks;
  const mark = out.open(kind, label);
  if (first?.kind === 'paragraph')
    writeBlocks(out, [{ ...first, level: null, text: `${lead} ${first.text.trimStart()}` }, ...rest]);
  else writeBlocks(out, [paragraph(lead), ...blocks]);
  mark.end();
}

function writeTable(out: DocumentBuilder, table: ProseTable): void {
  if (isLayout(table)) {
    for (const cell of table.rows.flat()) writeBlocks(out, cell.blocks);
    return;
  }
  const rows = table.rows.map((row) => row.flatMap(spread));
  if (rows.some((row) => row.some((cell) => cell !== ''))) {
    out.breakLine(2);
    const open = out.openTable({ header: table.header });
    rows.forEach((row) => open.row(row));
    open.end();
    out.breakLine(2);
  }
  // A row is one line: what hangs on its cells comes after the table.
  table.rows.flat().forEach((cell) => hangingOn(cell.blocks).forEach((aside) => writeAside(out, aside)));
}

/** A merged cell has its text at its first place, and nothing at the others it covers. */
function spread(cell: Cell): string[] {
  const covered = Math.min(MAX_SPAN, Math.max(1, cell.span)) - 1;
  return [lineOf(cell.blocks), ...new Array<string>(covered).fill('')];
}

function hangingOn(blocks: readonly Block[]): Aside[] {
  return blocks.flatMap((block) => {
    if (block.kind === 'table') return block.rows.flat().flatMap((cell) => hangingOn(cell.blocks));
    return block.asides.flatMap((aside) => (aside.kind === 'box' ? hangingOn(aside.blocks) : [aside]));
  });
}

function boxesOf({ asides }: Paragraph): (readonly Block[])[] {
  return asides.filter(({ kind }) => kind === 'box').map(({ blocks }) => blocks);
}
