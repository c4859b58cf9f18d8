/** The models a server lists, with windows and prices where it tells them. */

import * as v from 'valibot';
import { SondeError } from '../../core/errors';
import type { Endpoint, ListedModel } from '../../core/models/servers';
import type { Price } from '../../core/ports';
import { hostOf, trimmed } from './client';
import { badResponseFailure, failureOf, readServerError } from './failures';
import { plainHeaders } from './presets';

const size = v.fallback(v.nullish(v.number()), null);
const perToken = v.fallback(v.nullish(v.union([v.string(), v.number()])), null);
const modelSchema = v.looseObject({
  id: v.string(),
  owned_by: v.fallback(v.nullish(v.string()), null),
  context_length: size, // OpenRouter and others
  context_window: size, // Groq
  max_model_len: size, // vLLM
  max_context_length: size, // LM Studio, Mistral
  loaded_context_length: size, // LM Studio: what the model was loaded with
  meta: v.fallback(v.nullish(v.looseObject({ n_ctx: size, n_ctx_train: size })), null), // llama.cpp
  pricing: v.fallback(v.nullish(v.looseObject({ prompt: perToken, completion: perToken })), null),
});
const listSchema = v.looseObject({ data: v.array(v.unknown()) });
type WireModel = v.InferOutput<typeof modelSchema>;

/**
 * Sorted by name.
 * @throws SondeError for what the server said; the browser's TypeError when it could not be reached; an AbortError
 */
export async function fetchModels(
  endpoint: Endpoint,
  signal: AbortSignal,
  send: typeof globalThis.fetch,
): Promise<readonly ListedModel[]> {
  const base = trimmed(endpoint.baseUrl);
  const response = await send(`${base}/models`, { headers: plainHeaders(endpoint), signal });
  const models = await readList(response, endpoint);
  const windows = await ownWindows(models, base, endpoint, signal, send);
  return models
    .map((model) => ({
      id: model.id.replace(/^models\//, ''), // Gemini's resource names; the short ones work as well
      contextTokens: windows.get(model.id) ?? windows.get('') ?? windowOf(model),
      price: priceIn(model),
    }))
    .sort((a, b) => a.id.localeCompare(b.id));
}

/** Parses a list, or says what came instead. @throws SondeError */
async function readList(response: Response, { baseUrl, apiKey }: Endpoint): Promise<WireModel[]> {
  const context = { host: hostOf(baseUrl), model: '(any)', apiKey };
  const text = await response.text();
  const body = parseJson(text);
  if (response.status === 404)
    throw new SondeError({
      code: 'not-found',
      message: `${context.host} answers, but has no list of models at this address.`,
      hint: 'Check that the base URL ends where the API begins, often /v1.',
    });
  if (!response.ok) throw failureOf(readServerError(response.status, body, text), context, null).error;
  if (text.trimStart().startsWith('<')) throw badResponseFailure(context, 'web-page').error;
  const list = v.safeParse(listSchema, body);
  if (!list.success)
    throw new SondeError({
      code: 'bad-response',
      message: `${context.host} answered, but not with a list of models: it does not look OpenAI-compatible.`,
      hint: 'Check the base URL; for most servers it ends in /v1.',
    });
  return list.output.data.flatMap((item) => {
    const model = v.safeParse(modelSchema, item);
    return model.success ? [model.output] : [];
  });
}

function windowOf(model: WireModel): number | null {
  return (
    model.loaded_context_length ??
    model.max_model_len ??
    model.context_length ??
    model.context_window ??
    model.max_context_length ??
    model.meta?.n_ctx ??
    model.meta?.n_ctx_train ??
    null
  );
}

/** OpenRouter prices tokens one by one, as text; -1 stands for “depends”. */
function priceIn({ pricing }: WireModel): Price | null {
  const input = Number(pricing?.prompt ?? NaN) * 1e6;
  const output = Number(pricing?.completion ?? NaN) * 1e6;
  if (!(input >= 0 && output >= 0)) return null;
  return { input: rounded(input), output: rounded(output) };
}

/** Drops the binary dust of multiplying a tiny decimal. */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}

const lmStudioSchema = v.looseObject({ data: v.array(modelSchema) });
const propsSchema = v.looseObject({ default_generation_settings: v.looseObject({ n_ctx: v.number() }) });
const psSchema = v.looseObject({
  models: v.array(v.looseObject({ model: v.string(), context_length: v.number() })),
});

/**
 * Windows as loaded, by model id (or '' for all), from the server's own API beside the compatible one: what a model was
 * trained for is often far more than what it was started with.
 */
async function ownWindows(
  models: readonly WireModel[],
  base: string,
  endpoint: Endpoint,
  signal: AbortSignal,
  send: typeof globalThis.fetch,
): Promise<Map<string, number>> {
  const owner = models[0]?.owned_by;
  const root = base.replace(/\/v1$/, '');
  const ask = (path: string) => optionalJson(root + path, endpoint, signal, send);
  switch (owner ?? '') {
    case 'organization_owner': {
      const list = v.safeParse(lmStudioSchema, await ask('/api/v0/models'));
      const sizes = list.success ? list.output.data.map((model) => [model.id, windowOf(model)] as const) : [];
      return new Map(sizes.flatMap(([id, window]) => (window === null ? [] : [[id, window] as const])));
    }
    case 'llamacpp': {
      const props = v.safeParse(propsSchema, await ask('/props'));
      return new Map(props.success ? [['', props.output.default_generation_settings.n_ctx]] : []);
    }
    case 'library': {
      const loaded = v.safeParse(psSchema, await ask('/api/ps'));
      return new Map(loaded.success ? loaded.output.models.map((m) => [m.model, m.context_length]) : []);
    }
    default:
      return new Map();
  }
}

/** Null when the route is missing or closed: the figure is a bonus, the list stands without it. */
async function optionalJson(
  url: string,
  endpoint: Endpoint,
  signal: AbortSignal,
  send: typeof globalThis.fetch,
): Promise<unknown> {
  try {
    const response = await send(url, { headers: plainHeaders(endpoint), signal });
    return response.ok ? parseJson(await response.text()) : null;
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    return null;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
