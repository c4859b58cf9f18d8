/** Puts the text of a page where documents are built. */

import type { DocumentBuilder } from '../document-builder';
import type { OutlineEntry } from './outline';
import { textOf, type PagePart } from './pieces';
import { breaksBefore } from './span-boxes';

/** Writes a page; opens the sections that begin at its parts. */
export function writeParts(
  parts: readonly PagePart[],
  places: ReadonlyMap<number, readonly OutlineEntry[]>,
  out: DocumentBuilder,
): void {
  let comment: ReturnType<DocumentBuilder['open']> | null = null;
  for (const [i, part] of parts.entries()) {
    if (part.kind === 'table' || part.breaks === 2) {
      comment?.end();
      comment = null;
    }
    if (i > 0) out.breakLine(breaksBefore(parts, i));
    for (const { title, level } of places.get(i) ?? []) out.open('section', title, { level });
    if (part.kind === 'table') {
      const table = out.openTable({ header: part.header });
      for (const row of part.rows) table.row(row.map(textOf));
      table.end();
      continue;
    }
    if (part.comment !== undefined && part.breaks === 2) comment = out.open('comment', part.comment);
    out.text(textOf(part.pieces));
  }
  comment?.end();
  if (parts.length === 0)
    for (const { title, level } of places.get(0) ?? []) out.open('section', title, { level });
}
