/** Models of the user's own: checked when added, remembered in the settings. */

import * as v from 'valibot';
import { SondeError } from '../../core/errors';
import type { CustomModel, DeviceModel } from '../../core/models/device';
import { kvBytesOf, maxContextOf } from './exact-figures';
import { bytesOf, type NetworkPorts } from './file-stream';
import { modelBase, type ModelFile, type ModelLayout } from './model-layout';
import { quantizationOf } from './quantization';
import { fetchedLayout } from './read-layout';

/** Where the user's own models are remembered; what comes back is checked. */
export interface CustomModelStore {
  read(): Promise<unknown>;
  write(models: readonly DeviceModel[]): Promise<void>;
}

const DEFAULT_WINDOW_TOKENS = 4096;
/** What the engine takes beside weights and window, as its own list has it for models of usual size. */
const WORKING_BYTES = 300e6;

const text = v.pipe(v.string(), v.nonEmpty(), v.maxLength(2000));
const size = v.pipe(v.number(), v.integer(), v.minValue(0));
const idSchema = v.pipe(text, v.regex(/^[\w.-]{1,120}$/));

const storedSchema = v.array(
  v.object({
    id: idSchema,
    label: text,
    tier: v.null(),
    purpose: v.literal('chat'),
    needsF16: v.boolean(),
    twinId: v.null(),
    memoryBytes: size,
    downloadBytes: v.nullable(size),
    storageBindingBytes: size,
    contextTokens: v.pipe(size, v.minValue(256)),
    maxContextTokens: v.nullable(size),
    kvBytesPerToken: v.nullable(size),
    licence: v.null(),
    modelUrl: text,
    libraryUrl: text,
    manifestFile: v.null(),
    custom: v.literal(true),
  }),
);

/** Those remembered; none when what is stored cannot be read. */
export async function customModels(store: CustomModelStore): Promise<readonly DeviceModel[]> {
  const parsed = v.safeParse(storedSchema, await store.read());
  return parsed.success ? parsed.output : [];
}

function invalid(message: string, hint: string): SondeError {
  return new SondeError({ code: 'invalid-argument', message, hint });
}

/** The page's own policy lets it connect to nothing else. @throws SondeError `invalid-argument` */
function address(value: string, what: string): URL {
  const url = URL.parse(value.trim());
  const isLoopback = url !== null && ['localhost', '127.0.0.1'].includes(url.hostname);
  if (url && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback))) return url;
  throw invalid(
    `The ${what} must be a whole https address, or one of this machine.`,
    'For example https://huggingface.co/mlc-ai/Qwen3-4B-q4f16_1-MLC.',
  );
}

/** The last part of the address that names the model rather than a branch of it. */
function idFrom(url: URL): string {
  const path = url.pathname.replace(/\/resolve\/.*$/, '').replace(/\/+$/, '');
  const name = decodeURIComponent(path.split('/').at(-1) ?? '').replace(/[^\w.-]+/g, '-');
  return name || url.hostname;
}

/**
 * Reads what the addresses lead to; the small files that are read are kept, as the start of a download.
 * @param taken ids that are in use
 * @throws SondeError `invalid-argument`, `download-failed`, `bad-download`; the signal's reason
 */
export async function inspectCustom(
  wanted: CustomModel,
  taken: ReadonlySet<string>,
  ports: NetworkPorts,
  signal: AbortSignal,
): Promise<DeviceModel> {
  const modelUrl = address(wanted.modelUrl, 'model’s address');
  const libraryUrl = address(wanted.libraryUrl, 'library’s address');
  const id = wanted.id?.trim() ?? idFrom(modelUrl);
  if (!v.is(idSchema, id))
    throw invalid('A model’s name may have letters, digits, dots and dashes.', 'Choose another name.');
  if (taken.has(id)) throw invalid(`There is already a model named ${id}.`, 'Choose another name.');
  const draft = draftOf(id, wanted.label?.trim() || id, modelUrl, libraryUrl);
  const layout = await fetchedLayout(draft, ports, signal);
  await checkLibrary(libraryUrl, ports, signal);
  return measured(draft, layout, wanted.contextTokens);
}

function draftOf(id: string, label: string, modelUrl: URL, libraryUrl: URL): DeviceModel {
  return {
    id,
    label,
    tier: null,
    purpose: 'chat',
    needsF16: true,
    twinId: null,
    memoryBytes: 0,
    downloadBytes: null,
    storageBindingBytes: 0,
    contextTokens: DEFAULT_WINDOW_TOKENS,
    maxContextTokens: null,
    kvBytesPerToken: null,
    licence: null,
    modelUrl: modelUrl.href,
    libraryUrl: libraryUrl.href,
    manifestFile: null,
    custom: true,
  };
}

/** Looks at the first bytes and lets the rest go. */
async function checkLibrary(url: URL, ports: NetworkPorts, signal: AbortSignal): Promise<void> {
  const file: ModelFile = {
    scope: 'library',
    url: url.href,
    name: url.pathname.split('/').at(-1) || url.href,
    sizeBytes: null,
    md5: null,
    kind: 'wasm',
  };
  for await (const bytes of bytesOf(file, ports, signal, () => undefined)) {
    if (new TextDecoder().decode(bytes.subarray(0, 4)) === '\0asm') return;
    break;
  }
  throw invalid(`${file.name} is not a WebAssembly library.`, 'Give the address of the compiled .wasm file.');
}

function measured(draft: DeviceModel, layout: ModelLayout, wantedTokens?: number): DeviceModel {
  const { config, shardBytes } = layout;
  const quantization = quantizationOf(config.quantization ?? draft.id);
  const kv = kvBytesOf(config, quantization?.valueBytes ?? 2);
  const maxContextTokens = maxContextOf(config);
  const most = maxContextTokens ?? DEFAULT_WINDOW_TOKENS;
  if (
    wantedTokens !== undefined &&
    (!Number.isInteger(wantedTokens) || wantedTokens < 256 || wantedTokens > most)
  )
    throw invalid(
      `The window must be between 256 and ${String(most)} tokens.`,
      'The model was not made for a larger one.',
    );
  const contextTokens = wantedTokens ?? Math.min(DEFAULT_WINDOW_TOKENS, most);
  return {
    ...draft,
    needsF16: quantization?.needsF16 ?? true,
    downloadBytes: shardBytes,
    contextTokens,
    maxContextTokens,
    kvBytesPerToken: kv,
    memoryBytes: shardBytes + WORKING_BYTES + contextTokens * (kv ?? 0),
  };
}

/** The folder whose files belong to a model alone, unless another of `others` is read from it too. */
export function isShared(model: DeviceModel, others: readonly DeviceModel[]): boolean {
  const base = modelBase(model.modelUrl);
  return others.some(({ id, modelUrl }) => id !== model.id && modelBase(modelUrl) === base);
}
