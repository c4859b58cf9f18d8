/** Stamps events with version, order and time, and hands them on. One for a tree of runs. */

import type { Clock } from '../ports';
import { EVENT_VERSION, type EventSink, type RunEventBody } from '../record/events';

export class Recorder {
  readonly #sink: EventSink;
  readonly #clock: Clock;
  #seq = 0;

  constructor(sink: EventSink, clock: Clock) {
    this.#sink = sink;
    this.#clock = clock;
  }

  record(body: RunEventBody): void {
    this.#sink({ ...body, v: EVENT_VERSION, seq: this.#seq++, atMs: this.#clock.now() });
  }
}
