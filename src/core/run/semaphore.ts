/** A counting semaphore: at most `width` holders at once, served in order. */

interface Waiter {
  readonly signal: AbortSignal;
  readonly serve: () => void;
  readonly refuse: (reason: unknown) => void;
  readonly onAhead: ((ahead: number) => void) | null;
}

/** Those further back are not told their place: it would change thousands of times before it meant anything. */
const TOLD_THEIR_PLACE = 64;

export class Semaphore {
  #free: number;
  #waiting: Waiter[] = [];
  #head = 0;
  /** One listener for all that wait with a signal: adding thousands to one signal takes quadratic time. */
  readonly #heard = new WeakSet<AbortSignal>();

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
    else await this.#wait(signal, onAhead ?? null);
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

  #wait(signal: AbortSignal, onAhead: Waiter['onAhead']): Promise<void> {
    if (!this.#heard.has(signal)) {
      this.#heard.add(signal);
      signal.addEventListener('abort', () => this.#refuse(signal), { once: true });
    }
    return new Promise((serve, refuse) => {
      this.#waiting.push({ signal, serve, refuse, onAhead });
      const ahead = this.#waiting.length - this.#head;
      if (ahead <= TOLD_THEIR_PLACE) onAhead?.(ahead);
    });
  }

  /** The one holding the place counts as ahead too. */
  #tellPlaces(): void {
    const end = Math.min(this.#waiting.length, this.#head + TOLD_THEIR_PLACE);
    for (let at = this.#head; at < end; at++) this.#waiting[at]?.onAhead?.(at - this.#head + 1);
  }

  #refuse(signal: AbortSignal): void {
    const waiting = this.#waiting.slice(this.#head);
    this.#waiting = waiting.filter((waiter) => waiter.signal !== signal);
    this.#head = 0;
    for (const waiter of waiting) if (waiter.signal === signal) waiter.refuse(signal.reason);
    this.#tellPlaces();
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
    next.serve();
    this.#tellPlaces();
  }
}
