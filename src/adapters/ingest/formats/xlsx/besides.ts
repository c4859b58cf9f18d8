/** What a sheet has besides its cells: comments, text boxes, and pictures and charts, which are only counted. */

import type { DocumentBuilder } from '../document-builder';
import { drawingOf } from '../ooxml/drawing';
import type { Relationship } from '../ooxml/office-package';
import { attribute, descendants, parseTree } from '../xml';
import { writeComments, writeShapeText, type SheetComment } from '../sheets/sheet-parts';
import { cellComments } from './shared-strings';
import type { SheetInfo, Workbook } from './workbook';

/** How many comments and lines of text were written. */
export async function readBesides(book: Workbook, sheet: SheetInfo, out: DocumentBuilder): Promise<number> {
  if (sheet.part === null) return 0;
  let written = 0;
  for (const { type, target } of eachOnce(await book.office.related(sheet.part))) {
    if (type === 'drawing') written += writeDrawing((await book.office.text(target)) ?? '', out);
    if (type === 'oleObject' || type === 'package') out.lost('embedded-files');
    if (type === 'ctrlProp') out.lost('forms');
  }
  return written + writeComments(out, await commentsOf(book, sheet.part));
}

function writeDrawing(markup: string, out: DocumentBuilder): number {
  const { lines, losses } = drawingOf(markup);
  for (const [what, count] of losses) out.lost(what, count);
  return writeShapeText(out, lines);
}

/** Conversations stand in a part of their own; beside it, older programs find a copy that asks for a newer one. */
async function commentsOf({ office, part: book }: Workbook, part: string): Promise<SheetComment[]> {
  const related = eachOnce(await office.related(part));
  const persons = new Map<string, string>();
  const hasThreads = related.some(({ type }) => type === 'threadedComment');
  const people = hasThreads ? await office.relatedPart(book, 'person') : null;
  for (const { attributes } of descendants(
    parseTree((people && (await office.text(people))) ?? ''),
    'person',
  ))
    persons.set(attribute(attributes, 'id') ?? '', attribute(attributes, 'displayName') ?? '');
  const threaded: SheetComment[] = [];
  const plain: SheetComment[] = [];
  for (const { type, target } of related) {
    if (type === 'comments') plain.push(...cellComments((await office.text(target)) ?? ''));
    if (type !== 'threadedComment') continue;
    const found = descendants(parseTree((await office.text(target)) ?? ''), 'threadedComment');
    for (const { attributes, children } of found)
      threaded.push({
        reference: attribute(attributes, 'ref') ?? '',
        author: persons.get(attribute(attributes, 'personId') ?? '') ?? '',
        text: (children.find(({ name }) => name === 'text')?.text ?? '').trim(),
      });
  }
  const told = new Set(threaded.map(({ reference }) => reference));
  return [...plain.filter(({ reference }) => !told.has(reference)), ...threaded];
}

/** Broken files name the same part a thousand times. */
function eachOnce(related: readonly Relationship[]): Relationship[] {
  return [...new Map(related.map((one) => [`${one.type} ${one.target}`, one])).values()];
}
