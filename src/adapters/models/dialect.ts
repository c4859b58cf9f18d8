/** What is asked of a server, in the words that server knows: compatible servers refuse different fields. */

import type { OpenAI } from 'openai/client';
import type { ChatMessage, ChatOptions, JsonSchema } from '../../core/ports';
import { jsonInstruction } from '../../core/turn/json-reply';
import { hostOf } from './client';
import type { ServerError } from './failures';

export interface Dialect {
  /** Ask for token counts at the end of the stream. */
  readonly usage: boolean;
  readonly limitField: 'max_tokens' | 'max_completion_tokens' | null;
  readonly stream: boolean;
  /** How a reply in JSON is asked for: held to the schema strictly, held to it, held to JSON, or asked for in words. */
  readonly json: 'strict' | 'schema' | 'object' | 'words';
}

/** OpenAI's newer models refuse `max_tokens`; hardly any other server knows its successor. */
export function firstDialect(baseUrl: string): Dialect {
  const isOpenAi = hostOf(baseUrl) === 'api.openai.com';
  const limitField = isOpenAi ? 'max_completion_tokens' : 'max_tokens';
  return { usage: true, limitField, stream: true, json: 'strict' };
}

export function requestBody(
  model: string,
  messages: readonly ChatMessage[],
  options: ChatOptions,
  dialect: Dialect,
): OpenAI.ChatCompletionCreateParams {
  const limit = options.maxOutputTokens;
  const schema = options.shape?.kind === 'json' ? options.shape.schema : null;
  return {
    model,
    // Half a character, which Python can print, makes strict servers refuse the whole request.
    messages: inWords(messages, schema, dialect).map(({ role, content }) => ({
      role,
      content: content.toWellFormed(),
    })),
    ...(schema && responseFormat(schema, dialect)),
    stream: dialect.stream,
    ...(dialect.stream && dialect.usage ? { stream_options: { include_usage: true } } : {}),
    ...(limit !== undefined && dialect.limitField ? { [dialect.limitField]: limit } : {}),
  };
}

function responseFormat(
  schema: JsonSchema,
  { json }: Dialect,
): Pick<OpenAI.ChatCompletionCreateParams, 'response_format'> {
  switch (json) {
    case 'strict':
    case 'schema': {
      const held = { name: 'reply', schema: { ...schema }, strict: json === 'strict' };
      return { response_format: { type: 'json_schema', json_schema: held } };
    }
    case 'object':
      return { response_format: { type: 'json_object' } };
    case 'words':
      return {};
  }
}

/** Where the server is not sent the schema the model is told of it; servers refuse `json_object` without the word. */
function inWords(
  messages: readonly ChatMessage[],
  schema: JsonSchema | null,
  { json }: Dialect,
): readonly ChatMessage[] {
  const last = messages.at(-1);
  if (!schema || !last || json === 'strict' || json === 'schema') return messages;
  return [...messages.slice(0, -1), { ...last, content: `${last.content}\n\n${jsonInstruction(schema)}` }];
}

/** The dialect to try next when a server refused a field of this one; null when the refusal is about something else. */
export function nextDialect(
  dialect: Dialect,
  error: ServerError | undefined,
  options: ChatOptions = {},
): Dialect | null {
  if (error?.status !== 400 && error?.status !== 422) return null;
  // `param` names the field where servers are that precise; elsewhere only their words do.
  const refuses = (name: string) =>
    error.param.startsWith(name) || (!error.param && error.text.includes(name));
  if (dialect.usage && refuses('stream_options')) return { ...dialect, usage: false };
  if (dialect.limitField && refuses(dialect.limitField)) {
    const limitField = LIMIT_AFTER[dialect.limitField];
    return { ...dialect, limitField };
  }
  const weaker = JSON_AFTER[dialect.json];
  const refusesJson = error.param ? refuses('response_format') : JSON_WORDS.test(error.text);
  if (weaker && options.shape?.kind === 'json' && refusesJson) return { ...dialect, json: weaker };
  if (dialect.stream && error.param === 'stream') return { ...dialect, stream: false };
  return null;
}

/** What servers that name no field say of a form they do not know, or of a schema they cannot hold a reply to. */
const JSON_WORDS = /response_format|json|schema|\bstrict\b|grammar|guided/i;

const JSON_AFTER = { strict: 'schema', schema: 'object', object: 'words', words: null } as const;

/**
 * A refused limit field gives way to the other, once: from `max_tokens` to `max_completion_tokens`, and from that to
 * none. The way back would go round for ever on a server that refuses both.
 */
const LIMIT_AFTER = { max_tokens: 'max_completion_tokens', max_completion_tokens: null } as const;
