/** What of which model is on this device: read from the stores themselves, so that it cannot be out of date. */

import type { DeviceModel, KeptModel } from '../../core/models/device';
import { keptUrls, readKept, type KeptUrls } from './artifact-store';
import { modelBase, type ModelFile, type ModelLayout } from './model-layout';
import { keptLayout } from './read-layout';

const NOTHING: KeptModel = { state: 'none', bytes: 0, bytesTotal: null };

export function isKept(file: ModelFile, kept: KeptUrls): boolean {
  return kept[file.scope].has(file.url);
}

/** Of a kept file in bytes; 0 when it is not there. From its list where it is in it: no file is opened then. */
export async function keptBytes(file: ModelFile, kept: KeptUrls): Promise<number> {
  if (!isKept(file, kept)) return 0;
  if (file.sizeBytes !== null) return file.sizeBytes;
  const response = await readKept(file);
  return response ? (await response.blob()).size : 0;
}

export interface KeptSizes {
  /** All that is kept of the model. */
  readonly bytes: number;
  /** Of those, the files that are not in the list: their sizes are known only when they are there. */
  readonly unlisted: ReadonlyMap<string, number>;
}

export async function keptSizes(layout: ModelLayout, kept: KeptUrls): Promise<KeptSizes> {
  const { manifest, config, list } = layout.heads;
  const files = [config, list, ...(manifest ? [manifest] : []), ...layout.files];
  const unlisted = new Map<string, number>();
  let bytes = 0;
  for (const file of files) {
    const size = await keptBytes(file, kept);
    bytes += size;
    if (file.sizeBytes === null && size > 0) unlisted.set(file.url, size);
  }
  return { bytes, unlisted };
}

const sum = (sizes: Iterable<number>): number => [...sizes].reduce((total, size) => total + size, 0);

async function keptOf(model: DeviceModel, kept: KeptUrls, bases: ReadonlySet<string>): Promise<KeptModel> {
  const base = modelBase(model.modelUrl);
  if (!bases.has(base)) return NOTHING;
  const layout = await keptLayout(model, kept);
  if (!layout) return { state: 'partial', bytes: 0, bytesTotal: null };
  const { bytes, unlisted } = await keptSizes(layout, kept);
  const bytesTotal = Math.max(bytes, layout.shardBytes + sum(unlisted.values()));
  const complete = layout.files.every((file) => isKept(file, kept));
  return { state: complete ? 'complete' : 'partial', bytes, bytesTotal };
}

/** By id. One pass over the keys; only the lists of models of which something is there are opened. */
export async function keptOfAll(models: readonly DeviceModel[]): Promise<ReadonlyMap<string, KeptModel>> {
  const kept = await keptUrls();
  const urls = [...kept.config, ...kept.model];
  const bases = new Set(
    models
      .map(({ modelUrl }) => modelBase(modelUrl))
      .filter((base) => urls.some((url) => url.startsWith(base))),
  );
  const entries = models.map(async (model) => [model.id, await keptOf(model, kept, bases)] as const);
  return new Map(await Promise.all(entries));
}
