/** What is kept of the models: connections, roles, figures of single models, default limits. Parsed, never trusted. */

import * as v from 'valibot';
import { DEFAULT_LIMITS } from '../core/run/limits';

const shortText = v.pipe(v.string(), v.maxLength(2000));
const amount = v.pipe(v.number(), v.minValue(0), v.maxValue(1e12));

const connectionSchema = v.object({
  id: shortText,
  /** The preset it was made from. */
  presetId: shortText,
  label: shortText,
  baseUrl: shortText,
  /** Further addresses that serve the same models and are let in by the same key. */
  replicas: v.fallback(v.array(shortText), []),
  /** Extra request headers; never the key. */
  headers: v.fallback(v.record(v.string(), shortText), {}),
  /** Whether the key may be written to this device. */
  rememberKey: v.fallback(v.boolean(), false),
});

const servedSchema = v.object({ provider: v.literal('openai'), connectionId: shortText, model: shortText });

export const choiceSchema = v.variant('provider', [
  v.object({ provider: v.literal('reader') }),
  /** On this device's GPU. */
  v.object({ provider: v.literal('webllm'), model: shortText }),
  servedSchema,
]);

const figuresSchema = v.object({
  price: v.fallback(v.nullable(v.object({ input: amount, output: amount })), null),
  contextTokens: v.fallback(v.nullable(v.pipe(amount, v.integer(), v.minValue(256))), null),
});

const optionalLimit = (fallback: number | null) => v.fallback(v.nullable(amount), fallback);

export const settingsSchema = v.object({
  connections: v.fallback(v.array(connectionSchema), []),
  root: v.fallback(choiceSchema, { provider: 'reader' }),
  /** Null: the same as the root. */
  sub: v.fallback(v.nullable(choiceSchema), null),
  /** The model of a server that was chosen last, by role, for placing roles by one click. */
  lastServed: v.fallback(
    v.object({
      root: v.fallback(v.nullable(servedSchema), null),
      sub: v.fallback(v.nullable(servedSchema), null),
    }),
    { root: null, sub: null },
  ),
  /** By `figuresKey`. */
  figures: v.fallback(v.record(v.string(), figuresSchema), {}),
  limits: v.fallback(
    v.object({
      maxDepth: v.fallback(v.pipe(amount, v.integer(), v.minValue(1)), DEFAULT_LIMITS.maxDepth),
      maxTurns: v.fallback(v.pipe(amount, v.integer(), v.minValue(1)), DEFAULT_LIMITS.maxTurns),
      maxBudgetUsd: optionalLimit(DEFAULT_LIMITS.maxBudgetUsd),
      maxTimeS: optionalLimit(DEFAULT_LIMITS.maxTimeS),
      maxTokens: optionalLimit(DEFAULT_LIMITS.maxTokens),
      maxErrors: optionalLimit(DEFAULT_LIMITS.maxErrors),
      maxSubcalls: optionalLimit(DEFAULT_LIMITS.maxSubcalls),
      maxConcurrency: v.fallback(v.pipe(amount, v.integer(), v.minValue(1)), DEFAULT_LIMITS.maxConcurrency),
      cellTimeoutS: v.fallback(v.pipe(amount, v.minValue(1)), DEFAULT_LIMITS.cellTimeoutS),
    }),
    DEFAULT_LIMITS,
  ),
});

export type ModelSettings = v.InferOutput<typeof settingsSchema>;
export type Connection = v.InferOutput<typeof connectionSchema>;
export type ModelChoice = v.InferOutput<typeof choiceSchema>;
/** A model of a server. */
export type ServedChoice = v.InferOutput<typeof servedSchema>;
export type ModelFigures = v.InferOutput<typeof figuresSchema>;

export const DEFAULT_SETTINGS: ModelSettings = {
  connections: [],
  root: { provider: 'reader' },
  sub: null,
  lastServed: { root: null, sub: null },
  figures: {},
  limits: DEFAULT_LIMITS,
};

/** One model at one connection. */
export function figuresKey(connectionId: string, model: string): string {
  return `${connectionId} ${model}`;
}

/** Two names for the same origin differ only in case and a trailing slash. */
export function normalBaseUrl(baseUrl: string): string {
  return baseUrl.trim().replace(/\/+$/, '');
}

/** Something a request can be sent to: what is typed half is not. */
export function isAddress(baseUrl: string): boolean {
  return /^https?:\/\/[^/\s]+/.test(baseUrl.trim());
}

/** Keys by connection id. Written only where the user asked for it. */
export const keysSchema = v.record(v.string(), v.pipe(v.string(), v.maxLength(10_000)));

/** The host of an address for display, or the text itself when it is no address yet. */
export function hostOf(baseUrl: string): string {
  try {
    return new URL(baseUrl).host;
  } catch {
    return baseUrl || 'an address not given yet';
  }
}
