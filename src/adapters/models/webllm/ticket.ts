/** One call's place in the line for the GPU: what it waits for, and the engine it gets. */

import type { DeviceModel } from '../../../core/models/device';
import type { ChatEvent } from '../../../core/ports';
import type { EngineWorker } from './engine-worker';

type Waiting = Omit<Extract<ChatEvent, { type: 'waiting' }>, 'type'>;

export class Ticket {
  readonly model: DeviceModel;
  readonly contextTokens: number;
  #waiting: Waiting | null = null;
  #engine: EngineWorker | null = null;
  #failure: { readonly reason: unknown } | null = null;
  #changed = Promise.withResolvers<null>();

  constructor(model: DeviceModel, contextTokens: number) {
    this.model = model;
    this.contextTokens = contextTokens;
  }

  /** What it waits for now. */
  wait(waiting: Waiting): void {
    const { ahead, text } = waiting;
    if (this.#waiting?.ahead === ahead && this.#waiting.text === text) return;
    this.#waiting = waiting;
    this.#change();
  }

  /** Its turn: the engine has its model loaded and does nothing else with it. */
  admit(engine: EngineWorker): void {
    this.#engine = engine;
    this.#change();
  }

  refuse(reason: unknown): void {
    this.#failure ??= { reason };
    this.#change();
  }

  /**
   * Tells what it waits for until its turn has come.
   * @throws the reason it was refused for; the signal's reason
   */
  async *untilAdmitted(signal: AbortSignal): AsyncGenerator<ChatEvent, EngineWorker> {
    const aborted = Promise.withResolvers<null>();
    const onAbort = (): void => {
      aborted.resolve(null);
    };
    signal.addEventListener('abort', onAbort);
    try {
      let told: Waiting | null = null;
      for (;;) {
        const changed = this.#changed.promise;
        signal.throwIfAborted();
        if (this.#failure) throw this.#failure.reason;
        if (this.#engine) return this.#engine;
        if (this.#waiting !== told && this.#waiting !== null) {
          told = this.#waiting;
          yield { type: 'waiting', ...told };
          continue;
        }
        await Promise.race([changed, aborted.promise]);
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  #change(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers<null>();
    resolve(null);
  }
}
