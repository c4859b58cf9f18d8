/** The models of a server, and “Test connection”: when either fails, the cause and the fix are named. */

import { SondeError, toProblem, type Problem } from '../../core/errors';
import type { ConnectionTest, Endpoint, ListedModel } from '../../core/models/servers';
import { hostOf, isCleanKey, trimmed, UNCLEAN_KEY } from './client';
import { diagnose } from './diagnosis';
import { httpVersion, observeHttpVersions } from './http-version';
import { fetchModels } from './model-list';
import { plainHeaders, presetOf } from './presets';
import { unnoted, type Outgoing } from '../platform/outgoing';

const PATIENCE_MS = 15_000;

/** Sorted by name. @throws SondeError that names the cause and the fix; the signal's reason when aborted */
export async function listModels(
  endpoint: Endpoint,
  signal: AbortSignal,
  outgoing: Outgoing = unnoted,
): Promise<readonly ListedModel[]> {
  const send = outgoing({ purpose: 'list' });
  const result = await attempt(endpoint, signal, { patienceMs: PATIENCE_MS, send }, (either) =>
    fetchModels(endpoint, either, send),
  );
  if (result.ok) return result.value;
  throw new SondeError(result.problem);
}

export interface TestOptions {
  readonly patienceMs?: number;
  readonly outgoing?: Outgoing;
}

/** One request that costs nothing. Rejects only with the signal's reason when aborted. */
export async function testConnection(
  endpoint: Endpoint,
  signal: AbortSignal,
  { patienceMs = PATIENCE_MS, outgoing = unnoted }: TestOptions = {},
): Promise<ConnectionTest> {
  const send = outgoing({ purpose: 'test' });
  const result = await attempt(endpoint, signal, { patienceMs, send }, async (either) => {
    observeHttpVersions();
    const startedAtMs = performance.now();
    const models = await fetchModels(endpoint, either, send);
    const latencyMs = performance.now() - startedAtMs;
    await checkKey(endpoint, either, send);
    return { models: models.map((model) => model.id), latencyMs };
  });
  return result.ok ? { ok: true, ...result.value, protocol: httpVersion(endpoint.baseUrl) } : result;
}

type Attempt<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

async function attempt<T>(
  endpoint: Endpoint,
  signal: AbortSignal,
  { patienceMs, send }: { readonly patienceMs: number; readonly send: typeof globalThis.fetch },
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<Attempt<T>> {
  const wrong = checkEndpoint(endpoint);
  if (wrong) return { ok: false, problem: wrong };
  const patience = AbortSignal.timeout(patienceMs);
  const policy = watchPolicy(endpoint.baseUrl);
  try {
    return { ok: true, value: await ask(AbortSignal.any([signal, patience])) };
  } catch (thrown) {
    if (signal.aborted) throw signal.reason;
    if (patience.aborted) return { ok: false, problem: silent(endpoint.baseUrl, patienceMs) };
    return { ok: false, problem: await explain(thrown, endpoint, await policy.blocked(), signal, send) };
  } finally {
    policy.stop();
  }
}

/** What is wrong with the address or the key before anything is sent. */
function checkEndpoint({ baseUrl, apiKey }: Endpoint): Problem | null {
  const url = URL.canParse(baseUrl.trim()) ? new URL(baseUrl.trim()) : null;
  if (url === null || !/^https?:$/.test(url.protocol))
    return {
      code: 'invalid-argument',
      message: 'The base URL is not a web address.',
      hint: 'Write it in full, for example http://localhost:11434/v1.',
    };
  if (/\/(chat\/)?completions\/?$/.test(url.pathname))
    return {
      code: 'invalid-argument',
      message: 'The base URL goes too far: it names a single route.',
      hint: `Use ${trimmed(baseUrl).replace(/\/(chat\/)?completions$/, '')}`,
    };
  if (apiKey && !isCleanKey(apiKey.trim())) return UNCLEAN_KEY;
  if (!apiKey?.trim() && presetOf(baseUrl)?.key === 'required')
    return {
      code: 'auth',
      message: `${url.host} needs a key.`,
      hint: `Get one at ${presetOf(baseUrl)?.keyUrl ?? 'the provider'} and enter it here.`,
    };
  return null;
}

/** Some servers list models to anyone; their key is tried on a route of its own. */
async function checkKey(
  endpoint: Endpoint,
  signal: AbortSignal,
  send: typeof globalThis.fetch,
): Promise<void> {
  const path = presetOf(endpoint.baseUrl)?.keyCheckPath;
  if (path === undefined) return;
  const response = await send(trimmed(endpoint.baseUrl) + path, { headers: plainHeaders(endpoint), signal });
  if (response.status !== 401 && response.status !== 403) return;
  throw new SondeError({
    code: 'auth',
    message: `${hostOf(endpoint.baseUrl)} refused the key.`,
    hint: 'Check that the key is complete, still valid, and belongs to this provider.',
  });
}

async function explain(
  thrown: unknown,
  endpoint: Endpoint,
  blockedByPolicy: boolean,
  signal: AbortSignal,
  send: typeof globalThis.fetch,
): Promise<Problem> {
  const base = trimmed(endpoint.baseUrl);
  if (!(thrown instanceof SondeError)) return diagnose(`${base}/models`, blockedByPolicy, signal, send);
  if (
    thrown.code !== 'auth' &&
    !/\/v\d/.test(base) &&
    (await isBaseUrl(`${base}/v1`, endpoint, signal, send))
  )
    return {
      code: 'not-found',
      message: `${hostOf(base)} is there, but its API begins at /v1.`,
      hint: `Set the base URL to ${base}/v1`,
    };
  return toProblem(thrown);
}

async function isBaseUrl(
  baseUrl: string,
  endpoint: Endpoint,
  signal: AbortSignal,
  send: typeof globalThis.fetch,
): Promise<boolean> {
  try {
    await fetchModels({ ...endpoint, baseUrl }, signal, send);
    return true;
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    return false; // only a question: the problem already found is the one to report
  }
}

function silent(baseUrl: string, patienceMs: number): Problem {
  return {
    code: 'silent',
    message: `${hostOf(baseUrl)} did not answer within ${Math.round(patienceMs / 1000)} seconds.`,
    hint: 'Check the address and any firewall in between. If the browser asks for local network access, allow it and test again.',
  };
}

/** Notices when this page's own security policy stops a request to that origin. */
function watchPolicy(baseUrl: string): { blocked: () => Promise<boolean>; stop: () => void } {
  if (typeof document === 'undefined')
    return { blocked: () => Promise.resolve(false), stop: () => undefined };
  const { origin } = new URL(baseUrl.trim());
  let blocked = false;
  const note = (event: SecurityPolicyViolationEvent) => {
    blocked ||= event.blockedURI.startsWith(origin);
  };
  document.addEventListener('securitypolicyviolation', note);
  return {
    async blocked() {
      await new Promise((resolve) => setTimeout(resolve, 20)); // the event comes after the request has failed
      return blocked;
    },
    stop: () => document.removeEventListener('securitypolicyviolation', note),
  };
}
