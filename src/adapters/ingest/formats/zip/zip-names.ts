/** The names of entries in a zip archive, in whichever of its encodings they are written. */

import { crc32 } from './crc32';

/** Code page 437 from 0x80 on: what a name is in that does not say. */
const CP437 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀' +
  'αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

const UTF8_FLAG = 0x800;
/** Info-ZIP's extra field: the name in UTF-8 beside one that older programs can read. */
const UNICODE_PATH = 0x7075;
/** Systems whose separator is `\`, by the number that stands for them in an entry: DOS, OS/2, NTFS, VFAT. */
const BACKSLASH_SYSTEMS = new Set([0, 6, 10, 14]);
/** Unix and macOS. */
const UNIX_SYSTEMS = new Set([3, 19]);

export interface RawName {
  readonly bytes: Uint8Array;
  readonly extra: DataView;
  readonly flags: number;
  /** The number of the system the entry was made on; null where nothing says it. */
  readonly system: number | null;
}

/** A name ends at a NUL. Separators become `/`. */
export function entryName({ bytes, extra, flags, system }: RawName): string {
  const whole =
    flags & UTF8_FLAG ? decodeUtf8(bytes) : (unicodePath(extra, bytes) ?? decodeUnnamed(bytes, system));
  const nul = whole.indexOf('\0');
  const name = nul < 0 ? whole : whole.slice(0, nul);
  return system !== null && BACKSLASH_SYSTEMS.has(system) ? name.replaceAll('\\', '/') : name;
}

/** The value of an extra field, or null. A field that reaches past the end is none. */
export function extraField(extra: DataView, wanted: number): DataView | null {
  for (let at = 0; at + 4 <= extra.byteLength;) {
    const size = extra.getUint16(at + 2, true);
    if (at + 4 + size > extra.byteLength) return null;
    if (extra.getUint16(at, true) === wanted)
      return new DataView(extra.buffer, extra.byteOffset + at + 4, size);
    at += 4 + size;
  }
  return null;
}

/** Holds only for the very name it was written beside: a program that renames may leave it behind. */
function unicodePath(extra: DataView, bytes: Uint8Array): string | null {
  const field = extraField(extra, UNICODE_PATH);
  if (!field || field.byteLength < 6 || field.getUint8(0) !== 1) return null;
  if (field.getUint32(1, true) !== crc32(bytes)) return null;
  return decodeUtf8(new Uint8Array(field.buffer, field.byteOffset + 5, field.byteLength - 5));
}

function decodeUtf8(bytes: Uint8Array): string {
  return utf8.decode(bytes);
}

/** macOS writes UTF-8 and does not say so. Hardly any other name reads as UTF-8 by chance. */
function decodeUnnamed(bytes: Uint8Array, system: number | null): string {
  if (system !== null && UNIX_SYSTEMS.has(system) && isUtf8(bytes)) return decodeUtf8(bytes);
  let name = '';
  for (const byte of bytes) name += byte < 0x80 ? String.fromCharCode(byte) : (CP437[byte - 0x80] ?? '');
  return name;
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

function isUtf8(bytes: Uint8Array): boolean {
  try {
    strictUtf8.decode(bytes);
    return true;
  } catch {
    return false; // the only thing a fatal decoder throws for
  }
}
