/** What an estimate is made from: the models of a question with their pace, its size, and its limits. */

import type { Price } from '../ports';
import type { Limits } from './limits';
import type { Pace } from './pace';

export interface EstimateModel {
  readonly name: string;
  /** Null when nothing leaves the device. */
  readonly host: string | null;
  /** The hosts of its further addresses; none when absent. */
  readonly otherHosts?: readonly string[];
  readonly contextTokens: number;
  readonly price: Price | null;
  readonly pace: Pace;
  /** `passages`: as root it looks up a few passages, whatever the size of the corpus. Default: `all`. */
  readonly reads?: 'all' | 'passages';
  /** Answers one call at a time, on this device. */
  readonly serial?: boolean;
  /** Calls its connections carry at once; null or absent when there is no such bound, or none is known. */
  readonly parallelCalls?: number | null;
}

export type EstimateRole = 'root' | 'sub' | 'verifier';

export interface EstimateInput {
  /** Size of the corpus in code points. */
  readonly chars: number;
  readonly questionChars: number;
  readonly root: EstimateModel;
  readonly sub: EstimateModel;
  /** Judges the answer once; nobody does when absent or null. */
  readonly verifier?: EstimateModel | null;
  /** Stronger models to move up to, weakest first. */
  readonly ladders?: Readonly<Partial<Record<EstimateRole, readonly EstimateModel[]>>>;
  /** `direct`: the text is put before the root model. `recurse` when absent. */
  readonly way?: 'direct' | 'recurse';
  readonly limits: Limits;
}
