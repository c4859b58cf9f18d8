/** One run as the screen sees it, live or stored. The fold changes its tree in place; a version counter tells views. */

import { toProblem, type Problem } from '../core/errors';
import type { LiveDelta, RunEvent } from '../core/record/events';
import { RunFold } from '../core/record/fold';
import { milestone } from '../core/record/milestones';
import type { RunTree } from '../core/record/tree';
import type { RunOutcome } from '../core/run/request';

/**
 * `loading`: a stored run is being read. `live`: events arrive. `ended`: nothing more will come. `elsewhere`: another
 * tab is running it. `missing`: there is no such run. `unreadable`: see `problem`.
 */
export type RunPhase = 'loading' | 'live' | 'ended' | 'elsewhere' | 'missing' | 'unreadable';

/** Calls back before the next paint after `restMs`, or soon when nothing is painted. */
export type FrameScheduler = (callback: () => void, restMs: number) => void;

/** A run of thousands of sub-calls is shown ten times a second, so that drawing it leaves room for the hand. */
const MANY_CALLS = 500;
const REST_MS = 100;

/** Printed text kept for the screen while a cell runs; its result has the whole. */
const LIVE_OUTPUT_CHARS = 20_000;

/** Why nothing arrives yet: calls before this one, or (null) the model is being loaded, with words for it. */
export interface Waiting {
  readonly ahead: number | null;
  readonly text: string;
}

export class RunView {
  readonly id: string;
  readonly #fold = new RunFold();
  readonly #nextFrame: FrameScheduler;
  // Read through `version`, which changes once a frame rather than with every token.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #liveText = new Map<string, string>();
  /** Turns and sub-calls that have not begun to be answered. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #waiting = new Map<string, Waiting>();
  #framePending = false;
  #nextSeq = 0;
  #version = $state.raw(0);
  #phase = $state.raw<RunPhase>('loading');
  #problem = $state.raw<Problem | null>(null);
  #stopping = $state.raw(false);
  #milestone = $state.raw('');
  #abort: (() => void) | null = null;
  #outcome: Promise<RunOutcome> | null = null;

  constructor(id: string, nextFrame: FrameScheduler) {
    this.id = id;
    this.#nextFrame = nextFrame;
  }

  /** Grows at most once a frame. The tree below it is the same object each time: derive from this. */
  get version(): number {
    return this.#version;
  }
  get phase(): RunPhase {
    return this.#phase;
  }
  /** Why the run could not be read or stopped, or broke outside of its own record. */
  get problem(): Problem | null {
    return this.#problem;
  }
  get stopping(): boolean {
    return this.#stopping;
  }
  /** The last sentence worth saying aloud; empty for a stored run. */
  get milestone(): string {
    return this.#milestone;
  }
  get tree(): RunTree | null {
    // Read so that whoever reads the tree is told when it changes.
    void this.#version;
    return this.#fold.tree;
  }
  get fold(): RunFold {
    void this.#version;
    return this.#fold;
  }
  /** Resolves when the run has ended; null for a stored one. Never rejects. */
  get outcome(): Promise<RunOutcome> | null {
    return this.#outcome;
  }

  /** Text that has arrived of a turn's reply or a cell's output, while it is not yet whole. */
  liveText(nodeId: string): string {
    void this.#version;
    return this.#liveText.get(nodeId) ?? '';
  }

  /** Null once an answer begins to arrive, as far as that is told: of a sub-call only its end is. */
  waiting(nodeId: string): Waiting | null {
    void this.#version;
    return this.#waiting.get(nodeId) ?? null;
  }

  /** Stops a run, here or where it goes on; its outcome follows. */
  stop(): void {
    if ((this.#phase !== 'live' && this.#phase !== 'elsewhere') || this.#stopping) return;
    this.#stopping = true;
    this.#problem = null;
    this.#abort?.();
  }

  goLive(outcome: Promise<RunOutcome>, abort: () => void): void {
    this.#phase = 'live';
    this.#outcome = outcome;
    this.#abort = abort;
  }

  /** Takes one event of a run that goes on. */
  apply(event: RunEvent): void {
    this.#take([event]);
    if (event.type === 'turn-replied') this.#liveText.delete(event.turnId);
    if (event.type === 'turn-replied') this.#waiting.delete(event.turnId);
    if (event.type === 'call-finished') this.#waiting.delete(event.callId);
    if (event.type === 'cell-finished') this.#liveText.delete(event.cellId);
    this.#milestone = milestone(event, this.#fold) ?? this.#milestone;
    this.#changed();
  }

  applyDelta(delta: LiveDelta): void {
    switch (delta.type) {
      case 'waiting':
        this.#waiting.set(delta.nodeId, { ahead: delta.ahead, text: delta.text });
        break;
      case 'reply-delta':
        this.#waiting.delete(delta.turnId);
        this.#liveText.set(delta.turnId, (this.#liveText.get(delta.turnId) ?? '') + delta.text);
        break;
      case 'reply-reset':
        this.#liveText.delete(delta.turnId);
        break;
      case 'output-delta': {
        const text = (this.#liveText.get(delta.cellId) ?? '') + delta.text;
        this.#liveText.set(delta.cellId, text.slice(-LIVE_OUTPUT_CHARS));
        break;
      }
    }
    this.#changed();
  }

  /** A stored log that has come to its end. */
  load(events: readonly RunEvent[]): void {
    this.#take(events);
    this.#fold.close();
    this.#phase = this.#fold.tree ? 'ended' : 'missing';
    this.#version++;
  }

  /** What is stored so far of a run that another tab goes on with; `apply` takes what follows. */
  lookOn(events: readonly RunEvent[], askToStop: () => void): void {
    this.#take(events);
    this.#phase = this.#fold.tree ? 'elsewhere' : 'missing';
    this.#abort = askToStop;
    this.#version++;
  }

  /** What is recorded of a run that is about to go on here. */
  goOn(events: readonly RunEvent[]): void {
    this.#take(events);
    this.#version++;
  }

  /** The seq of the next event that is not folded yet. */
  get nextSeq(): number {
    return this.#nextSeq;
  }

  /** The run was asked to stop where it goes on, and did not. */
  stopUnanswered(problem: Problem): void {
    if (!this.#stopping || this.#phase !== 'elsewhere') return;
    this.#stopping = false;
    this.#problem = problem;
  }

  /** No more events will come. @param problem what broke outside of the run's own record */
  end(problem: Problem | null = null): void {
    this.#fold.close();
    if (this.#phase === 'elsewhere' && this.#fold.tree?.run.status === 'broken')
      this.#milestone = 'The tab that ran this was closed before there was an answer.';
    this.#liveText.clear();
    this.#waiting.clear();
    this.#phase = 'ended';
    this.#stopping = false;
    this.#problem = problem;
    this.#abort = null;
    this.#version++;
  }

  fail(thrown: unknown): void {
    this.#problem = toProblem(thrown);
    this.#phase = 'unreadable';
  }

  #take(events: readonly RunEvent[]): void {
    for (const event of events) {
      this.#fold.apply(event);
      this.#nextSeq = event.seq + 1;
    }
  }

  #changed(): void {
    if (this.#framePending) return;
    this.#framePending = true;
    // Called by itself: a browser's own function refuses a foreign `this`.
    const schedule = this.#nextFrame;
    const restMs = (this.#fold.tree?.totals.subcalls ?? 0) > MANY_CALLS ? REST_MS : 0;
    schedule(() => {
      this.#framePending = false;
      this.#version++;
    }, restMs);
  }
}
