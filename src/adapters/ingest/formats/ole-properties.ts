/** What an old Office file says of itself: the property set in its stream `SummaryInformation` ([MS-OLEPS]). */

import type { Metadata } from '../../../core/corpus/structure';
import type { Ole } from './ole';
import { decodeIn } from './rtf/code-pages';

/** Properties and types of values by their numbers. */
const ID = { codePage: 1, title: 2, subject: 3, author: 4, created: 12, modified: 13 } as const;
const TYPE = { bytes: 30, wide: 31, time: 64 } as const;
const UTF_16 = 1200;
const MAX_BYTES = 1024 * 1024;
const MAX_PROPERTIES = 200;
const MAX_STRING_BYTES = 4000;
/** From 1601, in steps of 100 ns. */
const EPOCH_MS = Date.UTC(1601, 0, 1);

/** Nothing where there is no such stream, or one that cannot be followed. */
export async function oleMetadata(ole: Ole): Promise<Metadata> {
  const bytes = await ole.stream('\u0005SummaryInformation', MAX_BYTES);
  if (!bytes || bytes.length < 48) return {};
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const set = view.getUint32(44, true);
  const places = placesOf(view, set);
  const pageAt = places.get(ID.codePage);
  const page =
    pageAt !== undefined && pageAt + 6 <= view.byteLength ? view.getUint16(pageAt + 4, true) : 1252;
  const text = (id: number) => stringAt(view, places.get(id), page);
  const time = (id: number) => timeAt(view, places.get(id));
  return {
    title: text(ID.title),
    subject: text(ID.subject),
    author: text(ID.author),
    createdAt: time(ID.created),
    modifiedAt: time(ID.modified),
  };
}

function placesOf(view: DataView<ArrayBuffer>, set: number): Map<number, number> {
  const places = new Map<number, number>();
  if (set + 8 > view.byteLength) return places;
  const count = Math.min(view.getUint32(set + 4, true), MAX_PROPERTIES);
  for (let at = set + 8; at + 8 <= view.byteLength && places.size < count; at += 8)
    places.set(view.getUint32(at, true), set + view.getUint32(at + 4, true));
  return places;
}

function stringAt(view: DataView<ArrayBuffer>, at: number | undefined, codePage: number): string {
  if (at === undefined || at + 8 > view.byteLength) return '';
  const type = view.getUint32(at, true);
  if (type !== TYPE.bytes && type !== TYPE.wide) return '';
  const length = view.getUint32(at + 4, true) * (type === TYPE.wide ? 2 : 1);
  const sizeBytes = Math.min(length, MAX_STRING_BYTES, view.byteLength - at - 8);
  const own = new Uint8Array(view.buffer, view.byteOffset + at + 8, sizeBytes);
  const isWide = type === TYPE.wide || codePage === UTF_16;
  const text = isWide ? new TextDecoder('utf-16le').decode(own) : decodeIn(codePage, own);
  return text.replace(/\0.*$/s, '');
}

function timeAt(view: DataView<ArrayBuffer>, at: number | undefined): string {
  if (at === undefined || at + 12 > view.byteLength || view.getUint32(at, true) !== TYPE.time) return '';
  const ms = EPOCH_MS + Number(view.getBigUint64(at + 4, true) / 10_000n);
  const date = new Date(ms);
  return Number.isNaN(ms) || date.getUTCFullYear() < 1970 || date.getUTCFullYear() > 9999
    ? ''
    : date.toISOString();
}
