/**
 * Word files from before 2007 (DOC): their text with headings, tables, notes and comments. Numbers of lists are not
 * worked out; what is drawn is lost.
 */

import { SondeError } from '../../../../core/errors';
import type { DocumentBuilder } from '../document-builder';
import { Ole } from '../ole';
import { oleMetadata } from '../ole-properties';
import { oleRefusal } from '../ole-refusal';
import { lineOf, paragraph, writeBlocks, type Aside, type Block } from '../prose';
import type { FormatReader } from '../reader';
import { damaged, fibOf, TABLES, type Fib } from './fib';
import { Formats } from './formats';
import { commentAuthors, fontNames, placesOf, stretchesOf } from './lists';
import { Pieces } from './pieces';
import { StoryReader, type StorySetting } from './story';

export const readDoc: FormatReader = async ({ file, signal }, out) => {
  const ole = await Ole.open(file);
  const main = await ole.stream('WordDocument');
  if (!main) throw oleRefusal(ole.kind);
  const document = new DataView(main.buffer, main.byteOffset, main.byteLength);
  const fib = fibOf(document);
  const table = fib.tableStream === null ? null : await ole.stream(fib.tableStream);
  if (fib.tableStream !== null && !table) throw damaged();
  const tables = table && new DataView(table.buffer, table.byteOffset, table.byteLength);
  out.metadata(await oleMetadata(ole));
  await readStories(document, tables, fib, out, signal);
  await out.flush();
  if (out.position === 0) throw nothing();
};

async function readStories(
  document: DataView<ArrayBuffer>,
  tables: DataView<ArrayBuffer> | null,
  fib: Fib,
  out: DocumentBuilder,
  signal: AbortSignal,
): Promise<void> {
  const plain: StorySetting = {
    pieces: new Pieces(document, tables, fib),
    paragraphs: tables && Formats.ofParagraphs(document, tables, fib.table(TABLES.paragraphPages)),
    characters: tables && Formats.ofCharacters(document, tables, fib.table(TABLES.characterPages)),
    fonts: tables ? fontNames(tables, fib.table(TABLES.fonts)) : [],
    lost: (what) => out.lost(what),
    anchorAt: () => null,
  };
  const endnotes: Aside[] = [];
  const anchorAt = tables ? anchors(tables, fib, plain, endnotes) : plain.anchorAt;
  const running = tables ? runningParts(tables, fib, plain) : { header: [], footer: [] };
  writeRunning('header', running.header, out);
  const reader = new StoryReader({ ...plain, anchorAt }, (block) => writeBlocks(out, [block]));
  const steps = reader.read(fib.stories.body.from, fib.stories.body.to);
  while (!steps.next().done) {
    signal.throwIfAborted();
    await out.flushWhenLarge();
  }
  writeBlocks(out, StoryReader.blocks(plain, fib.stories.boxes.from, fib.stories.boxes.to));
  endnotes.forEach((aside) => writeBlocks(out, [paragraph('', { asides: [aside] })]));
  writeRunning('footer', running.footer, out);
}

/** Notes and comments by the places in the body that point at them. */
function anchors(
  tables: DataView,
  fib: Fib,
  plain: StorySetting,
  endnotes: Aside[],
): StorySetting['anchorAt'] {
  const kinds = [
    ['footnotes', TABLES.footnoteReferences, 2, TABLES.footnoteTexts],
    ['endnotes', TABLES.endnoteReferences, 2, TABLES.endnoteTexts],
    ['comments', TABLES.commentReferences, 30, TABLES.commentTexts],
  ] as const;
  const byPlace = new Map<
    number,
    { kind: 'footnotes' | 'endnotes' | 'comments'; index: number; from: number; to: number }
  >();
  for (const [kind, references, entryBytes, texts] of kinds) {
    const { from, to } = fib.stories[kind];
    const stretches = stretchesOf(placesOf(tables, fib.table(texts), 0));
    placesOf(tables, fib.table(references), entryBytes)
      .slice(0, -1)
      .forEach((place, index) => {
        const stretch = stretches[index];
        if (!stretch) return;
        byPlace.set(place, { kind, index, from: from + stretch.from, to: Math.min(to, from + stretch.to) });
      });
  }
  const authors = commentAuthors(
    tables,
    fib.table(TABLES.commentReferences),
    fib.table(TABLES.commentAuthors),
  );
  let notes = 0;
  return (place) => {
    const found = byPlace.get(place);
    if (!found) return null;
    byPlace.delete(place); // once, whatever pieces say
    const blocks = StoryReader.blocks(plain, found.from, found.to);
    if (found.kind === 'comments')
      return { reference: '', aside: { kind: 'comment', label: authors[found.index] ?? '', blocks } };
    const label = String(++notes);
    const aside: Aside = { kind: 'note', label, blocks };
    if (found.kind === 'endnotes') endnotes.push(aside);
    return { reference: `[${label}]`, aside: found.kind === 'endnotes' ? null : aside };
  };
}

interface Running {
  readonly header: Block[][];
  readonly footer: Block[][];
}

/** Six separators of notes, then for every section: heads of even and odd pages, feet of both, head and foot of the first. */
function runningParts(tables: DataView, fib: Fib, plain: StorySetting): Running {
  const running: Running = { header: [], footer: [] };
  const { from, to } = fib.stories.headers;
  stretchesOf(placesOf(tables, fib.table(TABLES.headers), 0)).forEach((stretch, index) => {
    if (!stretch || index < 6) return;
    const kind = [0, 1, 4].includes(index % 6) ? 'header' : 'footer';
    running[kind].push(StoryReader.blocks(plain, from + stretch.from, Math.min(to, from + stretch.to)));
  });
  return running;
}

/** Each that differs once. A page number alone says nothing. */
function writeRunning(kind: 'header' | 'footer', parts: readonly Block[][], out: DocumentBuilder): void {
  const seen = new Set<string>();
  for (const blocks of parts) {
    const text = lineOf(blocks);
    if (!/\p{L}/u.test(text) || seen.has(text)) continue;
    seen.add(text);
    const mark = out.open(kind, '');
    writeBlocks(out, blocks);
    mark.end();
  }
}

function nothing(): SondeError {
  return new SondeError({
    code: 'empty',
    message: 'This Word document has no text.',
    hint: 'If it holds pictures of text, save it as PDF and have its words recognised.',
  });
}
