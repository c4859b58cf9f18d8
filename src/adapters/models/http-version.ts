/** Which HTTP version a server speaks to this page: HTTP/1.1 means six requests at once, whatever the limit says. */

import type { HttpVersion } from '../../core/models/servers';

const seen = new Map<string, HttpVersion>();
let observing = false;

/** Starts noting versions as requests finish. The browser's own list is short and soon full, so it is watched. */
export function observeHttpVersions(): void {
  if (observing || typeof PerformanceObserver === 'undefined') return;
  if (!PerformanceObserver.supportedEntryTypes.includes('resource')) return;
  observing = true;
  new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({
    type: 'resource',
    buffered: true,
  });
}

/**
 * The version last seen at this address's origin. Null when nothing was fetched yet, and when the server hides it:
 * browsers tell it across origins only with the header `Timing-Allow-Origin`.
 */
export function httpVersion(baseUrl: string): HttpVersion | null {
  if (!URL.canParse(baseUrl)) return null;
  const { origin } = new URL(baseUrl);
  // Entries of the last moments may not have reached the observer yet.
  for (const entry of performance.getEntriesByType('resource'))
    if (originOf(entry.name) === origin) note(entry);
  return seen.get(origin) ?? null;
}

/** Browsers open so many connections to an origin that speaks HTTP/1.1, each for one request at a time. */
const CONNECTIONS = 6;

/**
 * A function that tells how many requests an address carries at once: six over HTTP/1.1, null when there is no such bound
 * or none is known yet. Without TLS browsers speak nothing newer.
 */
export function parallelRequestsTo(baseUrl: string): () => number | null {
  const origin = originOf(baseUrl.trim());
  if (origin?.startsWith('http:')) return () => CONNECTIONS;
  return () => (origin !== null && seen.get(origin) === 'h1' ? CONNECTIONS : null);
}

/** Thousands of entries of the same few origins: an address is taken apart once per origin, as far as that can be. */
function note(entry: PerformanceEntry): void {
  const protocol = 'nextHopProtocol' in entry ? entry.nextHopProtocol : null;
  const version = protocol === 'h2' || protocol === 'h3' ? protocol : protocol === 'http/1.1' ? 'h1' : null;
  if (version === null || isKnown(entry.name, version)) return;
  const origin = originOf(entry.name);
  if (origin !== null) seen.set(origin, version);
}

function isKnown(url: string, version: HttpVersion): boolean {
  for (const [origin, known] of seen)
    if (known === version && url.startsWith(origin) && url[origin.length] === '/') return true;
  return false;
}

function originOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).origin : null;
}
