/** Requests beside the turns: each is recorded with what it took, whatever became of it; a recorded one is not sent again. */

import { isAbort, SondeError, toProblem, type Problem } from '../errors';
import type { ChatModel } from '../ports';
import type { Verdict } from '../record/events';
import type { AsideNode } from '../record/tree';
import { labelOf } from './ladder';
import { NOT_IN_RECORD } from './rerun';
import type { RunScope } from './run-scope';
import { UsageTally } from './tree-context';

export interface AsideAsked {
  readonly turnId: string;
  readonly purpose: AsideNode['purpose'];
  /** The last message of the request. */
  readonly prompt: string;
}

/** What is known of it while it is under way. */
export interface AsideProgress {
  /** The model that is asked now, and what that one has taken. */
  model: ChatModel;
  spent: UsageTally;
  retries: number;
}

export interface AsideReply {
  readonly reply: string;
  readonly verdict?: Verdict;
}

/**
 * @param ask keeps the progress up to date
 * @throws what `ask` throws, once it is recorded; SondeError when a replay has no such request in its record
 */
export async function askAside(
  scope: RunScope,
  asked: AsideAsked,
  model: ChatModel,
  ask: (progress: AsideProgress) => Promise<AsideReply>,
): Promise<AsideReply> {
  const { rerun, ports } = scope.tree;
  const recorded = rerun?.aside(asked.turnId, asked.purpose);
  if (recorded) return fromRecord(scope, asked, recorded);
  if (rerun?.mode === 'replay') throw new SondeError(NOT_IN_RECORD);
  const progress: AsideProgress = { model, spent: new UsageTally(), retries: 0 };
  const startedAtMs = ports.clock.now();
  const record = (reply: AsideReply, problem: Problem | null) => {
    recordAside(scope, asked, progress, { ...reply, problem, startedAtMs });
  };
  try {
    const reply = await ask(progress);
    record(reply, null);
    return reply;
  } catch (error) {
    record({ reply: '' }, problemOf(error));
    throw error;
  }
}

/** A reply to a turn that broke off after some of it had come: it was paid for, so that it is on record. */
export function recordBrokenTurn(
  scope: RunScope,
  turnId: string,
  prompt: string,
  progress: AsideProgress,
  broken: { readonly reply: string; readonly error: unknown; readonly startedAtMs: number },
): void {
  const { reply, startedAtMs } = broken;
  const asked = { turnId, purpose: 'turn', prompt } as const;
  recordAside(scope, asked, progress, { reply, startedAtMs, problem: problemOf(broken.error) });
}

function problemOf(error: unknown): Problem {
  return isAbort(error)
    ? { code: 'interrupted', message: 'Stopped before it was answered.' }
    : toProblem(error);
}

function recordAside(
  { tree, runId }: RunScope,
  asked: AsideAsked,
  { model, spent, retries }: AsideProgress,
  end: AsideReply & { readonly problem: Problem | null; readonly startedAtMs: number },
): void {
  const { recorder, ports } = tree;
  const { reply, verdict, problem, startedAtMs } = end;
  recorder.record({
    type: 'aside',
    runId,
    ...asked,
    asideId: ports.newId(),
    model: labelOf(model),
    reply,
    usage: spent.snapshot(),
    durationMs: ports.clock.now() - startedAtMs,
    retries,
    problem,
    ...(verdict && { verdict }),
  });
}

/** A resumed log has it already; in a replay it took nothing. */
function fromRecord(scope: RunScope, asked: AsideAsked, recorded: AsideNode): AsideReply {
  const { tree, runId, tally } = scope;
  const { id, model, reply, usage, retries, verdict } = recorded;
  const asideId = tree.rerun?.mode === 'resume' ? id : tree.ports.newId();
  const said = { model, reply, usage, retries, durationMs: 0, problem: null, ...(verdict && { verdict }) };
  tree.recorder.record({ type: 'aside', runId, ...asked, asideId, ...said });
  tally.add(usage);
  return { reply, ...(verdict && { verdict }) };
}
