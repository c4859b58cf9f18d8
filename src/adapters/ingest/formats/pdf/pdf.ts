/** PDF: pages in reading order, with their labels, outline, fields, notes and attached files. */

import type { PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { isAbort, SondeError } from '../../../../core/errors';
import type { DocumentBuilder } from '../document-builder';
import type { FormatReader, PictureReader, ReaderInput } from '../reader';
import type { Attached } from './annotations';
import { Findings, isGarbled, malformed } from './findings';
import { metadataOf, scriptsIn } from './metadata';
import { outlineOf, partsOf, type OutlineEntry } from './outline';
import { readPage } from './page-reader';
import { openPdf, type OpenedPdf } from './pdfjs';
import { countPictures, looksOf } from './pictures';
import type { PagePart, TextLine } from './pieces';
import { drawPage } from './render';
import { writeParts } from './write-page';

export { renderPage } from './render';

const MAX_PAGES = 50_000;
/** What pdf.js keeps of fonts and pictures for later pages is dropped this often. */
const PAGES_BETWEEN_CLEANUPS = 50;
/** Whether pages without text are pictures is looked at for so many; the others are taken to be like them. */
const PAGES_LOOKED_AT = 20;
const POINTS_PER_INCH = 72;

export const readPdf: FormatReader = (input, out) => readPdfWith(input, out, null);

/** As `readPdf`; pages without readable text are drawn and given to `pictures`, if there is one. */
export async function readPdfWith(
  input: ReaderInput,
  out: DocumentBuilder,
  pictures: PictureReader | null,
): Promise<void> {
  const { file, password, asset } = input;
  const opened = await openPdf({ file, password, asset, drawn: false });
  const reading = new Reading(input, out, opened.document, pictures);
  try {
    await reading.run();
  } finally {
    await reading.close();
    await opened.close();
  }
}

class Reading {
  readonly #input: ReaderInput;
  readonly #out: DocumentBuilder;
  readonly #document: PDFDocumentProxy;
  readonly #pictures: PictureReader | null;
  readonly #found = new Findings();
  /** The same file opened to be drawn, once a page must be. */
  #drawn: Promise<OpenedPdf> | null = null;
  #pages = 0;

  constructor(
    input: ReaderInput,
    out: DocumentBuilder,
    document: PDFDocumentProxy,
    pictures: PictureReader | null,
  ) {
    this.#input = input;
    this.#out = out;
    this.#document = document;
    this.#pictures = pictures;
  }

  async run(): Promise<void> {
    const document = this.#document;
    const out = this.#out;
    if (document.numPages < 1) throw malformed();
    out.metadata(await metadataOf(document).catch(() => ({})));
    const labels = (await document.getPageLabels().catch(() => null)) ?? [];
    const outline = await outlineOf(document);
    this.#pages = Math.min(document.numPages, MAX_PAGES);
    for (let index = 0; index < this.#pages; index++) {
      this.#input.signal.throwIfAborted();
      await this.#page(index, labels[index]?.trim() || String(index + 1), outline.get(index) ?? []);
      await out.flush();
      this.#input.progress(index + 1, this.#pages);
      if (index % PAGES_BETWEEN_CLEANUPS === PAGES_BETWEEN_CLEANUPS - 1) await this.#tidy();
    }
    if (document.numPages > this.#pages) out.lost('cut-off', document.numPages - this.#pages);
    out.lost('scripts', await scriptsIn(document));
    out.lost('images', await countPictures(this.#input.file));
    await handOn(await attachmentsOf(document), out);
    this.#found.judge(this.#pages, out);
  }

  async close(): Promise<void> {
    if (this.#drawn) await (await this.#drawn).close();
  }

  async #tidy(): Promise<void> {
    await this.#document.cleanup();
    if (this.#drawn) await (await this.#drawn).document.cleanup();
  }

  async #page(index: number, label: string, entries: readonly OutlineEntry[]): Promise<void> {
    this.#out.breakLine(2);
    const mark = this.#out.open('page', label, { keepEmpty: true });
    try {
      const page = await this.#document.getPage(index + 1);
      const { transform } = page.getViewport({ scale: 1 });
      const parts = await this.#partsOf(page, label);
      const toView = (x: number, y: number) => placeIn(transform, x, y);
      writeParts(parts, partsOf(entries, parts, toView), this.#out);
      page.cleanup();
    } catch (thrown) {
      if (isFatal(thrown)) throw thrown;
      this.#found.broken.push(label);
    }
    mark.end();
  }

  async #partsOf(page: PDFPageProxy, label: string): Promise<readonly PagePart[]> {
    const { parts, attached, hasText, cutOff } = await readPage(page);
    if (cutOff) this.#out.lost('cut-off');
    await handOn(attached, this.#out);
    const garbled = isGarbled(parts);
    const looks = hasText ? null : await this.#looksOf(page);
    if (this.#pictures && (garbled || (looks !== null && looks !== 'blank'))) {
      const lines = await this.#recognised(page.pageNumber, this.#pictures).catch((thrown: unknown) => {
        if (isAbort(thrown)) throw thrown;
        return []; // then the page stays what it is, a picture
      });
      if (lines.length > 0) {
        this.#found.withText++;
        return garbled ? lines : [...lines, ...parts];
      }
    }
    if (garbled) this.#found.garbled.push(label);
    if (looks !== null && looks !== 'blank') this.#found.textless.push({ label, looks });
    if (parts.length > 0) this.#found.withText++;
    return parts;
  }

  async #looksOf(page: PDFPageProxy) {
    const known = this.#found.lookedAt++ >= PAGES_LOOKED_AT ? this.#found.textless.at(-1)?.looks : undefined;
    return known ?? (await looksOf(page));
  }

  async #recognised(pageNumber: number, { dotsPerInch, linesOf }: PictureReader): Promise<TextLine[]> {
    const { file, password, asset, progress } = this.#input;
    this.#drawn ??= openPdf({ file, password, asset, drawn: true });
    const page = await (await this.#drawn).document.getPage(pageNumber);
    const { width } = page.getViewport({ scale: 1 });
    const { canvas } = await drawPage(page, (width * dotsPerInch) / POINTS_PER_INCH);
    page.cleanup();
    const lines = await linesOf(canvas, pageNumber, () => {
      progress(pageNumber - 1, this.#pages);
    });
    canvas.width = canvas.height = 0;
    return lines.map(({ text, begins }): TextLine => {
      const pieces = [{ text, source: null }];
      return { kind: 'line', breaks: begins ? 2 : 1, pieces, at: null };
    });
  }
}

function placeIn(transform: readonly number[], x: number, y: number): [x: number, y: number] {
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = transform;
  return [a * x + c * y + e, b * x + d * y + f];
}

/** What no page is to blame for. */
const isFatal = (thrown: unknown): boolean =>
  thrown instanceof SondeError ||
  (thrown instanceof Error &&
    (isAbort(thrown) || (thrown.name === 'RangeError' && /memory|alloc/i.test(thrown.message))));

async function handOn(attached: readonly Attached[], out: DocumentBuilder): Promise<void> {
  for (const { name, content } of attached) await out.child(name || 'attachment', new File([content], name));
}

async function attachmentsOf(document: PDFDocumentProxy): Promise<Attached[]> {
  const all = (await document.getAttachments().catch(() => null)) as Record<
    string,
    { filename?: unknown; content?: unknown }
  > | null;
  return Object.values(all ?? {}).flatMap(({ filename, content }) =>
    content instanceof Uint8Array
      ? [{ name: typeof filename === 'string' ? filename : '', content: new Uint8Array(content) }]
      : [],
  );
}
