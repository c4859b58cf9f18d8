/** Interpreters side by side, a hostile one among them, and a second start from the snapshot. */

import { afterAll, describe, expect, it } from 'vitest';
import type { Repl } from '../../../src/core/ports';
import { cell, echoCalls, factory, openRepl } from './harness';

const repls = factory();
afterAll(() => repls.close());

describe('two interpreters', () => {
  it('never mix their output or their variables', async () => {
    const [a, b] = await Promise.all([openRepl(repls, 'A'), openRepl(repls, 'B')]);
    const code =
      'import time\nmine = context\nfor _ in range(20):\n    print(context, end="")\n    time.sleep(0.005)';
    const [one, two] = await Promise.all([cell(a, code), cell(b, code)]);
    expect(one.stdout).toBe('A'.repeat(20));
    expect(two.stdout).toBe('B'.repeat(20));
    expect((await cell(b, 'print(mine)')).stdout).toBe('B\n');
    a.close();
    b.close();
  });

  it('go on while another one spins', async () => {
    const [spinning, working] = await Promise.all([openRepl(repls), openRepl(repls, '', echoCalls)]);
    const controller = new AbortController();
    const spin = cell(spinning, 'while True: pass', { signal: controller.signal });
    expect((await cell(working, 'print(llm_query("x"))')).stdout).toBe('<x>\n');
    controller.abort();
    expect((await spin).interrupted).toBe('stop');
    spinning.close();
    working.close();
  });

  it('have random numbers of their own, though they come from one snapshot', async () => {
    const code = 'import random, uuid\nprint(random.random(), uuid.uuid4())';
    const seen = new Set<string>();
    for (let n = 0; n < 3; n++) {
      const repl = await openRepl(repls);
      seen.add((await cell(repl, code)).stdout);
      repl.close();
    }
    expect(seen.size).toBe(3);
  });

  it('wait for a place when the pool is full, but never for children of their own', async () => {
    const narrow = factory({ width: 1 });
    const child = async () => {
      const repl = await openRepl(narrow, 'child');
      const { stdout } = await cell(repl, 'print(context, end="")');
      repl.close();
      return stdout;
    };
    const parent = await openRepl(narrow, 'parent', async ({ prompts }) => Promise.all(prompts.map(child)));
    expect((await cell(parent, 'print(rlm_query_batched(["a", "b"]))')).stdout).toBe("['child', 'child']\n");
    narrow.close();
  });
});

const said = async (repl: Repl, code: string) => (await cell(repl, code)).stdout.trim();

describe('depth', () => {
  it('of six works in a pool of two', async () => {
    const narrow = factory({ width: 2 });
    const answer = async (depth: number, text: string): Promise<string> => {
      const repl = await openRepl(
        narrow,
        text,
        async ({ prompts }) => Promise.all(prompts.map((prompt) => answer(depth + 1, prompt))),
        { treeId: 'deep', depth },
      );
      try {
        if (depth === 6) return await said(repl, 'print(context)');
        return await said(
          repl,
          'print("(" + "".join(rlm_query_batched([context + "a", context + "b"])) + ")")',
        );
      } finally {
        repl.close();
      }
    };
    // A chain of six, then a fan of two at each of three levels: 2 + 4 + 8 children in places for two.
    const whole = await answer(4, 'x');
    expect(whole).toBe('((xaaxab)(xbaxbb))');
    const chain = async (depth: number): Promise<string> => {
      const repl = await openRepl(narrow, String(depth), () => chain(depth + 1).then((reply) => [reply]), {
        treeId: 'chain',
        depth,
      });
      try {
        return await said(repl, depth === 6 ? 'print(context)' : 'print(context + rlm_query("x"))');
      } finally {
        repl.close();
      }
    };
    expect(await chain(0)).toBe('0123456');
    narrow.close();
  });
});

describe('a hostile interpreter', () => {
  it('that floods the page is ended, and the page goes on', async () => {
    const repl = await openRepl(repls);
    const result = await cell(repl, 'from sonde import threads\nwhile True:\n    threads.bridge.output("x")');
    expect(result.error?.message).toContain('faster than allowed');
    expect((await cell(repl, 'print("fresh")')).stdout).toBe('fresh\n');
    repl.close();
  });

  it.for([
    ['of an unknown kind', '"evil", to_js(["x"]), None, None'],
    ['with prompts that are no text', '"llm", to_js([1]), None, None'],
    ['with lists for prompts', '"llm", to_js([["x"]]), None, None'],
    ['with more contexts than prompts', '"rlm", to_js(["x"]), to_js(["a", "b"]), None'],
    ['with far too many prompts', '"llm", to_js(["x"] * 10_001), None, None'],
  ] as const)('that forges calls %s is ended, not answered', async ([, call]) => {
    let asked = 0;
    const repl = await openRepl(repls, '', ({ prompts }) => {
      asked++;
      return Promise.resolve([...prompts]);
    });
    const code = `from pyodide.ffi import to_js, run_sync\nfrom sonde.threads import bridge\nrun_sync(bridge.call(${call}))`;
    const result = await cell(repl, code);
    expect(asked).toBe(0);
    expect(result.error?.message).toContain('out of bounds');
    expect((await cell(repl, 'print("fresh")')).stdout).toBe('fresh\n');
    repl.close();
  });

  it('cannot build code, and does not see the page', async () => {
    const repl = await openRepl(repls);
    const result = await cell(
      repl,
      'from sonde.threads import bridge\ntry:\n    bridge.enter.constructor("return self")()\n    print("built")\nexcept BaseException as error:\n    print(type(error).__name__)',
    );
    expect(result.stdout).not.toContain('built');
    repl.close();
  });
});

describe('the snapshot', () => {
  it('is kept for the next visit, and a broken one is thrown away', async () => {
    const first = factory();
    (await openRepl(first)).close();
    const cache = await caches.open('sonde-python');
    await expect.poll(async () => (await cache.keys()).length).toBe(1);
    first.close();

    const [key] = await cache.keys();
    const kept = key ? await cache.match(key) : undefined;
    const bytes = new Uint8Array((await kept?.arrayBuffer()) ?? new ArrayBuffer(0));
    expect(bytes.length).toBeGreaterThan(10_000_000);
    bytes.fill(7, bytes.length / 2);
    if (key) await cache.put(key, new Response(bytes, { headers: kept?.headers ?? {} }));

    const second = factory();
    const repl = await openRepl(second, 'after');
    expect((await cell(repl, 'print(context)')).stdout).toBe('after\n');
    second.close();
  });

  it('that lies about its digest is thrown away too', async () => {
    const cache = await caches.open('sonde-python');
    await expect.poll(async () => (await cache.keys()).length).toBe(1);
    const [key] = await cache.keys();
    const junk = new Uint8Array(1_000_000);
    const digest = Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', junk)), (byte) =>
      byte.toString(16).padStart(2, '0'),
    ).join('');
    if (key) await cache.put(key, new Response(junk, { headers: { 'X-Sonde-Digest': digest } }));
    const third = factory();
    const repl = await openRepl(third, 'still');
    expect((await cell(repl, 'print(context)')).stdout).toBe('still\n');
    third.close();
  });
});
