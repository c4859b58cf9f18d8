/** Presentations of OpenDocument (ODP): slide by slide, what stands on each and what the speaker notes to it. */

import { SondeError } from '../../../../core/errors';
import { writeBlocks } from '../prose';
import type { FormatReader } from '../reader';
import { OdfBlocks } from './blocks';
import { nodesOf, plainText, valueOf, type OdfNode } from './nodes';
import type { DocumentBuilder } from '../document-builder';
import { openOdf } from './odf-file';
import { OdfMetadata } from './odf-metadata';
import { objectText } from './objects';

export const readOdp: FormatReader = async ({ file, signal }, out) => {
  const odf = await openOdf(file);
  const blocks = new OdfBlocks((what) => out.lost(what), objectText(odf.objects, out));
  let slides = 0;
  const metadata = new OdfMetadata();
  const take = (node: OdfNode): void => {
    if (metadata.take(node)) return;
    if (node.name === 'page') writeSlide(node, ++slides, blocks, out);
    else if (/style$/.test(node.name)) blocks.addStyle(node);
  };
  await odf.read(['presentation', 'drawing'], take, async () => {
    signal.throwIfAborted();
    await out.flushWhenLarge();
  });
  metadata.writeTo(out);
  await out.flush();
  if (out.position === 0) throw nothing();
};

function writeSlide(page: OdfNode, number: number, blocks: OdfBlocks, out: DocumentBuilder): void {
  out.breakLine(2);
  const slide = out.open('slide', String(number), { keepEmpty: true });
  for (const part of nodesOf(page)) {
    if (part.name === 'notes') continue;
    if (valueOf(part, 'class') === 'title') out.heading(1, plainText(part));
    else writeBlocks(out, blocks.read(part));
  }
  const notes = nodesOf(page).find(({ name }) => name === 'notes');
  if (notes) writeNotes(notes, blocks, out);
  slide.end();
}

function writeNotes(notes: OdfNode, blocks: OdfBlocks, out: DocumentBuilder): void {
  out.breakLine(2);
  const note = out.open('note', 'Notes');
  nodesOf(notes)
    .filter((part) => valueOf(part, 'class') === 'notes')
    .forEach((part) => writeBlocks(out, blocks.read(part)));
  note.end();
}

function nothing(): SondeError {
  return new SondeError({
    code: 'empty',
    message: 'This presentation has no text.',
    hint: 'If its slides are pictures of text, save it as PDF and have their words recognised.',
  });
}
