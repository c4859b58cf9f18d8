/** Code that waits in many places at once: threads, locks, queues, futures, asyncio. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Repl, SubcallHandler } from '../../../src/core/ports';
import { cell, factory, openRepl } from './harness';

const CALL_MS = 200;

/** Calls being answered now, and at most at once. */
const inFlight = { now: 0, max: 0 };

/** Answers after 200 ms, as a server would. */
const slowCalls: SubcallHandler = async ({ prompts }) => {
  inFlight.now += prompts.length;
  inFlight.max = Math.max(inFlight.max, inFlight.now);
  await new Promise((resolve) => setTimeout(resolve, CALL_MS));
  inFlight.now -= prompts.length;
  return prompts.map((prompt) => prompt.toUpperCase());
};

const repls = factory();
let repl: Repl;
beforeAll(async () => {
  repl = await openRepl(repls, 'text', slowCalls);
});
afterAll(() => repls.close());

/** Runs code that must print `printed`. */
async function prints(code: string, printed: string): Promise<void> {
  const result = await cell(repl, code);
  expect(result.stderr).toBe('');
  expect(result.stdout).toBe(printed);
}

const many = 'prompts = [f"p{i}" for i in range(16)]\n';
const all = `[${Array.from({ length: 16 }, (_, at) => `'P${at}'`).join(', ')}]\n`;

describe('sixteen calls of 200 ms side by side', () => {
  it.for([
    [
      'a thread pool',
      'from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(16) as pool:\n    print(list(pool.map(llm_query, prompts)))',
    ],
    [
      'as_completed',
      'from concurrent.futures import ThreadPoolExecutor, as_completed\nwith ThreadPoolExecutor(max_workers=16) as pool:\n    jobs = {pool.submit(llm_query, p): p for p in prompts}\n    found = {jobs[j]: j.result() for j in as_completed(jobs)}\nprint([found[p] for p in prompts])',
    ],
    [
      'plain threads and a lock',
      'import threading\nfound, lock = {}, threading.Lock()\ndef ask(p):\n    reply = llm_query(p)\n    with lock:\n        found[p] = reply\nthreads = [threading.Thread(target=ask, args=(p,)) for p in prompts]\nfor t in threads: t.start()\nfor t in threads: t.join()\nprint([found[p] for p in prompts])',
    ],
    [
      'workers over a queue',
      'import queue, threading\ntodo, done = queue.Queue(), queue.SimpleQueue()\ndef work():\n    while True:\n        p = todo.get()\n        if p is None: return\n        done.put((p, llm_query(p)))\n        todo.task_done()\nfor p in prompts: todo.put(p)\nthreads = [threading.Thread(target=work, daemon=True) for _ in prompts]\nfor t in threads: t.start()\ntodo.join()\nfor t in threads: todo.put(None)\nfor t in threads: t.join()\nfound = dict(done.get() for _ in prompts)\nprint([found[p] for p in prompts])',
    ],
    [
      'asyncio.to_thread',
      'import asyncio\nprint(await asyncio.gather(*(asyncio.to_thread(llm_query, p) for p in prompts)))',
    ],
    [
      'asyncio.gather over coroutines that block',
      'import asyncio\nasync def ask(p):\n    return llm_query(p)\nprint(await asyncio.gather(*map(ask, prompts)))',
    ],
    [
      'asyncio.run and run_in_executor',
      'import asyncio\nasync def main():\n    loop = asyncio.get_running_loop()\n    return await asyncio.gather(*[loop.run_in_executor(None, llm_query, p) for p in prompts])\nprint(asyncio.run(main()))',
    ],
    ['one batch', 'print(llm_query_batched(prompts))'],
  ] as const)('with %s', async ([, code]) => {
    inFlight.max = 0;
    await prints(many + code, all);
    // A busy machine may take longer than 200 ms to send sixteen; one after the other they never meet.
    expect(inFlight.max).toBeGreaterThan(8);
  });
});

describe('threads', () => {
  it('give an exception to the future that asked', async () => {
    await prints(
      'from concurrent.futures import ThreadPoolExecutor\ndef bad(n):\n    if n == 1: raise ValueError("one")\n    return n\nwith ThreadPoolExecutor(4) as pool:\n    jobs = [pool.submit(bad, n) for n in range(3)]\nprint(jobs[0].result(), repr(jobs[1].exception()), jobs[2].result())',
      "0 ValueError('one') 2\n",
    );
  });

  it('hold a lock across a call', async () => {
    await prints(
      'import threading\nlock, order = threading.RLock(), []\ndef work(n):\n    with lock, lock:\n        order.append((n, "in")); llm_query("x"); order.append((n, "out"))\nts = [threading.Thread(target=work, args=(n,)) for n in range(2)]\n[t.start() for t in ts]; [t.join() for t in ts]\nprint(order)',
      "[(0, 'in'), (0, 'out'), (1, 'in'), (1, 'out')]\n",
    );
  });

  it('wait for conditions, events, semaphores, barriers and timeouts', async () => {
    await prints(
      [
        'import threading, queue, time',
        'event, cond, items = threading.Event(), threading.Condition(), []',
        'def producer():\n    time.sleep(0.05)\n    with cond:\n        items.append(1); cond.notify()\n    event.set()',
        'threading.Thread(target=producer).start()',
        'with cond:\n    ok = cond.wait_for(lambda: items, timeout=5)',
        'print(bool(ok), event.wait(5), threading.Event().wait(0.02))',
        'gate, seen = threading.Semaphore(2), []',
        'def pass_gate(n):\n    with gate:\n        seen.append(n); time.sleep(0.02)',
        'ts = [threading.Thread(target=pass_gate, args=(n,)) for n in range(5)]',
        '[t.start() for t in ts]; [t.join() for t in ts]',
        'print(sorted(seen))',
        'barrier = threading.Barrier(3)\nts = [threading.Thread(target=barrier.wait) for _ in range(2)]\n[t.start() for t in ts]; barrier.wait(5); [t.join() for t in ts]',
        'try:\n    queue.Queue().get(timeout=0.02)\nexcept queue.Empty:\n    print("empty")',
        'lock = threading.Lock(); lock.acquire()\nprint(lock.acquire(timeout=0.02), lock.acquire(blocking=False))',
      ].join('\n'),
      'True True False\n[0, 1, 2, 3, 4]\nempty\nFalse False\n',
    );
  });

  it('have identities and locals of their own', async () => {
    await prints(
      'import threading\nlocal, seen = threading.local(), {}\ndef work(n):\n    local.n = n; llm_query("x"); seen[n] = (local.n, threading.get_ident() == threading.current_thread().ident)\nts = [threading.Thread(target=work, args=(n,), name=f"t{n}") for n in range(3)]\n[t.start() for t in ts]; [t.join() for t in ts]\nprint(seen, hasattr(local, "n"), threading.current_thread() is threading.main_thread())',
      '{0: (0, True), 1: (1, True), 2: (2, True)} False True\n',
    );
  });

  it('keep a pool that outlives its cell', async () => {
    await prints(
      'from concurrent.futures import ThreadPoolExecutor\nkept = ThreadPoolExecutor(4)\nprint(kept.submit(llm_query, "a").result())',
      'A\n',
    );
    await prints(
      'print([f.result() for f in [kept.submit(llm_query, p) for p in "bcd"]])',
      "['B', 'C', 'D']\n",
    );
  });

  it('block from anywhere: keys, substitutions, comprehensions, class bodies, generators, constructors', async () => {
    await prints(
      [
        'import re',
        'print(sorted(["b", "a"], key=lambda s: llm_query(s)))',
        'print(re.sub("x", lambda m: llm_query(m[0]), "axb"))',
        'print([llm_query(c) for c in "ab"], {c: llm_query(c) for c in "c"})',
        'class A:\n    name = llm_query("n")\n    def __init__(self): self.v = llm_query("v")\n    @property\n    def p(self): return llm_query("p")',
        'print(A.name, A().v, A().p, list(llm_query(c) for c in "g"), max("ab", key=llm_query))',
      ].join('\n'),
      "['a', 'b']\naXb\n['A', 'B'] {'c': 'C'}\nN V P ['G'] b\n",
    );
  });

  it('sleep without spinning: a second asleep is not a second computed', async () => {
    const result = await cell(repl, 'import time\ntime.sleep(1)\nprint("up")', { computeTimeoutMs: 500 });
    expect(result.stdout).toBe('up\n');
    expect(result.error).toBeNull();
    expect(result.computeMs).toBeLessThan(300);
  });

  it('are told of a deadlock instead of waiting for ever', async () => {
    const result = await cell(
      repl,
      'import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()',
    );
    expect(result.stderr).toContain('RuntimeError: deadlock');
  });

  it('finish their calls with the cell', async () => {
    await prints(
      'import threading\ndef late():\n    kept_reply.append(llm_query("late"))\nkept_reply = []\nthreading.Thread(target=late).start()',
      '',
    );
    await prints('print(kept_reply)', "['LATE']\n");
  });
});

describe('asyncio', () => {
  it('waits, times out, and keeps async generators', async () => {
    await prints(
      'import asyncio\nasync def numbers():\n    for n in range(3):\n        await asyncio.sleep(0.01)\n        yield n\nprint([n async for n in numbers()])\ntry:\n    await asyncio.wait_for(asyncio.sleep(10), 0.02)\nexcept TimeoutError:\n    print("late")\nasync with asyncio.Semaphore(1):\n    await asyncio.sleep(0)\nasyncio.run(asyncio.sleep(0))',
      '[0, 1, 2]\nlate\n',
    );
  });
});
