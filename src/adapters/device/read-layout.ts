/** Reads the small files that say what a model consists of: from the store, or over the network when missing. */

import * as v from 'valibot';
import { SondeError } from '../../core/errors';
import type { DeviceModel } from '../../core/models/device';
import { keep, readKept, type KeptUrls } from './artifact-store';
import { badFile } from './file-check';
import { bytesOf, type NetworkPorts } from './file-stream';
import {
  configSchema,
  headsOf,
  layoutOf,
  listSchema,
  manifestOf,
  manifestSchema,
  type ModelFile,
  type ModelLayout,
} from './model-layout';

/** Lists of the largest models have some hundred KB. */
const MAX_HEAD_BYTES = 32e6;

/** A file's parsed content, or null when it is not to be had. */
type ReadHead = <T>(file: ModelFile, schema: v.GenericSchema<unknown, T>) => Promise<T | null>;

async function layoutBy(model: DeviceModel, read: ReadHead): Promise<ModelLayout | null> {
  const manifestFile = manifestOf(model);
  const manifest = manifestFile && (await read(manifestFile, manifestSchema));
  if (manifestFile && !manifest) return null;
  const heads = headsOf(model, manifest);
  const [config, list] = await Promise.all([read(heads.config, configSchema), read(heads.list, listSchema)]);
  return config && list && layoutOf(model, heads, config, list);
}

function parse<T>(text: string, schema: v.GenericSchema<unknown, T>): T | null {
  try {
    const parsed = v.safeParse(schema, JSON.parse(text));
    return parsed.success ? parsed.output : null;
  } catch {
    return null; // not JSON at all
  }
}

async function readHead<T>(file: ModelFile, schema: v.GenericSchema<unknown, T>): Promise<T | null> {
  const response = await readKept(file);
  return response ? parse(await response.text(), schema) : null;
}

/** The model's layout from what is kept, or null when one of its heads is missing or damaged. Asks no network. */
export async function keptLayout(model: DeviceModel, kept: KeptUrls): Promise<ModelLayout | null> {
  try {
    return await layoutBy(model, (file, schema) =>
      kept[file.scope].has(file.url) ? readHead(file, schema) : Promise.resolve(null),
    );
  } catch (thrown) {
    if (thrown instanceof SondeError && thrown.code === 'bad-download') return null;
    throw thrown;
  }
}

/** The kept configuration alone, or null. */
export async function keptConfig(model: DeviceModel): Promise<v.InferOutput<typeof configSchema> | null> {
  const manifestFile = manifestOf(model);
  const manifest = manifestFile && (await readHead(manifestFile, manifestSchema));
  return manifestFile && !manifest ? null : readHead(headsOf(model, manifest).config, configSchema);
}

/**
 * The model's layout; missing or damaged heads are fetched, checked and kept.
 * @throws SondeError `download-failed`, `bad-download`, `quota`, `storage-blocked`; the signal's reason
 */
export async function fetchedLayout(
  model: DeviceModel,
  ports: NetworkPorts,
  signal: AbortSignal,
): Promise<ModelLayout> {
  const layout = await layoutBy(model, async (file, schema) => {
    const there = await readHead(file, schema);
    return there ?? fetchHead(file, schema, ports, signal);
  });
  if (!layout) throw new Error(`nothing was read of ${model.id}`); // unreachable: a head that cannot be had throws
  return layout;
}

async function fetchHead<T>(
  file: ModelFile,
  schema: v.GenericSchema<unknown, T>,
  ports: NetworkPorts,
  signal: AbortSignal,
): Promise<T> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let sizeBytes = 0;
  for await (const part of bytesOf(file, ports, signal, () => undefined)) {
    sizeBytes += part.length;
    if (sizeBytes > MAX_HEAD_BYTES) throw badFile(file, 'is far too long');
    parts.push(part);
  }
  const blob = new Blob(parts, { type: 'application/json' });
  const parsed = parse(await blob.text(), schema);
  if (parsed === null) throw badFile(file, 'is not what the engine reads');
  signal.throwIfAborted();
  await keep(file, new Response(blob));
  return parsed;
}
