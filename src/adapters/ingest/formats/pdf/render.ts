/** Draws a page of a PDF and says where a span of its text stands on it. */

import type { PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { PageImage, PageRect } from '../../../../core/corpus/library';
import { SondeError } from '../../../../core/errors';
import type { PageJob, ReaderInput } from '../reader';
import { readPage } from './page-reader';
import { openPdf, type OpenedPdf } from './pdfjs';
import { boxesOf, type PageSpan } from './span-boxes';

const MAX_SIDE_PX = 8192;
const MAX_PIXELS = 24_000_000;
const MAX_RENDER_MS = 20_000;
const MAX_RECTS = 2000;

export async function renderPage(input: Pick<ReaderInput, 'asset'>, job: PageJob): Promise<PageImage> {
  try {
    return await render(input, job);
  } catch (thrown) {
    throw thrown instanceof SondeError ? thrown : damaged(thrown);
  }
}

async function render(
  { asset }: Pick<ReaderInput, 'asset'>,
  { file, password, number, widthPx, span }: PageJob,
): Promise<PageImage> {
  const kept = await keptFor(file, password, asset);
  const page = await pageOf(kept.drawn.document, number);
  try {
    const { canvas, scale } = await drawPage(page, widthPx);
    const rects = span ? await rectsOf(await kept.textDocument(), number, span, scale) : [];
    const image = await canvas.convertToBlob({ type: 'image/png' });
    return { image, widthPx: canvas.width, heightPx: canvas.height, rects };
  } finally {
    page.cleanup();
  }
}

/** The document drawn last stays open: the next page is most likely one of its. */
interface Kept {
  readonly sample: string;
  readonly drawn: OpenedPdf;
  /** Opened as it was to be imported, so that its text is the same. */
  textDocument(): Promise<PDFDocumentProxy>;
  close(): Promise<void>;
}

let kept: Kept | null = null;

async function keptFor(file: Blob, password: string | null, asset: ReaderInput['asset']): Promise<Kept> {
  const sample = `${String(file.size)} ${JSON.stringify(password)} ${await sampleOf(file)}`;
  if (kept?.sample === sample) return kept;
  await kept?.close();
  kept = null;
  const drawn = await openPdf({ file, password, asset, drawn: true });
  let text: Promise<OpenedPdf> | null = null;
  kept = {
    sample,
    drawn,
    textDocument: async () => (await (text ??= openPdf({ file, password, asset, drawn: false }))).document,
    close: async () => {
      await drawn.close();
      if (text) await (await text).close();
    },
  };
  return kept;
}

const SAMPLE_BYTES = 16 * 1024;

/** Two files with the same size, beginning and end are the same: the end of a PDF has its identifier. */
async function sampleOf(file: Blob): Promise<string> {
  const ends = new Blob([file.slice(0, SAMPLE_BYTES), file.slice(Math.max(0, file.size - SAMPLE_BYTES))]);
  return new TextDecoder('latin1').decode(await ends.arrayBuffer());
}

async function pageOf(document: PDFDocumentProxy, number: number): Promise<PDFPageProxy> {
  if (!Number.isInteger(number) || number < 1 || number > document.numPages)
    throw new SondeError({
      code: 'invalid-argument',
      message: `This PDF has ${String(document.numPages)} pages, so there is no page ${String(number)}.`,
    });
  try {
    return await document.getPage(number);
  } catch (cause) {
    throw damaged(cause);
  }
}

const damaged = (cause: unknown): SondeError =>
  new SondeError(
    { code: 'malformed', message: 'This page of the PDF is damaged and cannot be drawn.' },
    { cause },
  );

/** A page as a picture, as near to the width asked for as bounds allow; `scale` is in pixels a point. */
export async function drawPage(
  page: PDFPageProxy,
  widthPx: number,
): Promise<{ canvas: OffscreenCanvas; scale: number }> {
  const { width, height } = page.getViewport({ scale: 1 });
  const scale = Math.min(
    Math.max(16, widthPx) / width,
    MAX_SIDE_PX / Math.max(width, height),
    Math.sqrt(MAX_PIXELS / (width * height)),
  );
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(width * scale)),
    Math.max(1, Math.round(height * scale)),
  );
  const canvasContext = canvas.getContext('2d', { alpha: false, willReadFrequently: true });
  if (!canvasContext)
    throw new SondeError({ code: 'internal', message: 'This browser has no memory left to draw with.' });
  const task = page.render({
    // an OffscreenCanvas does all that pdf.js asks of a canvas; its types know only those of a page
    canvas: canvas as unknown as HTMLCanvasElement,
    canvasContext: canvasContext as unknown as CanvasRenderingContext2D,
    viewport: page.getViewport({ scale }),
  });
  const start = performance.now();
  let late = false;
  // Each stretch of drawing is short; between them other messages get their turn.
  task.onContinue = (next: () => void) => {
    late = performance.now() - start > MAX_RENDER_MS;
    if (late) task.cancel();
    else setTimeout(next);
  };
  try {
    await task.promise;
  } catch (cause) {
    if (!late) throw damaged(cause);
  }
  return { canvas, scale };
}

async function rectsOf(
  document: PDFDocumentProxy,
  number: number,
  span: PageSpan,
  scale: number,
): Promise<PageRect[]> {
  const page = await pageOf(document, number);
  try {
    const { parts } = await readPage(page);
    const context = new OffscreenCanvas(1, 1).getContext('2d');
    const measure = (text: string) => context?.measureText(text).width ?? text.length;
    return boxesOf(parts, span, measure)
      .slice(0, MAX_RECTS)
      .map(({ x, y, width, height }) => ({
        x: x * scale,
        y: y * scale,
        width: width * scale,
        height: height * scale,
      }));
  } finally {
    page.cleanup();
  }
}
