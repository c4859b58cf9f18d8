/** A counting semaphore: at most `width` holders at once, served in order. */

import { WaitingLine } from './waiting-line';

export class Semaphore {
  #free: number;
  readonly #line = new WaitingLine<void>();

  constructor(width: number) {
    this.#free = width;
  }

  /**
   * Resolves with the function that gives the place back.
   * @param onAhead called while waiting, with how many are served before this one, as that changes
   * @throws the signal's reason when aborted while waiting
   */
  async acquire(signal: AbortSignal, onAhead?: (ahead: number) => void): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#free > 0) this.#free--;
    else await this.#line.wait(signal, onAhead);
    return this.#place();
  }

  /** A place if one is free right now, else null. */
  tryAcquire(): (() => void) | null {
    if (this.#free === 0) return null;
    this.#free--;
    return this.#place();
  }

  #place(): () => void {
    let held = true;
    return () => {
      if (held && !this.#line.serve()) this.#free++;
      held = false;
    };
  }
}
