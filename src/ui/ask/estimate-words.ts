/** An estimate in words: honest ranges, what cuts them, and what would leave the device. */

import type { Estimate, Range } from '../../core/run/estimate';
import { formatAbout, formatCount, formatMoney, formatShort } from '../kit/format';

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
  /** Limits that hold the upper end, or empty. */
  readonly capped: string;
}

export function estimateWords(estimate: Estimate): EstimateWords {
  const { turns, subcalls, tokens, costUsd, timeS, cappedBy, serial } = estimate;
  const range = rangeWords(timeS, (seconds) => formatAbout(seconds * 1000));
  const time = `${range.replace(' to about ', ' to ')}${whereWords(serial)}`;
  return {
    calls: `${rangeWords(turns, formatCount)} turns, ${rangeWords(subcalls, formatCount)} sub-calls${
      serial.includes('sub') && subcalls.high > 1 ? ', one at a time' : ''
    }`,
    tokens: `≈ ${rangeWords(tokens, formatShort)}`,
    money:
      costUsd === null
        ? 'price unknown'
        : costUsd.high === 0
          ? 'free'
          : rangeWords(costUsd, (usd) => formatMoney(usd)),
    time: time.charAt(0).toUpperCase() + time.slice(1),
    leaves: leavesWords(estimate.leaves),
    capped: cappedBy.length === 0 ? '' : 'Held by your limits.',
  };
}

function leavesWords(leaves: Estimate['leaves']): string {
  if (leaves.length === 0) return 'Nothing leaves this device.';
  return leaves
    .map(({ host, what }) => {
      const sent = what.includes('sub')
        ? 'the parts of your documents the code passes on'
        : 'what the code prints of your documents';
      return `${host} is sent ${what.includes('root') ? 'your question and ' : ''}${sent}.`;
    })
    .join(' ');
}

/** Time spent computing here is said to be, for it depends on this machine. */
function whereWords(serial: Estimate['serial']): string {
  if (serial.length === 0) return '';
  return serial.length === 2
    ? ' on this GPU'
    : `, the ${serial[0] === 'root' ? 'root' : 'sub-calls'} on this GPU`;
}
