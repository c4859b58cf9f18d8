/** Where a model's files are and what they must be: addresses and keys exactly as the engine forms them. */

import * as v from 'valibot';
import { SondeError } from '../../core/errors';
import type { DeviceModel } from '../../core/models/device';

/** The engine's three stores, by what is in them. Pinned to its version: a test asks the package itself. */
export const SCOPES = {
  config: 'webllm/config',
  library: 'webllm/wasm',
  model: 'webllm/model',
} as const;
export type Scope = keyof typeof SCOPES;

/** What the first bytes of a file without a checksum must look like. */
export type FileKind = 'json' | 'wasm' | 'binary';

export interface ModelFile {
  readonly scope: Scope;
  /** Its address, which is its key in the store too. */
  readonly url: string;
  readonly name: string;
  /** From the list of files; null for those not in it. */
  readonly sizeBytes: number | null;
  readonly md5: string | null;
  readonly kind: FileKind;
  /** Where older models have the same file; it is kept under `url` all the same. */
  readonly olderUrl?: string;
}

/** The small files that say what the others are. */
export interface ModelHeads {
  readonly manifest: ModelFile | null;
  readonly config: ModelFile;
  readonly list: ModelFile;
}

export interface ModelLayout {
  readonly heads: ModelHeads;
  readonly config: ModelConfig;
  /** Tokenizer, library and shards, in the order they are fetched. */
  readonly files: readonly ModelFile[];
  /** Of the shards together. */
  readonly shardBytes: number;
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const optionalCount = v.optional(v.nullable(count));
const name = v.pipe(v.string(), v.nonEmpty(), v.maxLength(300));

/** The part of `mlc-chat-config.json` that is used. */
export const configSchema = v.object({
  tokenizer_files: v.array(v.string()),
  quantization: v.optional(v.string()),
  context_window_size: v.optional(v.number()),
  model_config: v.optional(
    v.object({
      num_hidden_layers: optionalCount,
      num_attention_heads: optionalCount,
      num_key_value_heads: optionalCount,
      hidden_size: optionalCount,
      head_dim: optionalCount,
      context_window_size: v.optional(v.nullable(v.number())),
      max_position_embeddings: optionalCount,
      // Present in models that mix kinds of attention: then a token's cost is no simple product.
      layer_types: v.optional(v.unknown()),
      full_attention_interval: v.optional(v.unknown()),
    }),
  ),
});
export type ModelConfig = v.InferOutput<typeof configSchema>;

export const listSchema = v.object({
  records: v.pipe(
    v.array(v.object({ dataPath: name, nbytes: count, md5sum: v.optional(v.string()) })),
    v.minLength(1),
    v.maxLength(20_000),
  ),
});
export type FileList = v.InferOutput<typeof listSchema>;

export const manifestSchema = v.object({
  chat_config: v.optional(name),
  weights: v.optional(v.object({ manifest: v.optional(name) })),
});
export type ModelManifest = v.InferOutput<typeof manifestSchema>;

/** The folder of a model's files: a Hugging Face repository stands for its main branch. Ends with a slash. */
export function modelBase(modelUrl: string): string {
  const folder = modelUrl.endsWith('/') ? modelUrl : `${modelUrl}/`;
  return new URL(/.+\/resolve\/.+\//.test(folder) ? folder : `${folder}resolve/main/`).href;
}

function inside(path: string, base: string): string {
  const url = new URL(path, base).href;
  if (url.startsWith(base)) return url;
  throw new SondeError({
    code: 'bad-download',
    message: `The model’s list names a file outside the model: ${path}.`,
    hint: 'Use a model from a source you trust.',
  });
}

const jsonFile = (scope: Scope, url: string): ModelFile => ({
  scope,
  url,
  name: fileName(url),
  sizeBytes: null,
  md5: null,
  kind: 'json',
});

function fileName(url: string): string {
  return decodeURIComponent(new URL(url).pathname.split('/').at(-1) ?? url);
}

export function manifestOf(model: DeviceModel): ModelFile | null {
  if (model.manifestFile === null) return null;
  return jsonFile('config', inside(model.manifestFile, modelBase(model.modelUrl)));
}

/** @param manifest the parsed manifest of models that have one */
export function headsOf(model: DeviceModel, manifest: ModelManifest | null): ModelHeads {
  const base = modelBase(model.modelUrl);
  const weights = inside(manifest?.weights?.manifest ?? 'tensor-cache.json', base);
  return {
    manifest: manifestOf(model),
    config: jsonFile('config', inside(manifest?.chat_config ?? 'mlc-chat-config.json', base)),
    list: {
      // The engine takes the folder from the manifest and the name from itself.
      ...jsonFile('model', new URL('tensor-cache.json', weights).href),
      olderUrl: new URL('ndarray-cache.json', weights).href,
    },
  };
}

/** @throws SondeError `bad-download` when the list points outside the model or there is no tokenizer the engine knows */
export function layoutOf(
  model: DeviceModel,
  heads: ModelHeads,
  config: ModelConfig,
  list: FileList,
): ModelLayout {
  const base = modelBase(model.modelUrl);
  const tokenizer = ['tokenizer.json', 'tokenizer.model'].find((file) =>
    config.tokenizer_files.includes(file),
  );
  if (tokenizer === undefined)
    throw new SondeError({
      code: 'bad-download',
      message: `The configuration of ${model.label} names no tokenizer that the engine can read.`,
      hint: 'Use a version of the model made for WebLLM.',
    });
  const shards = list.records.map(({ dataPath, nbytes, md5sum }): ModelFile => ({
    scope: 'model',
    url: inside(dataPath, new URL('.', heads.list.url).href),
    name: dataPath,
    sizeBytes: nbytes,
    md5: md5sum?.toLowerCase() ?? null,
    kind: 'binary',
  }));
  return {
    heads,
    config,
    files: [
      {
        ...jsonFile('model', new URL(tokenizer, base).href),
        kind: tokenizer === 'tokenizer.json' ? 'json' : 'binary',
      },
      {
        ...jsonFile('library', new URL(model.libraryUrl).href),
        kind: 'wasm',
      },
      ...shards,
    ],
    shardBytes: shards.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0),
  };
}
