/** What a node of the tree has cost and how far it is: sums the screen shows, derived from the fold. */

import type { TokenUsage } from '../ports';
import type { CallNode, Escalation, RunNode, TurnNode } from './tree';

/** `costUsd` is null when any part could not be priced. */
export interface Cost {
  calls: number;
  inputTokens: number;
  outputTokens: number;
  costUsd: number | null;
  /** True when any count was estimated from characters. */
  estimated: boolean;
}

export type NodeState = 'running' | 'done' | 'failed' | 'stopped';

export interface CallCounts {
  readonly total: number;
  readonly running: number;
  readonly done: number;
  readonly failed: number;
  readonly retried: number;
  /** Answered from the record: nothing was sent. */
  readonly cached: number;
  /** Moved up to a stronger model, whatever came of it. */
  readonly escalated: number;
  /** Cut off at the limit of a reply. */
  readonly cut: number;
}

/** A call refused before it was sent, or that never got a word of reply, took nothing and is not counted. */
export function isCounted({ problem, usage }: Pick<CallNode, 'problem' | 'usage'>): boolean {
  return usage !== null && (problem === null || usage.inputTokens > 0);
}

export function callState(call: CallNode): NodeState {
  if (call.problem) return 'failed';
  if (call.reply !== null) return 'done';
  return call.child && call.child.status !== 'running' ? runState(call.child) : 'running';
}

export function runState(run: RunNode): NodeState {
  switch (run.status) {
    case 'running':
      return 'running';
    case 'answered':
    case 'partial':
      return 'done';
    case 'stopped':
    case 'broken':
      return 'stopped';
    case 'failed':
      return 'failed';
  }
}

/** How long a run lasted, or has lasted at `nowMs`, without the time asleep its notices tell of; null for one that broke off. */
export function awakeMs(run: RunNode, nowMs: number): number | null {
  const lastedMs = run.durationMs ?? (run.status === 'running' ? nowMs - run.startedAtMs : null);
  if (lastedMs === null) return null;
  const asleepMs = run.notices.reduce((sum, notice) => sum + notice.pausedMs, 0);
  return Math.max(0, lastedMs - asleepMs);
}

/** A turn fails when its last cell does; it stops when the run ended before the turn did. */
export function turnState(turn: TurnNode, run: RunNode): NodeState {
  const last = turn.cells.at(-1)?.result;
  if (last?.error) return 'failed';
  if ((last?.finalAnswer ?? null) !== null || turn.finished) return 'done';
  if (run.status === 'running') return 'running';
  return turn.text === null ? 'stopped' : runState(run);
}

export function countCalls(calls: readonly CallNode[]): CallCounts {
  let running = 0;
  let done = 0;
  let failed = 0;
  let retried = 0;
  let cached = 0;
  let escalated = 0;
  let cut = 0;
  for (const call of calls) {
    const state = callState(call);
    if (state === 'running') running++;
    else if (state === 'done') done++;
    else failed++;
    if (call.retries > 0) retried++;
    if (call.cached) cached++;
    if (call.escalations.length > 0) escalated++;
    if (call.cut) cut++;
  }
  return { total: calls.length, running, done, failed, retried, cached, escalated, cut };
}

/** A turn's own reply, the requests beside it, and everything its cells called, children included. */
export function turnCost(turn: TurnNode): Cost {
  const cost = emptyCost();
  addTurn(cost, turn);
  return cost;
}

/** A run and everything below it. */
export function runCost(run: RunNode): Cost {
  const cost = emptyCost();
  addRun(cost, run);
  return cost;
}

function emptyCost(): Cost {
  return { calls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0, estimated: false };
}

function addRun(cost: Cost, run: RunNode): void {
  for (const turn of run.turns) addTurn(cost, turn);
}

function addTurn(cost: Cost, turn: TurnNode): void {
  if (turn.usage) addCall(cost, turn.usage);
  addSteps(cost, turn.escalations, turn.usage !== null);
  for (const aside of turn.asides) if (isCounted(aside)) addCall(cost, aside.usage);
  for (const cell of turn.cells)
    for (const call of cell.calls) {
      if (call.cached) continue;
      // A child's own event carries the sum of what its turns already say.
      if (call.child) addRun(cost, call.child);
      else if (call.usage && isCounted(call)) addCall(cost, call.usage);
      addSteps(cost, call.escalations, call.usage !== null && call.child === null);
    }
}

/** Each step asked one more model. @param inUsage what they took is part of what their node took; a verdict's never is */
function addSteps(cost: Cost, steps: readonly Escalation[], inUsage: boolean): void {
  for (const { role, usage } of steps) {
    if (usage.inputTokens === 0) continue;
    cost.calls++;
    if (!inUsage || role === 'verifier') addUsage(cost, usage);
  }
}

function addCall(cost: Cost, usage: TokenUsage): void {
  cost.calls++;
  addUsage(cost, usage);
}

function addUsage(cost: Cost, usage: TokenUsage): void {
  cost.inputTokens += usage.inputTokens;
  cost.outputTokens += usage.outputTokens;
  cost.costUsd = cost.costUsd === null || usage.costUsd === null ? null : cost.costUsd + usage.costUsd;
  cost.estimated ||= usage.estimated;
}
