/** Where runs are kept. Events go in as they happen; a run is read back as its event log. */

import type { ContextSource } from '../corpus/context';
import type { SavedVariables } from '../ports';
import type { RunEvent, RunStatus } from './events';

/** One line of the history of runs. */
export interface RunSummary {
  readonly id: string;
  readonly question: string | null;
  readonly corpusId: string | null;
  readonly corpusName: string | null;
  readonly rootModel: string;
  readonly startedAtMs: number;
  /** `running` while this or another tab writes it; `broken` when it never finished. */
  readonly status: RunStatus | 'running' | 'broken';
  /** The first few hundred characters of the answer. */
  readonly answerPreview: string;
  readonly durationMs: number | null;
  /** The run of the question before in its conversation; null for a first question. */
  readonly follows: string | null;
  readonly origin: 'asked' | 'imported' | 'replay';
}

export interface RunStore {
  /**
   * Takes the events of a tree in order; writes are batched and never block the run. The summary is derived from them.
   * Trouble (a full disk) is told through `onProblem` once; the run goes on.
   */
  append(treeId: string, event: RunEvent): void;
  /** Resolves when everything appended so far is on disk. */
  flush(treeId: string): Promise<void>;
  /**
   * Takes up a run that is on disk: what is appended from here on goes on with its log.
   * @returns false when this or another tab is still writing it
   */
  reopen(treeId: string): Promise<boolean>;
  /** Newest first. */
  list(): Promise<RunSummary[]>;
  /** The whole log, or what of it is from `fromSeq` on, in order; empty when there is no such run. */
  events(treeId: string, fromSeq?: number): Promise<RunEvent[]>;
  remove(treeId: string): Promise<void>;
  /** Keeps a context that is in no library, so that the run can be resumed and followed up. */
  keepContext(treeId: string, context: ContextSource): Promise<void>;
  /** Null when none was kept. */
  context(treeId: string): Promise<ContextSource | null>;
  /** Keeps the variables a run ended with, for follow-up questions after a reload. */
  keepVariables(treeId: string, saved: SavedVariables): Promise<void>;
  variables(treeId: string): Promise<SavedVariables | null>;
}
