import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SondeDatabase } from '../../../src/adapters/store/database';
import { createRunStore } from '../../../src/adapters/store/run-store';
import type { Problem } from '../../../src/core/errors';
import { foldRun } from '../../../src/core/record/fold';
import type { RunStore } from '../../../src/core/record/run-store';
import { syntheticRun } from '../../fixtures/synthetic-run';

let db: SondeDatabase;
let problems: Problem[];
/** Its lock may outlive a test that leaves the run unfinished. */
let runId = '';

function storeOf(database: SondeDatabase): RunStore {
  return createRunStore(database, { onProblem: (problem) => problems.push(problem) });
}

beforeEach(() => {
  db = new SondeDatabase(`sonde-test-${crypto.randomUUID()}`);
  problems = [];
  runId = crypto.randomUUID();
});
afterEach(async () => {
  await db.delete();
});

/** Another tab: a connection and a store of its own. */
async function reopened<T>(use: (store: RunStore) => Promise<T>): Promise<T> {
  const other = new SondeDatabase(db.name);
  try {
    return await use(storeOf(other));
  } finally {
    other.close();
  }
}

test('a run is read back event for event, by another tab too, with its summary', async () => {
  const events = syntheticRun({ runId, question: 'Who?', calls: 20, answer: 'x'.repeat(1000) });
  const store = storeOf(db);
  for (const event of events) store.append(runId, event);
  await store.flush(runId);
  expect(await store.events(runId)).toEqual(events);
  await reopened(async (other) => {
    expect(await other.events(runId)).toEqual(events);
    const [summary, ...rest] = await other.list();
    expect(rest).toEqual([]);
    expect(summary).toMatchObject({ id: runId, question: 'Who?', status: 'answered' });
    expect(summary?.answerPreview).toBe('x'.repeat(400));
  });
  expect(problems).toEqual([]);
});

test('events reach the disk by themselves within half a second', async () => {
  const store = storeOf(db);
  const events = syntheticRun({ runId, cutAt: 5 });
  for (const event of events) store.append(runId, event);
  await new Promise((resolve) => setTimeout(resolve, 500));
  await reopened(async (other) => {
    expect((await other.events(runId)).length).toBe(events.length);
  });
});

test('a run going on is running for every tab; one nobody writes any more is broken', async () => {
  const store = storeOf(db);
  for (const event of syntheticRun({ runId, cutAt: 6 })) store.append(runId, event);
  await store.flush(runId);
  const seen = (): Promise<string | undefined> => reopened(async (other) => (await other.list())[0]?.status);
  expect(await seen()).toBe('running');

  // The row a closed tab leaves behind: nothing holds its lock.
  const row = await db.runs.get(runId);
  if (!row) throw new Error('no row');
  await db.runs.put({ ...row, id: `${runId}-older`, startedAtMs: row.startedAtMs - 1 });
  const statuses = await reopened(async (other) =>
    (await other.list()).map(({ id, status }) => [id, status]),
  );
  expect(statuses).toEqual([
    [runId, 'running'],
    [`${runId}-older`, 'broken'],
  ]);
});

test('the lock is given up when the run has ended', async () => {
  const store = storeOf(db);
  for (const event of syntheticRun({ runId })) store.append(runId, event);
  await store.flush(runId);
  await expect
    .poll(async () => (await navigator.locks.query()).held?.map(({ name }) => name))
    .not.toContain(`sonde-run-${runId}`);
});

test('a run that another tab owns is not written here, and that is told', async () => {
  const events = syntheticRun({ runId });
  const owner = storeOf(db);
  for (const event of events.slice(0, 6)) owner.append(runId, event);
  await owner.flush(runId);
  await reopened(async (other) => {
    for (const event of events) other.append(runId, event);
    await other.flush(runId);
    expect(await other.events(runId)).toEqual(events.slice(0, 6));
    expect(await other.events(runId, 4)).toEqual([]); // within a batch, which is read as a whole or not at all
    expect(await other.events(runId, 6)).toEqual([]);
  });
  expect(problems).toHaveLength(1);
  expect(problems[0]?.message).toContain('another tab');
  for (const event of events.slice(6)) owner.append(runId, event);
  await owner.flush(runId);
  expect(await owner.events(runId, 6)).toEqual(events.slice(6));
  expect(await owner.events(runId)).toEqual(events);
});

describe('what is on disk is not trusted', () => {
  test('unknown events, other versions and garbage are skipped, the rest is kept', async () => {
    const store = storeOf(db);
    const events = syntheticRun({ runId });
    for (const event of events) store.append(runId, event);
    await store.flush(runId);
    const first = events[0];
    await db.events.put({
      treeId: runId,
      seq: 1e6,
      events: [
        null,
        7,
        { ...first, v: 2 },
        { ...first, type: 'from-the-future' },
        { ...first, limits: 'none' },
      ],
    });
    // A row as no version of the program writes it.
    await db.table('events').put({ treeId: runId, seq: 1e6 + 1, events: 'nonsense' });
    await db.table('runs').put({ id: 'bad', startedAtMs: 1 });
    const read = await store.events(runId);
    expect(read).toEqual(events);
    expect(foldRun(read)?.run.status).toBe('answered');
    expect((await store.list()).map(({ id }) => id)).toEqual([runId]);
  });
});

test('a removed run is gone, and its last events do not bring it back', async () => {
  const store = storeOf(db);
  const events = syntheticRun({ runId });
  for (const event of events.slice(0, -2)) store.append(runId, event);
  await store.remove(runId);
  for (const event of events.slice(-2)) store.append(runId, event);
  await store.flush(runId);
  expect(await store.events(runId)).toEqual([]);
  expect(await store.list()).toEqual([]);
  expect(await db.events.count()).toBe(0);
});

test('trouble is told once and does not stop the run', async () => {
  const store = storeOf(db);
  // The real put rejects as on a full disk.
  db.events.hook('creating', () => {
    throw new DOMException('no room', 'QuotaExceededError');
  });
  for (const event of syntheticRun({ runId, calls: 500 })) store.append(runId, event);
  await store.flush(runId);
  expect(problems.map(({ code }) => code)).toEqual(['quota']);
});

test('five thousand sub-calls are taken without holding up the page', async () => {
  const store = storeOf(db);
  const events = syntheticRun({ runId, calls: 5000 });
  let longestMs = 0;
  for (let at = 0; at < events.length; at += 50) {
    const startedMs = performance.now();
    for (const event of events.slice(at, at + 50)) store.append(runId, event);
    longestMs = Math.max(longestMs, performance.now() - startedMs);
    await new Promise((resolve) => setTimeout(resolve));
  }
  const flushMs = performance.now();
  await store.flush(runId);
  const readMs = performance.now();
  expect((await store.events(runId)).length).toBe(events.length);
  console.info(
    `${events.length} events: at most ${longestMs.toFixed(1)} ms for 50, last flush ${(readMs - flushMs).toFixed(0)} ms, read and parsed in ${(performance.now() - readMs).toFixed(0)} ms`,
  );
  expect(longestMs).toBeLessThan(50);
});
