/** What one cell searches the documents for: numbered, bounded, answered once, and aborted with the cell. */

import { WIRE_LIMITS, type FoundRow, type FromWorker } from '../../../workers/python/wire';

type Find = Extract<FromWorker, { type: 'find' }>;

/** Asks the index of the context of that number; null when there is none. */
export type FindPassages = (
  context: number,
  query: string,
  limit: number,
  signal: AbortSignal,
) => Promise<readonly FoundRow[] | null>;

export class CellFinds {
  readonly #find: FindPassages;
  readonly #answer: (ask: number, places: readonly FoundRow[] | null) => void;
  readonly #abort = new AbortController();
  #inFlight = 0;
  #last = 0;

  constructor(find: FindPassages, answer: (ask: number, places: readonly FoundRow[] | null) => void) {
    this.#find = find;
    this.#answer = answer;
  }

  /** Passes a search on. False when it cannot be genuine: a number seen before, or far too many at once. */
  accept(find: Find): boolean {
    if (this.#abort.signal.aborted) return true; // crossed with the abort; nobody waits for it
    if (find.ask <= this.#last || this.#inFlight >= WIRE_LIMITS.findsInFlight) return false;
    this.#last = find.ask;
    void this.#perform(find);
    return true;
  }

  /** True while Python may be waiting for a search rather than computing. */
  get waiting(): boolean {
    return this.#inFlight > 0;
  }

  abort(): void {
    this.#abort.abort();
  }

  async #perform({ ask, context, query, limit }: Find): Promise<void> {
    const { signal } = this.#abort;
    this.#inFlight++;
    // Python searches by itself when the index cannot be asked, whatever the reason.
    const places = await this.#find(context, query, limit, signal).catch(() => null);
    this.#inFlight--;
    if (!signal.aborted) this.#answer(ask, places);
  }
}
