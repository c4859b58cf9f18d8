/** Deflated data piece by piece, with words for when it is broken. */

import { Inflate } from 'fflate';
import { SondeError } from '../../../../core/errors';

/** Nothing unpacks to more than a thousand times its size: what is held at once stays small. */
const STEP_BYTES = 16 * 1024;

/** `format` as the platform names it. @throws SondeError `malformed` while it is read, under `message`. */
export async function* inflated(
  data: Blob,
  format: 'deflate-raw' | 'gzip' | 'deflate',
  message: string,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = data.stream().pipeThrough(new DecompressionStream(format)).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw new SondeError({ code: 'malformed', message }, { cause });
      });
      if (done) return;
      yield value;
    }
  } finally {
    // Rejects for a stream that is broken already, which has been told.
    reader.cancel().catch(() => undefined);
  }
}

/** Raw deflated data that is in memory: for little of it the platform's stream takes longer to set up than to run. */
export function* inflatedInMemory(
  data: Uint8Array<ArrayBuffer>,
  message: string,
): Generator<Uint8Array<ArrayBuffer>> {
  let ready: Uint8Array<ArrayBuffer>[] = [];
  const inflate = new Inflate((piece) => {
    ready.push(piece as Uint8Array<ArrayBuffer>); // its type leaves open what kind of buffer: it makes plain ones
  });
  for (let at = 0; at < data.length || at === 0; at += STEP_BYTES) {
    try {
      inflate.push(data.subarray(at, at + STEP_BYTES), at + STEP_BYTES >= data.length);
    } catch (cause) {
      throw new SondeError({ code: 'malformed', message }, { cause });
    }
    yield* ready;
    ready = [];
  }
}
