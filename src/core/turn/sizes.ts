/** Every size a prompt states or a request keeps to, derived from the windows of the models that will really be used. */

import type { ChatModel } from '../ports';
import { safeTextTokens } from './tokens';

/** Which system prompt fits the root model: protocol §3. */
export type Tier = 'full' | 'short' | 'tiny';

export interface Sizes {
  readonly tier: Tier;
  /** Characters of one cell's output that are shown to the root model. */
  readonly outputChars: number;
  /** Characters of all the output of one turn. */
  readonly turnOutputChars: number;
  /** Characters that fit one sub-call's prompt, leaving room for its reply. */
  readonly subPromptChars: number;
  /** Characters worth of the table of documents in the first message. */
  readonly documentTableChars: number;
  /** The window of the root, input and output together. */
  readonly windowTokens: number;
  /** A request to the root never has more, so that there is room for its reply. */
  readonly inputTokens: number;
  /** Root messages are compacted beyond this many estimated tokens. */
  readonly compactAtTokens: number;
  /** A summary is cut to this. */
  readonly summaryTokens: number;
}

/** Characters per token assumed when sizes are promised to a model: low, so that dense text still fits. */
const CHARS_PER_TOKEN = 3;

export function deriveSizes(
  root: Pick<ChatModel, 'contextTokens'>,
  sub: Pick<ChatModel, 'contextTokens'>,
): Sizes {
  const window = root.contextTokens;
  const tier = window >= 32_000 ? 'full' : window >= 8_000 ? 'short' : 'tiny';
  const inputTokens = inputRoomTokens(window);
  const outputChars = clamp(Math.floor(window * 0.4), 400, 20_000);
  return {
    tier,
    outputChars,
    turnOutputChars: Math.max(outputChars, Math.floor(window * 0.6)),
    subPromptChars: Math.floor(inputRoomTokens(sub.contextTokens) * CHARS_PER_TOKEN),
    documentTableChars: clamp(Math.floor(window * 0.1), 200, 6_000),
    windowTokens: window,
    inputTokens,
    compactAtTokens: Math.min(Math.floor(window * 0.85), inputTokens),
    summaryTokens: Math.min(4_096, Math.floor(window / 8)),
  };
}

/** Tokens of a window that a prompt may take: a quarter, 4,096 at most, is kept for the reply. */
export function inputRoomTokens(contextTokens: number): number {
  return contextTokens - Math.min(4_096, Math.floor(contextTokens / 4));
}

/**
 * The most tokens a reply may have, so that the window is never overrun; undefined where the window is so large that
 * the model's own bound comes first. In the smallest windows one reply takes half of what is left at most.
 */
export function replyRoomTokens(sizes: Sizes, promptTokens: number): number | undefined {
  const left = sizes.windowTokens - promptTokens;
  if (sizes.tier === 'full') return undefined;
  const kept = sizes.windowTokens - sizes.inputTokens;
  return Math.max(1, sizes.tier === 'short' ? left : Math.min(left, Math.max(kept, Math.floor(left / 2))));
}

/**
 * A text's length in characters of plain text, for windows where that matters: what takes three times the tokens
 * counts as three times as long.
 */
export function plainLength(text: string, tier: Tier): number {
  if (tier === 'full') return text.length;
  return Math.max(text.length, Math.ceil(safeTextTokens(text) * CHARS_PER_TOKEN));
}

/** How many characters of a text like this one fit so many tokens. */
export function charsThatFit(text: string, tokens: number, roomTokens: number): number {
  return Math.floor((text.length / Math.max(1, tokens)) * roomTokens);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
