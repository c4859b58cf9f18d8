/** Text documents of OpenDocument (ODT), as LibreOffice writes them: packed, or as one flat file of XML (FODT). */

import { SondeError } from '../../../../core/errors';
import type { DocumentBuilder } from '../document-builder';
import { lineOf, paragraph, writeBlocks, type Block } from '../prose';
import type { FormatReader } from '../reader';
import { isBlock, OdfBlocks } from './blocks';
import { nodesOf, type OdfNode } from './nodes';
import { openFlatOdf, openOdf, type OdfFile } from './odf-file';
import { OdfMetadata } from './odf-metadata';
import { objectText } from './objects';

/** Wrapping in a body: each block in it is read as it comes. */
const BODY = ['text', 'section', 'table-of-content', 'index-body'];
const RUNNING = /^(header|footer)(?:-left|-first)?$/;

export const readOdt: FormatReader = async ({ file, signal }, out) =>
  readText(await openOdf(file), out, signal);

export const readFlatOdf: FormatReader = async ({ file, signal }, out) =>
  readText(openFlatOdf(file, signal), out, signal);

async function readText(odf: OdfFile, out: DocumentBuilder, signal: AbortSignal): Promise<void> {
  const blocks = new OdfBlocks((what) => out.lost(what), objectText(odf.objects, out));
  const running: { kind: 'header' | 'footer'; blocks: Block[] }[] = [];
  let begun = false;
  const metadata = new OdfMetadata();
  const take = (node: OdfNode): void => {
    if (metadata.take(node)) return;
    if (node.name === 'master-page') running.push(...runningOf(node, blocks));
    else if (/style$/.test(node.name)) blocks.addStyle(node);
    else if (isBlock(node.name)) {
      if (!begun) writeRunning('header', running, out);
      begun = true;
      writeBlocks(out, blocks.read(node));
    }
  };
  await odf.read(BODY, take, async () => {
    signal.throwIfAborted();
    await out.flushWhenLarge();
  });
  metadata.writeTo(out);
  blocks.endnotes.forEach((aside) => writeBlocks(out, [paragraph('', { asides: [aside] })]));
  writeRunning('footer', running, out);
  await out.flush();
  if (out.position === 0) throw nothing();
}

function runningOf(page: OdfNode, blocks: OdfBlocks): { kind: 'header' | 'footer'; blocks: Block[] }[] {
  return nodesOf(page).flatMap((node) => {
    const kind = RUNNING.exec(node.name)?.[1];
    if (kind !== 'header' && kind !== 'footer') return [];
    return [{ kind, blocks: nodesOf(node).flatMap((one) => blocks.read(one)) }];
  });
}

/** Each that differs once. A page number alone says nothing. */
function writeRunning(
  kind: 'header' | 'footer',
  running: readonly { kind: 'header' | 'footer'; blocks: Block[] }[],
  out: DocumentBuilder,
): void {
  const seen = new Set<string>();
  for (const one of running) {
    const text = lineOf(one.blocks);
    if (one.kind !== kind || !/\p{L}/u.test(text) || seen.has(text)) continue;
    seen.add(text);
    const mark = out.open(kind, '');
    writeBlocks(out, one.blocks);
    mark.end();
  }
}

function nothing(): SondeError {
  return new SondeError({
    code: 'empty',
    message: 'This text document has no text.',
    hint: 'If it holds pictures of text, save it as PDF and have its words recognised.',
  });
}
