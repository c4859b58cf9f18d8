/** PDF: pages in reading order, with their labels, outline, fields, notes and attached files. */

import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { SondeError } from '../../../../core/errors';
import type { DocumentBuilder } from '../document-builder';
import type { FormatReader } from '../reader';
import type { Attached } from './annotations';
import { metadataOf, scriptsIn } from './metadata';
import { outlineOf, partsOf, type OutlineEntry } from './outline';
import { readPage, type PageContent } from './page-reader';
import { openPdf } from './pdfjs';
import { countPictures, looksOf } from './pictures';
import { textOf, type PagePart } from './pieces';
import { breaksBefore } from './span-boxes';

export { pageImage, renderPage } from './render';
export { openPdf } from './pdfjs';
export { readPage } from './page-reader';

const MAX_PAGES = 50_000;
/** What pdf.js keeps of fonts and pictures for later pages is dropped this often. */
const PAGES_BETWEEN_CLEANUPS = 50;
/** Whether pages without text are pictures is looked at for so many; the others are taken to be like them. */
const PAGES_LOOKED_AT = 20;

export const readPdf: FormatReader = async ({ file, password, signal, asset }, out) => {
  const { document, close } = await openPdf({ file, password, asset, drawn: false });
  try {
    await readDocument(document, file, signal, out);
  } finally {
    await close();
  }
};

async function readDocument(
  document: PDFDocumentProxy,
  file: Blob,
  signal: AbortSignal,
  out: DocumentBuilder,
): Promise<void> {
  if (document.numPages < 1) throw malformed();
  out.metadata(await metadataOf(document).catch(() => ({})));
  const labels = (await document.getPageLabels().catch(() => null)) ?? [];
  const outline = await outlineOf(document);
  const seen = new Pages();
  const count = Math.min(document.numPages, MAX_PAGES);
  for (let index = 0; index < count; index++) {
    signal.throwIfAborted();
    const label = labels[index]?.trim() || String(index + 1);
    await readOnePage(document, index, label, outline.get(index) ?? [], seen, out);
    await out.flush();
    if (index % PAGES_BETWEEN_CLEANUPS === PAGES_BETWEEN_CLEANUPS - 1) await document.cleanup();
  }
  if (document.numPages > count) out.lost('cut-off', document.numPages - count);
  out.lost('scripts', await scriptsIn(document));
  out.lost('images', await countPictures(file));
  await handOnAttachments(document, out);
  seen.judge(count, out);
}

/** What became of the pages. */
class Pages {
  readonly textless: { readonly label: string; readonly looks: 'picture' | 'drawing' }[] = [];
  readonly broken: string[] = [];
  readonly garbled: string[] = [];
  blank = 0;
  lookedAt = 0;
  withText = 0;

  /** @throws SondeError `unreadable`, `malformed`, `empty` where there is no text at all */
  judge(pages: number, out: DocumentBuilder): void {
    const pictures = this.textless.filter(({ looks }) => looks === 'picture').length;
    out.lost('scanned-pages', pictures);
    out.lost('drawings', this.textless.length - pictures);
    out.lost('unreadable-parts', this.broken.length + this.garbled.length);
    if (this.withText === 0) throw this.#nothing(pages);
    if (this.broken.length > 0)
      out.warn({
        code: 'malformed',
        message: `${pagesSaid(this.broken)} of this PDF could not be read: the file is damaged there.`,
        hint: 'Open it in another program and save it again, or get a fresh copy.',
      });
    if (this.garbled.length > 0)
      out.warn({
        code: 'unreadable',
        message: `The text of ${pagesSaid(this.garbled).toLowerCase()} is written in fonts that do not say which letters they show, so it reads as gibberish.`,
        hint: 'What stands there can be read from the picture of the page with text recognition (OCR).',
      });
    if (this.textless.length > 0)
      out.warn({
        code: 'unreadable',
        message: `${pagesSaid(this.textless.map(({ label }) => label))} of this PDF ${
          this.textless.length === 1 ? 'is a picture' : 'are pictures'
        } without a text layer; the rest was read.`,
        hint: 'What stands in pictures can be read with text recognition (OCR).',
      });
  }

  #nothing(pages: number): SondeError {
    if (this.textless.length > 0)
      return new SondeError({
        code: 'unreadable',
        message: `This PDF is a scan without a text layer: ${pages === 1 ? 'its page is a picture' : 'its pages are pictures'}.`,
        hint: 'What stands in its pictures can be read with text recognition (OCR).',
      });
    if (this.broken.length > 0) return malformed();
    return new SondeError({
      code: 'empty',
      message: pages === 1 ? 'The page of this PDF is blank.' : 'All pages of this PDF are blank.',
      hint: 'Check that it is the right file.',
    });
  }
}

function malformed(): SondeError {
  return new SondeError({
    code: 'malformed',
    message: 'No page of this PDF could be read: the file is damaged.',
    hint: 'Open it in another program and save it again, or get a fresh copy.',
  });
}

/** `Page 3`, `Pages 3, 4 and 7`, `Pages 3, 4, 5 and 20 more`. */
function pagesSaid(labels: readonly string[]): string {
  if (labels.length === 1) return `Page ${labels[0] ?? ''}`;
  const shown = labels.slice(0, labels.length > 8 ? 6 : labels.length - 1);
  const rest = labels.length > 8 ? `${String(labels.length - shown.length)} more` : (labels.at(-1) ?? '');
  return `Pages ${shown.join(', ')} and ${rest}`;
}

async function readOnePage(
  document: PDFDocumentProxy,
  index: number,
  label: string,
  entries: readonly OutlineEntry[],
  seen: Pages,
  out: DocumentBuilder,
): Promise<void> {
  out.breakLine(2);
  const mark = out.open('page', label, { keepEmpty: true });
  try {
    const page = await document.getPage(index + 1);
    const content = await readPage(page);
    const { transform } = page.getViewport({ scale: 1 });
    const [, b = 0, , d = -1, , f = 0] = transform;
    const places = partsOf(entries, content.parts, (y) => (b === 0 ? d * y + f : 0));
    writeParts(content.parts, places, out);
    if (content.cutOff) out.lost('cut-off');
    await handOn(content.attached, out);
    if (content.parts.length > 0) seen.withText++;
    if (isGarbled(content.parts)) seen.garbled.push(label);
    if (!content.hasText) await look(content, page, label, seen);
    page.cleanup();
  } catch (thrown) {
    if (isFatal(thrown)) throw thrown;
    seen.broken.push(label);
  }
  mark.end();
}

/** Whether most of a page's text is codes that stand for no letter. */
function isGarbled(parts: readonly PagePart[]): boolean {
  const text = parts.flatMap((part) => (part.kind === 'line' ? [textOf(part.pieces)] : [])).join('');
  const codes = text.match(/[\p{Cc}\p{Co}\p{Cn}\ufffd]/gu)?.length ?? 0;
  return codes > 40 && codes > 0.3 * text.length;
}

/** What no page is to blame for. */
const isFatal = (thrown: unknown): boolean =>
  thrown instanceof SondeError ||
  (thrown instanceof Error &&
    ['AbortError', 'RangeError'].includes(thrown.name) &&
    /memory|abort|alloc/i.test(thrown.message));

async function look(
  { parts }: PageContent,
  page: Parameters<typeof looksOf>[0],
  label: string,
  seen: Pages,
): Promise<void> {
  const known = seen.lookedAt++ >= PAGES_LOOKED_AT ? seen.textless.at(-1)?.looks : undefined;
  const looks = known ?? (await looksOf(page));
  if (looks !== 'blank') seen.textless.push({ label, looks });
  else if (parts.length === 0) seen.blank++;
}

/** Writes a page; opens the sections that begin at its parts. */
export function writeParts(
  parts: readonly PagePart[],
  places: ReadonlyMap<number, readonly OutlineEntry[]>,
  out: DocumentBuilder,
): void {
  let comment: ReturnType<DocumentBuilder['open']> | null = null;
  for (const [i, part] of parts.entries()) {
    if (part.kind === 'table' || part.breaks === 2) {
      comment?.end();
      comment = null;
    }
    if (i > 0) out.breakLine(breaksBefore(parts, i));
    for (const { title, level } of places.get(i) ?? []) out.open('section', title, { level });
    if (part.kind === 'table') {
      const table = out.openTable({ header: part.header });
      for (const row of part.rows) table.row(row.map(textOf));
      table.end();
      continue;
    }
    if (part.comment !== undefined && part.breaks === 2) comment = out.open('comment', part.comment);
    out.text(textOf(part.pieces));
  }
  comment?.end();
  if (parts.length === 0)
    for (const { title, level } of places.get(0) ?? []) out.open('section', title, { level });
}

async function handOn(attached: readonly Attached[], out: DocumentBuilder): Promise<void> {
  for (const { name, content } of attached) await out.child(name || 'attachment', new File([content], name));
}

async function handOnAttachments(document: PDFDocumentProxy, out: DocumentBuilder): Promise<void> {
  const all = (await document.getAttachments().catch(() => null)) as Record<
    string,
    { filename?: unknown; content?: unknown }
  > | null;
  const attached = Object.values(all ?? {}).flatMap(({ filename, content }) =>
    content instanceof Uint8Array
      ? [{ name: typeof filename === 'string' ? filename : '', content: new Uint8Array(content) }]
      : [],
  );
  await handOn(attached, out);
}
