/** What Chromium itself wrote down of its network (`--log-net-log=<file>`): nobody in it can send past that. */

interface NetLog {
  readonly constants: { readonly timeTickOffset: number | string };
  readonly events: readonly {
    readonly time: string;
    readonly params?: { readonly url?: unknown; readonly initiator?: unknown };
  }[];
}

/**
 * Every host that a page, worker or frame of the site asked for between two moments (milliseconds since 1970). What the
 * browser asks for itself, such as its updates, is left out.
 * @param log as written once the browser has closed
 */
export function hostsAsked(log: string, origin: string, since = 0, until = Infinity): string[] {
  const { constants, events } = JSON.parse(log) as NetLog; // written by the browser
  const asked = events.flatMap(({ time, params }) => {
    const at = Number(time) + Number(constants.timeTickOffset);
    const { url, initiator } = params ?? {};
    // A sandboxed frame, and what it starts, has no origin of its own.
    const isOurs =
      typeof initiator === 'string' && (initiator.includes(origin) || initiator.startsWith('null'));
    const isAddress = typeof url === 'string' && /^(https?|wss?):/.test(url);
    return isOurs && isAddress && at >= since && at <= until ? [new URL(url).host] : [];
  });
  return [...new Set(asked)];
}
