/** The shape of a folded run: plain JSON, the same for the screen, the scripting API and the tests. */

import type { Problem } from '../errors';
import type { CellResult, ChatMessage, JsonSchema, TokenUsage } from '../ports';
import type { Limits } from '../run/limits';
import type {
  ContextLabel,
  Extra,
  ImportLabel,
  ModelLabel,
  NoticeCode,
  ReplyRepair,
  RunSettings,
  RunStatus,
  SentMessages,
  Verdict,
  WayTaken,
} from './events';

/** One step up a ladder. */
export interface Escalation {
  readonly role: 'root' | 'sub' | 'verifier';
  readonly from: ModelLabel;
  readonly to: ModelLabel;
  readonly reason: Problem;
  readonly usage: TokenUsage;
  readonly atMs: number;
}

/** A request beside the turns. */
export interface AsideNode {
  readonly id: string;
  readonly purpose: 'summary' | 'best' | 'verdict' | 'turn';
  readonly model: ModelLabel;
  readonly prompt: string;
  readonly reply: string;
  readonly usage: TokenUsage;
  readonly durationMs: number;
  readonly retries: number;
  readonly problem: Problem | null;
  readonly verdict: Verdict | null;
  /** When it ended. */
  readonly atMs: number;
}

export interface CallNode {
  readonly id: string;
  readonly batchId: string;
  readonly index: number;
  readonly kind: 'llm' | 'rlm';
  readonly model: ModelLabel;
  readonly prompt: string;
  /** What the reply is to match; null for a reply in words. */
  readonly schema: JsonSchema | null;
  readonly startedAtMs: number;
  /** Null until the call finished. */
  reply: string | null;
  usage: TokenUsage | null;
  durationMs: number | null;
  queuedMs: number;
  retries: number;
  problem: Problem | null;
  /** The reply before this one, which did not match the schema; null when there was none. */
  repair: ReplyRepair | null;
  /** The model that answered, once it has; `model` unless a stronger one was asked. */
  answeredBy: ModelLabel | null;
  /** The reply was cut off at its limit. */
  cut: boolean;
  /** The reply is a recorded one: nothing was sent. */
  cached: boolean;
  escalations: Escalation[];
  /** See `Extra`; null in runs that were not imported, as in turns and cells. */
  extra: Extra | null;
  /** The child run, when `rlm_query` started one. */
  child: RunNode | null;
}

export interface CellNode {
  readonly id: string;
  readonly index: number;
  readonly code: string;
  readonly startedAtMs: number;
  result: CellResult | null;
  extra: Extra | null;
  calls: CallNode[];
}

export interface TurnNode {
  readonly id: string;
  /** 0-based. */
  readonly index: number;
  readonly startedAtMs: number;
  /** The reply exactly as received; null until it has arrived. */
  text: string | null;
  reasoning: string;
  usage: TokenUsage | null;
  durationMs: number | null;
  retries: number;
  repairs: readonly string[];
  /** The model that replied, once it has; the run's root model unless a stronger one was asked. */
  answeredBy: ModelLabel | null;
  /** The reply was cut off at its limit. */
  cut: boolean;
  escalations: Escalation[];
  /** How its request differed from the messages before it; null where it did not. */
  sent: SentMessages | null;
  extra: Extra | null;
  asides: AsideNode[];
  cells: CellNode[];
  /** The user message that followed; null while the turn runs or when the run ended with it. */
  feedback: string | null;
  finished: boolean;
}

export interface NoticeNode {
  readonly turnId: string | null;
  readonly code: NoticeCode;
  readonly text: string;
  readonly atMs: number;
  /** How long nothing could run before it, in milliseconds. */
  readonly pausedMs: number;
}

export interface RunNode {
  readonly id: string;
  readonly parentCallId: string | null;
  readonly depth: number;
  readonly question: string | null;
  readonly context: ContextLabel;
  readonly root: ModelLabel;
  readonly sub: ModelLabel;
  /** Those in force at the end: a resumed run may have been given others than it began with. */
  limits: Limits;
  readonly messages: readonly ChatMessage[];
  readonly startedAtMs: number;
  /** Null in child runs, and in runs of older versions. */
  readonly settings: RunSettings | null;
  readonly way: WayTaken | null;
  /** The run of the question before; null for a first question. */
  readonly follows: string | null;
  /** The run whose replies it replays, or null. */
  readonly replays: string | null;
  readonly imported: ImportLabel | null;
  turns: TurnNode[];
  notices: NoticeNode[];
  /** `running` until `run-finished`; a stored run that never finished is shown as `broken`. */
  status: RunStatus | 'running' | 'broken';
  answer: string;
  problem: Problem | null;
  durationMs: number | null;
}

/** Calls and tokens of one model. `costUsd` is null when any of it could not be priced. */
export interface ModelUsage {
  calls: number;
  inputTokens: number;
  outputTokens: number;
  costUsd: number | null;
}

/** The root run with its whole tree below it, and the tree's totals. */
export interface RunTree {
  readonly run: RunNode;
  /** By model name; turns and sub-calls of every depth. */
  usage: Record<string, ModelUsage>;
  totals: {
    calls: number;
    subcalls: number;
    inputTokens: number;
    outputTokens: number;
    costUsd: number | null;
    /** Sub-calls answered from the record. */
    cached: number;
  };
}
