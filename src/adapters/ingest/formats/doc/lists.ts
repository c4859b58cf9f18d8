/** Lists in the table stream of an old Word file: places in the text with what belongs to each, names of fonts and authors. */

import type { Story } from './fib';

const COMMENT_BYTES = 30;
const MAX_NAMES = 10_000;
const FONT_NAME_AT = 40;

/** The places of a list whose entries have so many bytes beside their place. There is one more place than entries. */
export function placesOf(
  tables: DataView,
  [start, sizeBytes]: readonly [number, number],
  entryBytes: number,
): number[] {
  const available = Math.min(sizeBytes, tables.byteLength - start);
  if (available < 4) return [];
  const count = Math.floor((available - 4) / (4 + entryBytes)) + 1;
  return Array.from({ length: count }, (_, at) => tables.getUint32(start + at * 4, true));
}

/** From each place to the next; null where there is nothing. They follow one another: what goes back is broken. */
export function stretchesOf(places: readonly number[]): (Story | null)[] {
  let last = 0;
  return places.slice(0, -1).map((from, at) => {
    const to = places[at + 1] ?? 0;
    if (from < last || to <= from) return null;
    last = to;
    return { from, to };
  });
}

/** Of every comment who wrote it. */
export function commentAuthors(
  tables: DataView,
  [start, sizeBytes]: readonly [number, number],
  authors: readonly [number, number],
): string[] {
  const names = authorNames(tables, authors);
  const count = placesOf(tables, [start, sizeBytes], COMMENT_BYTES).length - 1;
  return Array.from({ length: Math.max(0, count) }, (_, at) => {
    const entry = start + (count + 1) * 4 + at * COMMENT_BYTES;
    return names[tables.getUint16(entry + 20, true)] ?? '';
  });
}

function authorNames(tables: DataView, [start, sizeBytes]: readonly [number, number]): string[] {
  const end = Math.min(tables.byteLength, start + sizeBytes);
  const names: string[] = [];
  for (let at = start; at + 2 <= end && names.length < MAX_NAMES;) {
    const chars = tables.getUint16(at, true);
    names.push(utf16(tables, at + 2, Math.min(end, at + 2 + chars * 2)));
    at += 2 + chars * 2;
  }
  return names;
}

/** Names of fonts by their number. */
export function fontNames(tables: DataView, [start, sizeBytes]: readonly [number, number]): string[] {
  const end = Math.min(tables.byteLength, start + sizeBytes);
  const names: string[] = [];
  for (let at = start + 4; at < end && names.length < MAX_NAMES;) {
    const fontBytes = tables.getUint8(at) + 1;
    const whole = utf16(tables, Math.min(end, at + FONT_NAME_AT), Math.min(end, at + fontBytes));
    names.push(whole.replace(/\0.*$/s, ''));
    at += fontBytes;
  }
  return names;
}

function utf16(view: DataView, start: number, end: number): string {
  let text = '';
  for (let at = start; at + 2 <= end; at += 2) text += String.fromCharCode(view.getUint16(at, true));
  return text;
}
