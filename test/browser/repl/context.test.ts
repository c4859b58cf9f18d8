/** What `context` is: exact text, documents read when touched, JSON; and the helpers that look into it. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codePointLength, textContext, type ContextSource } from '../../../src/core/corpus/context';
import { asChild, cell, factory, noCalls, openParent, openRepl } from './harness';

const repls = factory();
beforeAll(() => openParent(repls));
afterAll(() => repls.close());

export function documentsContext(texts: Readonly<Record<string, string>>): ContextSource {
  const encoder = new TextEncoder();
  let at = 0;
  const documents = Object.entries(texts).map(([name, text], index) => {
    const byteStart = at;
    at += encoder.encode(text).length;
    return { id: `id${index}`, name, chars: codePointLength(text), byteStart, byteEnd: at };
  });
  return {
    kind: 'documents',
    typeName: 'list',
    documents,
    chars: documents.reduce((sum, { chars }) => sum + chars, 0),
    open: () => Promise.resolve({ kind: 'documents', utf8: new Blob(Object.values(texts)), documents }),
  };
}

function jsonContext(value: unknown): ContextSource {
  const utf8 = new Blob([JSON.stringify(value)]);
  return {
    kind: 'json',
    typeName: 'dict',
    documents: [],
    chars: utf8.size,
    open: () => Promise.resolve({ kind: 'json', utf8 }),
  };
}

async function printed(context: string | ContextSource, code: string): Promise<string> {
  const repl = await openRepl(repls, context, noCalls, asChild);
  const { stdout, stderr } = await cell(repl, code);
  repl.close();
  expect(stderr).toBe('');
  return stdout;
}

describe('one text', () => {
  it.for(['a\r\nb\rc\n', 'nul \u0000 and \u2028 \u2029 \u0085', '\uFEFFbom', 'astral 😀 𝒳 日本語 naïve', ''])(
    'is a plain str, exactly %j',
    async (text) => {
      const out = await printed(
        text,
        'print(type(context) is str, [ord(c) for c in context], context is context_0)',
      );
      const codes = Array.from(text, (char) => char.codePointAt(0));
      expect(out).toBe(`True [${codes.join(', ')}] True\n`);
    },
  );
});

describe('several documents', () => {
  const corpus = documentsContext({ 'a.txt': 'first\r\ntext', 'b.md': 'zweiter Täxt 😀', 'c.txt': '' });

  it('are a list of str that know their names', async () => {
    const out = await printed(
      corpus,
      'for d in context:\n    print(repr(d), d.name, d.id, d.index, isinstance(d, str), len(d))\nprint(len(context), isinstance(context, list), context[-2].name, context[1][0:7])',
    );
    expect(out).toBe(
      "'first\\r\\ntext' a.txt id0 0 True 11\n'zweiter Täxt 😀' b.md id1 1 True 14\n'' c.txt id2 2 True 0\n3 True b.md zweiter\n",
    );
  });

  it.for([
    ['list(context)', "['A', 'B']"],
    ['[*context]', "['A', 'B']"],
    ['context[:]', "['A', 'B']"],
    ['context[::-1]', "['B', 'A']"],
    ['list(reversed(context))', "['B', 'A']"],
    ['context + ["C"]', "['A', 'B', 'C']"],
    ['["C"] + context', "['C', 'A', 'B']"],
    ['context * 2', "['A', 'B', 'A', 'B']"],
    ['"-".join(context)', "'A-B'"],
    ['"B" in context, "Z" in context', '(True, False)'],
    ['context.index("B"), context.count("A")', '(1, 1)'],
    ['sorted(context, reverse=True), max(context), min(context)', "(['B', 'A'], 'B', 'A')"],
    ['tuple(context), set(context) == {"A", "B"}', "(('A', 'B'), True)"],
    ['context == ["A", "B"], ["A", "B"] == context, context != ["A"]', '(True, True, True)'],
    ['__import__("json").dumps(context)', '\'["A", "B"]\''],
    ['__import__("copy").copy(context), __import__("copy").deepcopy(context)', "(['A', 'B'], ['A', 'B'])"],
    ['__import__("pickle").loads(__import__("pickle").dumps(context))', "['A', 'B']"],
    [
      '[(i, d) for i, d in enumerate(context)], list(zip(context, context))',
      "([(0, 'A'), (1, 'B')], [('A', 'A'), ('B', 'B')])",
    ],
    ['(lambda a, b: a + b)(*context)', "'AB'"],
    ['context', "['A', 'B']"],
    ['str(context), f"{context}"', "(\"['A', 'B']\", \"['A', 'B']\")"],
    ['(context.pop(), len(context), context[0])', "('B', 1, 'A')"],
    ['(context.append("C"), context.sort(reverse=True), list(context))[2]', "['C', 'B', 'A']"],
    ['(context.extend(["C"]), context.insert(0, "0"), list(context))[2]', "['0', 'A', 'B', 'C']"],
    ['[x for x in map(str.lower, context)], list(filter(None, context))', "(['a', 'b'], ['A', 'B'])"],
    ['__import__("random").choice(context) in "AB"', 'True'],
    ['[d for d in __import__("itertools").chain(context, context)]', "['A', 'B', 'A', 'B']"],
    ['__import__("operator").itemgetter(1)(context)', "'B'"],
  ] as const)('behave as a list in %s', async ([expression, expected]) => {
    const repl = await openRepl(repls, documentsContext({ one: 'A', two: 'B' }), noCalls, asChild);
    const { echo, stderr } = await cell(repl, expression);
    repl.close();
    expect(stderr).toBe('');
    expect(echo).toBe(expected);
  });

  it('are unpacked and matched', async () => {
    const out = await printed(
      documentsContext({ one: 'A', two: 'B' }),
      'a, b = context\nfirst, *rest = context\nmatch context:\n    case [x, y]: print(a, b, first, rest, x, y)\nl = ["0"]\nl += context\nl[1:1] = context\nprint(l)',
    );
    expect(out).toBe("A B A ['B'] A B\n['0', 'A', 'B', 'A', 'B']\n");
  });
});

describe('JSON', () => {
  it('is what it is', async () => {
    const out = await printed(
      jsonContext({ rows: [1, { k: 'v' }] }),
      'print(type(context).__name__, context["rows"][1]["k"])',
    );
    expect(out).toBe('dict v\n');
  });
});

describe('looking around', () => {
  const filler = 'The harbour was quiet and the boats lay still in the evening light.\n\n'.repeat(400);
  const corpus = documentsContext({
    'log.txt': filler + 'The keeper of the lighthouse was called Ansel Grey. He came in 1871.\n\n' + filler,
    'other.txt': filler,
  });

  it('grep, peek and search give spans that know their place', async () => {
    const out = await printed(
      corpus,
      [
        'hit = search("Who kept the lighthouse?")[0]',
        'print("Ansel Grey" in hit, hit.name, hit.document, context[hit.document][hit.start:hit.end] == hit.text, hit.score > 0)',
        'print(hit.cite == f"[log.txt @ {hit.start}-{hit.end}]", str(hit).startswith(hit.cite), len(hit) == len(hit.text))',
        'g = grep(r"ansel\\s+grey")[0]',
        'print(g.name, context[0][g.start:g.end] == g.text, len(grep("harbour", max=7)), grep("harbour", doc="other.txt")[0].document)',
        'p = peek(11, doc=1, at=4)',
        'print(p, p.start, p.end, len(grep("HARBOUR", ignore_case=False)), len(grep("(")))',
      ].join('\n'),
    );
    expect(out).toBe(
      'True log.txt 0 True True\nTrue True True\nlog.txt True 7 1\n[other.txt @ 4-15] harbour was 4 15 0 0\n',
    );
  });

  it('work on one text under its name, on JSON, and in scripts without spaces', async () => {
    expect(
      await printed(textContext('abc def', 'note.txt'), 'print(grep("def")[0], search("def")[0].cite)'),
    ).toBe('[note.txt @ 0-7] abc def [note.txt @ 0-7]\n');
    expect(await printed(jsonContext({ key: 'needle' }), 'print("needle" in grep("needle")[0])')).toBe(
      'True\n',
    );
    expect(await printed('昨日、灯台守が来た。', 'print(len(search("灯台")))')).toBe('1\n');
  });

  it('survive letters whose lower case is longer', async () => {
    const out = await printed(
      'İ'.repeat(700) + ' needle here',
      'h = search("needle")[0]\nprint(context[h.start:h.end] == h.text, "needle" in h)',
    );
    expect(out).toBe('True True\n');
  });
});
