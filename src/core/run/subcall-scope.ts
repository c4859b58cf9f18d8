/** What the sub-calls of one cell are about; everything they share with the rest of the tree is in `tree`. */

import type { ChatModel } from '../ports';
import type { EngineBlocks } from './engine-blocks';
import type { RunOutcome } from './request';
import type { TreeContext, UsageTally } from './tree-context';

/** Starts a child run; `loop.ts` provides it. */
export type StartChild = (
  child: { question: string | null; text: string; root: ChatModel; parentCallId: string; tally: UsageTally },
  signal: AbortSignal,
) => Promise<RunOutcome>;

export interface SubcallScope {
  readonly tree: TreeContext;
  readonly depth: number;
  readonly runId: string;
  /** The cell that is running; sub-calls outside a cell are refused by the REPL's adapter. */
  readonly cellId: string;
  /** Everything the run and its children use is added here. */
  readonly tally: UsageTally;
  readonly startChild: StartChild;
  readonly blocks: EngineBlocks;
  /**
   * Says something to the model in its next message, once however often it is said, and only so much.
   * @returns whether it is said; absent: there is no model to tell
   */
  readonly tell?: (text: string) => boolean;
}
