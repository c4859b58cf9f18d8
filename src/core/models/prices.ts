/** What well-known models cost, as a starting point the user can edit. Prices go stale: check your provider's page. */

import type { Price, TokenUsage } from '../ports';

/** When the table below was written. Show it wherever a default price is shown. */
export const PRICES_AS_OF = '2026';
export const PRICES_NOTE = `List prices as known in ${PRICES_AS_OF}; check your provider's page.`;

export const FREE: Price = { input: 0, output: 0 };

/** US dollars per million tokens, list price without caching or batch discounts, keyed by `canonicalModelId`. */
export const DEFAULT_PRICES: Readonly<Record<string, Price>> = {
  'gpt-4o': { input: 2.5, output: 10 },
  'gpt-4o-mini': { input: 0.15, output: 0.6 },
  'gpt-4-1': { input: 2, output: 8 },
  'gpt-4-1-mini': { input: 0.4, output: 1.6 },
  'gpt-4-1-nano': { input: 0.1, output: 0.4 },
  'gpt-5': { input: 1.25, output: 10 },
  'gpt-5-mini': { input: 0.25, output: 2 },
  'gpt-5-nano': { input: 0.05, output: 0.4 },
  o3: { input: 2, output: 8 },
  'o4-mini': { input: 1.1, output: 4.4 },
  'claude-haiku-4-5': { input: 1, output: 5 },
  'claude-sonnet-4': { input: 3, output: 15 },
  'claude-sonnet-4-5': { input: 3, output: 15 },
  'claude-opus-4-5': { input: 5, output: 25 },
  'gemini-2-5-pro': { input: 1.25, output: 10 },
  'gemini-2-5-flash': { input: 0.3, output: 2.5 },
  'gemini-2-5-flash-lite': { input: 0.1, output: 0.4 },
  'llama-3-1-8b-instant': { input: 0.05, output: 0.08 },
  'llama-3-3-70b-versatile': { input: 0.59, output: 0.79 },
};

/**
 * One key for the spellings of a model: without the vendor (`openai/…`), date (`-2024-08-06`, `-20250929`), `-latest` and
 * variant (`:free`), dots as dashes, lower case.
 */
export function canonicalModelId(model: string): string {
  return model
    .toLowerCase()
    .replace(/^(models\/|openai\/|anthropic\/|google\/)/, '')
    .replace(/:[\w-]+$/, '')
    .replace(/(-\d{4}-\d{2}-\d{2}|-\d{8}|-latest)$/, '')
    .replaceAll('.', '-');
}

/** The price of a model: the user's own, by exact name, before the table. Null when unknown; never a guess. */
export function priceOf(model: string, overrides: Readonly<Record<string, Price>> = {}): Price | null {
  if (Object.hasOwn(overrides, model)) return overrides[model] ?? null;
  const key = canonicalModelId(model);
  // A `:free` variant is billed by other rules than the model it is named after.
  if (/:[\w-]+$/.test(model) || !Object.hasOwn(DEFAULT_PRICES, key)) return null;
  return DEFAULT_PRICES[key] ?? null;
}

/** US dollars for so many tokens; null without a price. */
export function costUsd(
  tokens: Pick<TokenUsage, 'inputTokens' | 'outputTokens'>,
  price: Price | null,
): number | null {
  return price && (tokens.inputTokens * price.input + tokens.outputTokens * price.output) / 1e6;
}
