/** Two tabs that want the GPU: each has a lock manager and a channel of its own, as two tabs have. */

import { afterEach, describe, expect, test } from 'vitest';
import { createGpuOwnership } from '../../../src/adapters/platform/gpu-lock';

const never = new AbortController().signal;
const releases: (() => void)[] = [];
afterEach(async () => {
  for (const release of releases.splice(0)) release();
  await expect.poll(holders).toBe(0);
});

/** A tab whose engine is idle or at work; it unloads in its own time when asked and idle. */
function tab(isIdle = true) {
  const gpu = createGpuOwnership();
  const state = { isIdle, asked: 0, owns: false };
  let release: () => void = () => undefined;
  const letGo = () => {
    state.owns = false;
    release();
  };
  const onAsked = () => {
    state.asked++;
    if (state.isIdle) setTimeout(letGo, 50);
    return state.isIdle;
  };
  const acquire = async (signal = never) => {
    release = await gpu.acquire(onAsked, signal);
    releases.push(release);
    state.owns = true;
  };
  return { state, acquire, letGo, gpu };
}

async function holders(): Promise<number> {
  const { held } = await navigator.locks.query();
  return held?.filter(({ name }) => name === 'sonde-gpu').length ?? 0;
}

describe('the GPU', () => {
  test('is given up by an idle tab, once it has unloaded', async () => {
    const [first, second] = [tab(), tab()];
    await first.acquire();
    await second.acquire();
    expect(first.state).toMatchObject({ asked: 1, owns: false });
    expect(second.state).toMatchObject({ asked: 0, owns: true });
    expect(await holders()).toBe(1);
  });

  test('is kept by a tab at work, which the other one is told', async () => {
    const [first, second] = [tab(false), tab()];
    await first.acquire();
    await expect(second.acquire()).rejects.toMatchObject({
      code: 'gpu-busy',
      hint: expect.stringContaining('that tab') as string,
    });
    expect(first.state.owns).toBe(true);
    first.letGo();
    await second.acquire();
    expect(second.state.owns).toBe(true);
  });

  test('is had again at once by the tab that has it, and is its own until the last lets go', async () => {
    const { gpu } = tab();
    const other = tab();
    const [one, two] = await Promise.all([gpu.acquire(() => false, never), gpu.acquire(() => false, never)]);
    one();
    one();
    await expect(other.acquire()).rejects.toMatchObject({ code: 'gpu-busy' });
    two();
    await other.acquire();
    expect(other.state.owns).toBe(true);
  });

  test('is free once the tab that had it is gone, even in the middle of the asking', async () => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    await new Promise<void>((held) => {
      void frame.contentWindow?.navigator.locks.request('sonde-gpu', () => {
        held();
        return new Promise(() => undefined);
      });
    });
    const other = tab();
    const acquiring = other.acquire();
    setTimeout(() => {
      frame.remove();
    }, 300);
    await acquiring;
    expect(other.state.owns).toBe(true);
  });

  test('is not waited for by a caller that gave up, and still by another of the same tab', async () => {
    const [first, second] = [tab(), tab()];
    await first.acquire();
    const controller = new AbortController();
    const givenUp = second.gpu.acquire(() => true, controller.signal);
    const waiting = second.acquire();
    controller.abort();
    await expect(givenUp).rejects.toMatchObject({ name: 'AbortError' });
    await waiting;
    expect(second.state.owns).toBe(true);
    expect(await holders()).toBe(1);
  });
});
