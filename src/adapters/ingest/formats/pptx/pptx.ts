/** PowerPoint presentations: slide by slide in the order they are shown, with notes and comments. */

import { SondeError, toProblem } from '../../../../core/errors';
import type { DocumentBuilder } from '../document-builder';
import { OfficePackage } from '../ooxml/office-package';
import type { FormatReader } from '../reader';
import { descendants, parseTree } from '../xml';
import { commentAuthors, writeComments, writeNotes } from './annotations';
import { LayoutPlaces } from './places';
import { relationshipId } from './shapes';
import { writeShapes, type Show } from './slide';

const USUAL_MAIN_PART = 'ppt/presentation.xml';
const MAX_SLIDES = 20_000;

/** @throws SondeError `malformed`, `empty`, `password`, `too-large` */
export const readPptx: FormatReader = async ({ file, signal, progress }, out) => {
  const office = await OfficePackage.open(file);
  const main = await office.mainPart(USUAL_MAIN_PART);
  out.metadata(await office.metadata());
  const slides = await slideParts(office, main);
  if (slides.length === 0) throw noSlides();
  const authors = main === null ? new Map<string, string>() : await commentAuthors(office, main);
  const show: Show = { office, places: new LayoutPlaces(office), drawn: new Set() };
  let firstFailure: SondeError | null = null;
  for (const [index, part] of slides.slice(0, MAX_SLIDES).entries()) {
    signal.throwIfAborted();
    const failure = await writeSlide(show, part, index + 1, authors, out);
    firstFailure ??= failure;
    progress(index + 1, slides.length);
    await out.flush();
  }
  out.lost('cut-off', slides.length - MAX_SLIDES);
  out.lost('scripts', office.zip.entries.filter(({ name }) => /vbaProject\.bin$/i.test(name)).length);
  if (out.position === 0) throw firstFailure ?? noText();
};

/** What went wrong with it: the other slides are read all the same. */
async function writeSlide(
  show: Show,
  part: string | null,
  number: number,
  authors: ReadonlyMap<string, string>,
  out: DocumentBuilder,
): Promise<SondeError | null> {
  out.breakLine(2);
  const slide = out.open('slide', String(number), { keepEmpty: true });
  try {
    if (part === null) throw missing(number);
    await writeShapes(show, part, out);
    await writeNotes(show.office, part, out);
    await writeComments(show.office, part, authors, out);
    return null;
  } catch (thrown) {
    if (!(thrown instanceof SondeError)) throw thrown;
    const { code, message } = toProblem(thrown);
    out.lost('unreadable-parts');
    out.warn({ code, message: `Slide ${String(number)} could not be read as a whole. ${message}` });
    return thrown;
  } finally {
    slide.end();
  }
}

/** In the order of the show, null for those that are not there; where no order is said, by their numbers. */
async function slideParts(office: OfficePackage, main: string | null): Promise<(string | null)[]> {
  const markup = main === null ? null : await office.text(main);
  if (main !== null && markup !== null) {
    const related = new Map((await office.related(main)).map(({ id, target }) => [id, target]));
    const list = descendants(parseTree(markup), 'sldIdLst')[0]?.children ?? [];
    const parts = list
      .filter(({ name }) => name === 'sldId')
      .map(({ attributes }) => related.get(relationshipId(attributes)) ?? '')
      .map((part) => (part !== '' && office.find(part) ? part : null));
    if (parts.some((part) => part !== null))
      return parts.filter((part, at) => part === null || parts.indexOf(part) === at);
  }
  const number = (name: string): number => Number(/(\d+)\.xml$/i.exec(name)?.[1] ?? 0);
  return office.zip.entries
    .map(({ name }) => name)
    .filter((name) => /(?:^|\/)slides\/slide\d+\.xml$/i.test(name))
    .sort((a, b) => number(a) - number(b));
}

function missing(number: number): SondeError {
  return new SondeError({ code: 'malformed', message: `Slide ${String(number)} is missing from the file.` });
}

function noText(): SondeError {
  return new SondeError({
    code: 'empty',
    message: 'There is no text on the slides of this presentation.',
    hint: 'If they are pictures, save it as PDF, drop that and have its words recognised (OCR).',
  });
}

function noSlides(): SondeError {
  return new SondeError({
    code: 'malformed',
    message: 'This presentation has no slides that can be found in it.',
    hint: 'Open it in PowerPoint, save it anew or as PDF, and drop that.',
  });
}
