/** Those who wait for something, in order. Thousands may wait with one signal. */

interface Waiter<T> {
  readonly signal: AbortSignal;
  readonly serve: (value: T) => void;
  readonly refuse: (reason: unknown) => void;
  readonly onAhead: ((ahead: number) => void) | null;
}

/** Those further back are not told their place: it would change thousands of times before it meant anything. */
const TOLD_THEIR_PLACE = 64;

export class WaitingLine<T> {
  #waiting: Waiter<T>[] = [];
  #head = 0;
  /** One listener for all that wait with a signal: adding thousands to one signal takes quadratic time. */
  readonly #heard = new WeakSet<AbortSignal>();

  get length(): number {
    return this.#waiting.length - this.#head;
  }

  /**
   * Resolves when served; rejects with the signal's reason when aborted first.
   * @param onAhead called with how many are served before this one, as that changes
   */
  wait(signal: AbortSignal, onAhead: Waiter<T>['onAhead'] = null): Promise<T> {
    if (signal.aborted) return Promise.reject(signal.reason as Error); // an AbortError, by the platform's contract
    if (!this.#heard.has(signal)) {
      this.#heard.add(signal);
      signal.addEventListener('abort', () => this.#refuse(signal), { once: true });
    }
    return new Promise((serve, refuse) => {
      this.#waiting.push({ signal, serve, refuse, onAhead });
      if (this.length <= TOLD_THEIR_PLACE) onAhead?.(this.length);
    });
  }

  /** Serves the one in front. False when nobody waits. */
  serve(value: T): boolean {
    const next = this.#waiting[this.#head];
    if (!next) return false;
    this.#head++;
    // The served ones are dropped in bulk rather than shifted one by one.
    if (this.#head > 1024) {
      this.#waiting.splice(0, this.#head);
      this.#head = 0;
    }
    next.serve(value);
    this.#tellPlaces();
    return true;
  }

  /** The one being served counts as ahead too. */
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
}
