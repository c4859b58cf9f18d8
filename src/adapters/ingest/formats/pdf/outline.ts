/** The outline a PDF brings along, as places on its pages. */

import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { PagePart } from './pieces';
import { textOf } from './pieces';

export interface OutlineEntry {
  readonly title: string;
  /** 1 is the outermost. */
  readonly level: number;
  /** 0-based. */
  readonly page: number;
  /** Height in the page's own space; null for the whole page. */
  readonly y: number | null;
}

interface Node {
  readonly title: string;
  readonly dest: string | unknown[] | null;
  readonly items: readonly Node[];
}

const MAX_ENTRIES = 20_000;
const MAX_DEPTH = 9;

/** Entries by page, in the order of the outline. Those that lead nowhere are left out. */
export async function outlineOf(document: PDFDocumentProxy): Promise<Map<number, OutlineEntry[]>> {
  const pages = new Map<number, OutlineEntry[]>();
  const roots = (await document.getOutline().catch(() => null)) as Node[] | null;
  const waiting = (roots ?? []).map((node) => ({ node, level: 1 })).reverse();
  for (let count = 0; waiting.length > 0 && count < MAX_ENTRIES; count++) {
    const next = waiting.pop();
    if (!next) break;
    const { node, level } = next;
    const place = await placeOf(document, node.dest).catch(() => null);
    const title = node.title.replace(/\s+/g, ' ').trim();
    if (place && title !== '')
      pages.set(place.page, [...(pages.get(place.page) ?? []), { title, level, ...place }]);
    if (level < MAX_DEPTH)
      for (const item of [...node.items].reverse()) waiting.push({ node: item, level: level + 1 });
  }
  return pages;
}

async function placeOf(
  document: PDFDocumentProxy,
  named: Node['dest'],
): Promise<{ page: number; y: number | null } | null> {
  const dest = typeof named === 'string' ? await document.getDestination(named) : named;
  if (!Array.isArray(dest)) return null;
  const [target, fit, ...numbers] = dest as unknown[];
  const page = typeof target === 'number' ? target : await pageIndex(document, target);
  if (!Number.isInteger(page) || page < 0 || page >= document.numPages) return null;
  const how = (fit as { name?: unknown } | null)?.name;
  const y = how === 'XYZ' ? numbers[1] : how === 'FitH' || how === 'FitBH' ? numbers[0] : null;
  return { page, y: typeof y === 'number' && Number.isFinite(y) ? y : null };
}

async function pageIndex(document: PDFDocumentProxy, target: unknown): Promise<number> {
  const { num, gen } = (target ?? {}) as { num?: unknown; gen?: unknown };
  if (typeof num !== 'number' || typeof gen !== 'number') return -1;
  return document.getPageIndex({ num, gen });
}

const letters = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');

/**
 * For each entry the part of the page it leads to: the nearest that reads like its title, or else the first below its
 * place. `height` turns a place of the page's own space into points from its top.
 */
export function partsOf(
  entries: readonly OutlineEntry[],
  parts: readonly PagePart[],
  height: (y: number) => number,
): Map<number, OutlineEntry[]> {
  const found = new Map<number, OutlineEntry[]>();
  const texts = parts.map((part) => (part.kind === 'line' ? letters(textOf(part.pieces)) : ''));
  let after = 0;
  for (const entry of entries) {
    const at = partFor(entry, parts, texts, after, height);
    after = at;
    found.set(at, [...(found.get(at) ?? []), entry]);
  }
  return found;
}

function partFor(
  { title, y }: OutlineEntry,
  parts: readonly PagePart[],
  texts: readonly string[],
  after: number,
  height: (y: number) => number,
): number {
  const wanted = letters(title);
  const from = y === null ? null : height(y);
  const distance = (part: PagePart | undefined) => {
    if (from === null || !part?.at || part.at.direction.angle !== 0 || part.at.direction.vertical) return 0;
    const below = part.at.v - from;
    return below < -2 ? 1000 - below : below;
  };
  const alike = texts.flatMap((text, i) => {
    const same =
      text !== '' &&
      wanted !== '' &&
      (text.endsWith(wanted) || wanted.startsWith(text) || text.startsWith(wanted));
    return same && text.length >= Math.min(3, wanted.length) ? [i] : [];
  });
  const candidates = alike.length > 0 ? alike : parts.map((_, i) => i);
  if (from === null && alike.length === 0) return after;
  const best = Math.min(...candidates.map((i) => distance(parts[i])));
  return candidates.find((i) => distance(parts[i]) === best) ?? after;
}
