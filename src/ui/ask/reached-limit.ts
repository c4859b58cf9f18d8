/** The limit a run ended by, and what it may be raised to when the run goes on. */

import type { RunNode } from '../../core/record/tree';
import { LIMIT_FIELDS, parseLimit, type LimitField, type ParsedLimit } from '../../core/run/limit-fields';

export interface ReachedLimit {
  readonly field: LimitField;
  readonly before: number;
  /** Twice as much as before. */
  readonly proposed: number;
}

/** Null for a run that ended by something else. */
export function reachedLimit({ problem, limits }: Pick<RunNode, 'problem' | 'limits'>): ReachedLimit | null {
  if (problem?.code !== 'limit' && problem?.code !== 'out-of-turns') return null;
  // The message of a reached limit begins with its name.
  const name = problem.code === 'limit' ? problem.message.split(':')[0] : 'maxTurns';
  const field = LIMIT_FIELDS.find((one) => one.name === name);
  const before = field ? limits[field.name] : null;
  return field && before !== null ? { field, before, proposed: Math.min(field.max, before * 2) } : null;
}

/** Reads what was typed in its place. */
export function parseRaised({ field, before }: ReachedLimit, typed: string): ParsedLimit {
  const parsed = parseLimit(field, typed);
  if (!parsed.ok || parsed.value === null || parsed.value > before) return parsed;
  const none = field.optional ? ' Leave it empty for no limit.' : '';
  return { ok: false, problem: `More than ${before.toLocaleString('en')} is needed to go on.${none}` };
}
