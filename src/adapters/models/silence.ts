/** Notices when a connected server falls silent. */

import type { Clock } from '../../core/ports';

export interface Deadlines {
  /** Until the first byte of the reply: a local server may first load a model and read a long prompt. */
  readonly firstByteMs: number;
  /** Between any two pieces after that. */
  readonly betweenMs: number;
}

export const DEFAULT_DEADLINES: Deadlines = { firstByteMs: 300_000, betweenMs: 120_000 };

/** Calls `onSilence` once, with the deadline that passed, unless `heard` is called often enough or it is stopped. */
export class SilenceWatch {
  #heardAtMs: number;
  #limitMs: number;
  #cancel: () => void;

  constructor(
    private readonly deadlines: Deadlines,
    private readonly clock: Clock,
    private readonly onSilence: (silentMs: number) => void,
  ) {
    this.#heardAtMs = clock.now();
    this.#limitMs = deadlines.firstByteMs;
    this.#cancel = clock.after(this.#limitMs, () => this.#check());
  }

  /** A byte arrived. Cheap: the timer is only moved when it fires, or once when the first byte shortens the limit. */
  heard(): void {
    this.#heardAtMs = this.clock.now();
    if (this.#limitMs === this.deadlines.betweenMs) return;
    this.#limitMs = this.deadlines.betweenMs;
    this.#arm(this.#limitMs);
  }

  stop(): void {
    this.#cancel();
  }

  #arm(ms: number): void {
    this.#cancel();
    this.#cancel = this.clock.after(ms, () => this.#check());
  }

  #check(): void {
    const left = this.#heardAtMs + this.#limitMs - this.clock.now();
    if (left > 0) this.#arm(left);
    else this.onSilence(this.#limitMs);
  }
}
