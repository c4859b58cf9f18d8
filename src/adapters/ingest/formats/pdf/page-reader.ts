/** Reads one page: the same text for the import and for the view of the page, whatever was read before. */

import type { PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { annotationsOf, boundsIn, type Attached } from './annotations';
import { pageText } from './page-text';
import type { PagePart, TextLine } from './pieces';
import { plainText, type DrawnItem } from './runs';
import { xfaLines } from './xfa';

export interface PageContent {
  readonly parts: readonly PagePart[];
  readonly attached: readonly Attached[];
  /** Whether the page itself, without notes and fields, has text. */
  readonly hasText: boolean;
  /** Text beyond what a page may have was left out. */
  readonly cutOff: boolean;
}

const MAX_ITEMS = 200_000;

export async function readPage(page: PDFPageProxy): Promise<PageContent> {
  if (page.isPureXfa) {
    const lines = xfaLines(await page.getXfa());
    const parts = lines.map((text): TextLine => lineWithoutPlace(text));
    return { parts, attached: [], hasText: parts.length > 0, cutOff: false };
  }
  const { items, vertical, cutOff } = await drawnItems(page);
  const { typed, comments, attached } = await annotationsOf(page, items);
  const { transform } = page.getViewport({ scale: 1 });
  const frame = { transform, unit: page.userUnit };
  const parts = pageText([...items, ...typed], frame, (font) => vertical.has(font));
  for (const { author, text, rect } of comments) {
    const [x = 0, y = 0, right = 0, lower = 0] = boundsIn(transform, rect);
    const box = { x, y, width: right - x, height: lower - y };
    text.split(/\r\n?|\n/).forEach((line, i) => {
      const said = plainText(line).trim();
      if (said === '') return;
      const pieces = [{ text: said, source: { box } }];
      parts.push({ kind: 'line', breaks: i === 0 ? 2 : 1, pieces, at: null, comment: author });
    });
  }
  return { parts, attached, hasText: items.some(({ str }) => str.trim() !== ''), cutOff };
}

async function drawnItems(
  page: PDFPageProxy,
): Promise<{ items: DrawnItem[]; vertical: Set<string>; cutOff: boolean }> {
  const items: DrawnItem[] = [];
  const vertical = new Set<string>();
  const reader = (
    page.streamTextContent({ disableNormalization: true }) as ReadableStream<{
      items: DrawnItem[];
      styles: Record<string, { vertical?: boolean }>;
    }>
  ).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { items, vertical, cutOff: false };
    for (const [font, style] of Object.entries(value.styles)) if (style.vertical) vertical.add(font);
    for (const item of value.items) items.push(item);
    if (items.length > MAX_ITEMS) {
      await reader.cancel(new Error('There is more text on this page than one page has.'));
      return { items: items.slice(0, MAX_ITEMS), vertical, cutOff: true };
    }
  }
}

function lineWithoutPlace(text: string): TextLine {
  return { kind: 'line', breaks: 1, pieces: [{ text, source: null }], at: null };
}
