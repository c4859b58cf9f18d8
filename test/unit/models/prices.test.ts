/** Prices and windows by name: every spelling of a known model, never a guess for an unknown one. */

import { describe, expect, it } from 'vitest';
import { costUsd, DEFAULT_PRICES, priceOf } from '../../../src/core/models/prices';
import { contextTokensOf, DEFAULT_CONTEXT_TOKENS } from '../../../src/core/models/windows';

describe('a price', () => {
  it.each([
    ['gpt-5-mini', 'gpt-5-mini'],
    ['openai/gpt-5-mini', 'gpt-5-mini'],
    ['gpt-4o-2024-08-06', 'gpt-4o'],
    ['gpt-4.1-nano', 'gpt-4-1-nano'],
    ['claude-sonnet-4-5-20250929', 'claude-sonnet-4-5'],
    ['anthropic/claude-sonnet-4.5', 'claude-sonnet-4-5'],
    ['models/gemini-2.5-flash', 'gemini-2-5-flash'],
  ])('of %s is that of %s', (model, key) => {
    expect(priceOf(model)).toBe(DEFAULT_PRICES[key]);
  });

  it.each(['gpt-5-mini-finetuned', 'my-model', 'toString', 'google/gemini-2.5-flash:free'])(
    'of %s is unknown',
    (model) => expect(priceOf(model)).toBeNull(),
  );

  it('of the user’s own comes first', () => {
    const own = { 'gpt-5-mini': { input: 1, output: 1 } };
    expect(priceOf('gpt-5-mini', own)).toBe(own['gpt-5-mini']);
  });

  it('makes the cost, and no cost without it', () => {
    expect(costUsd({ inputTokens: 2_000_000, outputTokens: 500_000 }, { input: 1.5, output: 4 })).toBe(5);
    expect(costUsd({ inputTokens: 1, outputTokens: 1 }, null)).toBeNull();
  });
});

describe('a window', () => {
  it.each([
    ['gpt-4.1-mini', 1_047_576],
    ['gpt-4o-mini', 128_000],
    ['anthropic/claude-opus-4.5', 200_000],
    ['o3', 200_000],
    ['something-else', DEFAULT_CONTEXT_TOKENS],
  ])('of %s', (model, tokens) => expect(contextTokensOf(model)).toBe(tokens));
});
