/** Answers what a cell asks for: plain sub-calls side by side, and child runs one level deeper. */

import { isAbort, SondeError, toProblem, type Problem } from '../errors';
import type { ChatModel, SubcallRequest, TokenUsage } from '../ports';
import { estimateTextTokens, subInputTokens } from '../turn/sizes';
import { callModel } from './call-model';
import type { Ledger } from './ledger';
import type { RunOutcome } from './request';
import { UsageTally, type TreeContext } from './tree-context';

/** Starts a child run; `loop.ts` provides it. */
export type StartChild = (
  child: { question: string | null; text: string; root: ChatModel; parentCallId: string; tally: UsageTally },
  signal: AbortSignal,
) => Promise<RunOutcome>;

export interface SubcallScope {
  readonly tree: TreeContext;
  readonly depth: number;
  readonly runId: string;
  /** The cell that is running; sub-calls outside a cell are refused by the REPL's adapter. */
  readonly cellId: string;
  /** Everything the run and its children use is added here. */
  readonly tally: UsageTally;
  readonly startChild: StartChild;
}

interface CallResult {
  readonly reply: string;
  readonly usage: TokenUsage;
  readonly retries: number;
  readonly problem: Problem | null;
}

const nothingUsed: TokenUsage = { inputTokens: 0, outputTokens: 0, costUsd: 0, estimated: false };

/** One reply a prompt, in order; a failed one is an `"Error: …"` string. Rejects only when aborted. */
export async function answerSubcalls(
  scope: SubcallScope,
  request: SubcallRequest,
  signal: AbortSignal,
): Promise<string[]> {
  const { tree, depth } = scope;
  const { recorder, ports } = tree;
  const kind = request.kind === 'rlm' && depth + 1 < tree.limits.maxDepth ? 'rlm' : 'llm';
  const model = chooseModel(scope, request, kind);
  const batchId = ports.newId();
  const { cellId } = scope;
  const { name, host } = model;
  const calls = request.prompts.map((prompt, index) => {
    const callId = ports.newId();
    recorder.record({
      type: 'call-started',
      cellId,
      callId,
      batchId,
      index,
      kind,
      model: { name, host },
      prompt,
    });
    return { callId, prompt, text: request.contexts?.[index] ?? null, queuedAtMs: ports.clock.now() };
  });
  type Call = (typeof calls)[number];

  const answerOne = async (call: Call): Promise<string> => {
    let startedAtMs = call.queuedAtMs;
    let charged = nothingUsed;
    const onCharged = (usage: TokenUsage) => {
      charged = usage;
    };
    const finish = (result: CallResult): string => {
      scope.tally.add(result.usage);
      const durationMs = ports.clock.now() - startedAtMs;
      const queuedMs = startedAtMs - call.queuedAtMs;
      recorder.record({ type: 'call-finished', callId: call.callId, ...result, durationMs, queuedMs });
      return result.reply;
    };
    try {
      if (kind === 'rlm') return finish(await answerByChild(scope, model, call, signal));
      const release = await tree.callPlaces.acquire(signal);
      try {
        await ports.pace?.();
        startedAtMs = ports.clock.now();
        return finish(
          await answerPlainly(scope.tree.ledger, model, joinContext(call), { signal, onCharged }),
        );
      } finally {
        release();
      }
    } catch (error) {
      const problem = isAbort(error)
        ? ({ code: 'interrupted', message: 'stopped before it was answered' } as const)
        : toProblem(error);
      const prefix = kind === 'rlm' ? 'Error: RLM query failed - ' : 'Error: ';
      const reply = finish({ reply: prefix + problem.message, usage: charged, retries: 0, problem });
      if (signal.aborted) throw signal.reason as Error;
      return reply;
    }
  };
  return kind === 'rlm' ? runChildren(tree, calls, answerOne) : Promise.all(calls.map(answerOne));
}

function chooseModel({ tree, runId }: SubcallScope, request: SubcallRequest, kind: 'llm' | 'rlm'): ChatModel {
  const byRole = kind === 'rlm' ? tree.root : tree.sub;
  if (request.model === null) return byRole;
  const named = tree.modelNamed(request.model);
  if (named) return named;
  const text = `The code asked for the model "${request.model.slice(0, 100)}", which this run does not have; ${byRole.name} answered.`;
  tree.recorder.record({ type: 'notice', runId, turnId: null, code: 'unknown-model', text });
  return byRole;
}

/** A plain call has no context of its own: a text given apart is put below the query. */
function joinContext({ prompt, text }: { prompt: string; text: string | null }): string {
  return text === null ? prompt : `${prompt}\n\n${text}`;
}

async function answerPlainly(
  ledger: Ledger,
  model: ChatModel,
  prompt: string,
  options: { readonly signal: AbortSignal; readonly onCharged: (usage: TokenUsage) => void },
): Promise<CallResult> {
  const tokens = estimateTextTokens(prompt);
  const room = subInputTokens(model.contextTokens);
  if (tokens > room) {
    throw new SondeError({
      code: 'prompt-too-large',
      message: `the prompt has ${prompt.length} characters (about ${tokens} tokens), ${model.name} takes about ${room * 4} characters (${room} tokens). Split it into smaller parts.`,
    });
  }
  const messages = [{ role: 'user', content: prompt } as const];
  const { text, usage, retries } = await callModel(model, messages, { kind: 'subcall', ledger, ...options });
  return { reply: text, usage, retries, problem: null };
}

async function answerByChild(
  scope: SubcallScope,
  model: ChatModel,
  call: { readonly callId: string; readonly prompt: string; readonly text: string | null },
  signal: AbortSignal,
): Promise<CallResult> {
  const tally = new UsageTally();
  // With a text of its own the prompt is the question; otherwise the prompt is the context, as in the official API.
  const question = call.text === null ? null : call.prompt;
  const text = call.text ?? call.prompt;
  const start = { question, text, root: model, parentCallId: call.callId, tally };
  const outcome = await scope.startChild(start, signal);
  const { inputTokens, outputTokens, costUsd, estimated } = tally;
  const usage = { inputTokens, outputTokens, costUsd, estimated };
  const problem = outcome.problem;
  if (outcome.answer === '' && problem)
    return { reply: `Error: RLM query failed - ${problem.message}`, usage, retries: 0, problem };
  const reason = outcome.status === 'answered' || !problem ? '' : `\n[partial answer: ${problem.message}]`;
  return { reply: outcome.answer + reason, usage, retries: 0, problem };
}

/**
 * Children side by side, order kept. A parent can always run one; more only while the tree has places for them, so
 * that parents waiting for children never hold the places those children need.
 */
async function runChildren<T>(
  tree: TreeContext,
  calls: readonly T[],
  run: (call: T) => Promise<string>,
): Promise<string[]> {
  const replies: string[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let i = next++; i < calls.length; i = next++) replies[i] = await run(calls[i] as T);
  };
  const extra = async (release: () => void): Promise<void> => {
    try {
      await work();
    } finally {
      release();
    }
  };
  const workers = [work()];
  while (workers.length < Math.min(calls.length, tree.limits.maxConcurrency)) {
    const release = tree.extraChildren.tryAcquire();
    if (!release) break;
    workers.push(extra(release));
  }
  await Promise.all(workers);
  return replies;
}
