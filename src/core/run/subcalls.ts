/** Answers what a cell asks for: plain sub-calls side by side, and child runs one level deeper. */

import { isAbort, toProblem } from '../errors';
import type { ChatModel, SubcallRequest } from '../ports';
import { compileSchema } from '../turn/json-schema';
import {
  answerByChild,
  answerByModel,
  CHILD_FAILED,
  type Answer,
  type Batch,
  type Call,
  type Progress,
} from './answers';
import { noteConnections } from './connections';
import { recallOf } from './recall';
import type { SubcallScope } from './subcall-scope';
import { UsageTally, type TreeContext } from './tree-context';

/** One reply a prompt, in order; a failed one is an `"Error: …"` string. Rejects only when aborted. */
export async function answerSubcalls(
  scope: SubcallScope,
  request: SubcallRequest,
  signal: AbortSignal,
): Promise<string[]> {
  const { tree, depth } = scope;
  const kind = request.kind === 'rlm' && depth + 1 < tree.limits.maxDepth ? 'rlm' : 'llm';
  const model = chooseModel(scope, request, kind);
  const schema = kind === 'llm' ? (request.schema ?? null) : null;
  if (kind === 'llm') noteConnections(tree, scope.runId, model, request.prompts.length);
  const calls = recordCalls(scope, request, kind, model);
  const place = scope.blocks.enter(model, signal);
  const batch: Batch = {
    scope,
    model,
    kind,
    signal,
    place,
    schema: schema && { schema, check: compileSchema(schema) },
    recall: kind === 'llm' ? recallOf(tree.replies, request, model) : null,
  };
  // Each call that needs them tells what is wrong with them.
  batch.schema?.check.catch(() => undefined);
  const answer = (call: Call) => answerOne(batch, call);
  try {
    return await (kind === 'rlm'
      ? runChildren(tree, model, calls, answer)
      : allSettled(calls.map((call) => answer(call))));
  } finally {
    place.then(
      (leave) => {
        leave();
      },
      () => undefined,
    );
  }
}

function chooseModel(
  { tree, runId, tell }: SubcallScope,
  request: SubcallRequest,
  kind: 'llm' | 'rlm',
): ChatModel {
  const byRole = kind === 'rlm' ? tree.root : tree.sub;
  if (request.model === null) return byRole;
  const named = tree.modelNamed(request.model);
  if (named) return named;
  // A name that code made up may be a piece of a document.
  const asked = tree.guardsRoot ? '' : ` "${request.model.slice(0, 100)}"`;
  const names = [...new Set([tree.sub, tree.root].map(({ name }) => name))].filter((name) =>
    tree.modelNamed(name),
  );
  const text = `The code asked for a model${asked}, which this run does not have; ${byRole.name} answered. Leave the model out, or name one of these: ${names.join(', ')}.`;
  if (tell?.(text) === false) return byRole;
  tree.recorder.record({ type: 'notice', runId, turnId: null, code: 'unknown-model', text });
  return byRole;
}

function recordCalls(
  { tree, cellId }: SubcallScope,
  request: SubcallRequest,
  kind: 'llm' | 'rlm',
  { name, host }: ChatModel,
): Call[] {
  const { recorder, ports, rerun } = tree;
  const model = { name, host };
  const schema = kind === 'llm' && request.schema ? { schema: request.schema } : {};
  const asked = request.prompts.map((prompt) => ({
    kind,
    prompt,
    model: rerun?.recordedName(name, tree) ?? name,
    schema: schema.schema ?? null,
  }));
  const known = rerun?.batch(cellId, asked);
  const batchId = known?.batchId ?? ports.newId();
  return request.prompts.map((prompt, index) => {
    const callId = known?.callIds[index] ?? ports.newId();
    const started = { cellId, callId, batchId, index, kind, model, prompt, ...schema };
    recorder.record({ type: 'call-started', ...started });
    const text = request.contexts?.[index] ?? null;
    return { callId, index, prompt, text, queuedAtMs: ports.clock.now() };
  });
}

/** @throws the signal's reason when aborted; any other failure is told in the reply */
async function answerOne(batch: Batch, call: Call): Promise<string> {
  const { scope, kind, signal } = batch;
  const startedAtMs = call.queuedAtMs;
  const spent = new UsageTally();
  const progress: Progress = {
    startedAtMs,
    spent,
    retries: 0,
    repair: null,
    finish: 'stop',
    sent: false,
    model: null,
  };
  const recorded = scope.tree.rerun?.answer(call.callId);
  if (recorded) {
    progress.spent.add(recorded.usage);
    progress.finish = recorded.finish;
    if (recorded.model?.name !== batch.model.name) progress.model = recorded.model;
    return finish(scope, call, progress, recorded);
  }
  try {
    const kept = batch.recall && (await batch.recall.reply(call.index));
    signal.throwIfAborted();
    if (kept !== null) return finish(scope, call, progress, { reply: kept, problem: null, cached: true });
    await batch.place;
    const answered = await (kind === 'rlm' ? answerByChild : answerByModel)(batch, call, progress);
    return finish(scope, call, progress, answered);
  } catch (error) {
    const problem = isAbort(error)
      ? ({ code: 'interrupted', message: 'stopped before it was answered' } as const)
      : toProblem(error);
    const reply = (kind === 'rlm' ? CHILD_FAILED : 'Error: ') + problem.message;
    finish(scope, call, progress, { reply, problem });
    if (signal.aborted) throw signal.reason as Error;
    return reply;
  }
}

/** Records the end of a call and adds up what it used. @returns the reply */
function finish(scope: SubcallScope, call: Call, progress: Progress, answer: Answer): string {
  const { reply, problem, cached } = answer;
  const { spent, retries, repair, startedAtMs } = progress;
  const { recorder, ports } = scope.tree;
  scope.tally.add(spent);
  recorder.record({
    type: 'call-finished',
    callId: call.callId,
    reply,
    usage: spent.snapshot(),
    durationMs: ports.clock.now() - startedAtMs,
    queuedMs: startedAtMs - call.queuedAtMs,
    retries,
    problem,
    ...(repair && { repair }),
    ...(progress.model && { model: progress.model }),
    ...(progress.finish === 'length' && { finish: 'length' }),
    ...(cached && { cached }),
  });
  return reply;
}

/**
 * Children side by side, order kept. A parent can always run one; more only while the tree has places for them, so
 * that parents waiting for children never hold the places those children need. On an engine that does one reply at a
 * time they come one after the other: side by side, each would throw away what the other has in the engine's cache.
 */
async function runChildren<T>(
  tree: TreeContext,
  { engine }: ChatModel,
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
  const width = engine === undefined ? Math.min(calls.length, tree.limits.maxConcurrency) : 1;
  while (workers.length < width) {
    const release = tree.extraChildren.tryAcquire();
    if (!release) break;
    workers.push(extra(release));
  }
  await allSettled(workers);
  return replies;
}

/** As `Promise.all`, but a rejection waits for the others too: their ends are on record before it is told. */
async function allSettled<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}
