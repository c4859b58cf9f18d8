/** The text of a large XML part in pieces, so that it is never held as a whole. */

import type { Zip, ZipEntry } from '../zip';

/** Decoded by its byte order mark, or else as UTF-8, as XML is. */
export async function* xmlPieces(zip: Zip, entry: ZipEntry): AsyncGenerator<string> {
  let decoder: TextDecoder | null = null;
  for await (const bytes of zip.pieces(entry)) {
    decoder ??= new TextDecoder(encodingOf(bytes));
    yield decoder.decode(bytes, { stream: true });
  }
  yield decoder?.decode() ?? '';
}

/** UTF-16 shows by its mark, or by the zero in its first `<`. */
function encodingOf(head: Uint8Array): string {
  const [first, second] = head;
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return 'utf-16be';
  return 'utf-8';
}
