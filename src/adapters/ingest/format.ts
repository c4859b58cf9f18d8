/** Which reader a file goes to, by its content; its name decides only between kinds that look alike. */

import { extensionOf } from './file-kind';
import { startsWithBytes } from './signatures';

/**
 * `text` keeps the file's text exactly and needs no reader. `zip` and `ole` wrap many formats and are told apart by what
 * is in them. `unknown` is no text and nothing we know.
 */
export type Format =
  | 'text'
  | 'html'
  | 'pdf'
  | 'rtf'
  | 'flat-odf'
  | 'notebook'
  | 'email'
  | 'mbox'
  | 'subtitles'
  | 'zip'
  | 'ole'
  | 'tar'
  | 'gzip'
  | 'image';

/** How much of a file `formatOf` should see. */
export const FORMAT_SAMPLE_BYTES = 64 * 1024;

const images = ['\x89PNG\r\n\x1a\n', '\xff\xd8\xff', 'GIF87a', 'GIF89a', 'II*\0', 'MM\0*'];

/** From the first bytes. Null: not one of these by its bytes, so it is text or nothing we know. */
export function binaryFormatOf(start: Uint8Array): Format | null {
  if (startsWithBytes(start, 'PK\x03\x04') || startsWithBytes(start, 'PK\x05\x06')) return 'zip';
  if (startsWithBytes(start, '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')) return 'ole';
  if (startsWithBytes(start, '{\\rtf')) return 'rtf';
  if (startsWithBytes(start, '\x1f\x8b')) return 'gzip';
  if (isTar(start)) return 'tar';
  if (images.some((bytes) => startsWithBytes(start, bytes)) || isWebp(start) || isBmp(start)) return 'image';
  return pdfAt(start) ? 'pdf' : null;
}

/** From the beginning of the decoded text. Names of plain text, code and data are taken at their word. */
export function textFormatOf(start: string, path: string): Format {
  const extension = extensionOf(path);
  const head = start.replace(/^\ufeff?\s+/, '');
  if (/^WEBVTT(?:\s|$)/.test(head)) return 'subtitles';
  if (/^<\?xml[^]{0,2000}<office:document\s/.test(head)) return 'flat-odf';
  if (/^(?:html?|xhtml)$/.test(extension)) return /<[a-z!?]/i.test(head) ? 'html' : 'text';
  if (isNotebook(head, extension)) return 'notebook';
  if (!saysNothing.has(extension)) return 'text';
  if (/^(?:<\?xml[^>]*>\s*)?(?:<!--[^]*?-->\s*)*<(?:!doctype html|html[\s>])/i.test(head)) return 'html';
  if (/^\d{1,6}\r?\n\d{1,3}:\d\d:\d\d[,.]\d{1,3} +--> /.test(head)) return 'subtitles';
  if (extension !== 'eml' && isMailbox(start)) return 'mbox';
  if (isMessage(start, extension)) return 'email';
  return 'text';
}

/** Endings that leave open what is in a file, or say that it is one of the formats looked for after this. */
const saysNothing = new Set([
  '',
  'txt',
  'text',
  'dat',
  'bin',
  'eml',
  'mbox',
  'mbx',
  'srt',
  'mht',
  'mhtml',
  'msg',
  'doc',
  'asc',
]);

function isNotebook(head: string, extension: string): boolean {
  return (
    extension === 'ipynb' || (/^\{/.test(head) && /"cell_type"\s*:/.test(head) && /"source"\s*:/.test(head))
  );
}

/** A separator line with a date as programs write it, or with an address or a date and a header after it. */
function isMailbox(start: string): boolean {
  if (/^From \S+ +[A-Z][a-z]{2} [A-Z][a-z]{2} +\d+ \d\d:\d\d(?::\d\d)? .*\d{4}\s*\n/.test(start)) return true;
  return /^From [^\n]*(?:\S@\S|\d\d:\d\d)[^\n]*\r?\n(?:>?From [^\n]*\n)?[!-9;-~]+:/.test(start);
}

/** Two of the headers every message has. With the ending of a message, any one will do. */
function isMessage(start: string, extension: string): boolean {
  const header = /^(?:From [^\n]*\n)?((?:[!-9;-~]+:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*)+)/.exec(start)?.[1];
  if (header === undefined) return extension === 'eml';
  const known = new Set(
    [
      ...header.matchAll(
        /^(from|to|cc|subject|date|message-id|received|mime-version|return-path|reply-to|content-type)\s*:/gim,
      ),
    ].map((match) => match[1]?.toLowerCase()),
  );
  return known.size >= (/^(?:eml|mht|mhtml)$/.test(extension) ? 1 : 3);
}

function isTar(start: Uint8Array): boolean {
  return startsWithBytes(start, 'ustar', 257) || isOldTar(start);
}

/** Before POSIX a header had no mark of its own: its checksum tells. */
function isOldTar(start: Uint8Array): boolean {
  if (start.length < 512 || start[0] === 0) return false;
  const field = String.fromCharCode(...start.subarray(148, 156));
  const stated = /^ *([0-7]{4,7})[\0 ]*$/.exec(field)?.[1];
  if (stated === undefined) return false;
  let sum = 8 * 0x20;
  for (let i = 0; i < 512; i++) if (i < 148 || i >= 156) sum += start[i] ?? 0;
  return sum === parseInt(stated, 8);
}

function isWebp(start: Uint8Array): boolean {
  return startsWithBytes(start, 'RIFF') && startsWithBytes(start, 'WEBP', 8);
}

function isBmp(start: Uint8Array): boolean {
  return startsWithBytes(start, 'BM') && startsWithBytes(start, '\0\0\0\0', 6);
}

/** Some writers put a line or two before the header; readers have always looked for it in the first 1,024 bytes. */
function pdfAt(start: Uint8Array): boolean {
  for (let at = 0; at < Math.min(1024, start.length); at++)
    if (start[at] === 0x25 && startsWithBytes(start, '%PDF-', at)) return true;
  return false;
}
