/** The names a model finds, what they accept, and what they say when misused. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Repl, SubcallHandler, SubcallRequest } from '../../../src/core/ports';
import { asChild, cell, factory, openParent, openRepl } from './harness';

const repls = factory();
let repl: Repl;
let requests: SubcallRequest[];

beforeAll(() => openParent(repls));
beforeEach(async () => {
  repl?.close();
  requests = [];
  const answer: SubcallHandler = (request) => {
    requests.push(request);
    return Promise.resolve(request.prompts.map((prompt) => `<${prompt}>`));
  };
  repl = await openRepl(repls, 'the context', answer, asChild);
});
afterAll(() => repls.close());

describe('asking', () => {
  it('takes the aliases and the contexts of children', async () => {
    const result = await cell(
      repl,
      'print(llm_call("a"), llm_batch(["b"]), llm_query_batch(["c"]), recursive_llm("q", "text"), rlm_query("r", model="m"))',
    );
    expect(result.stdout).toBe("<a> ['<b>'] ['<c>'] <q> <r>\n");
    expect(requests.slice(3)).toEqual([
      { kind: 'rlm', prompts: ['q'], contexts: ['text'], model: null },
      { kind: 'rlm', prompts: ['r'], model: 'm' },
    ]);
  });

  it('takes messages, numbers, generators and spans as prompts', async () => {
    await cell(
      repl,
      'llm_query([{"role": "user", "content": "one"}])\nllm_query([{"role": "system", "content": "s"}, {"role": "user", "content": "u"}])\nllm_query(42)\nllm_query_batched(str(n) for n in range(2))\nllm_query(peek(3))\nllm_query_batched([])\nllm_query_batched("one text")',
    );
    expect(requests.map(({ prompts }) => prompts)).toEqual([
      ['one'],
      ['system: s\n\nuser: u'],
      ['42'],
      ['0', '1'],
      ['[context @ 0-3] the'],
      ['one text'],
    ]);
  });

  it('splits what is too many for one request, and refuses what is too large, in words', async () => {
    const result = await cell(repl, 'print(len(llm_query_batched(["p"] * 10_001)))');
    expect(result.stdout).toBe('10001\n');
    const large = await cell(repl, 'llm_query("x" * 17_000_000)');
    expect(large.stderr).toBe(
      '\nValueError: a prompt of 17,000,000 characters is too large to send; split it',
    );
  });

  it('passes text through unharmed', async () => {
    const result = await cell(repl, 'print(llm_query("\\r\\n\\0\\u2028😀 é") == "<\\r\\n\\0\\u2028😀 é>")');
    expect(result.stdout).toBe('True\n');
  });
});

describe('answering', () => {
  it.for([
    ['FINAL("it is 42")', 'it is 42'],
    ['FINAL(42)\nprint("more")', '42'],
    ['x = [1, 2]\nFINAL_VAR("x")', '[1, 2]'],
    ['x = "value"\nFINAL_VAR(x)', 'value'],
    ['x = 1\nFINAL_VAR(" \'x\' ")', '1'],
    ['answer.update({"content": "u", "ready": 1})', 'u'],
    ['answer["ready"] = True\nanswer["content"] = "late"', 'late'],
    ['answer.setdefault("ready", True); answer["ready"] = "yes"; answer["content"] = "s"', 's'],
    ['answer = dict(content=7, ready=True)', '7'],
    ['answer["content"] = {"a": 1}; answer["ready"] = True', "{'a': 1}"],
    ['del answer["ready"]\nanswer["content"] = "d"\nanswer.setdefault("ready", True)', 'd'],
  ] as const)('ends the run with %s', async ([code, expected]) => {
    const result = await cell(repl, code);
    expect(result.stderr).toBe('');
    expect(result.finalAnswer).toBe(expected);
    expect(result.refusal).toBeNull();
  });

  it('is refused when there is no such variable, or nothing in it', async () => {
    const unknown = await cell(repl, 'y = 1\nprint(FINAL_VAR("nope"))');
    expect(unknown.finalAnswer).toBeNull();
    expect(unknown.refusal).toContain("Variable 'nope' not found. Available variables: ['y'].");
    expect(unknown.stdout).toContain('Error: Variable');
    const empty = await cell(repl, 'answer["content"] = "  "\nanswer["ready"] = True');
    expect(empty.finalAnswer).toBeNull();
    expect(empty.refusal).toContain('is empty');
    const later = await cell(repl, 'answer["content"] = "now"');
    expect(later.finalAnswer).toBeNull();
    expect(later.draft).toBe('now');
  });
});

describe('a session', () => {
  it('keeps what a failing cell had made, and knows the line', async () => {
    const result = await cell(repl, 'a = 1\nb = [2, 3]\nraise ValueError("no")');
    expect(result.error).toEqual({ type: 'ValueError', message: 'no', line: 3 });
    expect(result.variables).toEqual({ a: 'int = 1', b: 'list, 2 items' });
    const inner = await cell(repl, 'def f():\n    return 1 / 0\n\nf()');
    expect(inner.error).toEqual({ type: 'ZeroDivisionError', message: 'division by zero', line: 4 });
    const syntax = await cell(repl, 'x = 1\ny = (');
    expect(syntax.error).toMatchObject({ type: 'SyntaxError', line: 2 });
  });

  it('has classes, dataclasses, pickling, eval, exec, globals and a main module', async () => {
    const result = await cell(
      repl,
      'import pickle\nfrom dataclasses import dataclass\n@dataclass\nclass P:\n    n: int\nprint(pickle.loads(pickle.dumps(P(3))), __name__, eval("P(1).n"), "P" in globals())\nexec("made = 5")\nprint(made)',
    );
    expect(result.stdout).toBe('P(n=3) __main__ 1 True\n5\n');
  });

  it.for([
    ['None', null],
    ['1;', null],
    ['x = 1', null],
    ['"a\\nb"', "'a\\nb'"],
    ['print("p")', null],
    ['await __import__("asyncio").sleep(0, "late")', "'late'"],
  ] as const)('echoes the value of %s', async ([code, echo]) => {
    expect((await cell(repl, code)).echo).toBe(echo);
  });

  it('warns on stderr without an error', async () => {
    const result = await cell(
      repl,
      'import warnings, sys\nwarnings.warn("careful")\nprint("err", file=sys.stderr)',
    );
    expect(result.error).toBeNull();
    expect(result.stderr).toContain('UserWarning: careful');
    expect(result.stderr).toContain('err\n');
  });

  it('ends a cell at exit() without an error, and goes on', async () => {
    expect((await cell(repl, 'print(1)\nexit()\nprint(2)')).stdout).toBe('1\n');
    expect((await cell(repl, 'import sys\nsys.exit("bad")')).error).toMatchObject({ type: 'SystemExit' });
    expect((await cell(repl, 'print(3)')).stdout).toBe('3\n');
  });

  it('keeps the head and the tail of very long output, and counts it all', async () => {
    const result = await cell(repl, 'print("a" * 1_500_000)\nprint("b" * 1_500_000)');
    expect(result.stdoutChars).toBe(3_000_002);
    expect(result.stdout.startsWith('aaa')).toBe(true);
    expect(result.stdout.endsWith('bbb\n')).toBe(true);
    expect(result.stdout).toContain('1,000,002 of 3,000,002 characters not kept');
  });

  it('shows output while the cell runs', async () => {
    const pieces: string[] = [];
    const result = await cell(
      repl,
      'import time\nprint("one")\ntime.sleep(0.1)\nprint("two")\ntime.sleep(0.1)',
      {
        onOutput: (piece) => pieces.push(piece),
      },
    );
    expect(pieces).toEqual(['one\n', 'two\n']);
    expect(result.stdout).toBe('one\ntwo\n');
  });

  it.for([
    ['import numpy', "No module named 'numpy' (not available here: use lists with math and statistics)"],
    ['import pandas as pd', "No module named 'pandas' (not available here: use csv"],
    ['from sklearn.cluster import KMeans', "No module named 'sklearn' (not available here"],
    ['import requests', "No module named 'requests' (not available here: there is no network"],
    ['%pip install numpy', "No module named 'numpy' (not available here: use lists with math"],
    ['import js', "No module named 'js' (not available here"],
    ['import not_a_module_xyz', "No module named 'not_a_module_xyz'"],
  ] as const)('says in one line that it cannot %s', async ([code, message]) => {
    const { stderr } = await cell(repl, code);
    expect(stderr.startsWith(`\nModuleNotFoundError: ${message}`)).toBe(true);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('imports the standard library', async () => {
    const { stderr } = await cell(
      repl,
      'import sqlite3, lzma, bz2, zlib, decimal, csv, ssl, hashlib, unicodedata, ctypes, zoneinfo, tomllib, html.parser, urllib.parse, xml.etree.ElementTree, multiprocessing, logging\nprint(sqlite3.connect(":memory:").execute("select 1").fetchone(), hashlib.sha256(b"").hexdigest()[:8])',
    );
    expect(stderr).toBe('');
  });

  it('tells the value of a variable, and whether a text is Python', async () => {
    await cell(repl, 'found = [1, "two"]');
    expect(await repl.variable('found')).toBe("[1, 'two']");
    expect(await repl.variable('nothing')).toBeNull();
    expect(await repl.parses('x = await f()')).toBe(true);
    expect(await repl.parses('Some prose, not code.')).toBe(false);
  });
});
