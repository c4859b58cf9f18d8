/** What went wrong with a request to a server, in the user's words. Never lets a key through. */

import { SondeError, type Problem } from '../../core/errors';
import { isRetryableStatus, type Failure } from './retry';

/** The parts of a server's error reply that can be known across servers. */
export interface ServerError {
  readonly status: number | null;
  /** `error.code` or `error.type`, whichever the server gives. */
  readonly code: string;
  /** The body field the server refused, when it says so. */
  readonly param: string;
  /** The server's own words, as sent. */
  readonly text: string;
}

export interface FailureContext {
  readonly host: string;
  readonly model: string;
  readonly apiKey: string | undefined;
}

/**
 * Servers agree neither on the status nor on the code for a prompt over the window, so their words have to be read.
 * Seen: OpenAI, vLLM, OpenRouter, llama.cpp, Anthropic, Gemini, Groq, LM Studio, Ollama.
 */
const TOO_LONG =
  /context[_ ]length|context[_ ]size|context[_ ]window|maximum context|prompt is too long|input token count|request too large|too many (input )?tokens|context the overflows/i;

/** Reads `{error: {message, type, code, param}}` and the common departures from it. */
export function readServerError(status: number | null, body: unknown, fallbackText = ''): ServerError {
  const error = field(body, 'error') ?? body;
  const text =
    typeof error === 'string'
      ? error
      : asText(field(error, 'message') ?? field(error, 'detail')) || fallbackText;
  const code = field(error, 'code');
  const statusInBody = typeof code === 'number' && code >= 400 && code < 600 ? code : null;
  const kind = asText(field(error, 'type'));
  return {
    status: status ?? statusInBody ?? statusOfKind(`${kind} ${asText(code)}`),
    code: `${asText(code)} ${kind}`.trim(),
    param: asText(field(error, 'param')),
    text: text.trim(),
  };
}

/** Inside a stream the status is gone; the error's type is what is left. */
function statusOfKind(kind: string): number | null {
  if (/rate_?limit/i.test(kind)) return 429;
  if (/overloaded/i.test(kind)) return 529;
  if (/auth|permission/i.test(kind)) return 401;
  if (/invalid_?request|exceed_context/i.test(kind)) return 400;
  return null;
}

/** Classifies an error the server reported, before or in the middle of a stream. */
export function failureOf(error: ServerError, context: FailureContext, retryAfterMs: number | null): Failure {
  const problem = problemOf(error, context);
  const outOfCredit = error.code.includes('insufficient_quota');
  const retry =
    problem.code === 'prompt-too-large' || outOfCredit
      ? 'never'
      : error.status === null || isRetryableStatus(error.status)
        ? 'yes'
        : 'never';
  return { error: new SondeError(problem), retry, retryAfterMs };
}

function problemOf(error: ServerError, context: FailureContext): Problem {
  const { host, model } = context;
  const status = error.status ?? 500;
  const said = quoteServer(error.text, context.apiKey);
  const canBeTooLong = status === 400 || status === 413 || status === 422 || status >= 500;
  if (status === 413 || (canBeTooLong && (TOO_LONG.test(error.code) || TOO_LONG.test(error.text))))
    return {
      code: 'prompt-too-large',
      message: `The prompt is larger than ${model} at ${host} accepts.${said}`,
      hint: 'Set the window of this model to what the server really has, or choose a model with a larger one.',
    };
  if (status === 401)
    return {
      code: 'auth',
      message: `${host} refused the key.`,
      hint: 'Check that the key is complete, still valid, and belongs to this provider.',
    };
  if (status === 402 || error.code.includes('insufficient_quota'))
    return {
      code: status === 402 ? 'auth' : 'rate-limited',
      message: `The account at ${host} has no credit left.`,
      hint: "Add credit on the provider's billing page, or choose another model.",
    };
  if (status === 403)
    return {
      code: 'auth',
      message: `${host} does not allow this request.${said}`,
      hint: 'The key may lack access to this model, or the provider may not serve this region or site.',
    };
  return problemOfStatus(status, said, host, model);
}

function problemOfStatus(status: number, said: string, host: string, model: string): Problem {
  if (status === 404)
    return {
      code: 'not-found',
      message: `${host} has no model named ${model}, or no chat route at this address.${said}`,
      hint: 'Choose a model from the list, and check that the base URL ends where the API begins (often /v1).',
    };
  if (status === 429)
    return {
      code: 'rate-limited',
      message: `${host} is limiting requests and still was after every retry.${said}`,
      hint: 'Wait a little, or lower the number of sub-calls in flight.',
    };
  if (status === 408 || status === 409 || status === 425 || status >= 500)
    return {
      code: 'server',
      message: `${host} failed (status ${status}) after every retry.${said}`,
      hint: 'The trouble is on the server. Try again later, or choose another model.',
    };
  return {
    code: 'bad-request',
    message: `${host} refused the request (status ${status}).${said}`,
    hint: 'Check the model and the base URL.',
  };
}

/** A stream whose reply never finished. */
export function interruptedFailure({ host }: FailureContext, cause?: unknown): Failure {
  const error = new SondeError(
    {
      code: 'interrupted',
      message: `The reply from ${host} broke off before it was complete.`,
      hint: 'Check the connection and ask again.',
    },
    { cause },
  );
  return { error, retry: 'yes', retryAfterMs: null };
}

export function unreachableFailure({ host }: FailureContext, cause: unknown): Failure {
  const error = new SondeError(
    {
      code: 'unreachable',
      message: `Nothing could be reached at ${host}.`,
      hint: 'Use “Test connection” under Models: it names the cause and the fix.',
    },
    { cause },
  );
  return { error, retry: 'connect', retryAfterMs: null };
}

export function silentFailure({ host }: FailureContext, silentMs: number): Failure {
  const error = new SondeError({
    code: 'silent',
    message: `${host} was connected but sent nothing for ${Math.round(silentMs / 1000)} seconds.`,
    hint: 'The server may be overloaded or still loading the model. Try again, or lower the number of sub-calls in flight.',
  });
  return { error, retry: 'once', retryAfterMs: null };
}

/** `web-page`: HTML came back. `garbage`: an event stream that cannot be read. `filtered`: nothing was let through. */
export function badResponseFailure(
  context: FailureContext,
  kind: 'web-page' | 'garbage' | 'filtered',
): Failure {
  const { host } = context;
  const problems = {
    'web-page': {
      message: `${host} answered with a web page, not with a model's reply.`,
      hint: 'Check the base URL: it should end where the API begins, often /v1.',
    },
    garbage: {
      message: `${host} sent a reply that cannot be read.`,
      hint: 'Check that this is an OpenAI-compatible server, and that nothing between it and this page alters replies.',
    },
    filtered: {
      message: `${host} withheld the reply: its content filter stopped it.`,
      hint: 'Ask in other words, or choose another model.',
    },
  } as const;
  const error = new SondeError({ code: 'bad-response', ...problems[kind] });
  return { error, retry: kind === 'garbage' ? 'once' : 'never', retryAfterMs: null };
}

/** The model declined, in words of its own. */
export function refusedFailure({ host, model, apiKey }: FailureContext, refusal: string): Failure {
  const error = new SondeError({
    code: 'bad-response',
    message: `${model} at ${host} declined to answer.${quoteServer(refusal, apiKey)}`,
    hint: 'Ask in other words, or choose another model.',
  });
  return { error, retry: 'never', retryAfterMs: null };
}

/** The server's words as a quotation of bounded length, without anything that looks like a key. */
function quoteServer(text: string, apiKey: string | undefined): string {
  const clean = redact(text, apiKey).replace(/\s+/g, ' ').trim();
  if (clean === '' || clean.startsWith('<')) return '';
  return ` It said: “${clean.length > 300 ? `${clean.slice(0, 300)}…` : clean}”`;
}

/** Removes the key, and partly masked keys such as `sk-ab***yz` which some servers echo. */
export function redact(text: string, apiKey: string | undefined): string {
  const withoutKey = apiKey && apiKey.length >= 4 ? text.replaceAll(apiKey, '[key]') : text;
  return withoutKey.replace(/\b(sk|gsk|rk|pk|AIza)[-_]?[\w-]*[\w*•…-]{6,}/g, '[key]');
}

function field(value: unknown, name: string): unknown {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[name] : undefined;
}

function asText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
