/** Fetches one file into the engine's store, checked on the way: what is not right or not whole is never kept. */

import { isAbort, SondeError } from '../../core/errors';
import { keep } from './artifact-store';
import { checkOf, type FileCheck } from './file-check';
import { bytesOf, type NetworkPorts } from './file-stream';
import type { ModelFile } from './model-layout';

export interface FileProgress {
  /** What the server says the whole file has. */
  onSize(bytes: number): void;
  onBytes(bytes: number): void;
}

/** @throws SondeError `download-failed`, `bad-download`, `quota`, `storage-blocked`; the signal's reason */
export async function keepFile(
  file: ModelFile,
  ports: NetworkPorts,
  progress: FileProgress,
  signal: AbortSignal,
): Promise<void> {
  const check = await checkOf(file);
  const bytes = bytesOf(file, ports, signal, (size) => {
    progress.onSize(size);
  });
  const failure: { thrown?: unknown } = {};
  const body = checked(bytes, check, progress, failure);
  const headers = new Headers({ 'content-type': CONTENT_TYPES[file.kind] });
  if (file.sizeBytes !== null) headers.set('content-length', String(file.sizeBytes));
  try {
    await keep(file, new Response(body, { headers }));
  } catch (thrown) {
    // The store says only that the stream failed; the stream knows why.
    if ('thrown' in failure) throw failure.thrown;
    if (thrown instanceof SondeError || isAbort(thrown)) throw thrown;
    throw new SondeError(
      {
        code: 'download-failed',
        message: `${file.name} could not be stored: ${thrown instanceof Error ? thrown.message : String(thrown)}.`,
        hint: 'Go on: only what is missing is fetched.',
      },
      { cause: thrown },
    );
  } finally {
    // A store that is full stops reading without a word to the stream.
    await bytes.return();
  }
}

const CONTENT_TYPES = {
  json: 'application/json',
  wasm: 'application/wasm',
  binary: 'application/octet-stream',
} as const;

function checked(
  bytes: AsyncGenerator<Uint8Array<ArrayBuffer>, void>,
  check: FileCheck,
  progress: FileProgress,
  failure: { thrown?: unknown },
): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      try {
        const { done, value } = await bytes.next();
        if (done) {
          check.finish();
          controller.close();
          return;
        }
        check.update(value);
        progress.onBytes(value.length);
        controller.enqueue(value);
      } catch (thrown) {
        failure.thrown = thrown;
        controller.error(thrown);
      }
    },
    cancel: async () => {
      await bytes.return();
    },
  });
}
