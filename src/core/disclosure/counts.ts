/** Sums over requests by host. */

import type { SentRequest } from './departure';
import type { HostCount, HostTotal } from './request-log';

/** With one more request; hosts keep the order of their first one. */
export function countRequest(
  hosts: readonly HostCount[],
  { host, bodyBytes }: Pick<SentRequest, 'host' | 'bodyBytes'>,
): HostCount[] {
  const known = hosts.find((count) => count.host === host);
  const more = bodyBytes ?? 0;
  if (!known) return [...hosts, { host, requests: 1, bodyBytes: more }];
  const { requests, bodyBytes: before } = known;
  return hosts.map((count) =>
    count === known ? { host, requests: requests + 1, bodyBytes: before + more } : count,
  );
}

export function totalOf({ host, bodyBytes, atMs, purpose }: SentRequest): HostTotal {
  return {
    host,
    requests: 1,
    bodyBytes: bodyBytes ?? 0,
    firstAtMs: atMs,
    lastAtMs: atMs,
    purposes: { [purpose]: 1 },
  };
}

/** Both totals are of the same host. */
export function addTotals(a: HostTotal | null | undefined, b: HostTotal): HostTotal {
  if (!a) return b;
  const purposes = { ...a.purposes };
  for (const [purpose, requests] of Object.entries(b.purposes) as [keyof typeof purposes, number][])
    purposes[purpose] = (purposes[purpose] ?? 0) + requests;
  return {
    host: a.host,
    requests: a.requests + b.requests,
    bodyBytes: a.bodyBytes + b.bodyBytes,
    firstAtMs: Math.min(a.firstAtMs, b.firstAtMs),
    lastAtMs: Math.max(a.lastAtMs, b.lastAtMs),
    purposes,
  };
}
