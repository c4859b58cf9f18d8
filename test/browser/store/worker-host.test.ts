import { transfer } from 'comlink';
import { afterEach, describe, expect, test } from 'vitest';
import { WorkerHost } from '../../../src/adapters/worker-host';
import { cancelPort } from '../../../src/adapters/worker-outcome';
import type { FragileApi } from './fragile.worker';

const host = new WorkerHost<FragileApi>(
  () => new Worker(new URL('./fragile.worker.ts', import.meta.url), { type: 'module' }),
  'The test worker',
);
const soon = { deadlineMs: 10_000 };

afterEach(() => {
  host.close();
});

test('calls go to one worker, and a refusal keeps its code and hint', async () => {
  expect(await host.call((api) => api.count(), soon)).toBe(1);
  await expect(host.call((api) => api.refuse(), soon)).rejects.toMatchObject({
    name: 'SondeError',
    code: 'quota',
    hint: 'Make some.',
  });
  expect(await host.call((api) => api.count(), soon)).toBe(2);
});

describe('a worker that dies rejects what was pending, and another takes its place', () => {
  test.each(['die', 'crash'] as const)('%s', async (how) => {
    expect(await host.call((api) => api.count(), soon)).toBe(1);
    const waiting = host.call((api) => api.hang(), { deadlineMs: 60_000 });
    const dying = host.call((api) => api[how](), { deadlineMs: 60_000 });
    await expect(dying).rejects.toMatchObject({ code: 'internal' });
    await expect(waiting).rejects.toMatchObject({ code: 'internal' });
    expect(await host.call((api) => api.count(), soon)).toBe(1);
  });

  test('close', async () => {
    const waiting = host.call((api) => api.hang(), { deadlineMs: 60_000 });
    host.close();
    await expect(waiting).rejects.toMatchObject({ code: 'internal' });
    expect(await host.call((api) => api.count(), soon)).toBe(1);
  });

  test('a worker that cannot be loaded', async () => {
    const broken = new WorkerHost<FragileApi>(() => new Worker('/no-such-worker.js'), 'The test worker');
    await expect(broken.call((api) => api.count(), soon)).rejects.toMatchObject({ code: 'internal' });
  });
});

describe('a worker that does not answer', () => {
  test.each(['hang', 'spin'] as const)('%s: is ended at the deadline', async (how) => {
    const startedMs = performance.now();
    await expect(host.call((api) => api[how](), { deadlineMs: 300 })).rejects.toMatchObject({
      code: 'internal',
    });
    expect(performance.now() - startedMs).toBeLessThan(10_000);
    expect(await host.call((api) => api.count(), soon)).toBe(1);
  });

  test('progress puts the deadline off', async () => {
    const startedMs = performance.now();
    const calling = host.call(
      async (api, touch) => {
        for (let i = 0; i < 8; i++) {
          await new Promise((resolve) => setTimeout(resolve, 300));
          touch();
        }
        return api.count();
      },
      { deadlineMs: 2000 },
    );
    expect(await calling).toBe(1);
    expect(performance.now() - startedMs).toBeGreaterThan(2000);
  });
});

describe('cancelling', () => {
  test('reaches the worker, which stays', async () => {
    const cancel = new AbortController();
    const { port, dispose } = cancelPort(cancel.signal);
    await host.call((api) => api.count(), soon);
    const calling = host.call((api) => api.untilCancelled(transfer(port, [port])), {
      deadlineMs: 10_000,
      signal: cancel.signal,
    });
    cancel.abort();
    await expect(calling).rejects.toMatchObject({ name: 'AbortError' });
    dispose();
    expect(await host.call((api) => api.count(), soon)).toBe(2);
  });

  test('before the call starts nothing', async () => {
    const signal = AbortSignal.abort();
    await expect(host.call((api) => api.count(), { ...soon, signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});
