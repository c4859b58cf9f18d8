import { describe, expect, it } from 'vitest';
import { readTools, toolNameProblem } from '../../../src/core/run/tool-check';
import { toolsAt, toolSignature } from '../../../src/core/run/tool-list';
import type { Tool } from '../../../src/core/run/tools';
import type { ReplInit } from '../../../src/core/ports';
import { cellReply, runScripted } from '../../fixtures/run-kit';
import { scriptedModel } from '../../fixtures/scripted-model';
import { scriptedRepls } from '../../fixtures/scripted-repl';

describe('the name of a tool', () => {
  it.each([
    ['', 'needs a name'],
    ['2nd', 'cannot be a name in Python'],
    ['a-b', 'cannot be a name in Python'],
    ['ﬁle', 'cannot be a name in Python'], // Python reads the ligature as two letters
    ['class', 'a word of Python itself'],
    ['llm_query', 'a name every run already has'],
    ['context_12', 'a name every run already has'],
    ['FINAL_VAR', 'a name every run already has'],
    ['_hidden', 'begins with an underscore'],
    ['print', "one of Python's own names"],
    ['x'.repeat(61), 'is too long'],
  ])('%j is refused, and why', (name, said) => {
    expect(toolNameProblem(name)).toContain(said);
  });

  it('may be any other, also of the library and in other scripts', () => {
    for (const name of ['search', 'table', 'größe', '検索', 'contexts', 'answer_2', 'T'])
      expect(toolNameProblem(name)).toBeNull();
  });
});

describe('tools as scripts give them', () => {
  it('are read by name, offered to both unless it is said', () => {
    const tools = { a: { python: '1', description: 'One.' }, b: { python: '2', offeredTo: 'root' } };
    expect(readTools(tools)).toEqual([
      { name: 'a', python: '1', description: 'One.', offeredTo: 'both' },
      { name: 'b', python: '2', description: '', offeredTo: 'root' },
    ]);
  });

  it.each([
    [[], 'must be an object'],
    [{ a: 'lambda: 1' }, '"a" must be { python: "…" }'],
    [{ a: { python: '  ' } }, 'has no Python; define a in it'],
    [{ a: { python: '1', offeredTo: 'all' } }, 'offer it to "root", "children" or "both"'],
    [{ a: { python: '1', tool: 1 } }, 'has a field "tool"'],
    [{ a: { python: '1', description: 1 } }, 'must be a string'],
    [{ answer: { python: '1' } }, '"answer" is a name every run already has; choose another name.'],
    [
      Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`t${n}`, { python: '1' }])),
      '65 tools are too many',
    ],
    [{ a: { python: 'x'.repeat(200_001) } }, '200,000 are allowed'],
  ])('are refused in a sentence that says what to do: %#', (given, said) => {
    expect(() => readTools(given)).toThrow(said);
  });
});

describe('the signature of a tool', () => {
  it.each([
    ['def f(a, b=1) -> int:\n  return a', 'f(a, b=1) -> int'],
    ['import re\n\n@cache\nasync def f(\n    a: str,  # with (a bracket\n    b: str = "):",\n) -> dict[str, int]:\n  pass', 'f(a: str, # with (a bracket b: str = "):") -> dict[str, int]'],
    ['f = lambda x, *rest: x', 'f(x, *rest)'],
    ['lambda x: {1: 2}', 'f(x)'],
    ['(lambda: 1)', 'f()'],
    ['[1, 2, 3]', 'f'],
    ['f = {"a": 1}', 'f'],
    ['def g(x): return x\nf = g', 'f'],
    ['def f(', 'f(…)'],
  ])('%#', (python, shown) => {
    expect(toolSignature({ name: 'f', python, description: '', offeredTo: 'both' })).toBe(shown);
  }); // prettier-ignore
});

describe('a run with tools', () => {
  const tools: Tool[] = [
    { name: 'for_all', python: '1', description: 'All have it.', offeredTo: 'both' },
    { name: 'for_root', python: '1', description: '', offeredTo: 'root' },
    { name: 'for_children', python: 'def for_children():\n    """Theirs alone."""', description: '', offeredTo: 'children' },
  ]; // prettier-ignore

  it('puts them into the interpreters and prompts of those they are offered to, and says what is left', async () => {
    const inits: ReplInit[] = [];
    const scripted = scriptedRepls(async ({ call, n, context, signal }) => {
      if (context === 'the part') return { finalAnswer: 'child' };
      if (n > 0) return { finalAnswer: 'root' };
      await call({ kind: 'rlm', prompts: ['the part'], model: null }, signal);
      return {};
    });
    const repls: typeof scripted = {
      ...scripted,
      open: (init, signal) => {
        inits.push(init);
        return scripted.open(init, signal);
      },
    };
    const root = scriptedModel({ rule: () => cellReply('go()') });
    const { outcome } = await runScripted({
      root,
      limits: { maxDepth: 2, maxSubcalls: 5 },
      request: { tools },
      ports: { repls },
    });
    expect(outcome).toMatchObject({ status: 'answered', answer: 'root' });
    expect(inits.map((init) => init.tools?.map(({ name }) => name))).toEqual([
      ['for_all', 'for_root'],
      ['for_all', 'for_children'],
    ]);
    expect(new Set(inits.map(({ treeId }) => treeId)).size).toBe(1);
    const opening = (n: number) => root.calls[n]?.messages.map(({ content }) => content) ?? [];
    expect(opening(0)[0]).toContain('- `for_all`: All have it.\n- `for_root`: a tool of the user’s own.\n');
    expect(opening(1)[0]).toContain('- `for_children()`: Theirs alone.\n');
    expect(opening(1)[0]).not.toContain('for_root');
    expect(opening(1)[0]).toContain('no deeper level is left');
    expect(opening(1)[1]).toMatch(/Turn 1\/30 \(\d of 5 sub-calls( used)?\):$/);
  });

  it('is not begun with a tool or a prompt that makes no sense', async () => {
    const root = scriptedModel({ replies: [] });
    const wrong = { name: 'context', python: '1', description: '', offeredTo: 'both' } as const;
    await expect(runScripted({ root, request: { tools: [wrong] } })).rejects.toThrow('choose another name');
    await expect(runScripted({ root, request: { prompts: { tiny: '' } } })).rejects.toThrow('It is empty');
    expect(toolsAt([], 3)).toEqual([]);
  });

  it('has a prompt of one’s own in the tier of its window, and the built-in one in the others', async () => {
    const own = { full: 'Window {{output_chars}}, {{nothing}}, {"json": {}}.', tiny: 'Unused.' };
    const root = scriptedModel({ rule: () => cellReply('x'), contextTokens: 128_000 });
    await runScripted({ root, request: { prompts: own }, cells: () => ({ finalAnswer: 'a' }) });
    expect(root.calls[0]?.messages[0]?.content).toBe('Window 20,000, {{nothing}}, {"json": {}}.');
    const small = scriptedModel({ rule: () => cellReply('x'), contextTokens: 16_000 });
    await runScripted({ root: small, request: { prompts: own }, cells: () => ({ finalAnswer: 'a' }) });
    expect(small.calls[0]?.messages[0]?.content).toContain('You are a Recursive Language Model.');
  });
});
