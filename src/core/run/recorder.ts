/** Stamps events with version, order and time, and hands them on. One for a tree of runs. */

import type { Clock } from '../ports';
import { EVENT_VERSION, type EventSink, type RunEventBody } from '../record/events';

/** A log that is gone on with. */
export interface EarlierLog {
  readonly nextSeq: number;
  /** What is in it is not recorded twice. */
  readonly has: (body: RunEventBody) => boolean;
}

export class Recorder {
  readonly #sink: EventSink;
  readonly #clock: Clock;
  readonly #earlier: EarlierLog | null;
  #seq: number;

  constructor(sink: EventSink, clock: Clock, earlier: EarlierLog | null = null) {
    this.#sink = sink;
    this.#clock = clock;
    this.#earlier = earlier;
    this.#seq = earlier?.nextSeq ?? 0;
  }

  record(body: RunEventBody): void {
    if (this.#earlier?.has(body)) return;
    this.#sink({ ...body, v: EVENT_VERSION, seq: this.#seq++, atMs: this.#clock.now() });
  }
}
