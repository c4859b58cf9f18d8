/** A REPL without a root model: cells are given by a caller, sub-calls are answered as in a run. */

import type { ContextSource } from '../corpus/context';
import type { CellResult, ChatModel, SubcallRequest } from '../ports';
import { childStarter } from './children';
import { checkLimits } from './limit-check';
import { EngineBlocks } from './engine-blocks';
import type { Limits } from './limits';
import { runToEnd } from './loop';
import type { RunPorts } from './request';
import { answerSubcalls } from './subcalls';
import { checkTools } from './tool-check';
import { toolsAt } from './tool-list';
import type { Tool } from './tools';
import { TreeContext, UsageTally } from './tree-context';

export interface SessionRequest {
  readonly context: ContextSource;
  /** Answers plain sub-calls, and is the root model of child runs. */
  readonly sub: ChatModel;
  readonly limits: Limits;
  /** The user's own functions and values; none when absent. */
  readonly tools?: readonly Tool[];
}

export interface Session {
  /** One cell at a time. @param computeTimeoutMs the limit of the session when absent */
  run(code: string, signal: AbortSignal, computeTimeoutMs?: number): Promise<CellResult>;
  close(): void;
}

/** @throws SondeError `invalid-argument`, or `repl-start` and `repl-unsupported` when there is no interpreter */
export async function openSession(request: SessionRequest, ports: RunPorts): Promise<Session> {
  const { context, sub, limits, tools = [] } = request;
  checkLimits(limits);
  checkTools(tools);
  const runId = ports.newId();
  const tree = new TreeContext(ports, {
    treeId: runId,
    limits,
    root: sub,
    sub,
    guard: { mode: 'off' },
    tools,
  });
  const closed = new AbortController();
  const tally = new UsageTally();
  const scope = {
    tree,
    runId,
    parentCallId: null,
    depth: 0,
    question: null,
    context,
    corpus: null,
    root: sub,
    tally,
    signal: closed.signal,
    abortProblem: () => null,
  };
  const startChild = childStarter(scope, runToEnd);
  const blocks = new EngineBlocks();
  let cellId = '';
  const onSubcall = (subcall: SubcallRequest, signal: AbortSignal) =>
    answerSubcalls({ tree, depth: 0, runId, tally, startChild, blocks, cellId }, subcall, signal);
  const repl = await ports.repls.open(
    { context, onSubcall, treeId: runId, tools: toolsAt(tools, 0) },
    closed.signal,
  );
  return {
    run: (code, signal, computeTimeoutMs = limits.cellTimeoutS * 1000) => {
      cellId = ports.newId();
      return repl.run(code, { computeTimeoutMs, signal });
    },
    close: () => {
      closed.abort();
      repl.close();
    },
  };
}
