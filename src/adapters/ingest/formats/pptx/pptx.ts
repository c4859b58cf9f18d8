/** Reads PowerPoint presentations: slide by slide in the order they are shown, with notes and comments. */

import { SondeError } from '../../../../core/errors';
import type { DocumentBuilder } from '../document-builder';
import { OfficePackage } from '../ooxml/office-package';
import type { FormatReader } from '../reader';
import { attribute, descendants, parseTree, type XmlElement } from '../xml';
import { chartLines } from './chart';
import { itemsIn, paragraphsIn, type SlideItem } from './shapes';

const USUAL_MAIN_PART = 'ppt/presentation.xml';
const MAX_SLIDES = 20_000;

export const readPptx: FormatReader = async (input, out) => {
  const office = await OfficePackage.open(input.file);
  const main = await office.mainPart(USUAL_MAIN_PART);
  out.metadata(await office.metadata());
  const slides = await slideParts(office, main);
  if (slides.length === 0) throw noSlides();
  const authors = main === null ? new Map<string, string>() : await authorsOf(office, main);
  for (const [index, part] of slides.slice(0, MAX_SLIDES).entries()) {
    await writeSlide(office, part, index + 1, authors, out);
    input.progress(index + 1, slides.length);
    await out.flush();
  }
  if (slides.length > MAX_SLIDES) out.lost('cut-off', slides.length - MAX_SLIDES);
  if (office.find('ppt/vbaProject.bin')) out.lost('scripts');
  if (out.position === 0)
    throw new SondeError({
      code: 'empty',
      message: 'There is no text on the slides of this presentation.',
      hint: 'If they are pictures, save it as PDF, drop that and have its words recognised (OCR).',
    });
};

/** In the order of the show; where that is not said, by their numbers. */
async function slideParts(office: OfficePackage, main: string | null): Promise<string[]> {
  const markup = main === null ? null : await office.text(main);
  if (main !== null && markup !== null) {
    const related = new Map((await office.related(main)).map(({ id, target }) => [id, target]));
    const ids = descendants(parseTree(markup), 'sldId').map(({ attributes }) => relationshipId(attributes));
    const parts = ids.map((id) => related.get(id) ?? '').filter((part) => office.find(part));
    if (parts.length > 0) return [...new Set(parts)];
  }
  const number = (name: string): number => Number(/(\d+)\.xml$/.exec(name)?.[1] ?? 0);
  return office.zip.entries
    .map(({ name }) => name)
    .filter((name) => /(?:^|\/)ppt\/slides\/slide\d+\.xml$/i.test(name))
    .sort((a, b) => number(a) - number(b));
}

/** `r:id`, not the plain `id` beside it. */
function relationshipId(attributes: XmlElement['attributes']): string {
  return Object.entries(attributes).find(([name]) => name.endsWith(':id'))?.[1] ?? '';
}

async function writeSlide(
  office: OfficePackage,
  part: string,
  number: number,
  authors: ReadonlyMap<string, string>,
  out: DocumentBuilder,
): Promise<void> {
  const slide = out.open('slide', String(number), { keepEmpty: true });
  out.breakLine(2);
  try {
    const markup = await office.text(part);
    const tree = descendants(parseTree(markup ?? ''), 'spTree')[0];
    if (tree) for (const item of itemsIn(tree)) await writeItem(office, part, item, out);
    await writeNotes(office, part, out);
    await writeComments(office, part, authors, out);
  } catch (thrown) {
    if (!(thrown instanceof SondeError)) throw thrown;
    out.lost('unreadable-parts');
    out.warn({ code: 'malformed', message: `Slide ${String(number)} is damaged; the others were read.` });
  }
  slide.end();
}

async function writeItem(
  office: OfficePackage,
  part: string,
  item: SlideItem,
  out: DocumentBuilder,
): Promise<void> {
  switch (item.kind) {
    case 'title':
      out.heading(1, item.text);
      return;
    case 'text':
      out.breakLine(2);
      for (const paragraph of item.paragraphs) out.line(paragraph);
      return;
    case 'table': {
      const table = out.openTable();
      for (const row of item.rows) table.row(row.map((cell) => cell ?? ''));
      table.end();
      return;
    }
    case 'picture':
    case 'media':
      out.lost(item.kind === 'media' ? 'media' : 'images');
      break;
    case 'chart':
    case 'diagram':
    case 'object':
      await writeDrawn(office, part, item, out);
  }
  if (item.alt !== '') out.line(`[${item.alt}]`);
}

async function writeDrawn(
  office: OfficePackage,
  part: string,
  { kind, relationshipId: id }: Extract<SlideItem, { relationshipId: string }>,
  out: DocumentBuilder,
): Promise<void> {
  if (kind === 'object') {
    out.lost('embedded-files');
    return;
  }
  const target = (await office.related(part)).find((one) => one.id === id)?.target;
  const markup = target === undefined ? null : await office.text(target);
  const tree = markup === null ? null : parseTree(markup);
  const lines = tree === null ? [] : kind === 'chart' ? chartLines(tree) : paragraphsIn(tree);
  out.breakLine(2);
  for (const line of lines) out.line(line);
  out.lost(kind === 'chart' ? 'charts' : 'drawings');
}

async function writeNotes(office: OfficePackage, part: string, out: DocumentBuilder): Promise<void> {
  const notes = await office.relatedPart(part, 'notesSlide');
  const markup = notes === null ? null : await office.text(notes);
  if (markup === null) return;
  const bodies = descendants(parseTree(markup), 'sp').filter((shape) =>
    descendants(shape, 'ph').some(({ attributes }) => attributes['type'] === 'body'),
  );
  const paragraphs = bodies.flatMap(paragraphsIn);
  if (paragraphs.length === 0) return;
  out.breakLine(2);
  const mark = out.open('note', 'Notes');
  for (const paragraph of paragraphs) out.line(paragraph);
  mark.end();
}

/** Comments of both makes: with a text of their own, and with paragraphs and answers. */
async function writeComments(
  office: OfficePackage,
  part: string,
  authors: ReadonlyMap<string, string>,
  out: DocumentBuilder,
): Promise<void> {
  const parts = (await office.related(part)).filter(({ type }) => type === 'comments');
  for (const { target } of parts) {
    const tree = parseTree((await office.text(target)) ?? '');
    const all = [...descendants(tree, 'cm'), ...descendants(tree, 'reply')];
    for (const comment of all) {
      const plain = comment.children.find(({ name }) => name === 'text')?.text;
      const body = comment.children.find(({ name }) => name === 'txBody');
      const text = (plain ?? (body ? paragraphsIn(body).join('\n') : '')).trim();
      if (text === '') continue;
      out.breakLine(2);
      const mark = out.open(
        'comment',
        authors.get(attribute(comment.attributes, 'authorId') ?? '') ?? 'Comment',
      );
      out.line(text);
      mark.end();
    }
  }
}

async function authorsOf(office: OfficePackage, main: string): Promise<Map<string, string>> {
  const authors = new Map<string, string>();
  for (const type of ['commentAuthors', 'authors']) {
    const part = await office.relatedPart(main, type);
    const tree = parseTree(part === null ? '' : ((await office.text(part)) ?? ''));
    for (const { name, attributes } of tree.children)
      if (/^(?:cmAuthor|author)$/.test(name)) authors.set(attributes['id'] ?? '', attributes['name'] ?? '');
  }
  return authors;
}

function noSlides(): SondeError {
  return new SondeError({
    code: 'malformed',
    message: 'This presentation has no slides that can be found in it.',
    hint: 'Open it in PowerPoint, save it anew or as PDF, and drop that.',
  });
}
