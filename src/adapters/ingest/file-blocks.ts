/** Reads a file in blocks, never whole, with the next block on its way while the last is worked on. */

import { SondeError, isAbort } from '../../core/errors';

export const BLOCK_BYTES = 4 * 1024 * 1024;

/**
 * Yields every block in order; all but the last are `BLOCK_BYTES` long.
 * @throws SondeError `unreadable` when the file cannot be read any more; the signal's reason when aborted.
 */
export async function* fileBlocks(file: Blob, signal: AbortSignal): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let ahead = readBlock(file, 0);
  for (let at = 0; at < file.size; at += BLOCK_BYTES) {
    const block = await ahead;
    signal.throwIfAborted();
    if (at + BLOCK_BYTES < file.size) {
      ahead = readBlock(file, at + BLOCK_BYTES);
      ahead.catch(() => undefined); // met when it is awaited; the reader may stop before that
    }
    yield block;
  }
}

function readBlock(file: Blob, at: number): Promise<Uint8Array<ArrayBuffer>> {
  return readBytes(file, at, at + BLOCK_BYTES);
}

/**
 * The bytes from `start` to before `end`; fewer where the file ends earlier.
 * @throws SondeError `unreadable` when the file cannot be read any more.
 */
export async function readBytes(file: Blob, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
  try {
    // Chromium asks another process for every slice: half the time that a small file takes.
    const part = start === 0 && end >= file.size ? file : file.slice(start, end);
    return new Uint8Array(await part.arrayBuffer());
  } catch (cause) {
    if (isAbort(cause)) throw cause;
    throw new SondeError(
      {
        code: 'unreadable',
        message: 'The file was moved, changed or removed after it was dropped, or may not be read.',
        hint: 'Drop it again.',
      },
      { cause },
    );
  }
}

/** Tells equal files apart from others: SHA-256 of the file, or of its blocks' SHA-256s when it has several. */
export class Fingerprint {
  readonly #blocks: Promise<ArrayBuffer>[] = [];

  push(block: Uint8Array<ArrayBuffer>): void {
    // `subtle` is missing where the page is not served securely; duplicates then go unnoticed.
    const subtle = globalThis.crypto.subtle as SubtleCrypto | undefined;
    if (subtle) this.#blocks.push(subtle.digest('SHA-256', block));
  }

  /** Hexadecimal, or null where the browser offers no hashing. */
  async end(): Promise<string | null> {
    const digests = await Promise.all(this.#blocks);
    const [first] = digests;
    if (!first) return null;
    const all = digests.length === 1 ? first : await crypto.subtle.digest('SHA-256', await joined(digests));
    return [...new Uint8Array(all)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }
}

function joined(buffers: ArrayBuffer[]): Promise<ArrayBuffer> {
  return new Blob(buffers).arrayBuffer();
}
