/** How much well-known models can read at once, for servers that do not say. In tokens, input and output together. */

import { canonicalModelId } from './prices';

/** Assumed for a remote model nothing is known about: small enough to be safe with every current one. */
export const DEFAULT_CONTEXT_TOKENS = 32_768;

/** First match wins; patterns are on `canonicalModelId`. */
const WINDOWS: readonly (readonly [RegExp, number])[] = [
  [/^gpt-4-1/, 1_047_576],
  [/^gpt-4o/, 128_000],
  [/^gpt-5/, 400_000],
  [/^gpt-oss/, 131_072],
  [/^o[34](-|$)/, 200_000],
  [/^claude-/, 200_000],
  [/^gemini-(2|3)/, 1_048_576],
  [/^llama-3-[123]/, 131_072],
];

/** The window of a model by its name, or the safe default. A server's own figure should always come first. */
export function contextTokensOf(model: string): number {
  const id = canonicalModelId(model);
  return WINDOWS.find(([pattern]) => pattern.test(id))?.[1] ?? DEFAULT_CONTEXT_TOKENS;
}
