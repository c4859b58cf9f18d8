/** What the engine's failures mean to the user: one table by name, each a sentence and a next step. */

import { SondeError, type Problem } from '../../../core/errors';

/** A failure as it crosses from the worker: the engine sends `"Name: text"` and nothing more. */
export class EngineFailure extends Error {
  constructor(name: string, text: string) {
    super(text);
    this.name = name;
  }

  /** Of what the worker's handler sent as the content of a `throw`. */
  static from(content: unknown): EngineFailure {
    const said = typeof content === 'string' ? content : String(content);
    const [, name = 'Error', text = said] = /^([A-Z]\w*): ([\s\S]*)$/.exec(said) ?? [];
    return new EngineFailure(name, text);
  }
}

/** What a sentence about a failure can name. */
export interface FailureFacts {
  /** The model, for people. */
  readonly label: string;
  /** The window it is, or was to be, loaded with. */
  readonly contextTokens: number;
  readonly phase: 'load' | 'call';
}

type Row = (facts: FailureFacts) => Problem;

const fetchAgain = 'Open Models, choose Delete and fetch again for it, and ask again.';
const smaller =
  'Choose a smaller model or a smaller window under Models, and close other tabs that use the GPU.';

const noWebGpu: Row = ({ label }) => ({
  code: 'gpu-unavailable',
  message: `${label} cannot run here: this browser offers no GPU to pages.`,
  hint: 'Use a current Chrome or Edge with hardware acceleration on, or choose another model.',
});
const missingFeature: Row = ({ label }) => ({
  code: 'gpu-unavailable',
  message: `This GPU lacks something ${label} needs.`,
  hint: 'Choose another model under Models; those that cannot run here are marked.',
});
const noMemory: Row = ({ label, contextTokens }) => ({
  code: 'gpu-memory',
  message: `The GPU was lost while ${label} was being loaded with a window of ${contextTokens.toLocaleString('en-US')} tokens; most often its memory is too small for both.`,
  hint: smaller,
});
const badFile: Row = ({ label }) => ({
  code: 'bad-download',
  message: `A file of ${label} that is kept here is broken or not the one that was meant.`,
  hint: fetchAgain,
});
const outdatedLibrary: Row = ({ label }) => ({
  code: 'library-outdated',
  message: `The compiled library of ${label} does not fit this version of the engine.`,
  hint: 'Open Models and choose Delete and fetch again for it. For a model of your own, compile it for the engine Sonde uses.',
});
const fetchFailed: Row = ({ label }) => ({
  code: 'download-failed',
  message: `A file of ${label} is missing here and could not be fetched or kept. What was fetched before is kept.`,
  hint: 'Check the connection and the free space, and download it under Models.',
});
const badWindow: Row = ({ label, contextTokens }) => ({
  code: 'invalid-argument',
  message: `${label} cannot be loaded with a window of ${contextTokens.toLocaleString('en-US')} tokens.`,
  hint: 'Choose another window under Models.',
});
const noSuchModel: Row = ({ label }) => ({
  code: 'model-unavailable',
  message: `The engine does not know ${label}, or has no library for it.`,
  hint: 'Choose another model under Models.',
});
const badGrammar: Row = () => ({
  code: 'grammar',
  message: 'The form the reply was to be held to could not be compiled by the engine.',
  hint: 'Ask again without a schema, or with a simpler one.',
});
const lostGpu: Row = ({ label }) => ({
  code: 'gpu-lost',
  message: `The browser took the GPU away from ${label}, and loading it again did not help.`,
  hint: `What the run has done is kept. ${smaller}`,
});

/** By the engine's own names for its errors, and the browser's where they come through unchanged. */
export const FAILURES: Readonly<Record<string, Row>> = {
  WebGPUNotAvailableError: noWebGpu,
  WebGPUNotFoundError: noWebGpu,
  ShaderF16SupportError: ({ label }) => ({
    code: 'gpu-unavailable',
    message: `${label} computes with 16-bit numbers, which this GPU or browser does not offer to pages.`,
    hint: 'Choose its q4f32 variant under Models: larger, and it runs here.',
  }),
  FeatureSupportError: missingFeature,
  DeviceLostError: noMemory,
  OutOfMemoryError: noMemory,
  GPUOutOfMemoryError: noMemory,
  ContextWindowSizeExceededError: ({ label, contextTokens }) => ({
    code: 'prompt-too-large',
    message: `The prompt does not fit the ${contextTokens.toLocaleString('en-US')} tokens ${label} reads at once; it was not read.`,
    hint: 'Send it in smaller parts, or choose a larger window under Models.',
  }),
  ModelNotFoundError: noSuchModel,
  MissingModelError: noSuchModel,
  GrammarMatcherInitError: badGrammar,
  InvalidResponseFormatError: badGrammar,
  InvalidResponseFormatGrammarError: badGrammar,
  IntegrityError: badFile,
  ArtifactManifestError: badFile,
  UnsupportedTokenizerFilesError: badFile,
  SyntaxError: badFile,
  CompileError: badFile,
  LinkError: outdatedLibrary,
  WindowSizeConfigurationError: badWindow,
  WindowSizeSpecificationError: badWindow,
  AttentionSinkSizeError: badWindow,
  MinValueError: badWindow,
  QuotaExceededError: ({ label }) => ({
    code: 'quota',
    message: `There is no room left for the files of ${label}. What was fetched before is kept.`,
    hint: 'Free space on this disk, or delete models you do not use under Models, and download it again.',
  }),
  NetworkError: fetchFailed,
  ModelNotLoadedError: lostGpu,
  SpecifiedModelNotFoundError: lostGpu,
};

/** Failures the engine or the browser throws without a name of their own; only their words tell them apart. */
const UNNAMED: readonly (readonly [RegExp, Row])[] = [
  [/'add' on 'Cache'|Failed to fetch|Cannot fetch /, fetchFailed],
  [/Cannot find global function|in exports$|Cannot find function in module/, outdatedLibrary],
  [/Unable to find a compatible GPU/, noWebGpu],
  [/Cannot initialize runtime because of requested max/, missingFeature],
  [/device (was|is) lost|Device lost|already been disposed/i, lostGpu],
];

/** Names and words that mean the models are gone from the GPU although nobody unloaded them. */
export function meansLost(failure: EngineFailure): boolean {
  return rowOf(failure) === lostGpu;
}

/** True for a failure the table knows; the others are taken for a broken engine, worth one fresh start. */
export function isKnown(failure: EngineFailure): boolean {
  return rowOf(failure) !== null;
}

/** @returns what to throw for it; unknown ones keep the engine's own words */
export function toEngineError(failure: EngineFailure, facts: FailureFacts): SondeError {
  const row = rowOf(failure);
  const problem = row ? row(facts) : unknown(failure, facts);
  return new SondeError(problem, { cause: failure });
}

function rowOf(failure: EngineFailure): Row | null {
  const named = Object.hasOwn(FAILURES, failure.name) ? FAILURES[failure.name] : undefined;
  return named ?? UNNAMED.find(([words]) => words.test(failure.message))?.[1] ?? null;
}

function unknown({ name, message }: EngineFailure, { label, phase }: FailureFacts): Problem {
  const said = `${name === 'Error' ? '' : `${name}: `}${message}`.slice(0, 300);
  return {
    code: 'internal',
    message: `${label} could not ${phase === 'load' ? 'be loaded' : 'answer'}. The engine says: ${said}`,
    hint: 'Ask again. If it happens again, delete and fetch the model again under Models, or choose another.',
  };
}
