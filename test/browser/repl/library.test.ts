/** The names of the library in a real interpreter, whose they are, and tools that are tried there. */

import { afterAll, describe, expect, it } from 'vitest';
import { listContext } from '../../../src/core/corpus/given-context';
import { LIBRARY_NAMES, RESERVED_NAMES } from '../../../src/core/run/repl-names';
import { tryTool } from '../../../src/core/run/tool-trial';
import type { Tool } from '../../../src/core/run/tools';
import { cell, factory, openRepl } from './harness';

const repls = factory();
afterAll(() => repls.close());

const list = (names: readonly string[]) => JSON.stringify(names);

it('every name an interpreter is opened with is known to the core, as its own or as one to be had', async () => {
  const repl = await openRepl(repls, 'the context');
  const { stdout } = await cell(repl, 'import json\nprint(json.dumps([n for n in list(globals()) if n[0] != "_"]))');
  const there = new Set((JSON.parse(stdout) as string[]).filter((name) => name !== 'json'));
  expect(there).toEqual(new Set([...RESERVED_NAMES, ...LIBRARY_NAMES, 'context_0']));
  // An empty history is the cells' to take, until there is one.
  expect((await cell(repl, 'print(history, "history" in SHOW_VARS())')).stdout).toBe('[] False\n');
  const reserved = RESERVED_NAMES.filter((name) => name !== 'history');
  await cell(repl, `for name in ${list([...reserved, ...LIBRARY_NAMES])}:\n    globals()[name] = "mine"`);
  const mine = await cell(repl, `print(json.dumps([n for n in ${list([...reserved, ...LIBRARY_NAMES])} if globals()[n] == "mine"]))`);
  expect(JSON.parse(mine.stdout)).toEqual(LIBRARY_NAMES);
  await cell(repl, `for name in ${list(LIBRARY_NAMES)}:\n    del globals()[name]`);
  expect((await cell(repl, 'print(cite("the context"), len(chunk_by_tokens()))')).stdout).toBe('[context @ 0-11] 1\n');
  repl.close();
}); // prettier-ignore

it('the library knows the documents of a list, and reads no more of them than it has to', async () => {
  const repl = await openRepl(
    repls,
    listContext(['# One\n\nAlpha beta.\n\n# Two\n\nGamma “delta”\nepsilon.', 'a,b\n1,2\n3,4', 'never read']),
  );
  const first = await cell(
    repl,
    'print([s.title for s in split_sections(context[0])], table(context[1])[1], [item.loaded() is not None for item in list.__iter__(context)])',
  );
  expect(first.stdout).toBe("['One', 'Two'] {'a': '3', 'b': '4'} [True, True, False]\n");
  const { stdout } = await cell(
    repl,
    `print(cite('Gamma "delta" epsilon', doc=0), [cite('gamma "delta" epsilon')], dedupe(["x", "X."]).groups)
print([part.cite for part in chunk_by_tokens(context)])`,
  );
  expect(stdout.split('\n')).toEqual([
    expect.stringMatching(
      /^\[context\[0\] @ 27-48\] \[not found; nearest: \[context\[0\] @ .* \[\[0, 1\]\]$/,
    ),
    "['[context[0] @ 0-49]', '[context[1] @ 0-11]', '[context[2] @ 0-10]']",
    '',
  ]);
  repl.close();
});

describe('a tool that is tried', () => {
  const { signal } = new AbortController();
  const attempt = (name: string, python: string, call = '') => {
    const tool: Tool = { name, python, description: '', offeredTo: 'children' };
    return tryTool(tool, call, repls, signal);
  };

  it('is loaded, shown, and called', async () => {
    const python = 'import re\nWORD = re.compile(r"\\w+")\ndef words(text: str, *, least=1):\n    return [w for w in WORD.findall(text) if len(w) >= least]';
    expect(await attempt('words', python, 'print("now")\nwords("a bc d", least=2)')).toEqual({
      typeName: 'function',
      shown: 'words(text: str, *, least=1)',
      call: { output: "now\n['bc']", failed: false },
    });
    expect(await attempt('LIMITS', '{"a": 1}')).toEqual({ typeName: 'dict', shown: "{'a': 1}", call: null });
    const asked = await attempt('ask', 'lambda q: llm_query(q)', 'ask("x")\nask("y") + 1');
    expect(asked.call).toMatchObject({ failed: true });
    expect(asked.call?.output).toContain('TypeError');
    expect(asked.call?.output).toContain('line 2 of the call');
  }); // prettier-ignore

  it.each([
    ['def double(n):\n    return n *', /"double"[\s\S]*line 2[\s\S]*SyntaxError/],
    ['import json\n\ndouble = 1 / 0', /"double"[\s\S]*line 3[\s\S]*ZeroDivisionError/],
    ['def other(n):\n    return n', /"double"[\s\S]*define/],
  ])('and cannot be loaded says which, where and why: %#', async (python, said) => {
    await expect(attempt('double', python)).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(said) as string,
    });
  });
});
