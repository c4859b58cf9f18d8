/** A call of ours as a request of the engine: form, bounds, and messages it keeps its cache for. */

import type {
  ChatCompletionMessageParam,
  ChatCompletionRequestStreaming,
  ResponseFormat,
} from '@mlc-ai/web-llm';
import type { ChatMessage, ChatOptions } from '../../../core/ports';
import { estimateTextTokens } from '../../../core/turn/tokens';
import type { ChatConfig } from './chat-config';
import turnGrammar from './turn.ebnf?raw';

/** No turn and no sub-answer needs more; a model that has lost its way would fill its whole window. */
const MAX_REPLY_TOKENS = 4_096;
/** Asked for even when the prompt seems to fill the window: the estimate may be wrong, the engine's own count is not. */
const MIN_REPLY_TOKENS = 64;

export interface RequestFacts {
  readonly modelId: string;
  readonly contextTokens: number;
  readonly config: ChatConfig | null;
  /** Root turns are held to the grammar. */
  readonly grammar: boolean;
}

/** Tokens the prompt is taken to have before the engine has counted them. */
export function promptTokens(messages: readonly ChatMessage[]): number {
  return messages.reduce((sum, message) => sum + estimateTextTokens(message.content), 0);
}

export function replyRequest(
  messages: readonly ChatMessage[],
  options: ChatOptions,
  facts: RequestFacts,
): ChatCompletionRequestStreaming {
  const left = facts.contextTokens - promptTokens(messages);
  const format = formatOf(options, facts);
  return {
    model: facts.modelId,
    messages: messages.map((message) => escaped(message, facts.config)),
    stream: true, // a whole reply asked for after an interrupt comes back empty
    stream_options: { include_usage: true },
    max_tokens: Math.min(options.maxOutputTokens ?? MAX_REPLY_TOKENS, Math.max(MIN_REPLY_TOKENS, left)),
    ...(format && { response_format: format }),
    ...(thinksUnlessTold(facts.modelId) && { extra_body: { enable_thinking: false } }),
  };
}

function formatOf({ shape }: ChatOptions, { grammar }: RequestFacts): ResponseFormat | null {
  switch (shape?.kind) {
    case undefined:
      return null;
    case 'turn':
      return grammar ? { type: 'grammar', grammar: turnGrammar } : null;
    case 'json':
      return { type: 'json_object', schema: JSON.stringify(shape.schema) };
  }
}

/** The engine fills its templates with `String.replace`: `$$`, `$&`, `` $` `` and `$'` in a document would be rewritten. */
function escaped({ role, content }: ChatMessage, config: ChatConfig | null): ChatCompletionMessageParam {
  // Replies stay byte for byte: the engine compares them with its own history to keep its cache.
  const filledIn = role === 'system' || (role === 'user' && config?.userTemplate === true);
  return { role, content: filledIn ? content.replaceAll('$', '$$$$') : content };
}

/**
 * Families that think before every reply unless told not to. A small window has no room for it, and the loop has the
 * model think in several turns anyway. Their reply then begins with an empty `<think>` part of the engine's making.
 */
function thinksUnlessTold(modelId: string): boolean {
  return /qwen-?3/i.test(modelId) && !/instruct|coder|2507/i.test(modelId);
}
