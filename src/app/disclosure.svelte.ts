/** What left this device: at a glance for each run looked at, and by host over all time. */

import { toProblem, type Problem } from '../core/errors';
import { documentsIn } from '../core/disclosure/documents';
import { reportOf, type DisclosureReport } from '../core/disclosure/export';
import { glanceAt, type Glance } from '../core/disclosure/glance';
import type { HostTotal, RunMark } from '../core/disclosure/request-log';
import { traceRun } from '../core/disclosure/trace-run';
import type { RunTree } from '../core/record/tree';
import { AllTimeRecord, type AllTimeRecordPorts } from './all-time-record.svelte';
import { RunRecord, type DisclosurePorts } from './run-record.svelte';

/** Requests come by the hundred; what is shown of them changes a few times a second. */
const REST_MS = 300;

export class DisclosureState {
  /** Documents over all time. */
  readonly allTime: AllTimeRecord;
  readonly #ports: DisclosurePorts;
  #marks: Readonly<Record<string, RunMark | null | Problem>> = $state.raw({});
  #totals: readonly HostTotal[] | null = $state.raw(null);
  #totalsProblem: Problem | null = $state.raw(null);
  readonly #due = new Set<string | null>(); // eslint-disable-line svelte/prefer-svelte-reactivity -- not shown

  constructor(ports: DisclosurePorts & AllTimeRecordPorts) {
    this.#ports = ports;
    this.allTime = new AllTimeRecord(ports);
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

  /** The record of a run as plain JSON. @throws SondeError storage codes */
  async report(tree: RunTree): Promise<DisclosureReport> {
    const { log } = this.#ports;
    const { id, status } = tree.run;
    const [mark, departures] = await Promise.all([log.mark(id), log.departures(id)]);
    const traced = await traceRun(this.#ports, tree, departures, new AbortController().signal).catch(
      (thrown: unknown) => {
        if (toProblem(thrown).code === 'not-found') return null; // the corpus was removed since
        throw thrown;
      },
    );
    const documents = traced && documentsIn(tree.run.context.documents, traced.exposures);
    return reportOf(tree, glanceAt(mark, status === 'running'), departures, documents);
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
