/** Failures as data: a stable code to branch on, a sentence for the user, and what to do next. */

export type ProblemCode =
  // models
  | 'auth' // the server refused the key
  | 'rate-limited' // 429 after every retry
  | 'server' // 5xx after every retry
  | 'bad-request' // 400: the server refused the request itself
  | 'not-found' // no such model or route
  | 'unreachable' // nothing answered: offline, CORS, mixed content, wrong port
  | 'bad-response' // something answered, but not an OpenAI-compatible reply
  | 'interrupted' // the stream ended before the reply did
  | 'silent' // connected, then nothing within the deadline
  | 'prompt-too-large' // larger than the model's window; refused before sending
  | 'model-unavailable' // the model named cannot be used here
  // models on this device
  | 'gpu-unavailable' // no WebGPU, no adapter, or one without what the model needs
  | 'gpu-memory' // the model does not fit this GPU's memory
  | 'gpu-lost' // the browser took the GPU away, and loading the model again did not help
  | 'gpu-busy' // another tab has models loaded on the GPU
  | 'download-failed' // a model's file could not be fetched
  | 'bad-download' // a model's file is truncated or not the one that was meant
  | 'library-outdated' // the model's compiled library does not fit this version of the engine
  | 'grammar' // the form a reply was to be held to could not be compiled
  | 'runaway' // a generation that did not end
  // packages
  | 'package-unavailable' // a Python package that is not kept here and cannot be had now
  // REPL
  | 'repl-start' // Python could not be started
  | 'repl-lost' // the interpreter died and its variables are gone
  | 'repl-unsupported' // this browser lacks what the sandbox needs
  | 'repl-protocol' // the sandbox sent something out of bounds
  // documents
  | 'unreadable' // no reader for this kind of file
  | 'malformed' // a reader exists, the file is broken
  | 'empty' // nothing in it
  | 'too-large'
  | 'password' // it opens with a password only
  // storage
  | 'quota' // the disk, or this site's share of it, is full
  | 'storage-blocked' // no IndexedDB: private window or policy
  | 'storage-outdated' // another tab holds an older or newer database
  // runs
  | 'limit' // one of the run's limits was reached
  | 'out-of-turns' // the last turn passed without an answer
  | 'format' // three replies in a row with neither cell nor answer
  | 'invalid-argument'
  | 'internal';

/** What went wrong, ready to be shown, stored or posted between threads. */
export interface Problem {
  readonly code: ProblemCode;
  /** One sentence: what happened, in the user's words. */
  readonly message: string;
  /** What to do about it, if anything can be done. */
  readonly hint?: string;
}

/** The one error class thrown across module boundaries. Stopping is not an error: that is `AbortSignal`. */
export class SondeError extends Error implements Problem {
  readonly code: ProblemCode;
  readonly hint?: string;

  /** By name: modules that are bundled by themselves bring a class of their own. */
  static override [Symbol.hasInstance](thrown: unknown): boolean {
    return thrown instanceof Error && thrown.name === 'SondeError' && 'code' in thrown;
  }

  constructor(problem: Problem, options?: { cause?: unknown }) {
    super(problem.message, options);
    this.name = 'SondeError';
    this.code = problem.code;
    if (problem.hint !== undefined) this.hint = problem.hint;
  }
}

/** Any thrown value as a `Problem`; unknown ones keep their text under the code `internal`. */
export function toProblem(thrown: unknown): Problem {
  if (thrown instanceof SondeError) {
    const { code, message, hint } = thrown;
    return hint === undefined ? { code, message } : { code, message, hint };
  }
  return { code: 'internal', message: thrown instanceof Error ? thrown.message : String(thrown) };
}

/** True for the rejection an aborted operation makes, whoever threw it. */
export function isAbort(thrown: unknown): boolean {
  return thrown !== null && typeof thrown === 'object' && 'name' in thrown && thrown.name === 'AbortError';
}
