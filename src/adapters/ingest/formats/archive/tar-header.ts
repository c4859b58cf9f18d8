/** The blocks of 512 bytes that a tar archive says its files with, in all the ways that have been written since 1979. */

export const BLOCK = 512;

export interface TarHeader {
  readonly name: string;
  readonly sizeBytes: number;
  /** One character; a file is `0`, `7` or NUL. */
  readonly type: string;
  /** What a link leads to. */
  readonly target: string;
}

/** Null when the block's checksum says that it is no header. */
export function tarHeader(block: Uint8Array): TarHeader | null {
  if (block.length < BLOCK || !hasChecksum(block)) return null;
  const magic = field(block, 257, 263);
  const folder = magic.startsWith('ustar') && block[262] === 0 ? field(block, 345, 500) : '';
  const name = field(block, 0, 100);
  return {
    name: folder === '' ? name : `${folder}/${name}`,
    sizeBytes: sizeOf(block.subarray(124, 136)),
    type: String.fromCharCode(block[156] ?? 0),
    target: field(block, 157, 257),
  };
}

export function isTarHeader(block: Uint8Array): boolean {
  return tarHeader(block) !== null;
}

/** Some old programs summed signed bytes. */
function hasChecksum(block: Uint8Array): boolean {
  const said = /^[ \0]*([0-7]{1,8})[ \0]*$/.exec(String.fromCharCode(...block.subarray(148, 156)))?.[1];
  if (said === undefined) return false;
  let unsigned = 8 * 0x20;
  let signed = 8 * 0x20;
  for (let at = 0; at < BLOCK; at++) {
    if (at >= 148 && at < 156) continue;
    const byte = block[at] ?? 0;
    unsigned += byte;
    signed += byte < 0x80 ? byte : byte - 0x100;
  }
  const sum = parseInt(said, 8);
  return sum === unsigned || sum === signed;
}

/** Octal digits, or, where the first bit is set, a number in bytes. */
function sizeOf(bytes: Uint8Array): number {
  const first = bytes[0] ?? 0;
  if (first & 0x80) {
    let size = first & 0x3f;
    for (const byte of bytes.subarray(1)) size = size * 256 + byte;
    return first & 0x40 ? 0 : size; // a negative one
  }
  const digits = /^[ \0]*([0-7]+)/.exec(String.fromCharCode(...bytes))?.[1];
  return digits === undefined ? 0 : parseInt(digits, 8);
}

function field(block: Uint8Array, start: number, end: number): string {
  const bytes = block.subarray(start, end);
  const nul = bytes.indexOf(0);
  return decodeName(nul < 0 ? bytes : bytes.subarray(0, nul));
}

/** UTF-8, or, in archives from before it, one byte a character. */
export function decodeName(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes); // a fatal decoder throws for nothing else
  }
}

/** The records of an extended header, `LENGTH KEY=VALUE` each. What is not one ends them. */
export function paxRecords(bytes: Uint8Array): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < bytes.length;) {
    const length = Number(
      /^\d{1,9}(?= )/.exec(String.fromCharCode(...bytes.subarray(at, at + 10)))?.[0] ?? 0,
    );
    if (length < 5 || at + length > bytes.length) break;
    const record = bytes.subarray(at + String(length).length + 1, at + length - 1);
    const equals = record.indexOf(0x3d);
    if (equals < 0) break;
    records.set(decodeName(record.subarray(0, equals)), decodeName(record.subarray(equals + 1)));
    at += length;
  }
  return records;
}
