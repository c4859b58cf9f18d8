/** Rich text as Outlook packs it ([MS-OXRTFCP]): unpacked, and its words taken out. */

import { DocumentBuilder } from '../document-builder';
import { RtfReader } from '../rtf/reader';
import { RtfTokens } from '../rtf/tokens';

/** What the dictionary begins with: what most texts do. */
const KNOWN =
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx';
const PACKED = 0x75465a4c;
const HEADER_BYTES = 16;
const DICTIONARY_BYTES = 4096;
const MAX_BYTES = 100_000_000;

/** Plain text of packed rich text; empty where there is none. */
export async function unpackedRtf(packed: Uint8Array<ArrayBuffer>): Promise<string> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const out = new DocumentBuilder({
    text: (utf8) => void pieces.push(utf8),
    child: () => undefined,
    lostChild: () => undefined,
  });
  const reader = new RtfReader(out);
  const tokens = new RtfTokens(reader);
  tokens.write(rtfIn(packed));
  tokens.end();
  reader.finish();
  await out.finish();
  return new Blob(pieces).text();
}

export function rtfIn(packed: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (packed.length < HEADER_BYTES) return new Uint8Array();
  const header = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const rawBytes = Math.min(header.getUint32(4, true), MAX_BYTES);
  if (header.getUint32(8, true) !== PACKED) return packed.slice(HEADER_BYTES, HEADER_BYTES + rawBytes);
  return unpacked(packed, rawBytes);
}

function unpacked(packed: Uint8Array, rawBytes: number): Uint8Array<ArrayBuffer> {
  const dictionary = new Uint8Array(DICTIONARY_BYTES);
  for (let i = 0; i < KNOWN.length; i++) dictionary[i] = KNOWN.charCodeAt(i);
  // What is stated may be a lie: a byte of packed data makes nine of text at most.
  const raw = new Uint8Array(Math.min(rawBytes, packed.length * 9));
  let length = 0;
  let write = KNOWN.length;
  const put = (byte: number): void => {
    if (length < raw.length) raw[length++] = byte;
    dictionary[write] = byte;
    write = (write + 1) % DICTIONARY_BYTES;
  };
  for (let at = HEADER_BYTES; at < packed.length && length < raw.length;) {
    const control = packed[at++] ?? 0;
    for (let bit = 0; bit < 8 && at < packed.length; bit++) {
      if ((control & (1 << bit)) === 0) {
        put(packed[at++] ?? 0);
        continue;
      }
      const pair = ((packed[at] ?? 0) << 8) | (packed[at + 1] ?? 0);
      at += 2;
      const offset = pair >> 4;
      if (offset === write) return raw.slice(0, length); // how the end is told
      for (let i = 0; i < (pair & 15) + 2; i++) put(dictionary[(offset + i) % DICTIONARY_BYTES] ?? 0);
    }
  }
  return raw.slice(0, length);
}
