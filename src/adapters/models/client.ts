/** The `openai` package, loaded when first needed, set up to speak to any server and to leave the rest to us. */

import type { OpenAI } from 'openai/client';
import { SondeError, type Problem } from '../../core/errors';
import { withoutSecrets } from '../../core/models/model-ref';
import type { Endpoint } from '../../core/models/servers';
import type { CallOrigin } from '../../core/ports';
import { unnoted, type Outgoing } from '../platform/outgoing';

/**
 * Headers of the package that a strict server's CORS preflight does not list, and `User-Agent`, which Firefox sends and
 * so has to ask for. Null removes them.
 */
const UNWANTED_HEADERS = {
  'User-Agent': null,
  'X-Stainless-Arch': null,
  'X-Stainless-Lang': null,
  'X-Stainless-OS': null,
  'X-Stainless-Package-Version': null,
  'X-Stainless-Retry-Count': null,
  'X-Stainless-Runtime': null,
  'X-Stainless-Runtime-Version': null,
  'X-Stainless-Timeout': null,
};

/** The longest a timer can run; our own deadlines are shorter. */
const NEVER_MS = 2_147_483_647;

/** The package as far as it is used: a client for one server, its stream reader and its errors. */
export type Session = Awaited<ReturnType<typeof openClient>>;

/** @throws SondeError `internal` when the package itself cannot be loaded, `auth` for a key no header can carry. */
export async function openClient(endpoint: Endpoint, outgoing: Outgoing = unnoted) {
  const apiKey = endpoint.apiKey?.trim();
  if (apiKey && !isCleanKey(apiKey)) throw new SondeError(UNCLEAN_KEY);
  const [{ OpenAI }, { Stream }, { APIError, APIConnectionError }] = await loadPackage();
  const client: OpenAI = new OpenAI({
    baseURL: trimmed(endpoint.baseUrl),
    apiKey: apiKey || 'none', // the package insists on one; without a key the header is removed below
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    dangerouslyAllowBrowser: true, // the key is the user's own, in the user's own browser
    maxRetries: 0,
    timeout: NEVER_MS,
    logLevel: 'off',
    defaultHeaders: {
      ...UNWANTED_HEADERS,
      ...(apiKey ? {} : { Authorization: null }),
      ...endpoint.headers,
    },
  });
  /** The same client, its requests noted as those of a turn or sub-call. */
  const clientFor = (origin: CallOrigin | undefined): OpenAI => {
    const send = outgoing({ purpose: origin?.role ?? 'root', origin });
    return client.withOptions({ fetch: async (url, init) => withReadableError(await send(url, init)) });
  };
  return { clientFor, Stream, APIError, APIConnectionError };
}

/** Whether a header can carry the key as it is. */
export function isCleanKey(apiKey: string): boolean {
  return /^[\x21-\x7e]+$/.test(apiKey);
}

export const UNCLEAN_KEY: Problem = {
  code: 'auth',
  message: 'The key has characters in it that no key has, such as a space or a typographic dash.',
  hint: 'Copy it again from where it was made.',
};

async function loadPackage() {
  try {
    return await Promise.all([
      import('openai/client'),
      import('openai/core/streaming'),
      import('openai/core/error'),
    ]);
  } catch (cause) {
    throw new SondeError(
      {
        code: 'internal',
        message: 'A part of this page could not be loaded.',
        hint: 'Reload the page; what you have stored is kept.',
      },
      { cause },
    );
  }
}

/**
 * The package reads `{error: …}` only. Gemini puts its error into an array, FastAPI into `detail`; both are wrapped so
 * that what the server said is not lost.
 */
async function withReadableError(response: Response): Promise<Response> {
  if (response.ok) return response;
  const text = await response.text().catch(() => '');
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = { error: { message: text.slice(0, 2000) } };
  }
  const first: unknown = Array.isArray(body) ? body[0] : body;
  const wrapped = first !== null && typeof first === 'object' && 'error' in first ? first : { error: first };
  const headers = new Headers(response.headers);
  headers.delete('content-encoding');
  headers.delete('content-length');
  return new Response(JSON.stringify(wrapped), { status: response.status, headers });
}

export function trimmed(baseUrl: string): string {
  return baseUrl.trim().replace(/\/+$/, '');
}

/** Host and port as shown to the user and recorded; what is no URL, without what may be a key in it. */
export function hostOf(baseUrl: string): string {
  const host = URL.canParse(baseUrl) ? new URL(baseUrl).host : '';
  return host === '' ? withoutSecrets(baseUrl) : host;
}

/** True for this very computer. */
export function isLoopback(baseUrl: string): boolean {
  if (!URL.canParse(baseUrl)) return false;
  const { hostname } = new URL(baseUrl);
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127\./.test(hostname)
  );
}
