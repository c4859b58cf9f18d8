/** Reads every kept file of a model again and deletes those that are not what they should be. */

import { SondeError } from '../../core/errors';
import type { DeviceModel, DownloadProgress } from '../../core/models/device';
import { deleteKept, keptUrls, readKept } from './artifact-store';
import { checkOf } from './file-check';
import { isKept, keptSizes } from './kept';
import { headsOf, manifestOf, type ModelFile } from './model-layout';
import { keptLayout } from './read-layout';
import { TransferMeter } from './transfer-meter';

/** @returns the names of the deleted files. @throws the signal's reason; SondeError `storage-blocked` */
export async function verifyModel(
  model: DeviceModel,
  now: () => number,
  onProgress: (progress: DownloadProgress) => void,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const kept = await keptUrls();
  const layout = await keptLayout(model, kept);
  if (!layout) return deleteHeads(model);
  const files = layout.files.filter((file) => isKept(file, kept));
  const { bytes } = await keptSizes(layout, kept);
  const meter = new TransferMeter(0, bytes, now, onProgress);
  const deleted: string[] = [];
  for (const file of files) {
    if (await isRight(file, meter, signal)) continue;
    await deleteKept(file);
    deleted.push(file.name);
  }
  meter.report();
  return deleted;
}

/** Without them nothing can be said of the other files; they are small, and fetched again with the next download. */
async function deleteHeads(model: DeviceModel): Promise<readonly string[]> {
  const kept = await keptUrls();
  const manifest = manifestOf(model);
  const { config, list } = headsOf(model, null);
  const there = [config, list, ...(manifest ? [manifest] : [])].filter((file) => isKept(file, kept));
  for (const file of there) await deleteKept(file);
  return there.map(({ name }) => name);
}

async function isRight(file: ModelFile, meter: TransferMeter, signal: AbortSignal): Promise<boolean> {
  const body = (await readKept(file))?.body;
  if (!body) return false;
  const check = await checkOf(file);
  const reader = body.getReader();
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await reader.read();
      if (done) break;
      meter.add(value.length, file.name);
      check.update(value);
    }
    check.finish();
    return true;
  } catch (thrown) {
    if (thrown instanceof SondeError && thrown.code === 'bad-download') return false;
    signal.throwIfAborted();
    // The store cannot read back what it kept: gone from the disk, in whole or in part.
    if (thrown instanceof DOMException || thrown instanceof TypeError) return false;
    throw thrown;
  } finally {
    await reader.cancel().catch(() => undefined); // a stream that failed cannot be cancelled
  }
}
