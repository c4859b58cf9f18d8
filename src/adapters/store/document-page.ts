/** Draws a page of a document from its kept file, with the place of a span on it. */

import type { PageImage, PageRequest } from '../../core/corpus/library';
import type { Mark } from '../../core/corpus/structure';
import { SondeError } from '../../core/errors';
import type { Readers } from '../readers/readers';
import { notFound } from './corpus-reader';
import type { SondeDatabase } from './database';

/** @throws SondeError `not-found`; `password` when the file asks for one that was not typed in this session */
export async function readPage(
  db: SondeDatabase,
  readers: Readers,
  documentId: string,
  { number, widthPx, span }: PageRequest,
  password: string | null,
  signal: AbortSignal,
): Promise<PageImage> {
  const [source, structure] = await Promise.all([db.sources.get(documentId), db.structures.get(documentId)]);
  if (!source) throw notFound('document');
  const pages = structure?.marks.filter(({ kind }) => kind === 'page') ?? [];
  const page = pages[number - 1];
  if (!page && pages.length > 0)
    throw new SondeError({
      code: 'not-found',
      message: `There is no page ${String(number)} in this document.`,
    });
  const onPage = page && span ? within(page, span) : null;
  return readers.page({ file: source.file, password, number, widthPx, span: onPage }, signal);
}

/** The part of a span on a page, counted from the page's beginning; null when there is none. */
function within(page: Mark, span: { start: number; end: number }): PageRequest['span'] {
  const start = Math.max(span.start, page.start) - page.start;
  const end = Math.min(span.end, page.end) - page.start;
  return start < end ? { start, end } : null;
}
