/** Looks on at runs that other tabs own: reads what they write, and notices at once when their tab is gone. */

import { isAbort, SondeError } from '../core/errors';
import type { RunStore } from '../core/record/run-store';
import type { RunTabs } from '../core/record/run-tabs';
import type { RunView } from './run-view.svelte';

/** A tab in the background hears late, a frozen or hung one not at all. */
const STOP_PATIENCE_MS = 10_000;

export class Onlooker {
  readonly #store: RunStore;
  readonly #tabs: RunTabs;
  /** Called after a run another tab owned has come to its end there. */
  readonly #onFreed: (runId: string) => void;
  readonly #waiting = new Map<string, Promise<void>>();
  readonly #views = new Map<string, RunView>();
  /** Reads of one view go one after the other, so that no event is folded twice. */
  readonly #reading = new Map<string, Promise<void>>();

  constructor(store: RunStore, tabs: RunTabs, onFreed: (runId: string) => void) {
    this.#store = store;
    this.#tabs = tabs;
    this.#onFreed = onFreed;
    tabs.onNews((news) => {
      const view = this.#views.get(news.runId);
      if (view && news.type === 'written') void this.#catchUp(view);
    });
  }

  /** Waits for the end of a run that another tab owns. Cheap; once for each run. */
  expect(runId: string): void {
    if (this.#waiting.has(runId)) return;
    const freed = this.#tabs
      .whenFree(runId)
      .catch((thrown: unknown) => {
        if (!isAbort(thrown)) throw thrown; // this page is being closed
      })
      .then(async () => {
        this.#waiting.delete(runId);
        const view = this.#views.get(runId);
        if (view) {
          await this.#catchUp(view);
          view.end();
          this.#views.delete(runId);
          this.#reading.delete(runId);
        }
        this.#onFreed(runId);
      });
    this.#waiting.set(runId, freed);
  }

  /** Shows a run that goes on in another tab, until it has ended there. */
  async follow(view: RunView): Promise<void> {
    const events = await this.#store.events(view.id);
    view.lookOn(events, () => {
      this.#askToStop(view);
    });
    if (view.phase !== 'elsewhere') return;
    this.#views.set(view.id, view);
    this.expect(view.id);
    // What was written between the reading and the listening.
    void this.#catchUp(view);
  }

  /**
   * Has the run stopped where it goes on, and resolves once nothing more is written.
   * @throws SondeError when its tab does not answer
   */
  async stop(runId: string): Promise<void> {
    this.#tabs.askToStop(runId);
    try {
      await this.#tabs.whenFree(runId, AbortSignal.timeout(STOP_PATIENCE_MS));
    } catch (cause) {
      throw new SondeError(noAnswer, { cause });
    }
  }

  #askToStop(view: RunView): void {
    this.stop(view.id).catch(() => {
      view.stopUnanswered(noAnswer);
    });
  }

  #catchUp(view: RunView): Promise<void> {
    const read = (this.#reading.get(view.id) ?? Promise.resolve()).then(async () => {
      try {
        for (const event of await this.#store.events(view.id, view.nextSeq)) view.apply(event);
      } catch (thrown) {
        view.fail(thrown);
      }
    });
    this.#reading.set(view.id, read);
    return read;
  }
}

const noAnswer = {
  code: 'silent',
  message: 'The tab that runs this does not answer.',
  hint: 'Go to that tab and stop it there, or close that tab. What has happened so far is kept.',
} as const;
