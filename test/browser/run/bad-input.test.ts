/** What should not have been given, in whole runs with real Python: each is told in words, and the run goes on where it can. */

import { afterAll, describe, expect, it } from 'vitest';
import { textContext, type ContextSource } from '../../../src/core/corpus/context';
import { jsonContext } from '../../../src/core/corpus/given-context';
import type { ChatModel } from '../../../src/core/ports';
import type { RunEvent } from '../../../src/core/record/events';
import { foldRun } from '../../../src/core/record/fold';
import { complete } from '../../../src/core/run/completion';
import { DEFAULT_LIMITS, type Limits } from '../../../src/core/run/limits';
import { cellReply, systemClock } from '../../fixtures/run-kit';
import { scriptedModel } from '../../fixtures/scripted-model';
import { factory } from '../repl/harness';

const repls = factory();
afterAll(() => repls.close());

interface Given {
  readonly context?: ContextSource;
  readonly question?: string | null;
  readonly sub?: ChatModel;
  readonly limits?: Partial<Limits>;
}

/** Plays cells, one a turn, and tells what the model was shown after each. */
async function play(cells: readonly string[], given: Given = {}) {
  const events: RunEvent[] = [];
  const root = scriptedModel({ name: 'root', replies: cells.map(cellReply) });
  const outcome = await complete(
    {
      question: given.question === undefined ? 'Who is it?' : given.question,
      context: given.context ?? textContext('It is I.'),
      corpus: null,
      root,
      sub: given.sub ?? scriptedModel({ name: 'sub', rule: () => 'yes' }),
      limits: { ...DEFAULT_LIMITS, ...given.limits },
    },
    { repls, clock: systemClock, newId: () => crypto.randomUUID(), onEvent: (event) => events.push(event) },
    new AbortController().signal,
  );
  const shown = (turn: number) => root.calls[turn + 1]?.messages.at(-1)?.content ?? '';
  return { outcome, root, shown, tree: foldRun(events)?.run };
}

describe('code that cannot mean what it says', () => {
  it('is told which models there are when it names one that is not', async () => {
    const { outcome, shown, tree } = await play([
      'replies = [llm_query("a", model="gpt-9"), llm_query("b", model="gpt-9"), llm_query("c", "sub")]\nprint(replies)',
      'answer.update(content="done", ready=True)',
    ]);
    expect(outcome.answer).toBe('done');
    const sentence =
      'The code asked for a model "gpt-9", which this run does not have; sub answered. Leave the model out, or name one of these: sub, root.';
    expect(shown(0)).toContain("['yes', 'yes', 'yes']");
    expect(shown(0).split(sentence)).toHaveLength(2);
    expect(tree?.notices.map(({ code }) => code)).toContain('unknown-model');
  });

  it('is stopped by Python’s own bounds and finds its variables as they were', async () => {
    const { outcome, shown } = await play([
      'kept = 1\ndef down(n):\n    return down(n + 1)\ndown(0)',
      'eval("(" * 5_000 + ")" * 5_000)',
      'eval("-" * 50_000 + "1")',
      'twice = {}\ntwice["twice"] = twice\nimport json\njson.dumps(twice)',
      'big = "x" * 10**10',
      'answer["content"] = str(kept)\nanswer["ready"] = True',
    ]);
    expect(outcome).toMatchObject({ status: 'answered', answer: '1' });
    expect(shown(0)).toMatch(/RecursionError: maximum recursion depth exceeded.* \(line 4 of the cell\)/);
    expect(shown(1)).toContain('SyntaxError: too many nested parentheses');
    expect(shown(2)).toContain('MemoryError: Parser stack overflowed');
    expect(shown(3)).toContain('ValueError: Circular reference detected');
    expect(shown(4)).toMatch(/MemoryError|OverflowError/);
  });

  it('that breaks the interpreter itself loses it: told by name, and the context is there again', async () => {
    const { outcome, shown } = await play([
      'lost = 1\nimport ctypes',
      'ctypes.string_at(2**32 - 16, 64)', // past the end of its memory
      'answer["content"] = f"{context} {\'lost\' in globals()}"\nanswer["ready"] = True',
    ]);
    expect(shown(1)).toMatch(/The interpreter had to be replaced\. These variables are gone: .*lost/);
    expect(outcome.answer).toBe('It is I. False');
  });

  it('may delete every name there is: what was given is there again', async () => {
    const { outcome, shown } = await play([
      'mine = 1\nfor name in list(globals()):\n    del globals()[name]',
      'import builtins\nprint(context, context_0, "mine" in globals(), callable(search), SHOW_VARS())',
      'del context, llm_query, answer, print, FINAL',
      'print(llm_query("?"), context)\nanswer["content"] = "still here"\nanswer["ready"] = True',
    ]);
    expect(shown(0)).not.toContain('Error');
    expect(shown(1)).toContain('It is I. It is I. False True Available variables');
    expect(shown(2)).toContain("NameError: name 'print' is not defined");
    expect(outcome.answer).toBe('still here');
  });

  it.each([
    ['a text', 'answer = "It is I."', /answer/],
    ['nothing', 'answer = None', /answer/],
    ['a number', 'answer = 42', /answer/],
    ['a list', 'answer = ["It", "is", "I"]', /answer/],
  ])('may bind `answer` to %s: it is told how to give one', async (_, code) => {
    const { outcome, shown } = await play([
      `${code}\nprint("bound")`,
      'print(answer)\nanswer = dict(content="It is I.", ready=True)',
    ]);
    expect(shown(0)).toContain('bound');
    expect(shown(0)).toMatch(/`answer` is a dict.*answer\["content"\]/);
    expect(outcome).toMatchObject({ status: 'answered', answer: 'It is I.' });
  });
});

describe('output that is too much or no text', () => {
  it('is cut in the middle with its size, its tail kept, and the run goes on', async () => {
    const { outcome, shown, tree } = await play([
      'for n in range(100_000):\n    print(f"line {n:>5}")\nprint("the end")',
      'answer.update(content="done", ready=True)',
    ]);
    expect(outcome.answer).toBe('done');
    const size = tree?.turns[0]?.cells[0]?.result?.stdoutChars ?? 0;
    expect(size).toBeGreaterThan(1_000_000);
    expect(shown(0).length).toBeLessThan(21_000);
    expect(shown(0)).toContain('line     0\n');
    // The last line end is not shown.
    expect(shown(0)).toContain(`of ${(size - 1).toLocaleString('en-US')} characters cut here`);
    expect(shown(0)).toContain('the end\n');
  });

  it('goes through as it is: NULs, escapes, halves of characters', async () => {
    const asked: string[] = [];
    const sub = scriptedModel({
      name: 'sub',
      rule: ({ messages }) => {
        asked.push(messages[0]?.content ?? '');
        return 'a\u0000b';
      },
    });
    const { outcome, shown } = await play(
      [
        'half = "\\ud83d"\nprint("a" + half + "b", "c\\x00d", "e\\x1b[31mf")\nprint(len(llm_query("q" + half + "\\x00")))',
        'answer["content"] = "x" + half + "y\\x00z"\nanswer["ready"] = True',
      ],
      { sub },
    );
    expect(shown(0)).toContain('a\ud83db c\u0000d e\u001b[31mf\n3');
    expect(asked).toEqual(['q\ud83d\u0000']);
    expect(outcome.answer).toBe('x\ud83dy\u0000z');
  });
});

describe('contexts that are no text', () => {
  it.each([
    ['numbers', [1, 2, 3], 'list', 'print(sum(context), context[0])', '6 1'],
    ['nested dicts', { a: { b: [1, { c: null }] } }, 'dict', 'print(context["a"]["b"][1])', "{'c': None}"],
    [
      'messages',
      [{ role: 'user', content: 'hi' }],
      'list',
      'print(context[0]["content"], len(grep("hi")))',
      'hi 1',
    ],
    ['an empty list', [], 'list', 'print(context, search("x"), grep("x"), peek())', '[] [] []'],
  ])(
    'such as %s are what they are in Python, and named in the first message',
    async (_, value, type, code, printed) => {
      const { root, shown, outcome } = await play([code, 'FINAL("ok")'], { context: jsonContext(value) });
      const first = root.calls[0]?.messages[1]?.content ?? '';
      expect(first).toContain(`Your context is a ${type}; as JSON it has`);
      expect(shown(0)).toContain(printed);
      expect(outcome.answer).toBe('ok');
    },
  );
});

describe('too much to ask', () => {
  it('is refused before anything is sent, with its size and what to do', async () => {
    const { outcome, root } = await play([], { question: 'why '.repeat(300_000) });
    expect(root.calls).toEqual([]);
    expect(outcome.status).toBe('failed');
    expect(outcome.problem?.code).toBe('prompt-too-large');
    expect(outcome.problem?.message).toMatch(
      /takes about \d+ tokens at once.*the question 1200000 characters/,
    );
    expect(outcome.problem?.hint).toMatch(/shorter question/);
  });

  it('of a sub-model comes back to the code with both sizes, and the others are answered', async () => {
    const sub = scriptedModel({ name: 'sub', contextTokens: 4_096, rule: () => 'yes' });
    const { shown } = await play(
      ['for reply in llm_query_batched(["a", "x" * 100_000, "b"]): print(reply)', 'FINAL("ok")'],
      { sub },
    );
    expect(shown(0)).toMatch(/yes\nError: the prompt has 100000 characters.*\nyes/);
    expect(sub.calls).toHaveLength(2);
  });
});
