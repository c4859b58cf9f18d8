/** What left this device: at a glance for each run looked at, and by host over all time. */

import { toProblem, type Problem } from '../core/errors';
import type { ExposureTracer } from '../core/disclosure/exposure';
import { glanceAt, type Glance } from '../core/disclosure/glance';
import type { HostTotal, RequestLog, RunMark } from '../core/disclosure/request-log';
import { RunRecord } from './run-record.svelte';

export interface DisclosurePorts {
  readonly log: RequestLog;
  readonly tracer: ExposureTracer;
}

/** Requests come by the hundred; what is shown of them changes a few times a second. */
const REST_MS = 300;

export class DisclosureState {
  readonly #ports: DisclosurePorts;
  #marks: Readonly<Record<string, RunMark | null | Problem>> = $state.raw({});
  #totals: readonly HostTotal[] | null = $state.raw(null);
  #totalsProblem: Problem | null = $state.raw(null);
  readonly #due = new Set<string | null>(); // eslint-disable-line svelte/prefer-svelte-reactivity -- not shown

  constructor(ports: DisclosurePorts) {
    this.#ports = ports;
    ports.log.watch((changed) => {
      if (this.#due.size === 0)
        setTimeout(() => {
          this.#reread();
        }, REST_MS);
      this.#due.add(changed);
    });
  }

  /** Null until `look` has read it. @param going whether the run is under way */
  glance(runId: string, going: boolean): Glance | null {
    const mark = this.#marks[runId];
    if (mark === undefined) return null;
    // What cannot be read is as good as what was never written.
    if (mark !== null && 'code' in mark) return { ...glanceAt(null, going), verdict: 'incomplete' };
    return glanceAt(mark, going);
  }

  /** Reads what is known of a run, and goes on reading it as it changes. Never rejects. */
  async look(runId: string): Promise<void> {
    let mark: RunMark | null | Problem;
    try {
      mark = await this.#ports.log.mark(runId);
    } catch (thrown) {
      mark = toProblem(thrown);
    }
    this.#marks = { ...this.#marks, [runId]: mark };
  }

  /** The whole record of a run, to be loaded with its tree. */
  record(runId: string): RunRecord {
    return new RunRecord(runId, this.#ports);
  }

  /** Null until `readTotals` has. */
  get totals(): readonly HostTotal[] | null {
    return this.#totals;
  }
  get totalsProblem(): Problem | null {
    return this.#totalsProblem;
  }

  async readTotals(): Promise<void> {
    try {
      this.#totals = await this.#ports.log.totals();
      this.#totalsProblem = null;
    } catch (thrown) {
      this.#totalsProblem = toProblem(thrown);
    }
  }

  /** Forgets the totals of all hosts; what is kept with runs stays. */
  async clearTotals(): Promise<void> {
    try {
      await this.#ports.log.clearTotals();
    } catch (thrown) {
      this.#totalsProblem = toProblem(thrown);
      return;
    }
    await this.readTotals();
  }

  #reread(): void {
    const due = [...this.#due];
    this.#due.clear();
    for (const id of due) {
      if (id === null) {
        if (this.#totals) void this.readTotals();
      } else if (id in this.#marks) void this.look(id);
    }
  }
}
