/**
 * A cursor over a recorded run: which recorded node a new one stands for, and what the record says of it. Turns and
 * cells are met in order; sub-calls by what they ask, for threads come in any order.
 */

import type { Problem } from '../errors';
import type { ChatMessage, JsonSchema, TokenUsage } from '../ports';
import type { ModelLabel } from '../record/events';
import type { AsideNode, CallNode, CellNode, RunNode, TurnNode } from '../record/tree';
import { sentMessages } from '../record/sent-messages';
import { isSettled } from './recorded-part';
import type { Rerun } from './request';

/** What a sub-call asks. `model` is the name of the model, or the role it has in both runs. */
export interface CallAsked {
  readonly kind: 'llm' | 'rlm';
  readonly model: string;
  readonly prompt: string;
  readonly schema: JsonSchema | null;
}

/** A recorded end of a sub-call. */
export interface RecordedAnswer {
  readonly reply: string;
  readonly problem: Problem | null;
  readonly usage: TokenUsage;
  readonly finish: 'stop' | 'length';
  readonly model: ModelLabel | null;
}

export interface RecordedTurn {
  readonly text: string;
  readonly reasoning: string;
  readonly usage: TokenUsage;
  readonly finish: 'stop' | 'length';
  readonly retries: number;
  readonly model: ModelLabel | null;
}

const NOTHING: TokenUsage = { inputTokens: 0, outputTokens: 0, costUsd: 0, estimated: false };

/** What a sub-call is told that the record has no reply to. */
export const NOT_IN_RECORD: Problem = {
  code: 'interrupted',
  message: 'not in the record',
  hint: 'A replay sends nothing. Ask the question anew to go on from here.',
};

export class RerunCursor {
  readonly mode: Rerun['mode'];
  readonly record: RunNode;
  readonly #newId: () => string;
  readonly #runs = new Map<string, RunNode>();
  readonly #turns = new Map<string, TurnNode>();
  readonly #cells = new Map<string, CellCursor>();
  readonly #calls = new Map<string, CallNode>();
  readonly #asides = new Map<string, number>();
  readonly #sent = new Map<RunNode, readonly (readonly ChatMessage[])[]>();

  /** @param runId the id of the run that goes through the record */
  constructor({ mode, record }: Rerun, runId: string, newId: () => string) {
    this.mode = mode;
    this.record = record;
    this.#newId = newId;
    this.#runs.set(runId, record);
  }

  /** The recorded run that a run stands for; null for one that is new. */
  run(runId: string): RunNode | null {
    return this.#runs.get(runId) ?? null;
  }

  /** When a resumed run began first; null for one that begins now. */
  startedAtMs(runId: string): number | null {
    return this.mode === 'resume' ? (this.#runs.get(runId)?.startedAtMs ?? null) : null;
  }

  /** The messages a recorded turn was sent with. */
  sent(runId: string, index: number): readonly ChatMessage[] | null {
    const run = this.#runs.get(runId);
    if (!run) return null;
    if (!this.#sent.has(run)) this.#sent.set(run, sentMessages(run));
    return this.#sent.get(run)?.[index] ?? null;
  }

  turn(turnId: string): TurnNode | null {
    return this.#turns.get(turnId) ?? null;
  }

  cell(cellId: string): CellNode | null {
    return this.#cells.get(cellId)?.recorded ?? null;
  }

  turnId(runId: string, index: number): string {
    return this.#bind(
      this.#turns,
      this.#runs.get(runId)?.turns.find((turn) => turn.index === index),
    );
  }

  cellId(turnId: string, index: number): string {
    const recorded = this.#turns.get(turnId)?.cells[index];
    const id = this.#idOf(recorded);
    if (recorded) this.#cells.set(id, new CellCursor(recorded));
    return id;
  }

  /** What a model of this tree was called in the record; roles may have got other models since. */
  recordedName(name: string, roles: { readonly root: ModelLabel; readonly sub: ModelLabel }): string {
    if (name === roles.sub.name) return this.record.sub.name;
    return name === roles.root.name ? this.record.root.name : name;
  }

  /** The ids of a request's calls, and of the batch they are. */
  batch(cellId: string, asked: readonly CallAsked[]): { batchId: string; callIds: string[] } {
    const recorded = this.#cells.get(cellId)?.take(asked) ?? [];
    const known = this.mode === 'resume' ? recorded.find((call) => call !== null) : null;
    const callIds = asked.map((_, slot) => this.#bind(this.#calls, recorded[slot] ?? undefined));
    return { batchId: known?.batchId ?? this.#newId(), callIds };
  }

  /** The child run of a call. */
  childId(callId: string): string {
    return this.#bind(this.#runs, this.#calls.get(callId)?.child ?? undefined);
  }

  /** Code of the cells the recorded turn ran; null where the reply has to be parsed. */
  cellsOf(turnId: string): readonly string[] | null {
    const turn = this.#turns.get(turnId);
    return turn?.finished || turn?.extra ? turn.cells.map(({ code }) => code) : null;
  }

  /** The recorded reply of a turn; null when it has to be asked for. */
  reply(turnId: string): RecordedTurn | null {
    const turn = this.#turns.get(turnId);
    if (!turn || turn.text === null) return null;
    const { text, reasoning, retries, cut, answeredBy: model } = turn;
    const usage = this.#usage(turn.usage);
    return { text, reasoning, usage, retries, model, finish: cut ? 'length' : 'stop' };
  }

  /** The message after a turn as the model was shown it; null when it has to be made. A replay makes its own. */
  feedback(turnId: string): string | null {
    return this.mode === 'resume' ? (this.#turns.get(turnId)?.feedback ?? null) : null;
  }

  /** Whether a turn was its run's last, and now there are more: its message asks for the best answer. */
  goesBeyond(runId: string, turnId: string, maxTurns: number): boolean {
    const before = this.#runs.get(runId)?.limits.maxTurns ?? maxTurns;
    return before < maxTurns && (this.#turns.get(turnId)?.index ?? -1) + 1 >= before;
  }

  /**
   * The recorded answer of a sub-call; null when it has to be asked for. A replay runs recorded children anew, and has
   * nobody to ask: what it does not have is an error.
   */
  answer(callId: string): RecordedAnswer | null {
    const call = this.#calls.get(callId);
    const replaysChild = this.mode === 'replay' && call?.child;
    const reply = call?.reply ?? null;
    if (call && !replaysChild && reply !== null && (this.mode === 'replay' || isSettled(call))) {
      const { problem, cut, answeredBy: model } = call;
      return { reply, problem, model, usage: this.#usage(call.usage), finish: cut ? 'length' : 'stop' };
    }
    if (this.mode === 'resume' || replaysChild) return null;
    const reason = `Error: ${NOT_IN_RECORD.message}`;
    return { reply: reason, problem: NOT_IN_RECORD, model: null, usage: NOTHING, finish: 'stop' };
  }

  /** The next recorded request beside a turn of this purpose that has an answer; null when there is none. */
  aside(turnId: string, purpose: AsideNode['purpose']): AsideNode | null {
    const all = (this.#turns.get(turnId)?.asides ?? []).filter((one) => one.purpose === purpose);
    const key = `${turnId} ${purpose}`;
    for (let at = this.#asides.get(key) ?? 0; at < all.length; at++) {
      this.#asides.set(key, at + 1);
      const one = all[at];
      if (one && one.problem === null) return { ...one, usage: this.#usage(one.usage) };
    }
    return null;
  }

  /** Whether the messages were summed up after a turn; null when that is to be decided. */
  compacted(runId: string, turnId: string): boolean | null {
    const turn = this.#turns.get(turnId);
    if (!turn || this.#runs.get(runId)?.turns.at(-1) === turn) return null;
    return turn.asides.some(({ purpose, problem }) => purpose === 'summary' && problem === null);
  }

  #usage(usage: TokenUsage | null): TokenUsage {
    return this.mode === 'replay' ? NOTHING : (usage ?? NOTHING);
  }

  #idOf(recorded: { readonly id: string } | undefined): string {
    return this.mode === 'resume' && recorded ? recorded.id : this.#newId();
  }

  #bind<T extends { readonly id: string }>(bound: Map<string, T>, recorded: T | undefined): string {
    const id = this.#idOf(recorded);
    if (recorded) bound.set(id, recorded);
    return id;
  }
}

/** The recorded sub-calls of one cell, each taken once. */
class CellCursor {
  readonly recorded: CellNode;
  readonly #byAsked = new Map<string, { readonly calls: CallNode[]; next: number }>();
  readonly #taken = new Set<CallNode>();
  #asked = 0;

  constructor(recorded: CellNode) {
    this.recorded = recorded;
    for (const call of recorded.calls) {
      const key = keyOf({ ...call, model: call.model.name });
      const same = this.#byAsked.get(key);
      if (same) same.calls.push(call);
      else this.#byAsked.set(key, { calls: [call], next: 0 });
    }
  }

  /**
   * The recorded calls that ask the same, the n-th of equals for the n-th; for what nobody asked before, the call at the
   * same place in a cell that had come to its end.
   */
  take(asked: readonly CallAsked[]): (CallNode | null)[] {
    const first = this.#asked;
    this.#asked += asked.length;
    const exact = asked.map((one) => {
      const same = this.#byAsked.get(keyOf(one));
      while (same && same.next < same.calls.length) {
        const call = same.calls[same.next++];
        if (!call || this.#taken.has(call)) continue;
        this.#taken.add(call);
        return call;
      }
      return null;
    });
    if (this.recorded.result === null || this.recorded.result.interrupted === 'stop') return exact;
    return exact.map((call, slot) => call ?? this.#atPlace(first + slot, asked[slot]?.kind));
  }

  #atPlace(place: number, kind: CallNode['kind'] | undefined): CallNode | null {
    const call = this.recorded.calls[place];
    if (!call || call.kind !== kind || this.#taken.has(call)) return null;
    this.#taken.add(call);
    return call;
  }
}

function keyOf({ kind, model, prompt, schema }: CallAsked): string {
  return JSON.stringify([kind, model, prompt, schema]);
}
