/**
 * The record of a run: an append-only list of events. Everything shown, stored, exported or replayed is a fold of it.
 * No event ever holds a key, a header or anything else secret.
 */

import type { DocumentInfo } from '../corpus/context';
import type { Problem } from '../errors';
import type { CellResult, ChatMessage, JsonSchema, TokenUsage } from '../ports';
import type { Limits } from '../run/limits';

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
    }
  | { readonly type: 'turn-started'; readonly runId: string; readonly turnId: string; readonly index: number }
  | {
      readonly type: 'turn-replied';
      readonly turnId: string;
      readonly text: string;
      readonly reasoning: string;
      readonly usage: TokenUsage;
      readonly durationMs: number;
      readonly retries: number;
      /** What the parser accepted although the format was off, one phrase each. */
      readonly repairs: readonly string[];
    }
  | {
      readonly type: 'cell-started';
      readonly turnId: string;
      readonly cellId: string;
      readonly index: number;
      readonly code: string;
    }
  | { readonly type: 'cell-finished'; readonly cellId: string; readonly result: CellResult }
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
      readonly usage: TokenUsage;
      readonly durationMs: number;
      /** Time spent waiting for a place before it was sent. */
      readonly queuedMs: number;
      readonly retries: number;
      readonly problem: Problem | null;
      /** A first reply that did not match the schema, and why; the model was then asked once more. */
      readonly repair?: ReplyRepair;
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
  | 'output-guarded';

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
