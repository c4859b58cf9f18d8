/** The outline a PDF brings along, as places on its pages. */

import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { textOf, type PagePart } from './pieces';

export interface OutlineEntry {
  readonly title: string;
  /** 1 is the outermost. */
  readonly level: number;
  /** 0-based. */
  readonly page: number;
  /** Height in the page's own space; null for the whole page. */
  readonly y: number | null;
  /** Likewise from the left; null where it is not told. */
  readonly x: number | null;
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
): Promise<Pick<OutlineEntry, 'page' | 'x' | 'y'> | null> {
  const dest = typeof named === 'string' ? await document.getDestination(named) : named;
  if (!Array.isArray(dest)) return null;
  const [target, fit, ...numbers] = dest as unknown[];
  const page = typeof target === 'number' ? target : await pageIndex(document, target);
  if (!Number.isInteger(page) || page < 0 || page >= document.numPages) return null;
  const how = (fit as { name?: unknown } | null)?.name;
  const [x, y] = how === 'XYZ' ? numbers : how === 'FitH' || how === 'FitBH' ? [null, numbers[0]] : [];
  return { page, x: finite(x), y: finite(y) };
}

const finite = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

async function pageIndex(document: PDFDocumentProxy, target: unknown): Promise<number> {
  const { num, gen } = (target ?? {}) as { num?: unknown; gen?: unknown };
  if (typeof num !== 'number' || typeof gen !== 'number') return -1;
  return document.getPageIndex({ num, gen });
}

const letters = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');

/** Turns a place of the page's own space into points from its upper left corner. */
type ToView = (x: number, y: number) => readonly [x: number, y: number];

/**
 * For each entry the part of the page it leads to: the nearest that reads like its title, or else the first below its
 * place.
 */
export function partsOf(
  entries: readonly OutlineEntry[],
  parts: readonly PagePart[],
  toView: ToView,
): Map<number, OutlineEntry[]> {
  const found = new Map<number, OutlineEntry[]>();
  const texts = parts.map((part) => (part.kind === 'line' ? letters(textOf(part.pieces)) : ''));
  let after = 0;
  for (const entry of entries) {
    after = partFor(entry, parts, texts, after, toView);
    found.set(after, [...(found.get(after) ?? []), entry]);
  }
  return found;
}

function partFor(
  { title, x, y }: OutlineEntry,
  parts: readonly PagePart[],
  texts: readonly string[],
  after: number,
  toView: ToView,
): number {
  const wanted = letters(title);
  const alike = texts.flatMap((text, i) => (readsLike(text, wanted) ? [i] : []));
  if (y === null) return alike.find((i) => i >= after) ?? alike[0] ?? after;
  const [left, upper] = toView(x ?? 0, y);
  const distance = (part: PagePart | undefined): number => {
    if (!part?.at || part.at.direction.angle !== 0 || part.at.direction.vertical) return FAR;
    const below = part.at.v - upper;
    const beside = x !== null && (part.at.u1 < left || part.at.u0 > left + COLUMN) ? FAR : 0;
    return beside + (below < -2 ? FAR - below : below);
  };
  const candidates = alike.length > 0 ? alike : parts.map((_, i) => i);
  const best = Math.min(...candidates.map((i) => distance(parts[i])));
  return candidates.find((i) => distance(parts[i]) === best) ?? after;
}

/** In points: worse than any place on the page, and as far as a line may begin right of where it is said to. */
const FAR = 100_000;
const COLUMN = 180;

/** Whether a line is a title, the beginning of a long one, or one with its number written otherwise. */
function readsLike(text: string, wanted: string): boolean {
  if (text === '' || wanted === '') return false;
  if (text.endsWith(wanted) || text.startsWith(wanted)) return text.length <= 2 * wanted.length + 10;
  return 2 * text.length >= wanted.length && (wanted.startsWith(text) || wanted.endsWith(text));
}
