/** A counting semaphore: at most `width` holders at once, served in order. */

export class Semaphore {
  #free: number;
  readonly #waiting: (() => void)[] = [];
  #head = 0;

  constructor(width: number) {
    this.#free = width;
  }

  /** Resolves with the function that gives the place back. @throws the signal's reason when aborted while waiting. */
  async acquire(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#free > 0) this.#free--;
    else await this.#wait(signal);
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
      if (held) this.#release();
      held = false;
    };
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const served = () => {
        signal.removeEventListener('abort', aborted);
        resolve();
      };
      const aborted = () => {
        const at = this.#waiting.indexOf(served, this.#head);
        if (at >= 0) this.#waiting.splice(at, 1);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', aborted, { once: true });
      this.#waiting.push(served);
    });
  }

  #release(): void {
    const next = this.#waiting[this.#head];
    if (!next) {
      this.#free++;
      return;
    }
    this.#head++;
    // Thousands may wait: the served ones are dropped in bulk rather than shifted one by one.
    if (this.#head > 1024) {
      this.#waiting.splice(0, this.#head);
      this.#head = 0;
    }
    next();
  }
}
