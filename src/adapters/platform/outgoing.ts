/** The one way out: every request to a model server, a download host or a package index is noted as it is sent. */

import { partsOfBody } from '../../core/disclosure/body-parts';
import type { RequestTag, SentRequest } from '../../core/disclosure/departure';

/** A `fetch` whose requests are noted as what the tag says. */
export type Outgoing = (tag: RequestTag) => typeof fetch;

/** Leaves no note: for tests of what is above it, and where there is no log. */
export const unnoted: Outgoing = () => (input, init) => fetch(input, init);

/** @param note must not throw */
export function createOutgoing(note: (request: SentRequest) => void): Outgoing {
  return (tag) => async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input, document.baseURI);
    if (!/^https?:$/.test(url.protocol)) return fetch(input, init); // blob: and data: stay in the page
    const method = (init?.method ?? (input instanceof Request ? input.method : 'GET')).toUpperCase();
    const body = init?.body ?? (input instanceof Request ? input.body : null);
    const sent = { ...tag, atMs: Date.now(), method, ...measured(body) };
    note({ ...sent, host: url.host });
    // A body goes to the host that was named and to no other: a server cannot pass it on by redirecting.
    const response = await fetch(input, body === null ? init : { ...init, redirect: 'error' });
    const last = response.redirected && URL.canParse(response.url) ? new URL(response.url).host : url.host;
    if (last !== url.host) note({ ...sent, host: last });
    return response;
  };
}

function measured(body: BodyInit | null): Pick<SentRequest, 'bodyBytes' | 'parts'> {
  if (body === null) return { bodyBytes: 0, parts: [] };
  if (typeof body === 'string')
    return { bodyBytes: new TextEncoder().encode(body).length, parts: partsOfBody(body) };
  if (body instanceof URLSearchParams) return measured(body.toString());
  if (body instanceof Blob) return { bodyBytes: body.size, parts: [] };
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body))
    return { bodyBytes: body.byteLength, parts: [] };
  return { bodyBytes: null, parts: [] };
}

/**
 * Watches the browser's own account of what this page fetched. A host on it that nothing here noted is noted as
 * `other`, so that the log is not the only witness to itself. Workers have accounts of their own.
 */
export function watchForUnnoted(note: (request: SentRequest) => void): (request: SentRequest) => void {
  const known = new Set([location.host]);
  const tell = (request: SentRequest) => {
    known.add(request.host);
    note(request);
  };
  if (typeof PerformanceObserver === 'undefined') return tell;
  new PerformanceObserver((list) => {
    for (const { name, startTime } of list.getEntries()) {
      const url = URL.canParse(name) ? new URL(name) : null;
      if (!url || !/^https?:$/.test(url.protocol) || known.has(url.host)) continue;
      const atMs = Math.round(performance.timeOrigin + startTime);
      tell({ purpose: 'other', atMs, host: url.host, method: 'GET', bodyBytes: null, parts: [] });
    }
  }).observe({ type: 'resource', buffered: true });
  return tell;
}
