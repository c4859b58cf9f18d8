/** How many tokens a text will take, before any tokenizer has seen it: by its characters, corrected by what models report. */

import type { ChatMessage } from '../ports';

/** Letters, spaces and punctuation of plain text that make a token: what is likely, and what is safe. */
const LIKELY_CHARS = 4;
const SAFE_CHARS = 3;
/** Windows below this are filled to the brim, so that the safe figure is taken. */
const SMALL_WINDOW = 16_000;
/** What a chat template puts around a message. */
const MESSAGE_TOKENS = 8;
/** A report so far off counts something else than the prompt. */
const MAX_FACTOR = 3;

/** Estimated tokens of a text, as is likely; ideographs and other scripts take about one a character. */
export function estimateTextTokens(text: string): number {
  return Math.ceil(weigh(text, LIKELY_CHARS, 1 / LIKELY_CHARS));
}

/** The same on the safe side: vocabularies of small models give every digit a token of its own. */
export function safeTextTokens(text: string): number {
  return Math.ceil(weigh(text, SAFE_CHARS, 1));
}

function weigh(text: string, charsPerToken: number, digit: number): number {
  let plain = 0;
  let digits = 0;
  let accented = 0;
  let other = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x30 && unit <= 0x39) digits++;
    else if (unit < 0x80) plain++;
    else if (unit < 0x250) accented++;
    else other++;
  }
  return plain / charsPerToken + digits * digit + accented / 2 + other;
}

/**
 * Counts for one model. Its reports correct the estimate upwards only: an engine or a server that keeps earlier
 * messages in its cache may count the new ones alone, so that a low report proves nothing.
 */
export class TokenGauge {
  readonly #estimate: (text: string) => number;
  #factor = 1;

  constructor(contextTokens: number) {
    this.#estimate = contextTokens < SMALL_WINDOW ? safeTextTokens : estimateTextTokens;
  }

  text(text: string): number {
    return Math.ceil(this.#estimate(text) * this.#factor);
  }

  messages(messages: readonly ChatMessage[]): number {
    return messages.reduce((sum, { content }) => sum + this.text(content) + MESSAGE_TOKENS, 0);
  }

  /** @param reported tokens the model counted for the same messages */
  learn(messages: readonly ChatMessage[], reported: number): void {
    const estimated = this.messages(messages);
    if (reported > estimated) this.#factor = Math.min(MAX_FACTOR, this.#factor * (reported / estimated));
  }
}
