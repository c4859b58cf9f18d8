/** The entry: a question and a context in, a tree of runs recorded, one outcome out. */

import type { Problem } from '../errors';
import { checkLimits } from './limit-check';
import { runToEnd } from './loop';
import { checkGuard } from './output-guard';
import { checkPrompts } from '../turn/prompt-check';
import type { RoleRefs, WayTaken } from '../record/events';
import type { AboutRun } from './run-scope';
import { wayOf } from './direct-text';
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
  const { verifier = null, ladders = {} } = request;
  const { way, text } = await wayOf(request);
  const models = { treeId: runId, limits, root, sub, guard, cache, tools, prompts, verifier, ladders };
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
      direct: text,
      about: aboutRun(request, way),
      signal: AbortSignal.any([signal, timeLimit.signal, tree.halted]),
      abortProblem: (): Problem | null =>
        signal.aborted || tree.halted.aborted ? null : tree.ledger.timeProblem(),
    });
  } finally {
    stopWatching();
  }
}

function aboutRun(request: RunRequest, way: WayTaken): AboutRun {
  const { guard = { mode: 'off' }, tools = [], prompts = {}, cache = true, verifier = null } = request;
  const asked = { guard, tools, prompts, cache, way: request.way ?? 'recurse', gate: verifier !== null };
  return {
    way,
    settings: { refs: request.refs ?? NO_REFS, ...asked },
    ...(request.follows && { follows: request.follows.runId }),
    ...(request.rerun?.mode === 'replay' && { replays: request.rerun.record.id }),
  };
}

/** Models that nobody can name are not made again. */
const NO_REFS: RoleRefs = {
  root: null,
  sub: null,
  verifier: null,
  rootLadder: [],
  subLadder: [],
  verifierLadder: [],
};
