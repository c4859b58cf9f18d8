/** Deflated data as a stream that says in words when it is broken. */

import { SondeError } from '../../../../core/errors';

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
