import { describe, expect, it, vi } from 'vitest';
import { Semaphore } from '../../../src/core/run/semaphore';

const never = new AbortController().signal;

describe('a semaphore', () => {
  it('serves in order and never lets more in than it is wide', async () => {
    const semaphore = new Semaphore(2);
    const order: number[] = [];
    let inside = 0;
    let most = 0;
    const visit = async (n: number) => {
      const release = await semaphore.acquire(never);
      most = Math.max(most, ++inside);
      order.push(n);
      await Promise.resolve();
      inside--;
      release();
      release(); // giving back twice gives back once
    };
    await Promise.all([0, 1, 2, 3, 4].map(visit));
    expect(order).toEqual([0, 1, 2, 3, 4]);
    expect(most).toBe(2);
  });

  it('refuses those who wait with a signal that is aborted, and serves the others', async () => {
    const semaphore = new Semaphore(1);
    const release = await semaphore.acquire(never);
    const leaving = new AbortController();
    const gone = [1, 2, 3].map(() => semaphore.acquire(leaving.signal));
    const stays = semaphore.acquire(never);
    leaving.abort(new Error('enough'));
    const ends = await Promise.allSettled(gone);
    expect(ends.map((end) => end.status === 'rejected' && String(end.reason))).toEqual(
      [1, 2, 3].map(() => 'Error: enough'),
    );
    release();
    (await stays)();
    expect(semaphore.tryAcquire()).not.toBeNull();
    await expect(semaphore.acquire(leaving.signal)).rejects.toThrow('enough');
  });

  it('listens to a signal once, however many wait with it', () => {
    const semaphore = new Semaphore(1);
    const { signal } = new AbortController();
    const listen = vi.spyOn(signal, 'addEventListener');
    for (let i = 0; i < 5_000; i++) void semaphore.acquire(signal);
    expect(listen).toHaveBeenCalledTimes(1);
  });
});
