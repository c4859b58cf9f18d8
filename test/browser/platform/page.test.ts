/** What the page asks of the browser around a run. */

import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPageLife } from '../../../src/adapters/platform/lifecycle';
import { watchBattery, type Battery } from '../../../src/adapters/platform/power';
import { heldLocks, takeLock, whenFree } from '../../../src/adapters/platform/tab-locks';
import { createScreenLock } from '../../../src/adapters/platform/wake-lock';

const asked: WakeLockSentinel[] = [];
const request = navigator.wakeLock.request.bind(navigator.wakeLock);
let refuses = false;

beforeEach(() => {
  asked.length = 0;
  refuses = false;
  navigator.wakeLock.request = async (type) => {
    if (refuses) throw new DOMException('no', 'NotAllowedError');
    const sentinel = await request(type);
    asked.push(sentinel);
    return sentinel;
  };
});
afterEach(() => {
  navigator.wakeLock.request = request;
});

const held = () => asked.filter(({ released }) => !released).length;

test('the screen is kept on once, taken again when the page is looked at again, and let go of', async () => {
  const screen = createScreenLock();
  screen.hold();
  screen.hold();
  await expect.poll(held).toBe(1);
  expect(asked).toHaveLength(1);
  await asked[0]?.release(); // as browsers do when the page is hidden
  document.dispatchEvent(new Event('visibilitychange'));
  await expect.poll(held).toBe(1);
  screen.release();
  await expect.poll(held).toBe(0);
  document.dispatchEvent(new Event('visibilitychange'));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(asked).toHaveLength(2);
});

test('a screen let go of while it was being asked for goes off, and a refusal is no trouble', async () => {
  const screen = createScreenLock();
  screen.hold();
  screen.release();
  await expect.poll(() => asked.length).toBe(1);
  await expect.poll(held).toBe(0);
  refuses = true;
  screen.hold();
  await new Promise((resolve) => setTimeout(resolve, 50));
  refuses = false;
  document.dispatchEvent(new Event('visibilitychange'));
  await expect.poll(held).toBe(1);
  screen.release();
});

test('leaving is asked about only while that is on', () => {
  const page = createPageLife();
  const leave = () => !dispatchEvent(new Event('beforeunload', { cancelable: true }));
  expect(leave()).toBe(false);
  page.askBeforeLeaving(true);
  page.askBeforeLeaving(true);
  expect(leave()).toBe(true);
  page.askBeforeLeaving(false);
  expect(leave()).toBe(false);
});

test('the battery is told where the browser knows one', async () => {
  const told: Battery[] = [];
  await watchBattery((battery) => told.push(battery));
  expect(told).toHaveLength(1);
  expect(told[0]?.level).toBeGreaterThanOrEqual(0);
  expect(told[0]?.level).toBeLessThanOrEqual(1);
});

test('a lock is had by one, seen by all, and waited for', async () => {
  const name = crypto.randomUUID();
  const release = await takeLock(name);
  expect(await takeLock(name)).toBeNull();
  expect((await heldLocks()).has(name)).toBe(true);
  let isFree = false;
  const waiting = whenFree(name).then(() => (isFree = true));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(isFree).toBe(false);
  release?.();
  await waiting;
  await expect(whenFree(name, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
});
