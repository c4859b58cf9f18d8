/** Events → tree. Incremental, so that a live run and a stored one are built by the same code. */

import type { RunEvent } from './events';
import type { AsideNode, CallNode, CellNode, RunNode, RunTree, TurnNode } from './tree';
import type { TokenUsage } from '../ports';
import type { Limits } from '../run/limits';
import { newCall, newRun, newTurn, withoutSteps, type EventOf } from './fold-nodes';
import { isCounted } from './measures';

/** Where a node is: the runs from the root down to its own, and what it is in the last of them. */
export interface NodePath {
  readonly runs: readonly RunNode[];
  readonly turn: TurnNode | null;
  readonly cell: CellNode | null;
  readonly call: CallNode | null;
  readonly aside: AsideNode | null;
}

/** Folds the events of one tree. `tree` is null until the root's `run-started`; it is changed in place. */
export class RunFold {
  tree: RunTree | null = null;
  readonly #runs = new Map<string, RunNode>();
  readonly #turns = new Map<string, TurnNode>();
  readonly #turnRun = new Map<string, RunNode>();
  readonly #cells = new Map<string, CellNode>();
  readonly #cellTurn = new Map<string, TurnNode>();
  readonly #calls = new Map<string, CallNode>();
  readonly #callCell = new Map<string, CellNode>();
  readonly #asides = new Map<string, { readonly aside: AsideNode; readonly turn: TurnNode }>();

  /** Node lookups for views that select by id. */
  turn(id: string): TurnNode | undefined {
    return this.#turns.get(id);
  }
  cell(id: string): CellNode | undefined {
    return this.#cells.get(id);
  }
  call(id: string): CallNode | undefined {
    return this.#calls.get(id);
  }
  run(id: string): RunNode | undefined {
    return this.#runs.get(id);
  }

  /** The way to a node of any kind; null for an unknown id, or a node whose ancestors are missing from the log. */
  path(id: string): NodePath | null {
    const call = this.#calls.get(id) ?? null;
    const cell = (call ? this.#callCell.get(call.id) : this.#cells.get(id)) ?? null;
    const { aside = null, turn: asideTurn } = this.#asides.get(id) ?? {};
    const turn = (cell ? this.#cellTurn.get(cell.id) : (this.#turns.get(id) ?? asideTurn)) ?? null;
    const run = turn ? this.#turnRun.get(turn.id) : this.#runs.get(id);
    const runs = run ? this.#lineage(run) : null;
    return runs && { runs, turn, cell, call, aside };
  }

  /** No more events will come: whatever still runs is marked `broken`. */
  close(): void {
    if (this.tree) markBroken(this.tree.run);
  }

  #lineage(run: RunNode): RunNode[] | null {
    const runs = [run];
    for (let top = run; top.parentCallId !== null;) {
      const parent = this.path(top.parentCallId)?.runs.at(-1);
      if (!parent || runs.includes(parent)) return null;
      runs.unshift(parent);
      top = parent;
    }
    return runs;
  }

  /** Applies one event. An event about something never started is ignored: a broken log still shows what it has. */
  apply(event: RunEvent): void {
    switch (event.type) {
      case 'run-started':
        return this.#startRun(event);
      case 'turn-started':
        return this.#startTurn(event);
      case 'turn-replied':
        return this.#reply(event);
      case 'cell-started':
        return this.#startCell(event);
      case 'cell-finished': {
        const cell = this.#cells.get(event.cellId);
        if (cell) Object.assign(cell, { result: event.result, extra: event.extra ?? null });
        return;
      }
      case 'call-started':
        return this.#startCall(event);
      case 'call-finished':
        return this.#finishCall(event);
      case 'escalated':
        return this.#escalate(event);
      case 'aside':
        return this.#aside(event);
      case 'turn-finished': {
        const turn = this.#turns.get(event.turnId);
        if (turn) {
          turn.feedback = event.feedback;
          turn.finished = true;
        }
        return;
      }
      case 'notice': {
        const { turnId, code, text, atMs, pausedMs = 0 } = event;
        const run = this.#runs.get(event.runId);
        run?.notices.push({ turnId, code, text, atMs, pausedMs });
        if (run && code === 'resumed') this.#goOn(run, event.limits ?? run.limits);
        return;
      }
      case 'run-finished':
        return this.#finishRun(event);
    }
  }

  /** What had ended, or broken off, runs again. */
  #goOn(root: RunNode, limits: Limits): void {
    Object.assign(root, { status: 'running', answer: '', problem: null, durationMs: null, limits });
    for (const run of this.#runs.values()) if (run.status === 'broken') run.status = 'running';
  }

  #startRun(event: EventOf<'run-started'>): void {
    const run = newRun(event);
    this.#runs.set(run.id, run);
    if (event.parentCallId === null) {
      const totals = { calls: 0, subcalls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0, cached: 0 };
      this.tree ??= { run, usage: {}, totals };
    } else {
      const call = this.#calls.get(event.parentCallId);
      if (call) call.child = run;
    }
  }

  #startTurn(event: EventOf<'turn-started'>): void {
    const run = this.#runs.get(event.runId);
    if (!run) return;
    const turn = newTurn(event);
    run.turns.push(turn);
    this.#turns.set(turn.id, turn);
    this.#turnRun.set(turn.id, run);
  }

  #reply(event: EventOf<'turn-replied'>): void {
    const turn = this.#turns.get(event.turnId);
    const run = this.#turnRun.get(event.turnId);
    if (!turn || !run) return;
    const { text, reasoning, usage, durationMs, retries, repairs, model = run.root } = event;
    const cut = event.finish === 'length';
    const { sent = null, extra = null } = event;
    const asked = { sent, extra, answeredBy: model, cut };
    Object.assign(turn, { text, reasoning, usage, durationMs, retries, repairs, ...asked });
    this.#count(model.name, withoutSteps(usage, turn.escalations));
  }

  #startCell(event: EventOf<'cell-started'>): void {
    const { cellId, index, code, atMs } = event;
    const cell: CellNode = {
      id: cellId,
      index,
      code,
      startedAtMs: atMs,
      result: null,
      extra: null,
      calls: [],
    };
    const turn = this.#turns.get(event.turnId);
    if (!turn) return;
    turn.cells.push(cell);
    this.#cells.set(cellId, cell);
    this.#cellTurn.set(cellId, turn);
  }

  #startCall(event: EventOf<'call-started'>): void {
    const call = newCall(event);
    const cell = this.#cells.get(event.cellId);
    if (!cell) return;
    cell.calls.push(call);
    this.#calls.set(call.id, call);
    this.#callCell.set(call.id, cell);
    if (this.tree) this.tree.totals.subcalls++;
  }

  #finishCall(event: EventOf<'call-finished'>): void {
    const call = this.#calls.get(event.callId);
    if (!call) return;
    const { reply, usage, durationMs, queuedMs, retries, problem, repair = null, cached = false } = event;
    const { model: answeredBy = call.model, extra = null } = event;
    const cut = event.finish === 'length';
    Object.assign(call, {
      reply,
      usage,
      durationMs,
      queuedMs,
      retries,
      problem,
      repair,
      cached,
      answeredBy,
      cut,
      extra,
    });
    if (cached && this.tree) this.tree.totals.cached++;
    // A child run's turns and calls have been counted as they happened; its own call event carries their sum.
    else if (call.child === null && isCounted(event))
      this.#count(answeredBy.name, withoutSteps(usage, call.escalations));
  }

  #escalate({ nodeId, role, from, to, reason, usage, atMs }: EventOf<'escalated'>): void {
    const node = this.#calls.get(nodeId) ?? this.#turns.get(nodeId);
    if (!node) return;
    node.escalations.push({ role, from, to, reason, usage, atMs });
    if (usage.inputTokens > 0) this.#count(from.name, usage);
  }

  #aside(event: EventOf<'aside'>): void {
    const { asideId: id, purpose, model, prompt, reply, usage, durationMs, retries, problem, atMs } = event;
    const { verdict = null } = event;
    const about = { id, purpose, model, prompt, reply, usage, durationMs, retries, problem, verdict, atMs };
    const turn = this.#turns.get(event.turnId);
    turn?.asides.push(about);
    if (turn) this.#asides.set(id, { aside: about, turn });
    if (isCounted(event)) this.#count(model.name, usage);
  }

  #finishRun(event: EventOf<'run-finished'>): void {
    const run = this.#runs.get(event.runId);
    if (!run) return;
    const { status, answer, problem, durationMs } = event;
    Object.assign(run, { status, answer, problem, durationMs });
  }

  #count(model: string, usage: TokenUsage): void {
    // A replay asks nobody.
    if (!this.tree || this.tree.run.replays !== null) return;
    const { totals } = this.tree;
    const entry = (this.tree.usage[model] ??= { calls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 });
    for (const sum of [entry, totals]) {
      sum.calls++;
      sum.inputTokens += usage.inputTokens;
      sum.outputTokens += usage.outputTokens;
      sum.costUsd = sum.costUsd === null || usage.costUsd === null ? null : sum.costUsd + usage.costUsd;
    }
  }
}

/** Folds a stored log. A run that never finished comes out as `broken`. Null for a log without a root. */
export function foldRun(events: Iterable<RunEvent>): RunTree | null {
  const fold = new RunFold();
  for (const event of events) fold.apply(event);
  fold.close();
  return fold.tree;
}

function markBroken(run: RunNode): void {
  if (run.status === 'running') run.status = 'broken';
  for (const turn of run.turns)
    for (const cell of turn.cells) for (const call of cell.calls) if (call.child) markBroken(call.child);
}
