/** The entry: a question and a context in, a tree of runs recorded, one outcome out. */

import { SondeError, type Problem } from '../errors';
import type { Limits } from './limits';
import { runToEnd } from './loop';
import { checkGuard } from './output-guard';
import { checkPrompts } from '../turn/prompt-check';
import type { RunOutcome, RunPorts, RunRequest } from './request';
import { watchTime } from './run-timer';
import { beginAgain, tellResumed } from './resumed';
import { checkTools } from './tool-check';
import { TreeContext, UsageTally } from './tree-context';

/**
 * Runs a request to its end. Resolves for every way a run can end, with its status and reason.
 * @param signal the user's Stop
 * @throws SondeError `invalid-argument` for limits, a guard, tools or prompts that make no sense
 */
export async function complete(
  request: RunRequest,
  ports: RunPorts,
  signal: AbortSignal,
): Promise<RunOutcome> {
  const { question, context, corpus, root, sub, limits, guard = { mode: 'off' } } = request;
  const { tools = [], prompts = {} } = request;
  checkLimits(limits);
  checkGuard(guard);
  checkTools(tools);
  checkPrompts(prompts);
  const { rerun = null } = request;
  const runId = rerun?.mode === 'resume' ? rerun.record.id : ports.newId();
  // A replay has its replies from the record alone.
  const cache = request.cache !== false && rerun?.mode !== 'replay';
  const models = { treeId: runId, limits, root, sub, guard, cache, tools, prompts };
  const tree = new TreeContext(ports, { ...models, ...(rerun && beginAgain(rerun, runId, ports)) });
  if (rerun?.mode === 'resume') tellResumed(tree, rerun);
  const timeLimit = new AbortController();
  const stopWatching = watchTime(tree, () => {
    timeLimit.abort();
  });
  try {
    return await runToEnd({
      tree,
      runId,
      parentCallId: null,
      depth: 0,
      question,
      context,
      corpus,
      root,
      tally: new UsageTally(),
      follows: request.follows ?? null,
      signal: AbortSignal.any([signal, timeLimit.signal, tree.halted]),
      abortProblem: (): Problem | null =>
        signal.aborted || tree.halted.aborted ? null : tree.ledger.timeProblem(),
    });
  } finally {
    stopWatching();
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
