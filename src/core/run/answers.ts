/** How one slot of a request is answered: by a model at once, or by a child run. */

import type { Problem } from '../errors';
import type { ChatModel, TokenUsage } from '../ports';
import type { ModelLabel, ReplyRepair } from '../record/events';
import { askUpwards, emptyReply, labelOf } from './ladder';
import { answerPlainly, type CallSchema } from './plain-call';
import { plainPrompt, type Recall } from './recall';
import type { SubcallScope } from './subcall-scope';
import type { UsageTally } from './tree-context';

/** A request of a cell while it is answered. */
export interface Batch {
  readonly scope: SubcallScope;
  readonly model: ChatModel;
  readonly kind: 'llm' | 'rlm';
  readonly schema: CallSchema | null;
  readonly signal: AbortSignal;
  /** Settles when no other block of the run has the model's engine, with how to leave it. */
  readonly place: Promise<() => void>;
  /** Replies kept from before; null when none are used. */
  readonly recall: Recall | null;
}

/** One slot of a request. */
export interface Call {
  readonly callId: string;
  /** The slot. */
  readonly index: number;
  readonly prompt: string;
  /** The child's context, given apart; null when the prompt is the context. */
  readonly text: string | null;
  readonly queuedAtMs: number;
}

/** What is known of a call while it is under way, for the record of its end, whatever that is. */
export interface Progress {
  startedAtMs: number;
  readonly spent: UsageTally;
  retries: number;
  repair: ReplyRepair | null;
  /** Of the last reply that came. */
  finish: 'stop' | 'length';
  /** It has had its turn: something was sent, or refused by a limit. */
  sent: boolean;
  /** The model that answered, when it was not the one that was asked first. */
  model: ModelLabel | null;
}

export interface Answer {
  readonly reply: string;
  readonly problem: Problem | null;
  /** A reply kept from before. */
  readonly cached?: true;
}

export const CHILD_FAILED = 'Error: RLM query failed - ';

/**
 * The model that was asked, then those above it in the ladder of its role.
 * @throws SondeError, or AbortError when aborted
 */
export async function answerByModel(batch: Batch, call: Call, progress: Progress): Promise<Answer> {
  const { tree, runId } = batch.scope;
  const climber = { tree, runId, nodeId: call.callId, role: 'sub' } as const;
  const ask = (model: ChatModel, spent: UsageTally) => askOne(batch, call, progress, model, spent);
  const empty = (reply: string, model: ChatModel) => (reply.trim() === '' ? emptyReply(model) : null);
  const { model, value: reply } = await askUpwards(climber, tree.stepsFrom(batch.model, 'sub'), ask, empty);
  // Kept are replies of the very model that was asked.
  if (model !== batch.model) progress.model = labelOf(model);
  else if (reply.trim() !== '' && progress.finish === 'stop') batch.recall?.keep(call.index, reply);
  return { reply, problem: null };
}

/** One model's reply. What it takes is added to what its step and the call as a whole took. */
async function askOne(
  batch: Batch,
  call: Call,
  progress: Progress,
  model: ChatModel,
  spent: UsageTally,
): Promise<string> {
  const { schema, signal } = batch;
  const { tree, runId } = batch.scope;
  const { ports, callPlaces } = tree;
  const nodeId = call.callId;
  const took = (usage: TokenUsage): void => {
    spent.add(usage);
    progress.spent.add(usage);
  };
  // Calls to an engine wait for it alone: places are for calls that may run side by side.
  const release = model.engine === undefined ? await callPlaces.acquire(signal) : null;
  try {
    await ports.pace?.();
    return await answerPlainly({
      tree,
      model,
      schema,
      signal,
      first: progress.sent ? 'repair' : 'subcall',
      prompt: plainPrompt(call.prompt, call.text),
      origin: { runId, nodeId, role: 'sub' },
      onStart: () => {
        if (!progress.sent) progress.startedAtMs = ports.clock.now();
        progress.sent = true;
      },
      onWaiting: (ahead, text) => ports.onDelta?.({ type: 'waiting', nodeId, ahead, text }),
      onReply: ({ usage, retries, finish }) => {
        took(usage);
        progress.retries += retries;
        progress.finish = finish;
      },
      onCharged: (usage, { retries }) => {
        took(usage);
        progress.retries += retries;
      },
      onRepair: (repair) => {
        progress.repair = repair;
      },
    });
  } finally {
    release?.();
  }
}

/** @throws AbortError when aborted */
export async function answerByChild(batch: Batch, call: Call, progress: Progress): Promise<Answer> {
  // With a text of its own the prompt is the question; otherwise the prompt is the context, as in the official API.
  const question = call.text === null ? null : call.prompt;
  const text = call.text ?? call.prompt;
  const { model: root, scope, signal } = batch;
  const start = { question, text, root, parentCallId: call.callId, tally: progress.spent };
  const { answer, status, problem } = await scope.startChild(start, signal);
  if (answer === '' && problem) return { reply: CHILD_FAILED + problem.message, problem };
  const reason = status === 'answered' || !problem ? '' : `\n[partial answer: ${problem.message}]`;
  return { reply: answer + reason, problem };
}
