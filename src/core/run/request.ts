/** What is asked of the core, what it needs to do it, and what comes back. */

import type { ContextSource } from '../corpus/context';
import type { Problem } from '../errors';
import type { ChatModel, Clock, ReplFactory } from '../ports';
import type { EventSink, LiveSink, RunStatus } from '../record/events';
import type { Limits } from './limits';

export interface RunRequest {
  /** Null: the context alone is the prompt, as in the official API. */
  readonly question: string | null;
  readonly context: ContextSource;
  /** The library corpus the context came from, or null. */
  readonly corpus: { readonly id: string; readonly name: string } | null;
  readonly root: ChatModel;
  readonly sub: ChatModel;
  readonly limits: Limits;
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
}

export interface RunOutcome {
  readonly runId: string;
  readonly status: RunStatus;
  readonly answer: string;
  /** Why it is partial, was stopped or failed; null when answered. */
  readonly problem: Problem | null;
  readonly durationMs: number;
}
