/** Fetches one file of a package: bounded, watched, and checked against its pinned hash before anybody sees it. */

import { SondeError } from '../../core/errors';
import type { LockedPackage } from './lock';
import { sha256 } from './sha256';

/** The browser's `fetch`, or what records its use on the way. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface FetchWheelOptions {
  readonly fetch: Fetch;
  /** Ends in a slash. */
  readonly baseUrl: string;
  readonly maxBytes: number;
  /** Longest time without a byte. */
  readonly silenceMs: number;
  /** `totalBytes` null: the server does not say. */
  readonly onProgress: (receivedBytes: number, totalBytes: number | null) => void;
}

/** Why a package cannot be had, as a clause: it is shown to the model, and to the user. */
export function unavailable(clause: string, cause?: unknown): SondeError {
  return new SondeError({ code: 'package-unavailable', message: clause }, { cause });
}

/** @throws SondeError `package-unavailable`; the signal's reason when aborted */
export async function fetchWheel(
  entry: LockedPackage,
  options: FetchWheelOptions,
  signal: AbortSignal,
): Promise<Blob> {
  const { host } = new URL(options.baseUrl);
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), options.silenceMs);
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), options.silenceMs);
  };
  try {
    const response = await options.fetch(options.baseUrl + entry.fileName, {
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      redirect: 'error', // the user allowed this host, and no other
      cache: 'no-store', // it is kept by us
      signal: AbortSignal.any([signal, silence.signal]),
    });
    if (!response.ok) {
      throw unavailable(`${host} does not have ${entry.name} ${entry.version} (${response.status})`);
    }
    const bytes = await readBounded(response, entry, options, alive);
    if ((await sha256(bytes)) === entry.sha256) return bytes;
    throw unavailable(`what ${host} sent for ${entry.name} is not the pinned file`);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof SondeError) throw error;
    const what = silence.signal.aborted ? 'stopped answering' : 'cannot be reached';
    throw unavailable(`${entry.name} is not kept on this device and ${host} ${what}`, error);
  } finally {
    clearTimeout(timer);
  }
}

async function readBounded(
  response: Response,
  entry: LockedPackage,
  { maxBytes, onProgress }: FetchWheelOptions,
  alive: () => void,
): Promise<Blob> {
  const tooLarge = () =>
    unavailable(`${entry.name} is larger than the ${maxBytes / 1e6} MB a package may have`);
  const declared = Number(response.headers.get('content-length')) || null;
  if (declared !== null && declared > maxBytes) {
    await response.body?.cancel();
    throw tooLarge();
  }
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let received = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const next = await reader?.read();
    if (!next || next.done) return new Blob(chunks);
    alive();
    received += next.value.byteLength;
    if (received > maxBytes) {
      await reader?.cancel();
      throw tooLarge();
    }
    chunks.push(next.value);
    onProgress(received, declared);
  }
}
