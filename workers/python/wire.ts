/** The wire between the page, the sandboxed frame and its Python workers: message types, limits, nothing else. */

import type { ContextPayload } from '../../src/core/corpus/context';
import type { CellResult, SavedVariables } from '../../src/core/ports';
import type { PackageAnswer, PackageAsk } from '../../src/core/python-packages';

/** Raised whenever a message changes its shape; frame and page must agree. */
export const WIRE_VERSION = 5;

/** Bounds the page enforces on everything a worker sends; Python checks the same ones first and says so. */
export const WIRE_LIMITS = {
  /** UTF-16 units of one prompt or one child context. */
  promptChars: 32_000_000,
  /** UTF-16 units of all prompts and contexts of one request. */
  requestChars: 128_000_000,
  batch: 10_000,
  callsInFlight: 4_096,
  /** Kept of a cell's output: half from the head, half from the tail. */
  stdoutChars: 2_000_000,
  answerChars: 16_000_000,
  textChars: 20_000,
  schemaChars: 100_000,
  variables: 500,
  nameChars: 200,
  /** Figures of one cell; bytes of all of them; pixels of a side; UTF-16 units of what is said of one. */
  figures: 10,
  figureBytes: 4_000_000,
  figureSide: 16_384,
  figureAltChars: 600,
  packageAsksInFlight: 64,
  /** UTF-16 units of what is searched for, passages of one search, and searches at once. */
  findChars: 4_000,
  findPassages: 200,
  findsInFlight: 16,
  /** Of variables that are kept: bytes, names of those kept or left, and the words on why one is left. */
  savedBytes: 32_000_000,
  savedNames: 2_000,
  reasonChars: 300,
  /**
   * Tokens of the bucket that every message takes one from, and what flows back a second: more than honest code sends,
   * fewer than a slow page can take in, or a flood would never empty it.
   */
  messageBurst: 6_000,
  messagesPerSecond: 4_000,
} as const;

// ---- page ⇄ frame, over the control port -------------------------------------------------------------------------

/** Posted once to the frame's window, with the control port; everything else goes over ports. */
export interface FrameHello {
  readonly sonde: 'hello';
  readonly version: number;
}

export interface PythonFiles {
  readonly loader: Blob;
  readonly glue: Blob;
  readonly wasm: Blob;
  readonly stdlib: Blob;
}

/** `make`: start plainly and hand the snapshot back; `load`: start from the snapshot given; `plain`: neither. */
export type BootMode = 'make' | 'load' | 'plain';

export type ToFrame =
  | ({ readonly type: 'files' } & PythonFiles)
  | { readonly type: 'snapshot'; readonly snapshot: Blob | null }
  /** Carries the worker's own port. */
  | { readonly type: 'spawn'; readonly worker: number; readonly mode: BootMode }
  /** A worker of the page's own, a classic script; gets its port with its first message. */
  | { readonly type: 'run'; readonly worker: number; readonly script: Blob }
  | { readonly type: 'kill'; readonly worker: number }
  /** Revokes the worker's signal URL, which the busy interpreter polls, and issues the next one. */
  | { readonly type: 'cancel'; readonly worker: number }
  | { readonly type: 'ping'; readonly nonce: number };

export type FromFrame =
  | { readonly type: 'ready' }
  | { readonly type: 'files-failed'; readonly message: string }
  | { readonly type: 'worker-error'; readonly worker: number; readonly message: string }
  | { readonly type: 'pong'; readonly nonce: number };

// ---- frame → worker, by postMessage ------------------------------------------------------------------------------

export interface WorkerBoot {
  readonly type: 'boot';
  readonly mode: BootMode;
  readonly module: WebAssembly.Module;
  readonly loaderUrl: string;
  readonly glueUrl: string;
  readonly stdlib: Blob;
  readonly snapshot: Blob | null;
  readonly signalUrl: string;
}

/** `generation` counts the cancels so far, so that an old signal is not taken for a new cell's. */
export interface WorkerSignal {
  readonly type: 'signal';
  readonly url: string;
  readonly generation: number;
}

// ---- page ⇄ worker, over the worker's own port -------------------------------------------------------------------

/** The last four lie between cells: the next question, the user's tools, variables to keep and kept ones. */
export type JobKind = 'cell' | 'variable' | 'parses' | 'follow' | 'tools' | 'save' | 'restore';

/** What a job is handed besides its text. */
export interface JobGoods {
  /** For `follow`; absent when it is one there is already. */
  readonly context?: ContextPayload;
  /** For `restore`. */
  readonly pickled?: Blob;
}

/** The text of a `follow` job, as JSON. */
export interface FollowText {
  /** The number of the context, from 0, and its name in citations when it is one text. */
  readonly number: number;
  readonly name: string;
  /** The number of the same context, when it is there. */
  readonly same: number | null;
  /** Messages of the question before, as JSON. */
  readonly history: string | null;
}

export type ToWorker =
  /**
   * `name` is what a context of one text is called in citations. `keep`: the interpreter remembers what it was before,
   * to be renewed for another run of the same tree.
   */
  | { readonly type: 'open'; readonly context: ContextPayload; readonly name: string; readonly keep: boolean }
  /** Back to what it was before it was opened, if that can be done. */
  | { readonly type: 'renew' }
  | {
      readonly type: 'job';
      readonly job: number;
      readonly kind: JobKind;
      /** Code of a cell or to be parsed; the name of a variable; JSON of a `FollowText`, of tools. */
      readonly text: string;
      readonly goods?: JobGoods;
      readonly computeTimeoutMs: number;
      /** Cancels sent to this worker so far. */
      readonly generation: number;
    }
  /** `values` null: the call was aborted. */
  | { readonly type: 'reply'; readonly call: number; readonly values: readonly string[] | null }
  /** `answer` null: the ask was aborted. */
  | { readonly type: 'package'; readonly ask: number; readonly answer: PackageAnswer | null }
  /** `places` null: there is no index to ask, or it could not be asked. */
  | { readonly type: 'found'; readonly ask: number; readonly places: readonly FoundRow[] | null }
  | { readonly type: 'interrupt'; readonly job: number }
  | { readonly type: 'ping' };

export type FromWorker =
  | { readonly type: 'booted' }
  | { readonly type: 'snapshot'; readonly snapshot: Blob }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'opened' }
  /** `fit` false: it could not be taken back, and is of no further use. */
  | { readonly type: 'renewed'; readonly fit: boolean }
  | {
      readonly type: 'call';
      readonly job: number;
      readonly call: number;
      readonly kind: 'llm' | 'rlm';
      readonly prompts: string[];
      readonly contexts: string[] | null;
      readonly model: string | null;
      /** A JSON Schema as text; each reply is to be JSON that it accepts. */
      readonly schema?: string;
    }
  | ({ readonly type: 'package'; readonly job: number; readonly ask: number } & PackageAsk)
  /** Passages of the context of that number. */
  | {
      readonly type: 'find';
      readonly job: number;
      readonly ask: number;
      readonly context: number;
      readonly query: string;
      readonly limit: number;
    }
  | { readonly type: 'output'; readonly job: number; readonly text: string }
  | { readonly type: 'done'; readonly job: number; readonly result: JobResult }
  /** A sign of life, with the time the running job has computed. */
  | { readonly type: 'pong'; readonly job: number | null; readonly computeMs: number };

/** The document's index in the context, where the passage begins and ends in it, and its score. */
export type FoundRow = readonly [document: number, start: number, end: number, score: number];

/** A cell as the worker saw it; what only the page knows (wall time, losses) is added there. */
export type CellOutcome = Omit<CellResult, 'durationMs' | 'lost'>;

export type JobResult =
  | { readonly kind: 'cell'; readonly cell: CellOutcome }
  | { readonly kind: 'variable'; readonly value: string | null }
  | { readonly kind: 'parses'; readonly value: boolean }
  /** `problem`: what went wrong in Python, which its own code can bring about. */
  | { readonly kind: 'follow'; readonly problem: string | null }
  | { readonly kind: 'tools'; readonly failed: ToolFailure | null }
  | { readonly kind: 'save'; readonly saved: SavedVariables | null }
  /** Names that could not be restored; null when none could be read. */
  | { readonly kind: 'restore'; readonly failed: readonly string[] | null };

/** Why a tool could not be loaded; `line` is that of its own Python, 1-based. */
export interface ToolFailure {
  readonly tool: string;
  readonly line: number | null;
  readonly message: string;
}
