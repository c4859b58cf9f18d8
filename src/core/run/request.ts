/** What is asked of the core, what it needs to do it, and what comes back. */

import type { ContextSource } from '../corpus/context';
import type { Problem } from '../errors';
import type { ChatMessage, ChatModel, Clock, Repl, ReplFactory, SavedVariables } from '../ports';
import type { EventSink, LiveSink, RoleRefs, RunSettings, RunStatus, WayAsked } from '../record/events';
import type { RunNode } from '../record/tree';
import type { Limits } from './limits';
import type { OutputGuard } from './output-guard';
import type { ReplyCache } from './reply-cache';
import type { Tool } from './tools';

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
  /** Stronger models to move up to, weakest first, by role; none when absent. */
  readonly ladders?: Ladders;
  /** Judges the answer against its evidence before it is given; nobody does when absent or null. */
  readonly verifier?: ChatModel | null;
  /** The user's own functions and values; none when absent. */
  readonly tools?: readonly Tool[];
  /** `recurse` when absent. */
  readonly way?: WayAsked;
  /** Whether recorded replies to the same sub-calls are taken; true when absent. */
  readonly cache?: boolean;
  /** System prompts of the user's own, by tier; see `RunSettings`. */
  readonly prompts?: RunSettings['prompts'];
  /** How the models are made again; recorded, so that the run can be resumed. */
  readonly refs?: RoleRefs;
  /** The conversation this question goes on with; a first question when absent or null. */
  readonly follows?: Follows | null;
  /** A record to begin from; see `Rerun`. */
  readonly rerun?: Rerun | null;
}

/** Models of a role in the order they are moved up to. */
export interface Ladders {
  readonly root?: readonly ChatModel[];
  readonly sub?: readonly ChatModel[];
  readonly verifier?: readonly ChatModel[];
}

/** The questions before this one in its conversation. */
export interface Follows {
  /** The run of the question before. */
  readonly runId: string;
  /** Oldest first, the one before included. */
  readonly earlier: readonly EarlierQuestion[];
  /** Its interpreter, still alive; null when it has to be made anew. */
  readonly repl: Repl | null;
  /** Its variables, for a new interpreter; null when none were saved. */
  readonly saved: SavedVariables | null;
}

export interface EarlierQuestion {
  readonly runId: string;
  readonly question: string | null;
  readonly answer: string;
  readonly context: ContextSource;
  /** The messages between it and its root model. */
  readonly messages: readonly ChatMessage[];
  /** Whether code has looked at its context. Not known when absent, and taken as not. */
  readonly explored?: boolean;
  /** The variables its last cell left, with what they are; see `CellResult`. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Its context was removed since: `context` is an empty one in its place. */
  readonly gone?: true;
}

/**
 * `resume`: the recorded part is gone through again under its own ids, recording nothing twice, and the run goes on from
 * there. `replay`: a new run in which every reply comes from the record and cells are run anew; nothing is sent.
 */
export interface Rerun {
  readonly mode: 'resume' | 'replay';
  readonly record: RunNode;
  /** The seq of the next event of a resumed log. */
  readonly nextSeq: number;
  /** What the ledger of a resumed tree begins with. */
  readonly spent: Spent;
  /** When the last event was recorded, in milliseconds since the epoch. */
  readonly lastAtMs: number;
}

/** What a tree has used up. */
export interface Spent {
  readonly tokens: number;
  readonly costUsd: number;
  readonly subcalls: number;
  readonly replies: number;
  readonly replyTokens: number;
  /** Time in which it could run. */
  readonly awakeMs: number;
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
  /** Where replies to sub-calls are kept; none are when absent. */
  readonly replies?: ReplyCache;
  /**
   * Takes the interpreter of a root run that has ended, with the messages between it and its root model; it is the
   * taker's to close. Absent: it is closed.
   */
  readonly keepRepl?: (runId: string, repl: Repl, messages: readonly ChatMessage[]) => void;
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
