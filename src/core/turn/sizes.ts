/** Every size a prompt states, derived from the windows of the models that will really be used. */

import type { ChatModel } from '../ports';

/** Which system prompt fits the root model: protocol §3. */
export type Tier = 'full' | 'short' | 'tiny';

export interface Sizes {
  readonly tier: Tier;
  /** Characters of one cell's output that are shown to the root model. */
  readonly outputChars: number;
  /** Characters that fit one sub-call's prompt, leaving room for its reply. */
  readonly subPromptChars: number;
  /** Characters worth of the table of documents in the first message. */
  readonly documentTableChars: number;
  /** Root messages are compacted beyond this many estimated tokens. */
  readonly compactAtTokens: number;
}

/** Characters per token assumed when sizes are promised to a model: low, so that dense text still fits. */
const CHARS_PER_TOKEN = 3;

export function deriveSizes(
  root: Pick<ChatModel, 'contextTokens'>,
  sub: Pick<ChatModel, 'contextTokens'>,
): Sizes {
  const window = root.contextTokens;
  const tier = window >= 32_000 ? 'full' : window >= 8_000 ? 'short' : 'tiny';
  return {
    tier,
    outputChars: clamp(Math.floor(window * 0.4), 1_000, 20_000),
    subPromptChars: Math.floor(subInputTokens(sub.contextTokens) * CHARS_PER_TOKEN),
    documentTableChars: clamp(Math.floor(window * 0.1), 400, 6_000),
    compactAtTokens: Math.floor(window * 0.85),
  };
}

/** Tokens of a window that a prompt may take: a quarter, 4,096 at most, is kept for the reply. */
export function subInputTokens(contextTokens: number): number {
  return contextTokens - Math.min(4_096, Math.floor(contextTokens / 4));
}

/** Estimated tokens of a text before any server has counted it. */
export function estimateTextTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
