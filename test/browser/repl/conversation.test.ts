/** A conversation in one interpreter: contexts and histories by number, variables kept, saved, and brought back. */

import { afterAll, describe, expect, it } from 'vitest';
import { textContext, type ContextSource } from '../../../src/core/corpus/context';
import type { Repl } from '../../../src/core/ports';
import { cell, echoCalls, factory, noCalls, openRepl } from './harness';

const repls = factory({ width: 4 });
afterAll(() => repls.close());

/** Two documents, and how often their bytes were asked for. */
function documents(): ContextSource & { readonly opened: () => number } {
  const texts = ['First document.', 'Second: żółw.'];
  const utf8 = new Blob(texts);
  let at = 0;
  let opened = 0;
  const slices = texts.map((text, index) => {
    const byteStart = at;
    at += new TextEncoder().encode(text).length;
    return { id: `d${index}`, name: `doc-${index}.txt`, chars: text.length, byteStart, byteEnd: at };
  });
  return {
    kind: 'documents',
    typeName: 'list',
    documents: slices.map(({ id, name, chars }) => ({ id, name, chars })),
    chars: 28,
    opened: () => opened,
    open: () => {
      opened++;
      return Promise.resolve({ kind: 'documents', utf8, documents: slices });
    },
  };
}

const said = (text: string) => [{ role: 'user', content: text } as const];
const printed = async (repl: Repl, code: string) => {
  const { stdout, error } = await cell(repl, code);
  expect(error).toBeNull();
  return stdout.trim();
};

describe('questions in one interpreter', () => {
  it('number their contexts and histories, keep variables, and begin with a fresh answer', async () => {
    const source = documents();
    const repl = await openRepl(repls, source, noCalls);
    await cell(repl, 'found = context[1][:6]\nanswer["content"] = "one"; answer["ready"] = True');
    await repl.followUp({ context: source, history: said('q0'), onSubcall: echoCalls });
    expect(
      await printed(repl, 'print(context is context_0, context_1 is context_0, found, llm_query("x"))'),
    ).toBe('True True Second <x>');
    expect(await printed(repl, 'print(answer, history is history_0, history_0[0]["content"])')).toBe(
      "{'content': '', 'ready': False} False q0",
    );
    await repl.followUp({ context: textContext('third text'), history: said('q1'), onSubcall: noCalls });
    expect(
      await printed(
        repl,
        'print(context, context_2, context_1[0], history[0]["content"], history_1[0]["content"], peek(5), SHOW_VARS())',
      ),
    ).toBe(
      "third text third text First document. q1 q1 [context @ 0-5] third Available variables: {'context_0': 'Documents', 'context': 'str', 'history_0': 'list', 'history': 'list', 'context_1': 'Documents', 'history_1': 'list', 'context_2': 'str', 'found': 'str'}",
    );
    await cell(repl, 'context = history = context_1 = history_0 = "lost"');
    expect(await printed(repl, 'print(context, len(history), len(context_1), len(history_0))')).toBe(
      'third text 1 2 1',
    );
    expect(source.opened()).toBe(1);
    repl.close();
  });

  it('are all there again after the interpreter was lost', async () => {
    const repl = await openRepl(repls, 'one');
    await cell(repl, 'mine = 1');
    await repl.followUp({ context: textContext('two'), history: said('q0'), onSubcall: noCalls });
    // Code in C never looks at the interrupt: the interpreter has to be replaced.
    const lost = await cell(repl, 'sum(iter(int, 1))', { signal: AbortSignal.timeout(300) });
    expect(lost.lost).toEqual(['mine']);
    expect(await printed(repl, 'print(context, context_0, history[0]["content"])')).toBe('two one q0');
    repl.close();
  });
});

const MAKE = `
import re, math as m, collections
from dataclasses import dataclass
from functools import lru_cache
rows = [{"n": n, "t": "ü"} for n in range(1000)]
counts = collections.Counter("abracadabra")
pattern = re.compile(r"\\d+")
doc = context[1]
everything = context
part = context[0][:5]
hit = search("second")[0]
SCALE = 3
@dataclass
class Point:
    x: int
    def scaled(self): return self.x * SCALE
points = [Point(1), Point(2)]
def total(rows, factor=SCALE):
    return sum(row["n"] for row in rows) * factor
@lru_cache(None)
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
_private = {1, 2}
def broken():
    return 1
broken = lambda: 2
generator = (n for n in range(3))
class Trap:
    def __reduce__(self):
        raise ValueError("no pickles of me")
trap = Trap()
class Bomb:
    def __reduce__(self):
        return (print, ("BOOM " + str(len(globals())),))
bomb = Bomb()
huge = bytearray(40_000_000)
nested = []
for _ in range(100_000): nested = [nested]
exec("class Hidden: pass")
hidden = Hidden()`;

describe('variables', () => {
  it('are saved as far as they can be, the others named with why, and restored into a fresh interpreter', async () => {
    const source = documents();
    const before = await openRepl(repls, source);
    expect((await cell(before, MAKE)).error).toBeNull();
    const saved = await before.save();
    expect(saved.pickled.size).toBeLessThan(200_000);
    expect(saved.left).toMatchObject({
      trap: 'it cannot be saved: no pickles of me',
      huge: 'it is too large to be kept',
      nested: 'it is nested too deeply',
      hidden: 'it needs Hidden, which was not defined at the top of a cell',
    });
    expect(Object.keys(saved.left).sort()).toEqual(
      ['Hidden', 'broken', 'generator', 'hidden', 'huge', 'nested', 'trap'].sort(),
    );
    // The interpreter goes on as if nothing had been.
    expect(await printed(before, 'print(total(rows), len(huge))')).toBe('1498500 40000000');
    before.close();

    const after = await openRepl(repls, source, echoCalls);
    await after.followUp({ context: textContext('next'), history: said('q0'), onSubcall: echoCalls });
    expect(await after.restore(saved)).toEqual([]);
    expect(
      await printed(
        after,
        'print(total(rows), counts["a"], pattern.findall("a12"), m.floor(2.5), points, points[1].scaled(), fib(30), _private)',
      ),
    ).toBe("1498500 5 ['12'] 2 [Point(x=1), Point(x=2)] 6 832040 {1, 2}");
    expect(
      await printed(
        after,
        'print(doc is context_0[1], everything is context_0, part, hit.cite, context, type(Trap).__name__)',
      ),
    ).toBe('True True First [doc-1.txt @ 0-13] next type');
    const again = await after.save();
    expect(again.names).toEqual(expect.arrayContaining(['rows', 'total', 'Point', 'points', 'fib', 'm']));
    after.close();
  });

  it('that never end being saved cost seconds, not the rest', async () => {
    const repl = await openRepl(repls, 'text');
    await cell(
      repl,
      'good = 1\nclass Endless:\n    def __reduce__(self):\n        while True: pass\nendless = Endless()',
    );
    const startedAt = performance.now();
    const saved = await repl.save();
    expect(performance.now() - startedAt).toBeLessThan(9_000);
    expect(saved.names).toEqual(expect.arrayContaining(['good', 'Endless']));
    expect(saved.left).toEqual({ endless: 'saving took too long' });
    expect(await printed(repl, 'print(good)')).toBe('1');
    const other = await openRepl(repls, 'text');
    expect(await other.restore({ ...saved, pickled: new Blob(['junk']) })).toEqual(saved.names);
    repl.close();
    other.close();
  });
});

describe('tools', () => {
  const tool = (name: string, python: string) => ({
    name,
    python,
    description: '',
    offeredTo: 'both' as const,
  });

  it('are there from the start, may ask models when called, and stay what they are', async () => {
    const tools = [
      tool(
        'shout',
        'import string\ndef helper(t): return t.upper()\ndef shout(text):\n    """Louder."""\n    return helper(llm_query(text))',
      ),
      tool('LIMITS', '{"most": 3}'),
      tool('twice', 'lambda n: n * LIMITS["most"]'),
    ];
    const repl = await openRepl(repls, 'text', echoCalls, { tools });
    const { variables } = await cell(repl, 'shout = 5\nLIMITS = None\nx = 1');
    expect(Object.keys(variables)).toEqual(['x']);
    expect(await printed(repl, 'print(shout("a"), LIMITS, twice(2), shout.__doc__)')).toBe(
      "<A> {'most': 3} 6 Louder.",
    );
    await repl.followUp({ context: textContext('2'), history: [], onSubcall: echoCalls });
    expect(await printed(repl, 'print(shout("b"))')).toBe('<B>');
    repl.close();
  });

  it.for([
    ['def other(): pass', /"bad" could not be loaded: the Python does not define 'bad'/],
    ['x = 1\nbad = 1 / 0', /"bad" could not be loaded: line 2: ZeroDivisionError: division by zero/],
    ['def bad(:\n  pass', /"bad" could not be loaded: line 1: SyntaxError/],
  ] as const)('that do not load are named: %s', async ([python, message]) => {
    await expect(openRepl(repls, '', noCalls, { tools: [tool('bad', python)] })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(message) as string,
    });
  });
});

describe('names', () => {
  it('of helpers are given up to variables of the model, those of the protocol are not', async () => {
    const repl = await openRepl(repls, 'text', echoCalls);
    const { variables } = await cell(
      repl,
      'search = [1]\ngrep = 2\nllm_query = FINAL = context = SHOW_VARS = None\ndel peek',
    );
    expect(Object.keys(variables).sort()).toEqual(['grep', 'search']);
    expect(
      await printed(
        repl,
        'print(search, grep, peek(2), llm_query("x"), context, callable(FINAL), callable(SHOW_VARS))',
      ),
    ).toBe('[1] 2 [context @ 0-2] te <x> text True True');
    repl.close();
  });
});
