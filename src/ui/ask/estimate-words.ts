/** An estimate in words: honest ranges, what cuts them, and what would leave the device. */

import type { Departure } from '../../core/run/departures';
import type { Estimate } from '../../core/run/estimate';
import type { Range } from '../../core/run/pace';
import { formatAbout, formatCount, formatMoney, formatPlural, formatShort } from '../kit/format';

/** `2–12`, or `2` when both ends read the same. */
export function rangeWords({ low, high }: Range, format: (value: number) => string): string {
  const [from, to] = [format(low), format(high)];
  if (from === to) return to;
  return low === 0 ? `up to ${to}` : `${from} to ${to}`;
}

export interface EstimateWords {
  readonly calls: string;
  readonly tokens: string;
  readonly money: string;
  readonly time: string;
  readonly leaves: string;
  /** What more it may take when calls move up to stronger models; empty without any. */
  readonly movedUp: string;
  /** Limits that hold the upper end, or empty. */
  readonly capped: string;
}

export function estimateWords(estimate: Estimate): EstimateWords {
  const { tokens, costUsd, timeS, cappedBy, serial } = estimate;
  const range = rangeWords(timeS, (seconds) => formatAbout(seconds * 1000));
  const time = `${range.replace(' to about ', ' to ')}${whereWords(serial)}`;
  return {
    calls: callWords(estimate),
    tokens: `≈ ${rangeWords(tokens, formatShort)}`,
    money: costUsd === null ? 'price unknown' : moneyWords(costUsd),
    time: time.charAt(0).toUpperCase() + time.slice(1),
    leaves: leavesWords(estimate),
    movedUp: movedUpWords(estimate),
    capped: cappedBy.length === 0 ? '' : 'Held by your limits.',
  };
}

function callWords({ turns, subcalls, verdicts, serial, narrow, way }: Estimate): string {
  const parts = [`${rangeWords(turns, formatCount)} ${turns.high === 1 ? 'turn' : 'turns'}`];
  if (way === 'recurse') {
    const pace = narrow
      ? `, ${String(narrow.calls)} at a time (${narrow.host} speaks HTTP/1.1)`
      : serial.includes('sub') && subcalls.high > 1
        ? ', one at a time'
        : '';
    parts.push(`${rangeWords(subcalls, formatCount)} sub-calls${pace}`);
  }
  if (verdicts > 0) parts.push(formatPlural(verdicts, 'verdict'));
  return parts.join(', ');
}

function moneyWords(costUsd: Range): string {
  return costUsd.high === 0 ? 'free' : rangeWords(costUsd, (usd) => formatMoney(usd));
}

function movedUpWords({ movedUp, mayLeave }: Estimate): string {
  if (!movedUp) return '';
  const money =
    movedUp.costUsd === null ? 'price unknown' : moneyWords({ low: movedUp.costUsd, high: movedUp.costUsd });
  const hosts = mayLeave.map(({ host }) => host);
  const sent = hosts.length === 0 ? '' : ` Then ${hosts.join(' and ')} is sent the same.`;
  return `If every call had to move up: up to ${formatShort(movedUp.tokens)} tokens, ${money}.${sent}`;
}

function leavesWords({ leaves, way }: Estimate): string {
  if (leaves.length === 0) return 'Nothing leaves this device.';
  const hosts = new Map<string, string[]>();
  for (const { host, what } of leaves) {
    const sent = sentWords(what, way);
    hosts.set(sent, [...(hosts.get(sent) ?? []), host]);
  }
  return [...hosts]
    .map(([sent, to]) => `${listWords(to)} ${to.length > 1 ? 'are' : 'is'} sent ${sent}.`)
    .join(' ');
}

function sentWords(what: Departure['what'], way: Estimate['way']): string {
  const sent = what.includes('root') ? ['your question'] : [];
  if (what.includes('root') && way === 'direct') sent.push('the whole text of your documents');
  else if (what.includes('sub')) sent.push('the parts of your documents the code passes on');
  else if (what.includes('root')) sent.push('what the code prints of your documents');
  if (what.includes('verifier')) sent.push('the answer with the passages it quotes');
  return listWords(sent);
}

function listWords(all: readonly string[]): string {
  return all.length > 2 ? `${all.slice(0, -1).join(', ')} and ${all.at(-1) ?? ''}` : all.join(' and ');
}

/** Time spent computing here is said to be, for it depends on this machine. */
function whereWords(serial: Estimate['serial']): string {
  if (serial.length === 0) return '';
  return serial.length === 2
    ? ' on this GPU'
    : `, the ${serial[0] === 'root' ? 'root' : 'sub-calls'} on this GPU`;
}
