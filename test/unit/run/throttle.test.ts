/** Back-pressure and replicas, with a clock that is moved by hand. */

import { describe, expect, it } from 'vitest';
import { Addresses, type Lease } from '../../../src/core/run/addresses';
import { Throttle, type ThrottleChange } from '../../../src/core/run/throttle';
import type { ChatModel } from '../../../src/core/ports';
import { HandClock } from '../../fixtures/hand-clock';
import { scriptedModel } from '../../fixtures/scripted-model';

const never = new AbortController().signal;
const refusal = (retryAfterMs?: number) =>
  ({
    type: 'retry',
    attempt: 1,
    delayMs: retryAfterMs ?? 300,
    reason: 'too many requests',
    code: 'rate-limited',
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  }) as const;

describe('the throttle of an address', () => {
  it('is halved once by a burst of refusals, and again only by what was sent since', () => {
    const throttle = new Throttle();
    const burst = Array.from({ length: 64 }, () => throttle.enter(0));
    const changes = burst.map((call) => throttle.refused(call, 10, 0)).filter((change) => change !== null);
    expect(changes).toEqual([{ kind: 'sunk', from: 64, to: 32 }]);
    expect(throttle.width).toBe(32);
    const later = { sentAtMs: 20 };
    expect(throttle.refused(later, 30, 0)).toEqual({ kind: 'sunk', from: 32, to: 16 });
    expect(throttle.width).toBe(16);
  });

  it('never sinks below one, and says nothing of that twice', () => {
    const throttle = new Throttle();
    throttle.enter(0);
    expect(throttle.refused({ sentAtMs: 1 }, 2, 0)).toEqual({ kind: 'sunk', from: 1, to: 1 });
    expect(throttle.refused({ sentAtMs: 3 }, 4, 0)).toBeNull();
    expect(throttle.width).toBe(1);
  });

  it('grows by one, two, four after as many successes as it is wide, and is unbounded at its old width', () => {
    const throttle = new Throttle();
    for (let i = 0; i < 16; i++) throttle.enter(0);
    throttle.refused({ sentAtMs: 0 }, 1, 0);
    const widths: number[] = [];
    let change: ThrottleChange | null = null;
    for (let i = 0; !change && i < 1_000; i++) {
      change = throttle.succeeded();
      if (widths.at(-1) !== throttle.width) widths.push(throttle.width);
    }
    expect(widths).toEqual([8, 9, 11, 15, Infinity]);
    expect(change).toEqual({ kind: 'recovered', to: 16 });
    expect(throttle.succeeded()).toBeNull();
  });

  it('holds new calls back for as long as the server asked', () => {
    const throttle = new Throttle();
    throttle.refused(throttle.enter(0), 5, 2_000);
    throttle.leave();
    expect(throttle.hasRoom(2_004)).toBe(false);
    expect(throttle.hasRoom(2_005)).toBe(true);
  });
});

describe('the addresses of a model', () => {
  const setting = (model: ChatModel) => {
    const clock = new HandClock();
    const told: ThrottleChange[] = [];
    return {
      clock,
      told,
      addresses: new Addresses(model.replicas ?? [model], clock, (change) => told.push(change)),
    };
  };
  const at = (host: string, carried?: number) => ({
    ...scriptedModel({ host, replies: [] }),
    ...(carried !== undefined && { parallelCalls: () => carried }),
  });
  const served = (...replicas: ChatModel[]): ChatModel => ({ ...at('all'), replicas });
  const hosts = (leases: readonly Lease[]) => leases.map(({ model }) => model.host).join(' ');

  it('have refused calls wait for half the places, before calls that were never sent', async () => {
    const { clock, told, addresses } = setting(at('a'));
    const leases = await Promise.all([1, 2, 3, 4].map(() => addresses.acquire(never)));
    clock.advance(10);
    const order: string[] = [];
    const fresh = [1, 2].map(async (n) => {
      const lease = await addresses.acquire(never);
      order.push(`fresh ${n}`);
      return lease;
    });
    // Nothing is known against six calls at once before the first refusal.
    expect(hosts(await Promise.all(fresh))).toBe('a a');
    const again = leases.map(async (lease, n) => {
      expect(await lease.retry(refusal(1_000), never)).toBe(false);
      order.push(`again ${n}`);
    });
    const late = addresses.acquire(never).then(() => order.push('late'));
    await settled();
    expect(told).toEqual([{ kind: 'sunk', from: 6, to: 3 }]);
    expect(order).toEqual(['fresh 1', 'fresh 2']);
    clock.advance(999);
    await settled();
    expect(order).toHaveLength(2);
    clock.advance(1);
    await settled();
    expect(order.slice(2)).toEqual(['again 0']); // two of the three places are taken
    for (const lease of await Promise.all(fresh)) lease.release();
    await settled();
    expect(order.slice(3)).toEqual(['again 1', 'again 2']);
    leases.forEach((lease) => lease.release());
    leases.forEach((lease) => lease.release()); // giving back twice gives back once
    await Promise.all([...again, late]);
    expect(order.at(-1)).toBe('late');
  });

  it('lets a Stop through to all who wait, at once', async () => {
    const { addresses } = setting(at('a'));
    const stop = new AbortController();
    const lease = await addresses.acquire(stop.signal);
    const again = lease.retry(refusal(60_000), stop.signal);
    const waiting = [1, 2, 3].map(() => addresses.acquire(stop.signal));
    stop.abort(new Error('stopped'));
    const ends = await Promise.allSettled([again, ...waiting]);
    expect(ends.map((end) => end.status === 'rejected' && String(end.reason))).toEqual(
      Array(4).fill('Error: stopped'),
    );
    lease.release();
    (await setting(at('a')).addresses.acquire(never)).release();
  });

  it('share calls by fewest in flight', async () => {
    const { addresses } = setting(served(at('a'), at('b'), at('c')));
    const leases = await Promise.all([1, 2, 3, 4].map(() => addresses.acquire(never)));
    expect(hosts(leases)).toBe('a b c a');
    leases[1]?.release();
    expect(hosts([await addresses.acquire(never)])).toBe('b');
  });

  it('leave what cannot be reached alone for a while, and its calls go on elsewhere', async () => {
    const { clock, addresses } = setting(served(at('a'), at('b')));
    const lease = await addresses.acquire(never);
    expect(lease.model.host).toBe('a');
    expect(lease.failed('unreachable')).toBe(true);
    expect(lease.model.host).toBe('b');
    const more = await Promise.all([1, 2].map(() => addresses.acquire(never)));
    expect(hosts(more)).toBe('b b');
    clock.advance(10_000);
    const back = await addresses.acquire(never);
    expect(back.model.host).toBe('a');
    // The second time in a row it is left alone for twice as long.
    back.failed('unreachable');
    clock.advance(10_000);
    expect((await addresses.acquire(never)).model.host).toBe('b');
  });

  it('with all of them out of reach still try, and stay with one address when there is one', async () => {
    const { addresses } = setting(served(at('a'), at('b')));
    const lease = await addresses.acquire(never);
    expect([lease.failed('unreachable'), lease.failed('unreachable')]).toEqual([true, false]);
    expect(['a', 'b']).toContain((await addresses.acquire(never)).model.host);
    const alone = setting(at('a'));
    const only = await alone.addresses.acquire(never);
    expect(only.failed('unreachable')).toBe(false);
    expect((await alone.addresses.acquire(never)).model.host).toBe('a');
  });

  it('move a refused call to one that has room, each with a throttle of its own', async () => {
    const { told, addresses } = setting(served(at('a'), at('b')));
    const lease = await addresses.acquire(never);
    expect(await lease.retry(refusal(60_000), never)).toBe(true);
    expect(lease.model.host).toBe('b');
    expect(told).toEqual([{ kind: 'sunk', from: 1, to: 1 }]);
    expect(hosts(await Promise.all([1, 2].map(() => addresses.acquire(never))))).toBe('b b');
  });

  it('are handed what their connections carry, and as much again', async () => {
    const { addresses } = setting(served(at('a', 6), at('b')));
    const leases = await Promise.all(Array.from({ length: 40 }, () => addresses.acquire(never)));
    expect(leases.filter(({ model }) => model.host === 'a')).toHaveLength(12);
  });
});

async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}
