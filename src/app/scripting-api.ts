/** The types of `window.sonde`, documented in the README. */

import type { AnswerFormat } from '../core/answer/evidence';
import type { CorpusInfo, ImportSummary, StoredDocument } from '../core/corpus/library';
import type { Structure } from '../core/corpus/structure';
import type { DisclosureReport } from '../core/disclosure/export';
import type { ModelRef } from '../core/models/model-ref';
import type { RunEvent, RunStatus } from '../core/record/events';
import type { RunSummary } from '../core/record/run-store';
import type { ModelUsage, RunNode, RunTree } from '../core/record/tree';
import type { Limits } from '../core/run/limits';
import type { ReplayDifference } from '../core/run/replay-differences';
import type { OutputGuard } from '../core/run/output-guard';
import type { OwnOptions } from './own-options';
import type { RoleOptions } from './scripting-models';

export type GivenContext = string | readonly string[] | { readonly corpus: string } | object;

export interface CompletionOptions extends OwnOptions, RoleOptions {
  readonly question?: string;
  readonly limits?: Partial<Limits>;
  /**
   * What of the cells' output a root on another host may be sent: `{ mode: 'off' }` (when absent), `{ mode: 'cap', chars }`
   * for so many characters a turn, or `{ mode: 'ask' }` to have the user of the page read each message first.
   */
  readonly guard?: OutputGuard;
  /**
   * The id of a run that has ended: this question goes on in its interpreter, with its variables and what was said. The
   * context may be the same or another one; those before are `context_0`, `context_1`, ….
   */
  readonly follows?: string;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
  /** Keep the run in the history; true when absent. */
  readonly save?: boolean;
}

export interface Completion {
  readonly response: string;
  readonly status: RunStatus;
  /** Why it is not `answered`: the problem's code, then its sentence. */
  readonly reason?: string;
  /** By model. `costUsd` is null when no price is known. */
  readonly usage: Readonly<Record<string, ModelUsage>>;
  readonly executionTimeMs: number;
  readonly runId: string;
}

export interface ReplOptions extends Pick<OwnOptions, 'tools'> {
  /** The built-in reader when absent. */
  readonly sub?: ModelRef;
  readonly limits?: Partial<Limits>;
}

export interface ReplRun {
  readonly stdout: string;
  readonly stderr: string;
  /** `repr` of the last bare expression, or null. */
  readonly echo: string | null;
  readonly error: { readonly type: string; readonly message: string } | null;
  readonly finalAnswer: string | null;
  /** The cell's own variables, by name. */
  readonly variables: Readonly<Record<string, string>>;
  readonly interrupted: 'timeout' | 'stop' | null;
  readonly executionTimeMs: number;
}

export interface ReplHandle {
  run(code: string, options?: { readonly timeoutS?: number }): Promise<ReplRun>;
  /** Stops the cell that is running; variables are kept where they can be. */
  interrupt(): void;
  close(): void;
}

export interface ImportedDocument {
  readonly id: string;
  readonly name: string;
  readonly chars: number;
  /** Why it could not be read, in a sentence. */
  readonly problem?: string;
}

export interface ResumeOptions extends RunHooks {
  /** In place of the recorded models. */
  readonly root?: ModelRef;
  readonly sub?: ModelRef;
  /**
   * For the server of the recorded root model, or of the sub-model where the root is at none; the page knows those of
   * its own connections.
   */
  readonly apiKey?: string;
  readonly limits?: Partial<Limits>;
}

export interface ReplayOptions extends RunHooks {
  /** Where the record's own is not at hand. */
  readonly context?: GivenContext;
  /** Keep the replay in the history; true when absent. */
  readonly save?: boolean;
}

export interface RunHooks {
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
}

export interface ReplayCompletion extends Completion {
  /** Where cells did otherwise than recorded; empty when all did the same. */
  readonly differences: readonly ReplayDifference[];
}

/** The stored run: the root run with its whole tree below it, and the tree's totals. */
export type RunTreeJson = RunNode & Pick<RunTree, 'usage' | 'totals'>;

export interface Sonde {
  completion(context: GivenContext, options: CompletionOptions): Promise<Completion>;
  repl(context?: GivenContext, options?: ReplOptions): Promise<ReplHandle>;
  readonly corpora: {
    import(
      files: readonly File[],
      options?: { readonly name?: string; readonly corpusId?: string },
    ): Promise<{ id: string; documents: ImportedDocument[] } & ImportSummary>;
    list(): Promise<CorpusInfo[]>;
    /** All that is known of each document: kind, pages, metadata, what was lost in reading, problems. */
    documents(id: string): Promise<StoredDocument[]>;
    text(documentId: string): Promise<string>;
    /** Pages, headings, tables and the like, as ranges of the text. */
    structure(documentId: string): Promise<Structure>;
    /** Reads a document that opens with a password. Resolves to what takes its place. */
    unlock(documentId: string, password: string): Promise<StoredDocument>;
    /** The corpus as one file, and a corpus out of such a file. */
    exportFile(id: string): Promise<Blob>;
    importFile(file: Blob): Promise<CorpusInfo>;
    remove(id: string): Promise<void>;
  };
  readonly runs: {
    list(): Promise<RunSummary[]>;
    /** Null when there is no such run. */
    get(id: string): Promise<RunTreeJson | null>;
    /** What left this device in a run, by host, document and request. Null when there is no such run. */
    disclosure(id: string): Promise<DisclosureReport | null>;
    remove(id: string): Promise<void>;
    /**
     * The answer as a file's text, with each quotation looked up in the documents: its place, the passage around it.
     * `json` is as `answerFileSchema` says. Null when there is no such run.
     */
    answer(id: string, format?: AnswerFormat): Promise<string | null>;
    /** The run as the official implementation logs it. */
    exportJsonl(id: string): Promise<string>;
    /** Keeps the runs of such a log in the history. Resolves with the id of the first. */
    importJsonl(text: string): Promise<string>;
    /** Goes on with a run that broke off or ended without an answer: the recorded part is not asked or paid for again. */
    resume(id: string, options?: ResumeOptions): Promise<Completion>;
    /** A new run with the recorded replies: its cells are run anew, nothing is sent. */
    replay(id: string, options?: ReplayOptions): Promise<ReplayCompletion>;
  };
  /** Python packages. Runs and interpreters of scripts are refused what has not been allowed. */
  readonly packages: {
    /** Allows fetching them, from a mirror when one is named; empty: from the usual address again. */
    allow(options?: { readonly baseUrl?: string }): Promise<void>;
    revoke(): Promise<void>;
    /** Those kept on this device. */
    list(): Promise<{ readonly name: string; readonly version: string; readonly sizeBytes: number }[]>;
    remove(name: string): Promise<void>;
  };
}

declare global {
  interface Window {
    sonde: Sonde;
  }
}
