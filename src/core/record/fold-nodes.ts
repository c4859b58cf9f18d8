/** The nodes of a tree as they are when they begin, and what a node's own model took. */

import type { TokenUsage } from '../ports';
import type { RunEvent } from './events';
import type { CallNode, Escalation, RunNode, TurnNode } from './tree';

/** One event as its own narrowed type. */
export type EventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

export function newRun(event: EventOf<'run-started'>): RunNode {
  return {
    id: event.runId,
    parentCallId: event.parentCallId,
    depth: event.depth,
    question: event.question,
    context: event.context,
    root: event.root,
    sub: event.sub,
    limits: event.limits,
    messages: event.messages,
    startedAtMs: event.atMs,
    settings: event.settings ?? null,
    way: event.way ?? null,
    follows: event.follows ?? null,
    replays: event.replays ?? null,
    imported: event.imported ?? null,
    turns: [],
    notices: [],
    status: 'running',
    answer: '',
    problem: null,
    durationMs: null,
  };
}

export function newTurn(event: EventOf<'turn-started'>): TurnNode {
  return {
    id: event.turnId,
    index: event.index,
    startedAtMs: event.atMs,
    text: null,
    reasoning: '',
    usage: null,
    durationMs: null,
    retries: 0,
    repairs: [],
    answeredBy: null,
    cut: false,
    escalations: [],
    sent: null,
    extra: null,
    asides: [],
    cells: [],
    feedback: null,
    finished: false,
  };
}

export function newCall(event: EventOf<'call-started'>): CallNode {
  const { callId, batchId, index, kind, model, prompt, schema = null, atMs } = event;
  return {
    id: callId,
    batchId,
    index,
    kind,
    model,
    prompt,
    schema,
    startedAtMs: atMs,
    reply: null,
    usage: null,
    durationMs: null,
    queuedMs: 0,
    retries: 0,
    problem: null,
    repair: null,
    answeredBy: null,
    cut: false,
    cached: false,
    escalations: [],
    extra: null,
    child: null,
  };
}

/** What is left for the model that answered, when others were asked before it. A verdict's steps are its own. */
export function withoutSteps(usage: TokenUsage, steps: readonly Escalation[]): TokenUsage {
  const left = { ...usage };
  for (const step of steps) {
    if (step.role === 'verifier') continue;
    left.inputTokens -= step.usage.inputTokens;
    left.outputTokens -= step.usage.outputTokens;
    left.costUsd =
      left.costUsd === null || step.usage.costUsd === null ? null : left.costUsd - step.usage.costUsd;
  }
  return left;
}
