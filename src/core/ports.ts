/** What the core needs from the outside world: a model, a Python REPL, a clock. Adapters implement these. */

import type { ContextSource } from './corpus/context';
import type { ProblemCode } from './errors';
import type { Tool } from './run/tools';

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** What one completion cost. `costUsd` is null when no price is known. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number | null;
  /** True when the server reported no usage and the counts were estimated from characters. */
  readonly estimated: boolean;
}

/** US dollars per million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
}

/** A JSON Schema, as `llm_query(…, schema={…})` takes it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A form a reply is held to, by the models that can be held to it (`ChatModel.shapes`); the others ignore it. */
export type ReplyShape =
  /** A root turn: prose, then one `repl` fence or an answer, and nothing after the closing fence. */
  { readonly kind: 'turn' } | { readonly kind: 'json'; readonly schema: JsonSchema };

/** Which turn or sub-call a request belongs to, so that the record of what left the device can name it. */
export interface CallOrigin {
  readonly treeId: string;
  readonly runId: string;
  /** The id of the turn or of the sub-call. */
  readonly nodeId: string;
  readonly role: 'root' | 'sub' | 'verifier';
}

export interface ChatOptions {
  /** Upper bound on generated tokens; the model's own default when absent. */
  readonly maxOutputTokens?: number;
  readonly shape?: ReplyShape;
  readonly origin?: CallOrigin;
}

export type ChatEvent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string }
  /** Not generating yet: in a queue with `ahead` calls before this one, or (null) the model is being loaded. */
  | { readonly type: 'waiting'; readonly ahead: number | null; readonly text: string }
  /** The adapter is about to try again; text already streamed for this call is void. `code` says what failed. */
  | {
      readonly type: 'retry';
      readonly attempt: number;
      readonly delayMs: number;
      readonly reason: string;
      readonly code: ProblemCode;
      /** The wait the server asked for, if it did. */
      readonly retryAfterMs?: number;
    }
  /** Also of a reply that is then withheld: the failure that follows says why. */
  | { readonly type: 'end'; readonly usage: TokenUsage; readonly finish: 'stop' | 'length' };

export interface ChatModel {
  /** The name shown and recorded, e.g. `gpt-5-mini`. Never contains a secret. */
  readonly name: string;
  /** Host the requests go to, e.g. `api.openai.com`; null when nothing leaves the device. */
  readonly host: string | null;
  /** The window, input and output together, in tokens. */
  readonly contextTokens: number;
  readonly price: Price | null;
  /** True for one that answers through cells only: shown a text as it stands, it has nothing to say. */
  readonly codeOnly?: boolean;
  /** What replies can be held to while they are generated; none when absent. */
  readonly shapes?: readonly ReplyShape['kind'][];
  /**
   * The engine behind it when that generates one reply at a time. Models with the same engine take turns, and each
   * throws away the other's cached conversation. Absent: calls may run side by side.
   */
  readonly engine?: string;
  /**
   * How many requests its connection carries at once, whatever is asked of it: six for each address that speaks
   * HTTP/1.1. Null when there is no such bound, or none is known yet. Absent: no bound.
   */
  readonly parallelCalls?: () => number | null;
  /** The same model at each of several addresses, this one's own among them; they share its calls. Absent: just the one. */
  readonly replicas?: readonly ChatModel[];
  /**
   * Streams one completion; the last event is `end`. Retries are the adapter's business.
   * @throws SondeError with a model code; the signal's reason (an AbortError) when aborted.
   */
  complete(
    messages: readonly ChatMessage[],
    options: ChatOptions,
    signal: AbortSignal,
  ): AsyncIterable<ChatEvent>;
}

/** What model-written Python asks of the page. One request may carry a batch. */
export interface SubcallRequest {
  /** `llm`: a plain completion. `rlm`: a child run with an interpreter of its own. */
  readonly kind: 'llm' | 'rlm';
  readonly prompts: readonly string[];
  /** For `recursive_llm(query, text)`: the child's context, one per prompt; otherwise the prompt is the context. */
  readonly contexts?: readonly string[];
  /** A model name the code asked for, or null for the default of the role. */
  readonly model: string | null;
  /** Each reply is to be JSON that this schema accepts. Plain calls only. */
  readonly schema?: JsonSchema;
}

/** Answers sub-calls in order; a failed item is an `"Error: …"` string in its slot. Rejects only when aborted. */
export type SubcallHandler = (request: SubcallRequest, signal: AbortSignal) => Promise<string[]>;

/** A picture a cell made. */
export interface Figure {
  readonly mime: 'image/png' | 'image/svg+xml';
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What it shows, as far as the code said (its title), for those who cannot see it. */
  readonly alt: string;
}

/** What one cell did. Text is already bounded by the adapter (see `CellResult.stdoutChars`). */
export interface CellResult {
  /** Exactly what the cell printed, cut in the middle only when over the adapter's bound. */
  readonly stdout: string;
  /** Warnings, then `"\nType: message"` of an uncaught exception, as the official REPL words it. */
  readonly stderr: string;
  /** `repr` of the last bare expression, or null. Kept apart: `stdout` stays what was printed. */
  readonly echo: string | null;
  /** Characters printed in all, before any cut. */
  readonly stdoutChars: number;
  /** The uncaught exception; `line` is 1-based in the cell. */
  readonly error: { readonly type: string; readonly message: string; readonly line: number | null } | null;
  /** Set once the cell ended the run: `answer["ready"]`, `FINAL(…)` or `FINAL_VAR(…)`. */
  readonly finalAnswer: string | null;
  /** `answer["content"]` so far, ready or not; empty when untouched. */
  readonly draft: string;
  /** A sentence for the model about a final answer that was refused (e.g. ready with empty content), or null. */
  readonly refusal: string | null;
  /** The model's own variables: name → short description (`"list, 12 items"`). */
  readonly variables: Readonly<Record<string, string>>;
  /** Figures the cell left open, in order; absent when there are none. */
  readonly figures?: readonly Figure[];
  /** Wall time, and the part of it Python itself was computing rather than waiting for sub-calls. */
  readonly durationMs: number;
  readonly computeMs: number;
  /** Why the cell was cut short, if it was. */
  readonly interrupted: 'timeout' | 'stop' | null;
  /** Names of variables lost because the interpreter had to be replaced; null when the state was kept. */
  readonly lost: readonly string[] | null;
}

export interface RunCellOptions {
  /** Time the cell itself may compute; waiting for sub-calls does not count. */
  readonly computeTimeoutMs: number;
  readonly signal: AbortSignal;
  /** Output as it is printed, in pieces. For display only; the result holds the whole. */
  readonly onOutput?: (text: string) => void;
}

/** One Python interpreter. Cells run one at a time. */
export interface Repl {
  /** Never rejects for anything Python does; rejects with `SondeError` when no interpreter can be had at all. */
  run(code: string, options: RunCellOptions): Promise<CellResult>;
  /** `str(value)` of a variable, for a textual `FINAL_VAR(name)`; null when there is no such variable. */
  variable(name: string): Promise<string | null>;
  /** True when the text parses as Python. */
  parses(code: string): Promise<boolean>;
  /**
   * Goes on with the next question of a conversation: variables stay, `context` and `context_N` are the new context,
   * `history_N` the messages of the question before; see `FollowUp`.
   */
  followUp(next: FollowUp): Promise<void>;
  /** The model's own variables as bytes, as far as they can be pickled. Between cells only. */
  save(): Promise<SavedVariables>;
  /** Sets variables saved before. @returns the names that could not be restored */
  restore(saved: SavedVariables): Promise<readonly string[]>;
  close(): void;
}

export interface FollowUp {
  readonly context: ContextSource;
  /** The messages between the question before and its root model. */
  readonly history: readonly ChatMessage[];
  /** Answers sub-calls from here on. */
  readonly onSubcall: SubcallHandler;
  /** The tree of runs it belongs to from here on; the one it was opened for when absent. */
  readonly treeId?: string;
}

/** Variables of an interpreter, kept beside the run that made them. */
export interface SavedVariables {
  readonly pickled: Blob;
  /** Names in it. */
  readonly names: readonly string[];
  /** Names that are not, each with why not. */
  readonly left: Readonly<Record<string, string>>;
}

export interface ReplInit {
  readonly context: ContextSource;
  readonly onSubcall: SubcallHandler;
  /** The user's own functions and values; none when absent. */
  readonly tools?: readonly Tool[];
  /** The tree of runs it belongs to. What one tree has used may be used again by the same tree only. */
  readonly treeId?: string;
  /** How many runs are above it; 0 when absent. With the interpreter of depth 0 its tree ends. */
  readonly depth?: number;
}

export interface ReplFactory {
  /** Interpreters side by side that the device bears. Absent: not known. */
  readonly width?: number;
  /** @throws SondeError `repl-start` or `repl-unsupported` with a hint. */
  open(init: ReplInit, signal: AbortSignal): Promise<Repl>;
}

/** Time as the core sees it. Tests pass their own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back after `ms`; returns a function that cancels. */
  after(ms: number, callback: () => void): () => void;
  /**
   * Milliseconds so far in which nothing could run, while somebody waited for this clock or listened to it. Limits and
   * deadlines leave them out. Absent: not known, and taken as none.
   */
  pausedMs?(): number;
  /** Calls back after each such time worth a word; returns how to stop. */
  onPause?(callback: (pause: Pause) => void): () => void;
}

/** A time in which nothing could run: the whole computer slept, or the browser stopped this page alone. */
export interface Pause {
  readonly kind: 'slept' | 'frozen';
  readonly ms: number;
}
