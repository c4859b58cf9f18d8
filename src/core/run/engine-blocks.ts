/**
 * What one run asks of an engine goes as one block after another: an engine that does one reply at a time throws its
 * conversation away with every change of subject, so that a batch beside a child run would cost both of them dearly.
 */

import type { ChatModel } from '../ports';
import { Semaphore } from './semaphore';

/** One for each run: a child has blocks of its own, within the block its parent holds for it. */
export class EngineBlocks {
  readonly #byEngine = new Map<string, Semaphore>();

  /**
   * Waits until no other block of this run has the model's engine; not at all when it has none.
   * @returns how to leave the block
   * @throws the signal's reason when aborted while waiting
   */
  async enter({ engine }: ChatModel, signal: AbortSignal): Promise<() => void> {
    if (engine === undefined) return () => undefined;
    const block = this.#byEngine.get(engine) ?? new Semaphore(1);
    this.#byEngine.set(engine, block);
    return block.acquire(signal);
  }
}
