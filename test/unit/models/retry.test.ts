/** Retry waits to the millisecond, and silence by a clock that stands still until told. */

import { afterEach, describe, expect, it } from 'vitest';
import { createOpenAiModel } from '../../../src/adapters/models/openai';
import {
  DEFAULT_RETRY,
  nextDelayMs,
  retryAfterMs,
  wait,
  type Failure,
} from '../../../src/adapters/models/retry';
import { SilenceWatch } from '../../../src/adapters/models/silence';
import { SondeError } from '../../../src/core/errors';
import { HandClock } from '../../fixtures/hand-clock';
import { startOpenAiServer, type OpenAiServer } from '../../fixtures/server/openai-server';
import { inOrder, type Reply } from '../../fixtures/server/script';
import { collect } from './collect';

const error = new SondeError({ code: 'server', message: 'x' });
const failing = (fields: Partial<Failure> = {}): Failure => ({
  error,
  retry: 'yes',
  retryAfterMs: null,
  ...fields,
});

describe('the wait before the next try', () => {
  const waits = (failure: Failure, random: number) =>
    [1, 2, 3, 4, 5, 6].map((attempt) =>
      nextDelayMs(failure, { attempt, answeredBefore: true }, DEFAULT_RETRY, () => random),
    );

  it('doubles, shortened by chance by up to half', () => {
    expect(waits(failing(), 0)).toEqual([500, 1000, 2000, 4000, 8000, null]);
    expect(waits(failing(), 0.5)).toEqual([375, 750, 1500, 3000, 6000, null]);
  });

  it('is capped', () => {
    const policy = { ...DEFAULT_RETRY, maxRetries: 20 };
    expect(nextDelayMs(failing(), { attempt: 15, answeredBefore: true }, policy, () => 0)).toBe(30_000);
  });

  it('is what the server asks for, never less, spread a little', () => {
    expect(waits(failing({ retryAfterMs: 3000 }), 0)[0]).toBe(3000);
    expect(waits(failing({ retryAfterMs: 3000 }), 0.9)[0]).toBe(3450);
  });

  it('is not waited for when the server asks for too long', () => {
    expect(waits(failing({ retryAfterMs: 3_600_000 }), 0)[0]).toBeNull();
  });

  it('ends after one try for a silent server, two for one never reached, none for a refusal', () => {
    const tries = (retry: Failure['retry']) =>
      [1, 2, 3].filter(
        (attempt) =>
          nextDelayMs(failing({ retry }), { attempt, answeredBefore: false }, DEFAULT_RETRY, () => 0) !==
          null,
      ).length;
    expect([tries('once'), tries('connect'), tries('never')]).toEqual([1, 2, 0]);
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-03-01T12:00:00Z');
  it.each<[Record<string, string>, number | null]>([
    [{ 'retry-after': '7' }, 7000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': 'Sun, 01 Mar 2026 12:00:20 GMT' }, 20_000],
    [{ 'retry-after': 'Sun, 01 Mar 2026 11:00:00 GMT' }, null],
    [{ 'retry-after-ms': '120', 'retry-after': '7' }, 120],
    [{ 'retry-after': 'soon' }, null],
    [{}, null],
  ])('%o', (headers, expected) => {
    expect(retryAfterMs(new Headers(headers), now)).toBe(expected);
  });
});

describe('a wait', () => {
  it('ends at once when aborted, and leaves no timer behind', async () => {
    const clock = new HandClock();
    const stop = new AbortController();
    const waiting = wait(1000, stop.signal, clock);
    const reason = new DOMException('stop', 'AbortError');
    stop.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(clock.pending).toBe(0);
  });
});

describe('silence', () => {
  it('is measured from the last byte, with a longer patience for the first', () => {
    const clock = new HandClock();
    const fired: number[] = [];
    const watch = new SilenceWatch({ firstByteMs: 1000, betweenMs: 100 }, clock, (ms) => fired.push(ms));
    clock.advance(999);
    watch.heard();
    clock.advance(60);
    watch.heard();
    clock.advance(99);
    expect(fired).toEqual([]);
    clock.advance(1);
    expect(fired).toEqual([100]);
    watch.stop();
  });

  it('before the first byte is told by its own deadline', () => {
    const clock = new HandClock();
    const fired: number[] = [];
    const watch = new SilenceWatch({ firstByteMs: 1000, betweenMs: 100 }, clock, (ms) => fired.push(ms));
    clock.advance(1000);
    expect(fired).toEqual([1000]);
    watch.stop();
    expect(clock.pending).toBe(0);
  });
});

describe('over HTTP, by the model’s own clock', () => {
  let server: OpenAiServer;
  afterEach(() => server.close());

  /** Asks, answering every wait for a retry by moving the clock; gives the waits that were told. */
  async function waitsOf(replies: Reply[]): Promise<number[]> {
    server = await startOpenAiServer(inOrder(replies));
    const clock = new HandClock(Date.parse('2026-03-01T12:00:00Z'));
    const model = createOpenAiModel({ baseUrl: server.baseUrl, model: 'm' }, { clock, random: () => 0 });
    const onEvent = (event: { type: string; delayMs?: number }) => {
      const { delayMs } = event;
      if (event.type === 'retry' && delayMs !== undefined) setTimeout(() => clock.advance(delayMs), 5);
    };
    const got = await collect(model, undefined, {}, { onEvent });
    expect(got.text).toBe('at last');
    return got.retries.map((retry) => retry.delayMs);
  }

  it('backs off', async () => {
    const failed = { status: 503 };
    expect(await waitsOf([failed, failed, failed, 'at last'])).toEqual([500, 1000, 2000]);
  });

  it('honours Retry-After in seconds, as a date and in milliseconds', async () => {
    const waits = await waitsOf([
      { status: 429, headers: { 'retry-after': '3' } },
      { status: 429, headers: { 'retry-after': 'Sun, 01 Mar 2026 12:00:10 GMT' } },
      { status: 429, headers: { 'retry-after-ms': '40' } },
      'at last',
    ]);
    expect(waits).toEqual([3000, 7000, 40]); // the clock had moved on by three seconds when the date was read
  });
});
