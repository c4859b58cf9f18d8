/** Fetches what is missing of a model, several files side by side; the store itself is the only record of what is done. */

import { SondeError } from '../../core/errors';
import type { DeviceModel, DownloadPlan, DownloadProgress } from '../../core/models/device';
import { keptUrls } from './artifact-store';
import { keepFile } from './keep-file';
import { isKept, keptSizes } from './kept';
import { keptLayout, fetchedLayout } from './read-layout';
import type { NetworkPorts } from './file-stream';
import type { ModelFile, ModelLayout } from './model-layout';
import { freeBytes, makeRoom, type StoragePort } from './storage-room';
import { TransferMeter } from './transfer-meter';

/** More at once gains nothing on one host, and a pause would lose more. */
const FILES_AT_ONCE = 4;

const TICK_MS = 1000;

/** Asked for above what is listed: the tokenizer, the library, and the store's own housekeeping. */
const SPARE_BYTES = 24e6;

export interface DownloadPorts extends NetworkPorts {
  readonly storage: StoragePort | undefined;
}

interface Missing {
  readonly layout: ModelLayout;
  readonly files: readonly ModelFile[];
  /** Of the missing ones that are listed. */
  readonly bytes: number;
  readonly keptBytes: number;
  readonly unlisted: ReadonlyMap<string, number>;
}

async function missingOf(layout: ModelLayout): Promise<Missing> {
  const kept = await keptUrls();
  const files = layout.files.filter((file) => !isKept(file, kept));
  const sizes = await keptSizes(layout, kept);
  const bytes = files.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
  return { layout, files, bytes, keptBytes: sizes.bytes, unlisted: sizes.unlisted };
}

/** Fetches the model's list when it is not there. */
export async function planOf(
  model: DeviceModel,
  ports: DownloadPorts,
  signal: AbortSignal,
): Promise<DownloadPlan> {
  const missing = await missingOf(await fetchedLayout(model, ports, signal));
  return {
    bytesTotal: missing.keptBytes + missing.bytes,
    bytesMissing: missing.bytes,
    bytesFree: await freeBytes(ports.storage),
  };
}

/**
 * Every damaged file is told at the end, when all others are there; any other failure ends the download at once.
 * @throws SondeError `download-failed`, `bad-download`, `quota`, `storage-blocked`; the signal's reason
 */
export async function downloadModel(
  model: DeviceModel,
  ports: DownloadPorts,
  onProgress: (progress: DownloadProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  const { layout, files, bytes, keptBytes, unlisted } = await missingOf(
    await fetchedLayout(model, ports, signal),
  );
  if (files.length > 0) await makeRoom(ports.storage, model.label, bytes + SPARE_BYTES);
  signal.throwIfAborted();
  const unlistedBytes = [...unlisted.values()].reduce((sum, size) => sum + size, 0);
  const meter = new TransferMeter(
    keptBytes,
    layout.shardBytes + unlistedBytes,
    () => ports.clock.now(),
    onProgress,
  );
  meter.report();
  // So that a speed that falls to nothing is seen to.
  const ticking = setInterval(() => {
    meter.report();
  }, TICK_MS);
  const bad = await fetchAll(files, ports, meter, signal).finally(() => {
    clearInterval(ticking);
  });
  meter.report();
  if (bad) throw bad;
  const left = await missingOf(layout);
  if (left.files.length > 0) throw lost(model, left.files);
}

/** @returns what was wrong with the first damaged file, or null */
async function fetchAll(
  files: readonly ModelFile[],
  ports: NetworkPorts,
  meter: TransferMeter,
  signal: AbortSignal,
): Promise<SondeError | null> {
  const queue = [...files];
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  let bad: SondeError | null = null;
  const work = async (): Promise<void> => {
    for (let file = queue.shift(); file; file = queue.shift()) {
      const damaged = await fetchOne(file, ports, meter, either);
      bad ??= damaged;
    }
  };
  const workers = Array.from({ length: Math.min(FILES_AT_ONCE, files.length) }, () =>
    work().catch((thrown: unknown) => {
      stop.abort(); // the others would only fail after it; the first reason is the one to tell
      throw thrown;
    }),
  );
  const outcomes = await Promise.allSettled(workers);
  signal.throwIfAborted();
  const failures = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
  );
  const cause = failures.find((thrown) => thrown !== stop.signal.reason);
  if (cause !== undefined) throw cause as Error;
  return bad;
}

async function fetchOne(
  file: ModelFile,
  ports: NetworkPorts,
  meter: TransferMeter,
  signal: AbortSignal,
): Promise<SondeError | null> {
  let counted = 0;
  const progress = {
    onSize: (bytes: number) => {
      if (file.sizeBytes === null) meter.expect(file.url, bytes);
    },
    onBytes: (bytes: number) => {
      counted += bytes;
      meter.add(bytes, file.name);
    },
  };
  try {
    await keepFile(file, ports, progress, signal);
    if (file.sizeBytes === null) meter.expect(file.url, counted);
    return null;
  } catch (thrown) {
    meter.add(-counted, file.name);
    if (thrown instanceof SondeError && thrown.code === 'bad-download') return thrown;
    throw thrown;
  }
}

/** The browser clears what it kept when a disk runs full, and users clear site data in mid-download. */
function lost(model: DeviceModel, files: readonly ModelFile[]): SondeError {
  return new SondeError({
    code: 'download-failed',
    message: `${String(files.length)} files of ${model.label} were fetched, but the browser has not kept them.`,
    hint: 'Free space on the disk, then fetch again: only what is missing is fetched.',
  });
}

/** Progress as another tab makes it, read from what it has kept so far; null before its list is there. */
export async function progressElsewhere(
  model: DeviceModel,
  meter: TransferMeter | null,
  now: () => number,
  onProgress: (progress: DownloadProgress) => void,
): Promise<TransferMeter | null> {
  const kept = await keptUrls();
  const layout = await keptLayout(model, kept);
  if (!layout) return meter;
  const { bytes, unlisted } = await keptSizes(layout, kept);
  const unlistedBytes = [...unlisted.values()].reduce((sum, size) => sum + size, 0);
  const there = meter ?? new TransferMeter(bytes, layout.shardBytes + unlistedBytes, now, onProgress, true);
  there.add(bytes - there.bytes, '');
  there.report();
  return there;
}
