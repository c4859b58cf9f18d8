/** Notices when a connected server falls silent. Time in which this computer slept is not the server's silence. */

import type { Clock } from '../../core/ports';
import { deadline } from '../platform/deadline';

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
  #pausedBeforeMs: number;
  #limitMs: number;
  #cancel: () => void = () => undefined;

  constructor(
    private readonly deadlines: Deadlines,
    private readonly clock: Clock,
    private readonly onSilence: (silentMs: number) => void,
  ) {
    this.#heardAtMs = clock.now();
    this.#pausedBeforeMs = clock.pausedMs?.() ?? 0;
    this.#limitMs = deadlines.firstByteMs;
    this.#arm(this.#limitMs);
  }

  /** A byte arrived. Cheap: the timer is only moved when it fires, or once when the first byte shortens the limit. */
  heard(): void {
    this.#heardAtMs = this.clock.now();
    this.#pausedBeforeMs = this.clock.pausedMs?.() ?? 0;
    if (this.#limitMs === this.deadlines.betweenMs) return;
    this.#limitMs = this.deadlines.betweenMs;
    this.#arm(this.#limitMs);
  }

  stop(): void {
    this.#cancel();
  }

  #arm(ms: number): void {
    this.#cancel();
    this.#cancel = deadline(this.clock, ms, () => {
      this.#check();
    });
  }

  #check(): void {
    const pausedMs = (this.clock.pausedMs?.() ?? 0) - this.#pausedBeforeMs;
    const leftMs = this.#heardAtMs + this.#limitMs + pausedMs - this.clock.now();
    if (leftMs > 0) this.#arm(leftMs);
    else this.onSilence(this.#limitMs);
  }
}
