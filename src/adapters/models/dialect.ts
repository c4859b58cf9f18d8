/** What is asked of a server, in the words that server knows: compatible servers refuse different fields. */

import type { OpenAI } from 'openai/client';
import type { ChatMessage, ChatOptions } from '../../core/ports';
import { hostOf } from './client';
import type { ServerError } from './failures';

export interface Dialect {
  /** Ask for token counts at the end of the stream. */
  readonly usage: boolean;
  readonly limitField: 'max_tokens' | 'max_completion_tokens' | null;
  readonly stream: boolean;
}

/** OpenAI's newer models refuse `max_tokens`; hardly any other server knows its successor. */
export function firstDialect(baseUrl: string): Dialect {
  const isOpenAi = hostOf(baseUrl) === 'api.openai.com';
  return { usage: true, limitField: isOpenAi ? 'max_completion_tokens' : 'max_tokens', stream: true };
}

export function requestBody(
  model: string,
  messages: readonly ChatMessage[],
  options: ChatOptions,
  dialect: Dialect,
): OpenAI.ChatCompletionCreateParams {
  const limit = options.maxOutputTokens;
  return {
    model,
    messages: messages.map(({ role, content }) => ({ role, content })),
    stream: dialect.stream,
    ...(dialect.stream && dialect.usage ? { stream_options: { include_usage: true } } : {}),
    ...(limit !== undefined && dialect.limitField ? { [dialect.limitField]: limit } : {}),
  };
}

/** The dialect to try next when a server refused a field of this one; null when the refusal is about something else. */
export function nextDialect(dialect: Dialect, error: ServerError | undefined): Dialect | null {
  if (error?.status !== 400 && error?.status !== 422) return null;
  // `param` names the field where servers are that precise; elsewhere only their words do.
  const refuses = (name: string) =>
    error.param.startsWith(name) || (!error.param && error.text.includes(name));
  if (dialect.usage && refuses('stream_options')) return { ...dialect, usage: false };
  if (dialect.limitField && refuses(dialect.limitField)) {
    const limitField = LIMIT_AFTER[dialect.limitField];
    return { ...dialect, limitField };
  }
  if (dialect.stream && error.param === 'stream') return { ...dialect, stream: false };
  return null;
}

/**
 * A refused limit field gives way to the other, once: from `max_tokens` to `max_completion_tokens`, and from that to
 * none. The way back would go round for ever on a server that refuses both.
 */
const LIMIT_AFTER = { max_tokens: 'max_completion_tokens', max_completion_tokens: null } as const;
