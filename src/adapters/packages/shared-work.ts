/** Work that several wait for and is done once: its result is kept, and it ends early when the last one has gone. */

interface Shared<T> {
  readonly result: Promise<T>;
  readonly abort: AbortController;
  waiters: number;
  done: boolean;
}

export class SharedWork<T> {
  readonly #works = new Map<string, Shared<T>>();

  /** True once the work is done. */
  has(key: string): boolean {
    return this.#works.get(key)?.done === true;
  }

  forget(key: string): void {
    if (this.has(key)) this.#works.delete(key);
  }

  /** The work under this key, begun when nobody has. What failed is not kept. @throws the signal's reason when aborted */
  async share(key: string, begin: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const shared = this.#works.get(key) ?? this.#begin(key, begin);
    shared.waiters++;
    let stop: () => void = () => undefined;
    const stopped = new Promise<never>((_, reject) => {
      stop = () => reject(signal.reason as Error);
      signal.addEventListener('abort', stop, { once: true });
    });
    try {
      return await Promise.race([shared.result, stopped]);
    } finally {
      signal.removeEventListener('abort', stop);
      shared.waiters--;
      if (shared.waiters === 0 && !shared.done) {
        if (this.#works.get(key) === shared) this.#works.delete(key);
        shared.abort.abort();
      }
    }
  }

  #begin(key: string, begin: (signal: AbortSignal) => Promise<T>): Shared<T> {
    const abort = new AbortController();
    const shared: Shared<T> = { result: begin(abort.signal), abort, waiters: 0, done: false };
    this.#works.set(key, shared);
    shared.result.then(
      () => (shared.done = true),
      () => {
        if (this.#works.get(key) === shared) this.#works.delete(key);
      },
    );
    return shared;
  }
}
