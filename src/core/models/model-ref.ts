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

/** The reference without its secrets. */
export function recordedRef(ref: ModelRef): RecordedRef {
  if (ref.provider !== 'openai') return ref;
  const { provider, model, baseUrl, replicas, priceUsdPerMTok, contextTokens } = ref;
  return {
    provider,
    model,
    baseUrl: withoutSecrets(baseUrl),
    ...(replicas && { replicas: replicas.map(withoutSecrets) }),
    ...(priceUsdPerMTok && { priceUsdPerMTok }),
    ...(contextTokens !== undefined && { contextTokens }),
  };
}

/** Names, passwords and parameters in an address are often keys. */
function withoutSecrets(address: string): string {
  if (!URL.canParse(address)) return address;
  const { origin, pathname } = new URL(address);
  return origin + pathname.replace(/\/+$/, '');
}
