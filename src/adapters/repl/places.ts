/** Places for interpreters: no more than the device bears, but parents that wait for children never keep them out. */

interface Turn {
  readonly depth: number;
  readonly take: () => void;
}

export class Places {
  readonly #width: number;
  readonly #onFull: () => void;
  readonly #queue: Turn[] = [];
  #taken = 0;
  #waiting = 0;

  /** @param onFull told each time somebody has to wait */
  constructor(width: number, onFull: () => void) {
    this.#width = width;
    this.#onFull = onFull;
  }

  get taken(): number {
    return this.#taken;
  }

  /**
   * Takes a place, waiting for its turn. The deepest run comes first: what waits for it gives its own place back the
   * sooner, and fewer interpreters are there at once.
   * @throws the signal's reason when aborted
   */
  async take(depth: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#free) {
      this.#taken++;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const turn: Turn = {
        depth,
        take: () => {
          signal.removeEventListener('abort', give);
          resolve();
        },
      };
      const give = () => {
        this.#queue.splice(this.#queue.indexOf(turn), 1);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', give, { once: true });
      this.#queue.push(turn);
      this.#onFull();
    });
  }

  leave(): void {
    this.#taken--;
    this.#admit();
  }

  /** Says how many of those taken wait for children, which need places themselves. */
  set waiting(count: number) {
    this.#waiting = count;
    this.#admit();
  }

  /** Over the width only when everyone waits for children: else parents would wait for places they hold. */
  get #free(): boolean {
    return this.#taken < this.#width || this.#waiting >= this.#taken;
  }

  #admit(): void {
    while (this.#queue.length > 0 && this.#free) {
      const deepest = this.#queue.reduce((best, turn) => (turn.depth > best.depth ? turn : best));
      this.#queue.splice(this.#queue.indexOf(deepest), 1);
      this.#taken++;
      deepest.take();
    }
  }
}
