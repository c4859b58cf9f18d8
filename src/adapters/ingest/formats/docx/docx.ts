/**
 * Word documents (DOCX, DOCM, DOTX; strict or not). Read here rather than through mammoth, which was tried: it turns
 * all of a document into HTML at once (12 s for 5 MB of text), counts no lists, knows no equations, headers or footers,
 * and moves notes and comments to the end. This reads block by block and keeps each where it belongs.
 */

import { SondeError } from '../../../../core/errors';
import type { DocumentBuilder } from '../document-builder';
import { Ole } from '../ole';
import { oleRefusal } from '../ole-refusal';
import { OfficePackage } from '../ooxml/office-package';
import { xmlPieces } from '../ooxml/xml-pieces';
import { lineOf, paragraph, writeBlocks, type Block } from '../prose';
import type { FormatReader } from '../reader';
import { BlockReader } from './blocks';
import { ElementStream } from './elements';
import { readEmbedded } from './embedded';
import { WordDocument } from './word-document';

/** What blocks stand in; all of it is only wrapping. */
const BODY = new Set(['document', 'body', 'sdt', 'sdtContent', 'customXml', 'ins', 'moveTo', 'hdr', 'ftr']);

export const readDocx: FormatReader = async ({ file, signal }, out) => {
  if (await Ole.isOle(file)) throw oleRefusal((await Ole.open(file)).kind);
  const office = await OfficePackage.open(file);
  const part = await office.mainPart('word/document.xml');
  if (part === null || !office.find(part)) throw noDocument();
  out.metadata(await office.metadata());
  const document = await WordDocument.open(office, part, out);
  await readRunning(office, document, part, 'header', out);
  await readBody(office, document, part, out, signal);
  document.takeRest().forEach((aside) => writeBlocks(out, [paragraph('', { asides: [aside] })]));
  await readRunning(office, document, part, 'footer', out);
  await readEmbedded(office, part, out);
  if (out.position === 0) throw nothing();
};

async function readBody(
  office: OfficePackage,
  document: WordDocument,
  part: string,
  out: DocumentBuilder,
  signal: AbortSignal,
): Promise<void> {
  const reader = new BlockReader(await document.story(part));
  const entry = office.find(part);
  if (!entry) throw noDocument();
  const stream = new ElementStream(BODY, (element) => writeBlocks(out, reader.read(element)));
  try {
    for await (const piece of xmlPieces(office.zip, entry)) {
      signal.throwIfAborted();
      stream.write(piece);
      await out.flushWhenLarge();
    }
    stream.end();
  } catch (problem) {
    if (!(problem instanceof SondeError) || problem.code !== 'malformed' || out.position === 0) throw problem;
    out.warn({
      code: 'malformed',
      message: 'This Word document is damaged: what comes after the damage could not be read.',
      hint: 'Open it in Word, let it be repaired, save it, and drop that.',
    });
  }
  writeBlocks(out, reader.end());
  await out.flush();
}

/** Running heads or feet, each that differs once. A page number alone says nothing. */
async function readRunning(
  office: OfficePackage,
  document: WordDocument,
  mainPart: string,
  kind: 'header' | 'footer',
  out: DocumentBuilder,
): Promise<void> {
  const seen = new Set<string>();
  for (const { type, target, isExternal } of await office.related(mainPart)) {
    const entry = type === kind && !isExternal ? office.find(target) : undefined;
    if (!entry) continue;
    const blocks: Block[] = [];
    const reader = new BlockReader(await document.story(target));
    const stream = new ElementStream(BODY, (element) => blocks.push(...reader.read(element)));
    stream.write(await office.zip.text(entry));
    stream.end();
    blocks.push(...reader.end());
    const text = lineOf(blocks);
    if (!/\p{L}/u.test(text) || seen.has(text)) continue;
    seen.add(text);
    const mark = out.open(kind, '');
    writeBlocks(out, blocks);
    mark.end();
  }
}

function noDocument(): SondeError {
  return new SondeError({
    code: 'malformed',
    message: 'This looks like a Word document, but the part with its text is missing.',
    hint: 'Open it in Word, save it anew, and drop that.',
  });
}

function nothing(): SondeError {
  return new SondeError({
    code: 'empty',
    message: 'This Word document has no text.',
    hint: 'If it holds pictures of text, save it as PDF and have its words recognised.',
  });
}
