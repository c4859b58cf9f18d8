/** What a PDF says of itself, and how much of it cannot become text. */

import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { Metadata } from '../../../../core/corpus/structure';

export async function metadataOf(document: PDFDocumentProxy): Promise<Metadata> {
  const all = await document.getMetadata();
  const info = all.info as Readonly<Record<string, unknown>>;
  // null where there is no XMP, whatever the types say
  const xmpValues = all.metadata as { get(name: string): unknown } | null;
  const said = (name: string, xmp: string): string => {
    const other = xmpValues?.get(xmp);
    return text(info[name]) || text(Array.isArray(other) ? other.join(', ') : other);
  };
  return {
    title: said('Title', 'dc:title'),
    author: said('Author', 'dc:creator'),
    subject: said('Subject', 'dc:description'),
    createdAt: isoDate(said('CreationDate', 'xmp:createdate')),
    modifiedAt: isoDate(said('ModDate', 'xmp:modifydate')),
    language: text(info['Language']),
  };
}

const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

/** `D:20240103120000+01'00'`, as exact as it is given; empty where it is no date. */
export function isoDate(said: string): string {
  if (/^\d{4}-\d\d/.test(said)) return said;
  const match = /^(?:D:)?(\d{4})(\d\d)?(\d\d)?(?:(\d\d)(\d\d)(\d\d)?)?([Zz]|[+-]\d\d)?'?(\d\d)?/.exec(said);
  if (!match) return '';
  const [, year = '', month, day, hour, minute, second, zone, zoneMinutes] = match;
  const date = [year, month, day].filter((part) => part !== undefined).join('-');
  if (hour === undefined || minute === undefined || day === undefined) return date;
  const time = `${date}T${hour}:${minute}:${second ?? '00'}`;
  if (zone === undefined) return time;
  return zone.toUpperCase() === 'Z' ? `${time}Z` : `${time}${zone}:${zoneMinutes ?? '00'}`;
}

/** How many scripts a PDF carries. None is ever run. */
export async function scriptsIn(document: PDFDocumentProxy): Promise<number> {
  const actions = (await document.getJSActions().catch(() => null)) as Record<string, unknown[]> | null;
  const inDocument = Object.values(actions ?? {}).reduce((sum, list) => sum + list.length, 0);
  if (inDocument > 0) return inDocument;
  return (await document.hasJSActions().catch(() => false)) ? 1 : 0;
}
