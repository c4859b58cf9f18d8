/** Stopping what runs: in time, with the variables kept where they can be. */

import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Repl, SubcallHandler } from '../../../src/core/ports';
import { cell, factory, openRepl } from './harness';

/** Never answers; gives up when told to. */
const endless: SubcallHandler = (_, signal) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

const repls = factory();
let repl: Repl;
beforeEach(async () => {
  repl?.close();
  repl = await openRepl(repls, 'the context', endless);
  await cell(repl, 'kept = "still here"');
});
afterAll(() => repls.close());

/** Runs a cell and stops it half a second later. */
async function stopped(code: string) {
  const controller = new AbortController();
  let stoppedAt = 0;
  setTimeout(() => {
    stoppedAt = performance.now();
    controller.abort();
  }, 500);
  const result = await cell(repl, code, { signal: controller.signal });
  return { result, tookMs: performance.now() - stoppedAt };
}

const SOFT: readonly (readonly [string, string])[] = [
  ['an endless loop', 'while True: pass'],
  ['an endless loop in a function', 'def f():\n    n = 0\n    while True:\n        n += 1\nf()'],
  ['time.sleep', 'import time\ntime.sleep(1000)'],
  ['a pending call', 'llm_query("x")'],
  ['a pending batch', 'llm_query_batched(["x"] * 50)'],
  [
    'calls in a thread pool',
    'from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(8) as pool:\n    list(pool.map(llm_query, "abcdefgh"))',
  ],
  [
    'an endless loop in a thread',
    'from concurrent.futures import ThreadPoolExecutor\ndef spin():\n    while True: pass\nwith ThreadPoolExecutor(2) as pool:\n    pool.submit(spin).result()',
  ],
  [
    'a queue nothing is put into while a sleeper lives',
    'import queue, threading, time\nthreading.Thread(target=time.sleep, args=(100,), daemon=True).start()\nqueue.Queue().get()',
  ],
  ['an await', 'import asyncio\nawait asyncio.sleep(1000)'],
  [
    'gathered awaits',
    'import asyncio\nasync def f():\n    while True:\n        await asyncio.sleep(0.01)\nawait asyncio.gather(f(), f())',
  ],
];

describe('Stop', () => {
  it.for(SOFT)('ends %s within a second and keeps the variables', async ([, code]) => {
    const { result, tookMs } = await stopped(`before = 1\nprint("started")\n${code}`);
    expect(tookMs).toBeLessThan(1000);
    expect(result.interrupted).toBe('stop');
    expect(result.lost).toBeNull();
    expect(result.stdout).toBe('started\n');
    expect(result.error?.type).toBe('KeyboardInterrupt');
    const after = await cell(repl, 'print(kept, before, context)');
    expect(after.stdout).toBe('still here 1 the context\n');
    expect(after.interrupted).toBeNull();
  });

  it.for([
    [
      'a loop that swallows every interrupt',
      'import time\nwhile True:\n    try:\n        while True:\n            try:\n                while True: pass\n            except: pass\n    except: pass',
    ],
    [
      'one that waits again and again',
      'while True:\n    try: llm_query("x")\n    except BaseException: pass',
    ],
  ] as const)('ends %s within a second', async ([, code]) => {
    const { result, tookMs } = await stopped(code);
    expect(tookMs).toBeLessThan(1000);
    expect(result.interrupted).toBe('stop');
    const after = await cell(repl, 'print(context)');
    expect(after.stdout).toBe('the context\n');
  });

  it.for([
    ['a sum in C', 'sum(range(10**12))'],
    ['a regular expression that backtracks', 'import re\nre.match(r"(a+)+$", "a" * 40 + "b")'],
  ] as const)('replaces the interpreter in %s, and tells what was lost', async ([, code]) => {
    const { result, tookMs } = await stopped(`print("started")\n${code}`);
    expect(tookMs).toBeLessThan(1000);
    expect(result.interrupted).toBe('stop');
    if (result.lost !== null) {
      expect(result.lost).toEqual(['kept']);
      expect(result.stdout).toBe('started\n');
      expect(result.error?.message).toContain('kept');
    }
    const after = await cell(repl, 'print(context, "kept" in globals())');
    expect(after.stdout).toBe(`the context ${result.lost === null ? 'True' : 'False'}\n`);
  });

  it('does nothing to a cell that comes later', async () => {
    // At every point of a cell that mostly waits: while it sleeps, is being woken, and has just ended.
    for (let round = 0; round < 33; round++) {
      const controller = new AbortController();
      const running = cell(repl, 'import time\nfor _ in range(3): time.sleep(0.01)\nprint("done")', {
        signal: controller.signal,
      });
      setTimeout(() => controller.abort(), 14 + (round % 11) * 3);
      expect((await running).lost).toBeNull();
      const next = await cell(repl, 'n = 0\nfor i in range(300_000): n += i\nprint(kept)');
      expect(next.stderr).toBe('');
      expect(next.stdout).toBe('still here\n');
    }
  });

  it('before its turn leaves a cell undone', async () => {
    const result = await cell(repl, 'made = 1', { signal: AbortSignal.abort() });
    expect(result.interrupted).toBe('stop');
    const after = await cell(repl, 'print("made" in globals())');
    expect(after.stdout).toBe('False\n');
  });
});

describe('the time limit', () => {
  it('ends a loop, keeps its output and the variables', async () => {
    const result = await cell(repl, 'n = 0\nprint("counting")\nwhile True: n += 1', {
      computeTimeoutMs: 400,
    });
    expect(result.interrupted).toBe('timeout');
    expect(result.lost).toBeNull();
    expect(result.stdout).toBe('counting\n');
    expect(result.error).toMatchObject({ type: 'TimeoutError', line: 3 });
    expect(result.computeMs).toBeGreaterThan(390);
    expect(result.computeMs).toBeLessThan(2000);
    expect((await cell(repl, 'print(kept, n > 1000)')).stdout).toBe('still here True\n');
  });

  it('does not count the time spent waiting for a model', async () => {
    const slow = await openRepl(repls, '', async ({ prompts }) => {
      await new Promise((resolve) => setTimeout(resolve, 1500));
      return [...prompts];
    });
    const result = await cell(slow, 'print(llm_query("x"))', { computeTimeoutMs: 700 });
    expect(result.stdout).toBe('x\n');
    slow.close();
  });

  it('replaces an interpreter that is deep in C code', async () => {
    const result = await cell(repl, 'sum(range(10**12))', { computeTimeoutMs: 500 });
    expect(result.interrupted).toBe('timeout');
    expect((await cell(repl, 'print(context)')).stdout).toBe('the context\n');
  }, 20_000);
});

describe('an interpreter that dies', () => {
  it('is replaced; the next cell has its context again', async () => {
    const result = await cell(repl, 'import ctypes\nctypes.string_at(0xfffffff0, 100)');
    expect(result.lost).toEqual(['kept']);
    expect(result.error?.type).toBe('InterpreterLost');
    expect((await cell(repl, 'print(context)')).stdout).toBe('the context\n');
  });

  it('is noticed when the sandbox is taken from the page', async () => {
    const onOutput = () => document.querySelector('iframe[title="Python sandbox"]')?.remove();
    const result = await cell(repl, 'print("going on")\nwhile True: pass', { onOutput });
    expect(result.lost).toEqual(['kept']);
    expect((await cell(repl, 'print(context)')).stdout).toBe('the context\n');
  }, 30_000);
});
