/** Reads web pages: all of a page is the text, the part of it that is its article is marked. */

import { SondeError } from '../../../../core/errors';
import { codePointLength } from '../../../../core/corpus/context';
import type { DocumentBuilder } from '../document-builder';
import type { FormatReader, ReaderInput } from '../reader';
import { textOf } from '../text-source';
import { isoOfWritten } from '../written-date';
import { placeOf } from './article-place';
import { HtmlDocument } from './html-document';
import { plainTextOf } from './plain-text';

/** Larger pages are reports and exports, not articles, and looking for one would take too long. */
const MAX_ARTICLE_UNITS = 1_500_000;
const MAX_ARTICLE_ELEMENTS = 10_000;
/** What builds a tree of a page recurses into it. */
const MAX_ARTICLE_DEPTH = 256;

/** So little is read even by a slow machine while it may be silent. */
const PIECE_UNITS = 512 * 1024;

export const readHtml: FormatReader = async (input, out) => {
  const { pieces } = await textOf(input.file, input.signal);
  let page: HtmlDocument | null = null;
  let markup: string | null = '';
  for await (const piece of pieces) {
    page ??= new HtmlDocument(out, {
      setsMetadata: false,
      countsScripts: true,
      isXml: /^\s*<\?xml\s/.test(piece) || /\.xht(?:ml)?$/i.test(input.path),
    });
    for (let at = 0; at < piece.length; at += PIECE_UNITS) {
      page.write(piece.slice(at, at + PIECE_UNITS));
      await out.flush();
    }
    markup = markup !== null && markup.length + piece.length <= MAX_ARTICLE_UNITS ? markup + piece : null;
  }
  page ??= new HtmlDocument(out);
  page.end();
  await finishPage(page, markup, input, out);
};

/** Everything there is to say of a page besides its text. `markup` is null when there is too much of it. */
export async function finishPage(
  page: HtmlDocument,
  markup: string | null,
  input: ReaderInput,
  out: DocumentBuilder,
): Promise<void> {
  if (out.position === 0) return sayTitle(page, out);
  await out.flush();
  const { elements, depth } = page.tree;
  if (markup !== null && elements <= MAX_ARTICLE_ELEMENTS && depth <= MAX_ARTICLE_DEPTH)
    await markArticle(page, markup, input, out);
  out.metadata(page.found);
}

/** A page that shows nothing without its scripts still says what it would be. */
function sayTitle(page: HtmlDocument, out: DocumentBuilder): void {
  const { title } = page.found;
  if (title === undefined)
    throw new SondeError({
      code: 'empty',
      message: 'This page has no text.',
      hint: 'If it shows some in a browser, a script makes it: save the page from there once it shows, as complete or as text.',
    });
  out.text(title);
  out.metadata(page.found);
}

async function markArticle(
  page: HtmlDocument,
  markup: string,
  { load }: ReaderInput,
  out: DocumentBuilder,
): Promise<void> {
  const { PageTree } = await load('article');
  const tree = new PageTree(markup);
  await out.flush(); // each of these steps may take seconds
  const article = tree.findArticle();
  await out.flush();
  if (!article) return;
  const [whole, part] = [await plainTextOf(markup), await plainTextOf(article.html)];
  const place = placeOf(part, whole);
  if (!place) return;
  const start = codePointLength(whole.slice(0, place.start));
  const title = article.title || page.found.title || '';
  out.mark('article', title, start, start + codePointLength(whole.slice(place.start, place.end)));
  const { author, createdAt } = page.found;
  out.metadata({
    title,
    author: author ?? article.byline,
    createdAt: createdAt ?? isoOfWritten(article.publishedAt) ?? '',
  });
}
