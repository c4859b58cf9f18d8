/** Runs that another tab owns, as a tab that does not sees them. */

import { describe, expect, it } from 'vitest';
import { RunsState } from '../../../src/app/runs.svelte';
import type { RunEvent } from '../../../src/core/record/events';
import type { RunSummary } from '../../../src/core/record/run-store';
import type { RunNews, RunTabs } from '../../../src/core/record/run-tabs';
import { MemoryRuns } from '../../dev/memory';
import { syntheticRun } from '../../fixtures/synthetic-run';

/** The other tab: it owns the run `other` until it is told to let go. */
class OtherTab implements RunTabs {
  readonly askedToStop: string[] = [];
  readonly told: RunNews[] = [];
  readonly store = new MemoryRuns();
  #owns = true;
  readonly #onFree: (() => void)[] = [];
  readonly #onNews: ((news: RunNews) => void)[] = [];

  constructor() {
    const list = this.store.list.bind(this.store);
    this.store.list = async () => (await list()).map((run) => (this.#owns ? asRunning(run) : run));
  }
  onNews(callback: (news: RunNews) => void): void {
    this.#onNews.push(callback);
  }
  onAskedToStop(): void {
    // This tab owns nothing that could be stopped.
  }
  askToStop(runId: string): void {
    this.askedToStop.push(runId);
  }
  tell(news: RunNews): void {
    this.told.push(news);
  }
  whenFree(_runId: string, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#onFree.push(resolve);
      signal?.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
    });
  }

  write(events: readonly RunEvent[]): void {
    for (const event of events) this.store.append('other', event);
    for (const callback of this.#onNews) callback({ type: 'written', runId: 'other', status: 'running' });
  }
  letGo(): void {
    this.#owns = false;
    for (const callback of this.#onFree) callback();
  }
}

const asRunning = (run: RunSummary): RunSummary => ({ ...run, status: 'running' });

function setUp(written: readonly RunEvent[]) {
  const tab = new OtherTab();
  tab.write(written);
  const runs = new RunsState({
    start: () => Promise.reject(new Error('unused')),
    store: tab.store,
    tabs: tab,
    nextFrame: (callback) => {
      callback();
    },
  });
  return { tab, runs };
}

const events = syntheticRun({ runId: 'other' });

describe('a run that another tab owns', () => {
  it('is followed as it is written, each event once, and ends when that tab is done', async () => {
    const { tab, runs } = setUp(events.slice(0, 12));
    await runs.refresh();
    const view = runs.open('other');
    await expect.poll(() => view.phase).toBe('elsewhere');
    expect(view.tree?.run.status).toBe('running');
    for (let at = 12; at < events.length; at += 3) tab.write(events.slice(at, at + 3));
    await expect.poll(() => view.nextSeq).toBe(events.length);
    tab.letGo();
    await expect.poll(() => view.phase).toBe('ended');
    const alone = new MemoryRuns();
    for (const event of events) alone.append('other', event);
    const { runs: other } = {
      runs: new RunsState({ start: () => Promise.reject(new Error()), store: alone }),
    };
    const whole = other.open('other');
    await expect.poll(() => whole.phase).toBe('ended');
    expect(view.tree).toEqual(whole.tree);
    expect(runs.history.map(({ status }) => status)).toEqual(['answered']);
  });

  it('is broken as soon as that tab is gone, and the history knows', async () => {
    const { tab, runs } = setUp(events.slice(0, 12));
    await runs.refresh();
    expect(runs.history[0]?.status).toBe('running');
    const view = runs.open('other');
    await expect.poll(() => view.phase).toBe('elsewhere');
    tab.letGo();
    await expect.poll(() => view.phase).toBe('ended');
    expect(view.tree?.run.status).toBe('broken');
    expect(view.milestone).toContain('closed');
    await expect.poll(() => runs.history[0]?.status).toBe('broken');
  });

  it('is stopped by asking that tab, and only told to be stopped once it is', async () => {
    const { tab, runs } = setUp(events.slice(0, 12));
    const view = runs.open('other');
    await expect.poll(() => view.phase).toBe('elsewhere');
    view.stop();
    expect(tab.askedToStop).toEqual(['other']);
    expect(view.stopping).toBe(true);
    expect(view.phase).toBe('elsewhere');
    tab.letGo();
    await expect.poll(() => view.phase).toBe('ended');
    expect(view.stopping).toBe(false);
  });

  it('is removed only after it has stopped there, and the others hear of it', async () => {
    const { tab, runs } = setUp(events.slice(0, 12));
    const removing = runs.remove('other');
    await expect.poll(() => tab.askedToStop).toEqual(['other']);
    expect(tab.store.logs.size).toBe(1);
    tab.letGo();
    await removing;
    expect(tab.store.logs.size).toBe(0);
    expect(tab.told).toEqual([{ type: 'removed', runId: 'other' }]);
  });
});
