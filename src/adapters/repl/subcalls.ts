/** The calls one cell has in flight: numbered, bounded, answered once, and aborted with the cell. */

import { toProblem } from '../../core/errors';
import type { SubcallHandler } from '../../core/ports';
import { readSchema } from './call-schema';
import { WIRE_LIMITS, type FromWorker } from '../../../workers/python/wire';

type Call = Extract<FromWorker, { type: 'call' }>;

export class CellCalls {
  readonly #handler: SubcallHandler;
  readonly #answer: (call: number, values: readonly string[] | null) => void;
  readonly #onChildren: (waiting: boolean) => void;
  readonly #abort = new AbortController();
  readonly #inFlight = new Set<number>();
  #children = 0;
  #last = 0;

  constructor(
    handler: SubcallHandler,
    answer: (call: number, values: readonly string[] | null) => void,
    onChildren: (waiting: boolean) => void,
  ) {
    this.#handler = handler;
    this.#answer = answer;
    this.#onChildren = onChildren;
  }

  /** Passes a call on. False when it cannot be genuine: a number seen before, or far too many at once. */
  accept(call: Call): boolean {
    if (this.#abort.signal.aborted) return true; // crossed with the abort; nobody waits for it
    if (call.call <= this.#last || this.#inFlight.size >= WIRE_LIMITS.callsInFlight) return false;
    this.#last = call.call;
    void this.#perform(call);
    return true;
  }

  /** True while Python may be waiting for the page rather than computing. */
  get waiting(): boolean {
    return this.#inFlight.size > 0;
  }

  abort(): void {
    this.#abort.abort();
  }

  async #perform(call: Call): Promise<void> {
    const { kind, prompts, contexts, model, schema } = call;
    this.#inFlight.add(call.call);
    this.#count(kind, 1);
    const read = schema === undefined ? {} : readSchema(schema);
    const values =
      'refused' in read
        ? prompts.map(() => `Error: ${read.refused}`)
        : await this.#ask({ kind, prompts, model, ...(contexts ? { contexts } : {}), ...read });
    this.#inFlight.delete(call.call);
    this.#count(kind, -1);
    this.#answer(call.call, values);
  }

  async #ask(request: Parameters<SubcallHandler>[0]): Promise<readonly string[] | null> {
    const { signal } = this.#abort;
    try {
      const values = await this.#handler(request, signal);
      return signal.aborted ? null : request.prompts.map((_, at) => values[at] ?? 'Error: no reply');
    } catch (error) {
      if (signal.aborted) return null;
      const { message } = toProblem(error);
      return request.prompts.map(() => `Error: ${message}`);
    }
  }

  #count(kind: Call['kind'], change: number): void {
    if (kind !== 'rlm') return;
    this.#children += change;
    this.#onChildren(this.#children > 0);
  }
}
