/** Sleep and frozen pages: what is waited for gets the time back, whichever way a system's timers take it. */

import { describe, expect, it } from 'vitest';
import { PageClock, type TimeSource } from '../../../src/adapters/platform/clock';
import { deadline, GRACE_MS } from '../../../src/adapters/platform/deadline';
import { SilenceWatch } from '../../../src/adapters/models/silence';
import type { Pause } from '../../../src/core/ports';
import { Ledger } from '../../../src/core/run/ledger';
import { DEFAULT_LIMITS } from '../../../src/core/run/limits';

/** `catch-up`: timers that fell due in the sleep fire on waking. `go-on`: they wait for the rest of their time. */
type AfterSleep = 'catch-up' | 'go-on';

/** A computer with a lid. */
class Computer implements TimeSource {
  #nowMs = 1_000_000;
  #timers: { atMs: number; callback: () => void }[] = [];
  #onFreeze: (() => void)[] = [];

  constructor(readonly afterSleep: AfterSleep) {}

  now(): number {
    return this.#nowMs;
  }
  after(ms: number, callback: () => void): () => void {
    const timer = { atMs: this.#nowMs + ms, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }
  onFreeze(callback: () => void): void {
    this.#onFreeze.push(callback);
  }

  work(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (;;) {
      const due = this.#timers.filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (!due) break;
      this.#timers = this.#timers.filter((timer) => timer !== due);
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      due.callback();
    }
    this.#nowMs = endMs;
  }
  sleep(ms: number): void {
    this.#nowMs += ms;
    if (this.afterSleep === 'go-on') for (const timer of this.#timers) timer.atMs += ms;
    this.work(0);
  }
  freeze(ms: number): void {
    for (const callback of this.#onFreeze) callback();
    this.sleep(ms);
  }
  get pending(): number {
    return this.#timers.length;
  }
}

const HOUR_MS = 3_600_000;

function setUp(afterSleep: AfterSleep) {
  const computer = new Computer(afterSleep);
  const clock = new PageClock(computer);
  const pauses: Pause[] = [];
  const stopListening = clock.onPause((pause) => pauses.push(pause));
  return { computer, clock, pauses, stopListening };
}

describe.each(['catch-up', 'go-on'] as const)('a computer whose timers %s after sleep', (afterSleep) => {
  it('has slept as long as the lid was closed, give or take a look', () => {
    const { computer, clock, pauses } = setUp(afterSleep);
    computer.work(60_000);
    expect(clock.pausedMs()).toBe(0);
    computer.sleep(HOUR_MS);
    computer.work(60_000);
    expect(clock.pausedMs()).toBeGreaterThanOrEqual(HOUR_MS);
    expect(clock.pausedMs()).toBeLessThan(HOUR_MS + 6_000);
    expect(pauses.map(({ kind }) => kind)).toEqual(['slept']);
    computer.freeze(2 * HOUR_MS);
    computer.work(6_000);
    expect(pauses.map(({ kind }) => kind)).toEqual(['slept', 'frozen']);
  });

  it('does not hold its sleep against what it waits for', () => {
    const { computer, clock } = setUp(afterSleep);
    let passed = 0;
    deadline(clock, 90_000, () => passed++);
    computer.work(30_000);
    computer.sleep(HOUR_MS);
    computer.work(50_000);
    expect(passed).toBe(0);
    computer.work(20_000);
    expect(passed).toBe(1);
  });

  it('does not take its sleep for the silence of a server', () => {
    const { computer, clock } = setUp(afterSleep);
    const silent: number[] = [];
    const limits = { firstByteMs: 300_000, betweenMs: 120_000 };
    const watch = new SilenceWatch(limits, clock, (ms) => silent.push(ms));
    computer.work(10_000);
    watch.heard();
    computer.work(30_000);
    computer.sleep(HOUR_MS);
    computer.work(80_000);
    expect(silent).toEqual([]);
    computer.work(20_000);
    expect(silent).toEqual([120_000]);
    watch.stop();
  });

  it('leaves its sleep out of the limit on time', () => {
    const { computer, clock } = setUp(afterSleep);
    const ledger = new Ledger({ ...DEFAULT_LIMITS, maxTimeS: 100 }, clock);
    computer.work(40_000);
    computer.sleep(HOUR_MS);
    expect(ledger.exceeded()).toBeNull();
    computer.work(50_000);
    expect(ledger.exceeded()).toBeNull();
    computer.work(20_000);
    expect(ledger.exceeded()?.message).toContain('maxTimeS');
  });
});

describe('a deadline', () => {
  it('is on time when nothing held it up', () => {
    const { computer, clock } = setUp('catch-up');
    let passed = 0;
    deadline(clock, 1_000, () => passed++);
    computer.work(999);
    expect(passed).toBe(0);
    computer.work(1);
    expect(passed).toBe(1);
  });

  it('gives one grace period to what was held up for less than a sleep, and no second', () => {
    const { computer, clock } = setUp('catch-up');
    let passed = 0;
    deadline(clock, 1_000, () => passed++);
    computer.sleep(9_000);
    expect(passed).toBe(0);
    computer.sleep(GRACE_MS + 4_000); // late again: this must have an end
    expect(passed).toBe(1);
  });
});

it('a clock nobody uses does not tick, and takes no idle hour for sleep', () => {
  const { computer, clock, stopListening } = setUp('catch-up');
  stopListening();
  expect(computer.pending).toBe(0);
  computer.work(HOUR_MS);
  clock.after(1_000, () => undefined)();
  expect(computer.pending).toBe(0);
  expect(clock.pausedMs()).toBe(0);
});
