/** Ladders: a model that fails, says nothing or fails its check is followed by the next stronger one (roles of protocol §5). */

import { isAbort, SondeError, toProblem, type Problem, type ProblemCode } from '../errors';
import type { ChatModel, TokenUsage } from '../ports';
import type { ModelLabel } from '../record/events';
import { UsageTally, type TreeContext } from './tree-context';

/** A stronger model would fail the same way. */
const STAYS = new Set<ProblemCode>(['limit', 'invalid-argument']);

/** What moves up, for the record. */
export interface Climber {
  readonly tree: TreeContext;
  readonly runId: string;
  readonly nodeId: string;
  readonly role: 'root' | 'sub' | 'verifier';
}

export function labelOf({ name, host }: ChatModel): ModelLabel {
  return { name, host };
}

/** Why a reply of nothing is not taken. */
export function emptyReply({ name }: ChatModel): Problem {
  return { code: 'bad-response', message: `${name} gave an empty reply.` };
}

/**
 * The model to ask after a failure; null when none would do better: a request that was too large goes on to the next with
 * a larger window.
 */
export function nextStep(
  steps: readonly ChatModel[],
  from: ChatModel,
  problem: Pick<Problem, 'code'>,
): ChatModel | null {
  if (STAYS.has(problem.code)) return null;
  const above = steps.slice(steps.indexOf(from) + 1);
  const larger = ({ contextTokens }: ChatModel) => contextTokens > from.contextTokens;
  return (problem.code === 'prompt-too-large' ? above.find(larger) : above[0]) ?? null;
}

export function recordStep(
  { tree, runId, nodeId, role }: Climber,
  [from, to]: readonly [ChatModel, ChatModel],
  reason: Problem,
  usage: TokenUsage,
): void {
  const models = { from: labelOf(from), to: labelOf(to) };
  tree.recorder.record({ type: 'escalated', runId, nodeId, role, ...models, reason, usage });
}

/** What one step was asked for and said. */
export interface Stepped<T> {
  readonly model: ChatModel;
  readonly value: T;
  /** What this model alone took. */
  readonly usage: TokenUsage;
}

/**
 * Asks model after model, from the first on, until one answers.
 * @param ask adds what it takes to `spent`, also when it throws
 * @param rejects why an answer is not good enough; the last model's is taken all the same
 * @throws what the last model asked threw; AbortError when aborted
 */
export async function askUpwards<T>(
  climber: Climber,
  steps: readonly [ChatModel, ...ChatModel[]],
  ask: (model: ChatModel, spent: UsageTally) => Promise<T>,
  rejects: (value: T, model: ChatModel) => Problem | null,
): Promise<Stepped<T>> {
  for (let model = steps[0]; ;) {
    const spent = new UsageTally();
    let problem: Problem | null;
    let outcome: { readonly value: T } | { readonly thrown: unknown };
    try {
      outcome = { value: await ask(model, spent) };
      problem = rejects(outcome.value, model);
    } catch (thrown) {
      outcome = { thrown };
      problem = isAbort(thrown) ? null : toProblem(thrown);
    }
    const next = problem && nextStep(steps, model, problem);
    if (!next || !problem) {
      if ('thrown' in outcome) throw outcome.thrown;
      return { model, value: outcome.value, usage: spent.snapshot() };
    }
    recordStep(climber, [model, next], problem, spent.snapshot());
    model = next;
  }
}

export function isTooLarge(error: unknown): error is SondeError {
  return error instanceof SondeError && error.code === 'prompt-too-large';
}
