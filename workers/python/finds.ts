/** Searches of one interpreter by the page's index: asked one by one, answered with places, never with text. */

import type { Interrupts } from './interrupt';
import { WIRE_LIMITS, type FoundRow, type FromWorker } from './wire';

export class Finds {
  readonly #interrupts: Interrupts;
  readonly #send: (message: FromWorker) => void;
  readonly #asks = new Map<number, (told: string | undefined) => void>();
  #ids = 0;

  constructor(interrupts: Interrupts, send: (message: FromWorker) => void) {
    this.#interrupts = interrupts;
    this.#send = send;
  }

  /** True while a cell waits for a search. */
  get waiting(): boolean {
    return this.#asks.size > 0;
  }

  /** What Python suspends on: JSON of the places, or of null; undefined when interrupted. */
  ask(job: number | null, context: number, query: string, limit: number): Promise<string | undefined> {
    this.#interrupts.clock.leave();
    if (job === null || this.#interrupts.reason !== null) return Promise.resolve(undefined);
    if (this.#asks.size >= WIRE_LIMITS.findsInFlight) return Promise.resolve('null');
    const ask = ++this.#ids;
    return new Promise((settle) => {
      this.#asks.set(ask, settle);
      this.#send({ type: 'find', job, ask, context, query, limit });
    });
  }

  answer(ask: number, places: readonly FoundRow[] | null): void {
    const settle = this.#asks.get(ask);
    this.#asks.delete(ask);
    settle?.(JSON.stringify(places));
  }

  interrupt(): void {
    for (const settle of this.#asks.values()) settle(undefined);
    this.#asks.clear();
  }
}
