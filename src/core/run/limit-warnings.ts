/** What a run tells its model as limits are used up: once at 50 % and once at 80 % of each (protocol §4). */

import type { LimitUse } from './ledger';

/** Of a handful the counter of each message says enough. */
const WORTH_A_WARNING = 5;

/** One for each run of a tree: a child is told of the tree's limits too. */
export class LimitWarnings {
  readonly #told = new Map<string, number>();

  /** Sentences for the model about levels passed since the last time. */
  of(uses: readonly LimitUse[]): string[] {
    return uses.flatMap(({ limit, used, of, words }) => {
      const level = of === 0 ? 0 : used >= 0.8 * of ? 80 : used >= 0.5 * of ? 50 : 0;
      if (level <= (this.#told.get(limit) ?? 0)) return [];
      this.#told.set(limit, level);
      return [`${level} % of a limit is used: ${words}.`];
    });
  }
}

/** @param used turns of this run */
export function turnsUse(used: number, maxTurns: number): LimitUse[] {
  if (maxTurns < WORTH_A_WARNING) return [];
  return [{ limit: 'maxTurns', used, of: maxTurns, words: `${used} of ${maxTurns} turns` }];
}

/** @param failing cells in a row that have failed */
export function errorsUse(failing: number, maxErrors: number | null): LimitUse[] {
  if (maxErrors === null || maxErrors < 2 || failing === 0) return [];
  const words = `${failing} cells in a row have failed, ${maxErrors} end the run`;
  return [{ limit: 'maxErrors', used: failing, of: maxErrors, words }];
}
