/** How a model is named by people, scripts and settings: enough to build a `ChatModel` from, nothing more. */

import * as v from 'valibot';
import type { Price } from '../ports';

export type ModelRef =
  | { readonly provider: 'reader' }
  | {
      /** A model on this device's GPU. */
      readonly provider: 'webllm';
      readonly model: string;
      /** The window to load it with, in tokens; the model's own default when absent. */
      readonly contextTokens?: number;
    }
  | {
      readonly provider: 'openai';
      /** Up to and including the version, e.g. `https://api.openai.com/v1`. */
      readonly baseUrl: string;
      /** Further addresses that serve the same model; they share the load. */
      readonly replicas?: readonly string[];
      readonly model: string;
      readonly apiKey?: string;
      readonly priceUsdPerMTok?: Price;
      /** The window, input and output together, in tokens. */
      readonly contextTokens?: number;
    };

const text = v.pipe(v.string(), v.nonEmpty());
const window = v.optional(v.pipe(v.number(), v.integer(), v.minValue(256)));
const amount = v.pipe(v.number(), v.minValue(0));

/** What a script or a stored setting must look like to be taken as a `ModelRef`. */
export const modelRefSchema = v.variant('provider', [
  v.object({ provider: v.literal('reader') }),
  v.object({ provider: v.literal('webllm'), model: text, contextTokens: window }),
  v.object({
    provider: v.literal('openai'),
    baseUrl: text,
    replicas: v.optional(v.array(text)),
    model: text,
    apiKey: v.optional(v.string()),
    priceUsdPerMTok: v.optional(v.object({ input: amount, output: amount })),
    contextTokens: window,
  }),
]);

const recordedPrice = v.exactOptional(v.object({ input: amount, output: amount }));
const recordedWindow = v.exactOptional(v.pipe(v.number(), v.integer()));

/** A reference as a record keeps it: without the key, and without what may be secret in an address. */
export const recordedRefSchema = v.variant('provider', [
  v.object({ provider: v.literal('reader') }),
  v.object({ provider: v.literal('webllm'), model: text, contextTokens: recordedWindow }),
  v.object({
    provider: v.literal('openai'),
    baseUrl: text,
    replicas: v.exactOptional(v.array(text)),
    model: text,
    priceUsdPerMTok: recordedPrice,
    contextTokens: recordedWindow,
  }),
]);
export type RecordedRef = v.InferOutput<typeof recordedRefSchema>;

/** The reference without its secrets, and without whatever else a script has put into it. */
export function recordedRef(ref: ModelRef): RecordedRef {
  if (ref.provider === 'reader') return { provider: ref.provider };
  const window = ref.contextTokens === undefined ? {} : { contextTokens: ref.contextTokens };
  if (ref.provider === 'webllm') return { provider: ref.provider, model: ref.model, ...window };
  const { provider, model, baseUrl, replicas, priceUsdPerMTok: price } = ref;
  return {
    provider,
    model,
    baseUrl: withoutSecrets(baseUrl),
    ...(replicas && { replicas: replicas.map(withoutSecrets) }),
    ...(price && { priceUsdPerMTok: { input: price.input, output: price.output } }),
    ...window,
  };
}

/** Names, passwords and parameters in an address are often keys, in one that lacks its `https://` no less. */
export function withoutSecrets(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url && /^https?:$/.test(url.protocol)) return url.origin + url.pathname.replace(/\/+$/, '');
  const [path = ''] = address.trim().split(/[?#]/);
  return path.slice(path.lastIndexOf('@') + 1) || 'no address';
}
