/** Reads the engine's own list of models at build time, so that showing it does not load the engine. */

import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ModelRecord } from '@mlc-ai/web-llm';
import type { Plugin } from 'vite';
import type { CatalogueRecord } from './catalogue-record';

const MODULE_ID = 'virtual:sonde-device-catalogue';
const RESOLVED_ID = '\0' + MODULE_ID;

/** The package's number for embedding models, which cannot answer; its `ModelType` is not exported as a value everywhere. */
const EMBEDDING = 1;
const VISION = 2;

/** What the page needs of one record; null for those that cannot answer questions. */
function recordOf(record: ModelRecord): CatalogueRecord | null {
  if (record.model_type === EMBEDDING) return null;
  const window = record.overrides?.context_window_size;
  if (record.vram_required_MB === undefined || window === undefined)
    throw new Error(`The engine's record of ${record.model_id} lacks its memory or its window.`);
  return {
    id: record.model_id,
    modelUrl: record.model,
    libraryUrl: record.model_lib,
    memoryMiB: record.vram_required_MB,
    contextTokens: window,
    features: record.required_features ?? [],
    vision: record.model_type === VISION,
    storageBindingBytes: record.buffer_size_required_bytes ?? 0,
    manifestFile: record.model_manifest ?? null,
  };
}

async function moduleSource(): Promise<string> {
  // Loading it takes half a second, so it waits until somebody asks for the list.
  const { prebuiltAppConfig } = await import('@mlc-ai/web-llm');
  const records = prebuiltAppConfig.model_list.map(recordOf).filter((record) => record !== null);
  const main = createRequire(import.meta.url).resolve('@mlc-ai/web-llm');
  const manifest = join(dirname(main), '..', 'package.json');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  // As a string: engines parse JSON much faster than the same data written as code.
  return `export default JSON.parse(${JSON.stringify(JSON.stringify({ engineVersion: version, records }))});`;
}

export function deviceCatalogue(): Plugin {
  let source: Promise<string> | null = null;
  return {
    name: 'sonde:device-catalogue',
    resolveId: (id) => (id === MODULE_ID ? RESOLVED_ID : null),
    load: (id) => (id === RESOLVED_ID ? (source ??= moduleSource()) : null),
  };
}
