/** Why a page could not reach a server. Browsers hide the reason from scripts, so it is found by elimination. */

import type { Problem } from '../../core/errors';
import { hostOf, isLoopback } from './client';
import { corsFix } from './presets';

/** What is known of the page itself; null fields where there is no page. */
interface PageFacts {
  readonly origin: string;
  readonly secure: boolean;
  readonly online: boolean;
}

/**
 * @param url the request that failed without a reply
 * @param blockedByPolicy whether this page's own security policy stopped it
 */
export async function diagnose(
  url: string,
  blockedByPolicy: boolean,
  signal: AbortSignal,
  send: typeof globalThis.fetch,
): Promise<Problem> {
  const page = pageFacts();
  const { protocol } = new URL(url);
  const local = isLoopback(url);
  const host = hostOf(url);
  if (page.secure && protocol === 'http:' && !local) return mixedContent(host);
  if (blockedByPolicy) return ownPolicy(host);
  if (!page.online && !local) return offline(host);
  if (await localNetworkDenied()) return localNetwork(host);
  if (await answers(url, { mode: 'no-cors' }, signal, send)) {
    const bare = await answers(url, { mode: 'cors' }, signal, send); // without a key there is no preflight
    return bare ? headersRefused(url, page.origin) : noCors(url, page.origin);
  }
  return nothingThere(url, local);
}

function pageFacts(): PageFacts {
  const page = typeof location === 'undefined' ? null : location;
  return {
    origin: page?.origin ?? 'null',
    secure: page?.protocol === 'https:',
    online: typeof navigator === 'undefined' || (navigator.onLine as boolean | undefined) !== false,
  };
}

async function answers(
  url: string,
  init: RequestInit,
  signal: AbortSignal,
  send: typeof globalThis.fetch,
): Promise<boolean> {
  try {
    await send(url, { ...init, cache: 'no-store', credentials: 'omit', signal });
    return true;
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    return false;
  }
}

/** Chromium asks the user before a public page may reach this computer or its network. Names changed over versions. */
async function localNetworkDenied(): Promise<boolean> {
  if (typeof navigator === 'undefined' || !('permissions' in navigator)) return false;
  for (const name of ['local-network-access', 'loopback-network', 'local-network']) {
    try {
      const { state } = await navigator.permissions.query({ name: name as PermissionName }); // not yet in the types
      if (state === 'denied') return true;
    } catch {
      // This browser does not know the name, and so does not have the permission.
    }
  }
  return false;
}

function mixedContent(host: string): Problem {
  return {
    code: 'unreachable',
    message: `This page came over https, and the browser does not let it talk to ${host} over plain http.`,
    hint: 'Put the server behind https, forward it to this computer (ssh -L) and use http://localhost, or open Sonde over http from your own machine.',
  };
}

function ownPolicy(host: string): Problem {
  return {
    code: 'unreachable',
    message: `Sonde's own security policy allows https and this computer only, not ${host} over plain http.`,
    hint: 'Put the server behind https, or forward it to this computer (ssh -L) and use http://localhost.',
  };
}

function offline(host: string): Problem {
  return {
    code: 'unreachable',
    message: `This device is offline, so ${host} cannot be reached.`,
    hint: 'Connect to the network, or use a model on this device.',
  };
}

function localNetwork(host: string): Problem {
  return {
    code: 'unreachable',
    message: `The browser has been told not to let this page reach the local network, where ${host} is.`,
    hint: 'Open the site settings beside the address bar, allow “Local network access”, and test again.',
  };
}

function noCors(url: string, origin: string): Problem {
  return {
    code: 'unreachable',
    message: `${hostOf(url)} answers, but does not allow pages from ${origin} to read it (CORS).`,
    hint: corsFix(url, origin),
  };
}

function headersRefused(url: string, origin: string): Problem {
  return {
    code: 'unreachable',
    message: `${hostOf(url)} answers pages, but refuses the headers a request needs (CORS preflight).`,
    hint: corsFix(url, origin),
  };
}

function nothingThere(url: string, local: boolean): Problem {
  const { host, port } = new URL(url);
  return {
    code: 'unreachable',
    message: `Nothing answers at ${host}.`,
    hint: local
      ? `Start the server, and check the port${port ? ` (${port})` : ''}: Ollama uses 11434, LM Studio 1234, llama.cpp 8080, vLLM 8000. If the browser asks for local network access, allow it.`
      : 'Check the spelling of the address and its port, and that the server is running and reachable from this network.',
  };
}
