/** The limits of one tree of runs. Null means no limit. */

export interface Limits {
  /** 1: `rlm_query` is a plain call; 2: one level of child runs; and so on. */
  readonly maxDepth: number;
  /** Turns of each run in the tree. */
  readonly maxTurns: number;
  readonly maxBudgetUsd: number | null;
  readonly maxTimeS: number | null;
  /** Input and output tokens of the whole tree. */
  readonly maxTokens: number | null;
  /** Consecutive cells that raise before a run ends. */
  readonly maxErrors: number | null;
  readonly maxSubcalls: number | null;
  /** Sub-calls in flight at once, over the whole tree. */
  readonly maxConcurrency: number;
  /** Seconds a cell may compute; waiting for sub-calls does not count. */
  readonly cellTimeoutS: number;
}

export const DEFAULT_LIMITS: Limits = {
  maxDepth: 1,
  maxTurns: 30,
  maxBudgetUsd: null,
  maxTimeS: null,
  maxTokens: null,
  maxErrors: null,
  maxSubcalls: null,
  maxConcurrency: 16,
  cellTimeoutS: 60,
};
