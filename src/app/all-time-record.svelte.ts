/** Documents in the record over all time: summed up when asked for, run by run, and at once where all runs are known. */

import {
  lookThrough,
  surveyRuns,
  type AllTimeDocuments,
  type AllTimePorts,
  type Survey,
} from '../core/disclosure/all-time';
import { isAbort, toProblem, type Problem } from '../core/errors';
import type { RunSummary } from '../core/record/run-store';

export interface AllTimeRecordPorts extends AllTimePorts {
  readonly runs: () => Promise<readonly RunSummary[]>;
}

export class AllTimeRecord {
  readonly #ports: AllTimeRecordPorts;
  #due: number | null = $state.raw(null);
  #found: AllTimeDocuments | null = $state.raw(null);
  #progress: { readonly done: number; readonly of: number } | null = $state.raw(null);
  #problem: Problem | null = $state.raw(null);
  #looking: AbortController | null = null;

  constructor(ports: AllTimeRecordPorts) {
    this.#ports = ports;
  }

  /** Runs not looked through yet; null until `survey` has counted them. */
  get due(): number | null {
    return this.#due;
  }
  /** Null until all runs were looked through. */
  get found(): AllTimeDocuments | null {
    return this.#found;
  }
  /** Runs done while they are looked through. */
  get progress(): { readonly done: number; readonly of: number } | null {
    return this.#progress;
  }
  get problem(): Problem | null {
    return this.#problem;
  }

  /** Counts what there is to look through; with nothing new, the sum is made at once. Never rejects. */
  async survey(): Promise<void> {
    await this.#begin(async (survey, signal) => {
      this.#due = survey.due;
      if (survey.due === 0) this.#found = await lookThrough(this.#ports, survey, signal, () => undefined);
    });
  }

  /** Looks through every run that was not before. Never rejects. */
  async look(): Promise<void> {
    await this.#begin(async (survey, signal) => {
      const of = survey.included.length;
      this.#progress = { done: 0, of };
      this.#found = await lookThrough(this.#ports, survey, signal, (done) => {
        if (!signal.aborted) this.#progress = { done, of };
      });
      this.#due = 0;
    });
  }

  /** Gives up looking; what was found in whole runs is kept. */
  cancel(): void {
    this.#looking?.abort();
    this.#looking = null;
    this.#progress = null;
  }

  async #begin(work: (survey: Survey, signal: AbortSignal) => Promise<void>): Promise<void> {
    this.cancel();
    const looking = new AbortController();
    this.#looking = looking;
    this.#found = null;
    try {
      const survey = await surveyRuns(this.#ports, await this.#ports.runs());
      if (looking.signal.aborted) return;
      await work(survey, looking.signal);
      this.#problem = null;
    } catch (thrown) {
      if (!isAbort(thrown)) this.#problem = toProblem(thrown);
    } finally {
      if (this.#looking === looking) this.#progress = null;
    }
  }
}
