/** What one run is about; everything it shares with the rest of its tree is in `tree`. */

import type { ContextSource } from '../corpus/context';
import type { Problem } from '../errors';
import type { ChatModel } from '../ports';
import type { NoticeCode, RunEventBody, RunStatus } from '../record/events';
import type { DirectText } from '../turn/direct-prompt';
import type { Follows } from './request';
import type { TreeContext, UsageTally } from './tree-context';

export interface RunScope {
  readonly tree: TreeContext;
  readonly runId: string;
  readonly parentCallId: string | null;
  readonly depth: number;
  readonly question: string | null;
  readonly context: ContextSource;
  readonly corpus: { readonly id: string; readonly name: string } | null;
  readonly root: ChatModel;
  readonly tally: UsageTally;
  /** The conversation it goes on with; null or absent for a first question and for child runs. */
  readonly follows?: Follows | null;
  /** The text that is put before the root model; null or absent when it stays in the REPL. */
  readonly direct?: DirectText | null;
  /** What the record of a root run begins with beyond what is here; absent for child runs. */
  readonly about?: AboutRun | null;
  /** Aborted by the user's Stop, by the tree's time limit, or by a halt of the tree. */
  readonly signal: AbortSignal;
  /** Why `signal` was aborted: the time limit's problem, or null for a stop. */
  readonly abortProblem: () => Problem | null;
}

export type AboutRun = Pick<
  Extract<RunEventBody, { type: 'run-started' }>,
  'settings' | 'way' | 'replays' | 'follows'
>;

/** How a run ends, before it is recorded. */
export interface Ending {
  readonly status: RunStatus;
  readonly answer: string;
  readonly problem: Problem | null;
}

/** Records a notice about a turn of the run, or about the run as a whole. */
export function recordNotice(scope: RunScope, turnId: string | null, code: NoticeCode, text: string): void {
  scope.tree.recorder.record({ type: 'notice', runId: scope.runId, turnId, code, text });
}
