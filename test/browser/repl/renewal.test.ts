/** An interpreter that one child leaves to the next: as good as new, quickly there, and never for another tree. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SubcallHandler } from '../../../src/core/ports';
import { cell, echoCalls, factory, openRepl } from './harness';

// One place beside the root's: children follow one another in the same interpreter, if it is handed on at all.
const repls = factory({ width: 2 });
beforeAll(async () => {
  await openRepl(repls, 'root', echoCalls, { treeId: 'tree', depth: 0 });
});
afterAll(() => repls.close());

const child = (context: string, onSubcall: SubcallHandler = echoCalls, treeId = 'tree') =>
  openRepl(repls, context, onSubcall, { treeId, depth: 1 });

/** A mark in the worker's JavaScript, which outlives a renewal and nothing else. Gives what was there before. */
const MARK = `
from pyodide.ffi import JsProxy
import sonde.threads as _t
print(getattr(_t.bridge.park, "mark", None))
_t.bridge.park.mark = context`;

/** Everything about an interpreter that a cell could have changed, as one text. */
const LOOK = `
import builtins, sys, os, json, random, warnings, threading, locale, gc, decimal, linecache, asyncio, signal, io
import sonde.threads
def tree(top):
    return sorted(os.path.join(f, n) for f, ds, fs in os.walk(top) for n in ds + fs)
print(json.dumps({
    "names": sorted(n for n in globals() if n not in ("tree",)),
    "modules": sorted(sys.modules), "path": sys.path, "builtins": sorted(vars(builtins)),
    "patched": [str(builtins.sorted), str(print), json.loads.__name__],
    "files": [tree("/home"), tree("/tmp"), tree("/lib")[:20], os.getcwd(), sorted(os.listdir("/"))],
    "environ": dict(os.environ), "filters": len(warnings.filters), "threads": threading.active_count(),
    "locale": locale.setlocale(locale.LC_ALL), "precision": decimal.getcontext().prec,
    "recursion": sys.getrecursionlimit(), "hooks": [str(sys.excepthook), len(sys.meta_path)],
    "answer": dict(answer), "context": context, "fds": len(os.listdir("/dev/fd")) if os.path.exists("/dev/fd") else 0,
    "search": str(type(search)), "gc": gc.isenabled(),
}, default=str))`;

const quick = { computeTimeoutMs: 5_000 };

const MESS = `
import builtins, sys, os, json, random, warnings, threading, locale, decimal, types, gc, contextvars
secret = "of the child before"
search = "mine"
sys.modules["planted"] = types.ModuleType("planted")
sys.path.insert(0, "/home/work/evil")
builtins.planted, builtins.sorted = 1, lambda x: "patched"
json.loads = lambda text: "patched"
os.makedirs("/home/work/evil/deep", exist_ok=True)
for at in ("/home/work/evil/deep/notes.txt", "/tmp/left.txt"):
    open(at, "w").write("left behind")
opened = open("/home/work/open.txt", "w+")
os.chdir("/tmp")
os.environ["LEFT"] = "behind"
warnings.simplefilter("error")
decimal.getcontext().prec = 3
sys.setrecursionlimit(555)
random.seed(1)
big = ["x" * 100 for _ in range(100_000)]
with __import__("concurrent.futures").futures.ThreadPoolExecutor(4) as pool:
    told = list(pool.map(llm_query, ["a", "b", "c"]))
sys.meta_path.append(type("Finder", (), {"find_spec": staticmethod(lambda *_: None)}))
answer["content"] = "draft"
gc.disable()
__import__("os").write(1, b"")
class Loud:
    def __del__(self): secret
loud = Loud()
loud.self = loud`;

describe('an interpreter handed on', () => {
  it('shows nothing of the run before, is the same one, and is there at once', async () => {
    const fresh = await child('look');
    await cell(fresh, MARK);
    const clean = (await cell(fresh, LOOK)).stdout;
    fresh.close();

    const times: number[] = [];
    for (let round = 0; round < 3; round++) {
      const messy = await child('mess');
      const messed = await cell(messy, MARK + MESS, quick);
      expect(messed).toMatchObject({ error: null, stdout: 'look\n' });
      messy.close();
      const startedAt = performance.now();
      const next = await child('look');
      times.push(performance.now() - startedAt);
      expect((await cell(next, MARK)).stdout).toBe('mess\n');
      expect((await cell(next, LOOK)).stdout).toBe(clean);
      expect((await cell(next, 'print(llm_query("still asked"))')).stdout).toBe('<still asked>\n');
      next.close();
    }
    expect(Math.min(...times)).toBeLessThan(100);
  });

  it('has random numbers of its own', async () => {
    const seen = new Set<string>();
    for (let n = 0; n < 3; n++) {
      const repl = await child('');
      seen.add((await cell(repl, 'import random, uuid\nprint(random.random(), uuid.uuid4())')).stdout);
      repl.close();
    }
    expect(seen.size).toBe(3);
  });

  it('outlives many runs without growing', async () => {
    const sizes: number[] = [];
    const code = `
import asyncio
async def ask(n): return await asyncio.to_thread(llm_query, str(n))
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(8) as pool: list(pool.map(llm_query, map(str, range(8))))
kept = [dict(n=n) for n in range(20_000)]
import sys
print(sys.getallocatedblocks())`;
    for (let n = 0; n < 25; n++) {
      const repl = await child(`run ${n}`);
      const { stdout, error } = await cell(repl, code);
      expect(error).toBeNull();
      sizes.push(Number(stdout));
      repl.close();
    }
    expect(Math.abs((sizes.at(-1) ?? 0) - (sizes[1] ?? 0))).toBeLessThan(2_000);
  });

  it.for([
    [
      'left threads waiting',
      'import threading\nthreading.Thread(target=lambda: threading.Event().wait(), daemon=True).start()\nimport time\ntime.sleep(0.01)',
    ],
    [
      'changed a file of Python itself',
      'import glob\nat = glob.glob("/lib/*.zip")[0]\nopen(at, "ab").write(b"x")',
    ],
    ['took a lot of memory', 'big = bytearray(200_000_000)'],
  ] as const)('is given up after one that %s', async ([, code]) => {
    const first = await child('first');
    await cell(first, MARK);
    expect((await cell(first, code)).error).toBeNull();
    first.close();
    const second = await child('second');
    expect((await cell(second, MARK)).stdout).toBe('None\n');
    second.close();
  });

  it('never reaches another tree', async () => {
    const first = await child('first');
    await cell(first, MARK);
    first.close();
    const other = await child('other', echoCalls, 'another tree');
    expect((await cell(other, MARK)).stdout).toBe('None\n');
    other.close();
  });
});
