/** What is said about slides: the notes of who speaks, the comments of those who read. */

import type { DocumentBuilder } from '../document-builder';
import type { OfficePackage } from '../ooxml/office-package';
import { attribute, descendants, parseTree, type XmlElement } from '../xml';
import { paragraphsIn } from './slide-text';

/** On a page of notes, these are not what was noted. */
const AROUND_NOTES = new Set(['sldImg', 'sldNum', 'hdr', 'ftr', 'dt']);

export async function writeNotes(office: OfficePackage, slide: string, out: DocumentBuilder): Promise<void> {
  const part = await office.relatedPart(slide, 'notesSlide');
  const markup = part === null ? null : await office.text(part);
  if (markup === null) return;
  const paragraphs = descendants(parseTree(markup), 'sp')
    .filter(
      (shape) =>
        !descendants(shape, 'ph').some(({ attributes }) => AROUND_NOTES.has(attributes['type'] ?? '')),
    )
    .flatMap((shape) => shape.children.filter(({ name }) => name === 'txBody').flatMap(paragraphsIn));
  if (paragraphs.length === 0) return;
  out.breakLine(2);
  const mark = out.open('note', 'Notes');
  for (const paragraph of paragraphs) out.line(paragraph);
  mark.end();
}

/** Of both makes: with a text of their own, and with paragraphs and answers. */
export async function writeComments(
  office: OfficePackage,
  slide: string,
  authors: ReadonlyMap<string, string>,
  out: DocumentBuilder,
): Promise<void> {
  const related = (await office.related(slide)).filter(({ type }) => type === 'comments');
  for (const target of new Set(related.map((one) => one.target))) {
    const tree = parseTree((await office.text(target)) ?? '');
    for (const comment of descendants(tree, 'cm').flatMap((one) => [one, ...descendants(one, 'reply')])) {
      const text = commentText(comment);
      if (text === '') continue;
      const author = authors.get(attribute(comment.attributes, 'authorId') ?? '') ?? '';
      out.breakLine(2);
      const mark = out.open('comment', author === '' ? 'Comment' : author);
      out.line(text);
      mark.end();
    }
  }
}

function commentText({ children }: XmlElement): string {
  const plain = children.find(({ name }) => name === 'text')?.text;
  const body = children.find(({ name }) => name === 'txBody');
  return (plain ?? (body ? paragraphsIn(body).join('\n') : '')).trim();
}

/** Names by the ids that comments have them under. */
export async function commentAuthors(
  office: OfficePackage,
  main: string,
): Promise<ReadonlyMap<string, string>> {
  const authors = new Map<string, string>();
  for (const type of ['commentAuthors', 'authors']) {
    const part = await office.relatedPart(main, type);
    const tree = parseTree(part === null ? '' : ((await office.text(part)) ?? ''));
    for (const { name, attributes } of tree.children)
      if (/^(?:cmAuthor|author)$/.test(name)) authors.set(attributes['id'] ?? '', attributes['name'] ?? '');
  }
  return authors;
}
