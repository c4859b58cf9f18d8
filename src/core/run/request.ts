/** What is asked of the core, what it needs to do it, and what comes back. */

import type { ContextSource } from '../corpus/context';
import type { Problem } from '../errors';
import type { ChatModel, Clock, ReplFactory } from '../ports';
import type { EventSink, LiveSink, RunStatus } from '../record/events';
import type { Limits } from './limits';

/** What may be sent of a turn's output to a root model that is not on this device. Ignored for one that is. */
export type OutputGuard =
  | { readonly mode: 'off' }
  /** At most so many characters of a turn's output, head and tail. */
  | { readonly mode: 'cap'; readonly chars: number }
  /** The user reads every message with output before it is sent; see `RunPorts.review`. */
  | { readonly mode: 'ask' };

/** A message with what cells printed, before it goes to a root model on another host. */
export interface OutputReview {
  readonly runId: string;
  /** The turn whose output it is; for the question of a child run, the call that started it. */
  readonly turnId: string;
  readonly host: string;
  readonly text: string;
}

/** `send`: with the text as the user left it. `stop`: nothing is sent, the run ends as by Stop. */
export type ReviewVerdict =
  { readonly verdict: 'send'; readonly text: string } | { readonly verdict: 'stop' };

export interface RunRequest {
  /** Null: the context alone is the prompt, as in the official API. */
  readonly question: string | null;
  readonly context: ContextSource;
  /** The library corpus the context came from, or null. */
  readonly corpus: { readonly id: string; readonly name: string } | null;
  readonly root: ChatModel;
  readonly sub: ChatModel;
  readonly limits: Limits;
  /** `off` when absent. */
  readonly guard?: OutputGuard;
}

export interface RunPorts {
  readonly repls: ReplFactory;
  readonly clock: Clock;
  /** A new id, unique in this store of runs. */
  readonly newId: () => string;
  readonly onEvent: EventSink;
  readonly onDelta?: LiveSink;
  /** Resolves when the page can bear another call being started; at once when absent. */
  readonly pace?: () => Promise<void>;
  /** Has the user decide for `guard.mode === 'ask'`; without it such a run sends nothing and stops. */
  readonly review?: (review: OutputReview, signal: AbortSignal) => Promise<ReviewVerdict>;
}

export interface RunOutcome {
  readonly runId: string;
  readonly status: RunStatus;
  readonly answer: string;
  /** Why it is partial, was stopped or failed; null when answered. */
  readonly problem: Problem | null;
  readonly durationMs: number;
}
