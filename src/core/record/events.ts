/**
 * The record of a run: an append-only list of events. Everything shown, stored, exported or replayed is a fold of it.
 * No event ever holds a key, a header or anything else secret.
 */

import type { DocumentInfo } from '../corpus/context';
import type { Problem } from '../errors';
import type { CellResult, ChatMessage, JsonSchema, TokenUsage } from '../ports';
import type { RecordedRef } from '../models/model-ref';
import type { Limits } from '../run/limits';
import type { OutputGuard } from '../run/output-guard';
import type { Tool } from '../run/tools';
import type { Tier } from '../turn/sizes';

export const EVENT_VERSION = 1;

/** How a run ended. `partial`: a limit was reached and the best answer so far is returned with the reason. */
export type RunStatus = 'answered' | 'partial' | 'stopped' | 'failed';

/** A model as the record names it. `host` is null when the model runs on this device. */
export interface ModelLabel {
  readonly name: string;
  readonly host: string | null;
}

export interface ContextLabel {
  readonly typeName: string;
  readonly chars: number;
  /** The corpus the documents came from, when they are in the library. */
  readonly corpusId: string | null;
  readonly corpusName: string | null;
  readonly documents: readonly DocumentInfo[];
}

export interface ReplyRepair {
  readonly reply: string;
  readonly complaint: string;
}

/** What a root run was asked with beyond its models and limits, so that it can be resumed. No key is ever part of it. */
export interface RunSettings {
  readonly refs: RoleRefs;
  readonly guard: OutputGuard;
  readonly way: WayAsked;
  readonly cache: boolean;
  /** Whether the verifier judges the answer. */
  readonly gate: boolean;
  readonly tools: readonly Tool[];
  /** The user's own system prompts by tier; a tier that is absent has the built-in one. */
  readonly prompts: Readonly<Partial<Record<Tier, string>>>;
}

/** How the models of the roles are made again; without keys. Null: not by reference. */
export interface RoleRefs {
  readonly root: RecordedRef | null;
  readonly sub: RecordedRef | null;
  readonly verifier: RecordedRef | null;
  /** Stronger models to move up to, weakest first. */
  readonly rootLadder: readonly RecordedRef[];
  readonly subLadder: readonly RecordedRef[];
  readonly verifierLadder: readonly RecordedRef[];
}

/** `direct`: the text is put before the root model. `recurse`: it stays in the REPL. `auto`: decided by size. */
export type WayAsked = 'auto' | 'direct' | 'recurse';

export interface WayTaken {
  readonly taken: 'direct' | 'recurse';
  /** A sentence. */
  readonly reason: string;
}

/** Where a run came from that was not asked here. */
export interface ImportLabel {
  /** e.g. the name of the file. */
  readonly source: string;
  readonly backend: string;
  readonly extra?: Extra;
}

/** Fields of an imported line that have no place in an event, as JSON; they are given back on export. */
export type Extra = Readonly<Record<string, unknown>>;

/** The messages of a request, as a change of those of the turn before: the first `kept` of them, then `added`. */
export interface SentMessages {
  readonly kept: number;
  readonly added: readonly ChatMessage[];
}

/** What a verifier said of an answer. */
export interface Verdict {
  readonly accepted: boolean;
  /** Why not; empty when accepted. */
  readonly reasons: string;
}

/** Fields every event has. `seq` counts from 0 within the tree; `atMs` is the clock's epoch time. */
interface Stamp {
  readonly v: typeof EVENT_VERSION;
  readonly seq: number;
  readonly atMs: number;
}

/** Ids are unique within a tree. A child run's `runId` differs from the root's; `treeId` is the root's run id. */
export type RunEventBody =
  | {
      readonly type: 'run-started';
      readonly runId: string;
      /** The sub-call that started this run; null for the root. */
      readonly parentCallId: string | null;
      readonly depth: number;
      readonly question: string | null;
      readonly context: ContextLabel;
      readonly root: ModelLabel;
      readonly sub: ModelLabel;
      readonly limits: Limits;
      /** The messages the first turn begins with. */
      readonly messages: readonly ChatMessage[];
      // Those below are absent in child runs, and in runs of older versions.
      readonly settings?: RunSettings;
      readonly way?: WayTaken;
      /** The run of the question before in the same conversation. */
      readonly follows?: string;
      /** The run whose replies this one replays. */
      readonly replays?: string;
      readonly imported?: ImportLabel;
    }
  | { readonly type: 'turn-started'; readonly runId: string; readonly turnId: string; readonly index: number }
  | {
      readonly type: 'turn-replied';
      readonly turnId: string;
      readonly text: string;
      readonly reasoning: string;
      /** Everything the turn's reply took, models moved up from included. */
      readonly usage: TokenUsage;
      readonly durationMs: number;
      readonly retries: number;
      /** The model that replied; the run's root model when absent. */
      readonly model?: ModelLabel;
      /** The reply was cut off at its limit. */
      readonly finish?: 'length';
      /** What the parser accepted although the format was off, one phrase each. */
      readonly repairs: readonly string[];
      /** Absent: the messages of the turn before, its reply, and its feedback. */
      readonly sent?: SentMessages;
      readonly extra?: Extra;
    }
  | {
      readonly type: 'cell-started';
      readonly turnId: string;
      readonly cellId: string;
      readonly index: number;
      readonly code: string;
    }
  | {
      readonly type: 'cell-finished';
      readonly cellId: string;
      readonly result: CellResult;
      readonly extra?: Extra;
    }
  | {
      readonly type: 'call-started';
      readonly cellId: string;
      readonly callId: string;
      /** Calls of one request share a batch; `index` is the slot in it. */
      readonly batchId: string;
      readonly index: number;
      readonly kind: 'llm' | 'rlm';
      readonly model: ModelLabel;
      readonly prompt: string;
      /** What the reply is to match; absent for a reply in words. */
      readonly schema?: JsonSchema;
    }
  | {
      readonly type: 'call-finished';
      readonly callId: string;
      readonly reply: string;
      /** Everything the call took, models moved up from included; a child run's whole tree. */
      readonly usage: TokenUsage;
      readonly durationMs: number;
      /** Time spent waiting for a place before it was sent. */
      readonly queuedMs: number;
      readonly retries: number;
      readonly problem: Problem | null;
      /** A first reply that did not match the schema, and why; the model was then asked once more. */
      readonly repair?: ReplyRepair;
      /** The model that answered; the one it was started with when absent. */
      readonly model?: ModelLabel;
      readonly finish?: 'length';
      /** The reply is a recorded one: nothing was sent. */
      readonly cached?: true;
      readonly extra?: Extra;
    }
  /** A turn, a sub-call or a verdict moves up one step of its role's ladder. */
  | {
      readonly type: 'escalated';
      readonly runId: string;
      /** The turn or the sub-call; for a verdict the turn whose answer is judged. */
      readonly nodeId: string;
      readonly role: 'root' | 'sub' | 'verifier';
      readonly from: ModelLabel;
      readonly to: ModelLabel;
      readonly reason: Problem;
      /** What `from` took for it. */
      readonly usage: TokenUsage;
    }
  /**
   * A request to a model beside the turns: a summary, the last best answer, a verdict on an answer; or a turn's own
   * request whose reply broke off after some of it had come.
   */
  | {
      readonly type: 'aside';
      readonly runId: string;
      readonly turnId: string;
      readonly asideId: string;
      readonly purpose: 'summary' | 'best' | 'verdict' | 'turn';
      readonly model: ModelLabel;
      /** The last message of the request. */
      readonly prompt: string;
      readonly reply: string;
      readonly usage: TokenUsage;
      readonly durationMs: number;
      readonly retries: number;
      readonly problem: Problem | null;
      readonly verdict?: Verdict;
    }
  /** The one user message that follows a turn. */
  | { readonly type: 'turn-finished'; readonly turnId: string; readonly feedback: string | null }
  /** Something worth telling: a reminder, a refused answer, a limit half used. */
  | {
      readonly type: 'notice';
      readonly runId: string;
      readonly turnId: string | null;
      readonly code: NoticeCode;
      readonly text: string;
      /** With `paused`: how long nothing could run, in milliseconds. Absent in runs of older versions. */
      readonly pausedMs?: number;
      /** With `resumed`: the limits from here on, where they are not those before. */
      readonly limits?: Limits;
    }
  | {
      readonly type: 'run-finished';
      readonly runId: string;
      readonly status: RunStatus;
      readonly answer: string;
      /** Why the answer is partial or the run failed; absent when answered. */
      readonly problem: Problem | null;
      readonly durationMs: number;
    };

export type NoticeCode =
  | 'format-reminder'
  | 'explore-first'
  | 'answer-held'
  | 'answer-refused'
  | 'limit-warning'
  | 'out-of-turns'
  | 'compacted'
  | 'unknown-model'
  | 'interpreter-replaced'
  /** The computer slept, or the browser stopped the page, in the middle of the run. */
  | 'paused'
  /** The user, or the cap, changed what the root model is shown of a turn's output. */
  | 'output-guarded'
  /** The run goes on after its page was closed. */
  | 'resumed'
  /** The server asked for fewer calls at once, or takes more again. */
  | 'throttled'
  /** HTTP/1.1: the browser carries six requests at once, whatever was asked. */
  | 'six-connections'
  /** The verifier sent the answer back. */
  | 'gate-rejected'
  /** A cell run anew did otherwise than recorded. */
  | 'replay-differs'
  /** Variables of the question before were brought back; which were not. */
  | 'variables-restored';

export type RunEvent = Stamp & RunEventBody;

/** Takes events in order. Must not throw; storage trouble is the recorder's to report. */
export type EventSink = (event: RunEvent) => void;

/** Not recorded: text as it arrives, for the screen only. */
export type LiveDelta =
  | { readonly type: 'reply-delta'; readonly turnId: string; readonly text: string }
  | { readonly type: 'reply-reset'; readonly turnId: string }
  /** The turn or sub-call waits for its model; void once text of it comes. */
  | {
      readonly type: 'waiting';
      readonly nodeId: string;
      readonly ahead: number | null;
      readonly text: string;
    }
  | { readonly type: 'output-delta'; readonly cellId: string; readonly text: string };

export type LiveSink = (delta: LiveDelta) => void;
