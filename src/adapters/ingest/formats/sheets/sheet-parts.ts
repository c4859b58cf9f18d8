/** What every sheet of a workbook has in the text, whatever program wrote it: its title, comments, the text in drawings. */

import type { DocumentBuilder, OpenMark } from '../document-builder';

export interface SheetComment {
  /** Its cell, as `B3`. */
  readonly reference: string;
  /** Empty where it has none. */
  readonly author: string;
  readonly text: string;
}

/** Opens the mark of a sheet and writes its name, so that the text alone says where a sheet begins. */
export function openSheet(out: DocumentBuilder, name: string, isHidden: boolean): OpenMark {
  out.breakLine(2);
  const mark = out.open('sheet', name, { keepEmpty: true });
  out.text(isHidden ? `${name} (hidden sheet)` : name);
  out.breakLine(2);
  return mark;
}

/** How many were written: those that say something. */
export function writeComments(out: DocumentBuilder, comments: readonly SheetComment[]): number {
  const said = comments.filter(({ text }) => text.trim() !== '');
  for (const { reference, author, text } of said) {
    const label = author === '' ? reference : `${author}, ${reference}`;
    out.breakLine(1);
    const mark = out.open('comment', label);
    out.text(`[Comment: ${label}] ${text.trim()}`);
    mark.end();
    out.breakLine(1);
  }
  return said.length;
}

/** The text of shapes on a sheet, below its cells. */
export function writeShapeText(out: DocumentBuilder, lines: readonly string[]): number {
  if (lines.length > 0) out.breakLine(2);
  for (const line of lines) out.line(line);
  return lines.length;
}
