/** The entry: a question and a context in, a tree of runs recorded, one outcome out. */

import { SondeError, type Problem } from '../errors';
import type { Limits } from './limits';
import { runToEnd } from './loop';
import type { RunOutcome, RunPorts, RunRequest } from './request';
import { TreeContext, UsageTally } from './tree-context';

/**
 * Runs a request to its end. Resolves for every way a run can end, with its status and reason.
 * @param signal the user's Stop
 * @throws SondeError `invalid-argument` for limits that make no sense
 */
export async function complete(
  request: RunRequest,
  ports: RunPorts,
  signal: AbortSignal,
): Promise<RunOutcome> {
  checkLimits(request.limits);
  const tree = new TreeContext(ports, request.limits, request.root, request.sub);
  const timeLimit = new AbortController();
  const remainingMs = tree.ledger.remainingMs();
  const cancelTimer =
    remainingMs === null
      ? null
      : ports.clock.after(remainingMs, () => {
          timeLimit.abort();
        });
  try {
    return await runToEnd({
      tree,
      runId: ports.newId(),
      parentCallId: null,
      depth: 0,
      question: request.question,
      context: request.context,
      corpus: request.corpus,
      root: request.root,
      tally: new UsageTally(),
      signal: AbortSignal.any([signal, timeLimit.signal]),
      abortProblem: (): Problem | null => (signal.aborted ? null : tree.ledger.timeProblem()),
    });
  } finally {
    cancelTimer?.();
  }
}

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
    if (value === null && !['maxDepth', 'maxTurns', 'maxConcurrency', 'cellTimeoutS'].includes(name))
      continue;
    const smallest =
      name === 'maxSubcalls' || name === 'maxBudgetUsd' ? 0 : whole.includes(name) ? 1 : Number.MIN_VALUE;
    const fits = typeof value === 'number' && Number.isFinite(value) && value >= smallest;
    if (fits && (!whole.includes(name) || Number.isInteger(value))) continue;
    const kind = whole.includes(name) ? 'a whole number' : 'a number';
    const message = `${name} must be ${kind}${smallest >= 1 ? ' of 1 or more' : smallest === 0 ? ' of 0 or more' : ' above 0'}.`;
    throw new SondeError({ code: 'invalid-argument', message });
  }
}
