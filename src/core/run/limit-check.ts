/** Whether limits can be run with. */

import { SondeError } from '../errors';
import type { Limits } from './limits';

/** Limits every run has. */
const REQUIRED = new Set<keyof Limits>(['maxDepth', 'maxTurns', 'maxConcurrency', 'cellTimeoutS']);

/** @throws SondeError `invalid-argument` naming the limit and what it may be */
export function checkLimits(limits: Limits): void {
  const whole: (keyof Limits)[] = [
    'maxDepth',
    'maxTurns',
    'maxConcurrency',
    'maxErrors',
    'maxSubcalls',
    'maxTokens',
  ];
  for (const [name, value] of Object.entries(limits) as [keyof Limits, number | null][]) {
    if (value === null && !REQUIRED.has(name)) continue;
    const smallest =
      name === 'maxSubcalls' || name === 'maxBudgetUsd' ? 0 : whole.includes(name) ? 1 : Number.MIN_VALUE;
    const fits = typeof value === 'number' && Number.isFinite(value) && value >= smallest;
    if (fits && (!whole.includes(name) || Number.isInteger(value))) continue;
    const kind = whole.includes(name) ? 'a whole number' : 'a number';
    const least = smallest >= 1 ? 'of 1 or more' : smallest === 0 ? 'of 0 or more' : 'above 0';
    const none = REQUIRED.has(name) ? '' : ' Leave it out, or give null, for no limit.';
    const message = `${name} must be ${kind} ${least}.${none}`;
    throw new SondeError({ code: 'invalid-argument', message });
  }
}
