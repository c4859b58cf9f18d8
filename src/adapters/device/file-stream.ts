/** The bytes of one file over the network: goes on where a dropped connection left off, and never waits for ever. */

import { SondeError } from '../../core/errors';
import type { Clock } from '../../core/ports';
import {
  isRetryableStatus,
  nextDelayMs,
  retryAfterMs,
  wait,
  type Failure,
  type RetryPolicy,
} from '../models/retry';
import { badFile } from './file-check';
import type { ModelFile } from './model-layout';

export interface NetworkPorts {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly retry: RetryPolicy;
  /** [0, 1) */
  readonly random: () => number;
  /** A connection that brings nothing for so long is given up and made anew. */
  readonly stallMs: number;
}

/** A failed try. Kept apart from errors of whoever reads the bytes, which end the stream at once. */
class TryFailed extends Error {
  constructor(readonly failure: Failure) {
    super(failure.error.message);
  }
}

function failed(
  file: ModelFile,
  what: string,
  hint: string,
  retry: Failure['retry'],
  headers?: Headers,
): TryFailed {
  const error = new SondeError({
    code: 'download-failed',
    message: `${file.name} could not be fetched from ${new URL(file.url).host}: ${what}. What was fetched before is kept.`,
    hint,
  });
  return new TryFailed({ error, retry, retryAfterMs: headers ? retryAfterMs(headers, Date.now()) : null });
}

function refused(file: ModelFile, { status, headers }: Response): TryFailed {
  if (status === 404 || status === 410)
    return failed(
      file,
      `it is not there (${String(status)})`,
      'The model may have moved; check its address.',
      'never',
    );
  if (status === 401 || status === 403)
    return failed(
      file,
      `the server refuses it (${String(status)})`,
      'The model may need an account, or your network may block the host.',
      'never',
    );
  const again = isRetryableStatus(status);
  return failed(
    file,
    `the server answered ${String(status)}`,
    'Try again later.',
    again ? 'yes' : 'never',
    headers,
  );
}

const dropped = (file: ModelFile) =>
  failed(
    file,
    'the connection was lost',
    'Check the connection, then go on: only what is missing is fetched.',
    'yes',
  );

/**
 * Yields the file's bytes in order. Where its size is known, a broken connection is taken up again at the same byte;
 * elsewhere the bytes already given are skipped.
 * @param onSize told what the server says the whole file has, which may be its compressed size
 * @throws SondeError `download-failed`, `bad-download`; the signal's reason
 */
export async function* bytesOf(
  file: ModelFile,
  ports: NetworkPorts,
  signal: AbortSignal,
  onSize: (bytes: number) => void,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const state: Place = { received: 0, url: file.url, canRange: file.sizeBytes !== null };
  let answered = false;
  for (let attempt = 1; ; attempt++) {
    const before = state.received;
    try {
      yield* oneTry(file, state, ports, signal, onSize);
      return;
    } catch (thrown) {
      signal.throwIfAborted();
      if (!(thrown instanceof TryFailed)) throw thrown;
      if (state.received > before) attempt = 1;
      answered ||= state.received > 0 || thrown.failure.retry === 'yes';
      const delayMs = nextDelayMs(
        thrown.failure,
        { attempt, answeredBefore: answered },
        ports.retry,
        ports.random,
      );
      if (delayMs === null) throw thrown.failure.error;
      await wait(delayMs, signal, ports.clock);
    }
  }
}

interface Place {
  received: number;
  url: string;
  /**
   * Whether the rest of the file can be asked for. Only where its size is known, for a compressed answer's bytes are
   * counted before decompression, and until a server turns such a request away.
   */
  canRange: boolean;
}

async function* oneTry(
  file: ModelFile,
  place: Place,
  ports: NetworkPorts,
  signal: AbortSignal,
  onSize: (bytes: number) => void,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const controller = new AbortController();
  const inTime = <T>(work: Promise<T>) => orDropped(work, file, controller, ports);
  const start = place.received;
  const asksForRest = start > 0 && place.canRange;
  const init: RequestInit = {
    signal: AbortSignal.any([signal, controller.signal]),
    // The engine's store keeps it; a second copy in the HTTP cache would only take room.
    cache: 'no-store',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    ...(asksForRest && { headers: { Range: `bytes=${String(start)}-` } }),
  };
  try {
    // Taken back when it is answered: some hosts refuse the question itself, in words no page may read.
    if (asksForRest) place.canRange = false;
    const response = await inTime(ports.fetch(place.url, init));
    if (response.status === 404 && file.olderUrl !== undefined && place.url !== file.olderUrl) {
      place.url = file.olderUrl;
      yield* oneTry(file, place, ports, signal, onSize);
      return;
    }
    if (response.status === 416) throw badFile(file, `is truncated at the source: ${String(start)} bytes`);
    if (!response.ok || response.body === null) throw refused(file, response);
    const resumed = response.status === 206;
    if (resumed && !startsAt(response, start)) throw dropped(file);
    place.canRange = file.sizeBytes !== null;
    const size = Number(response.headers.get('content-length'));
    if (size > 0) onSize(size + (resumed ? start : 0));
    yield* restOf(response.body, resumed ? 0 : start, place, inTime);
    if (file.sizeBytes !== null && place.received < file.sizeBytes) {
      // Ended in good order and brought nothing new: the file itself is that short.
      if (place.received === start)
        throw badFile(file, `is truncated: ${String(start)} of ${String(file.sizeBytes)} bytes`);
      throw dropped(file);
    }
  } finally {
    controller.abort();
  }
}

/** Whether an answer begins where it was asked to; hosts need not let a page read that. */
function startsAt(response: Response, start: number): boolean {
  const range = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '');
  return range === null || Number(range[1]) === start;
}

/** Yields a body's bytes after the first `skip`, counting them. */
async function* restOf(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  skip: number,
  place: Place,
  inTime: <T>(work: Promise<T>) => Promise<T>,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const reader = body.getReader();
  let left = skip;
  for (;;) {
    const { done, value } = await inTime(reader.read());
    if (done) return;
    const bytes = value.subarray(Math.min(left, value.length));
    left -= value.length - bytes.length;
    if (bytes.length === 0) continue;
    place.received += bytes.length;
    yield bytes;
  }
}

/** The work's result; a connection that fails or brings nothing in time counts as dropped. */
async function orDropped<T>(
  work: Promise<T>,
  file: ModelFile,
  controller: AbortController,
  { clock, stallMs }: NetworkPorts,
): Promise<T> {
  const cancel = clock.after(stallMs, () => {
    controller.abort();
  });
  try {
    return await work;
  } catch {
    // Whether the user stopped it is asked of the signal by the caller.
    throw dropped(file);
  } finally {
    cancel();
  }
}
