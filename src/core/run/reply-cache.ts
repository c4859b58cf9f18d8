/** Replies to sub-calls by what was asked: the same model, parameters and prompt get the recorded reply, free of charge. */

import type { JsonSchema } from '../ports';

/** Everything a reply depends on. */
export interface ReplyKey {
  readonly model: string;
  readonly host: string | null;
  readonly prompt: string;
  readonly schema: JsonSchema | null;
  /**
   * How many equal prompts stand before it in the same batch: a prompt asked five times at once is asked for five
   * replies, and gets those five the next time.
   */
  readonly nth: number;
}

export interface ReplyCache {
  /** The recorded replies, in order, null where there is none. Counts the hits. Trouble with the store is a miss. */
  find(keys: readonly ReplyKey[]): Promise<readonly (string | null)[]>;
  /** Keeps a whole, non-empty reply. Never blocks and never throws. */
  keep(key: ReplyKey, reply: string): void;
}
