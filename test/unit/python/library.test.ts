/** The library for cells, in the interpreter it is made for: Pyodide, here without a browser around it. */

import { beforeAll, describe, expect, it } from 'vitest';
import { findQuote } from '../../../src/core/corpus/citations';
import { estimateTextTokens } from '../../../src/core/turn/tokens';
import { openLibrary, type RunPython } from '../../fixtures/python-library';

let run: RunPython;

beforeAll(async () => {
  run = await openLibrary();
}, 60_000);

const words = ['whale', 'ship', 'résumé', '鯨を追う', 'Ünï', '1851', '😀', 'harpoon', 'of', 'the'];

/** Prose of its own kind, the same each time. */
function prose(count: number, vocabulary = words): string {
  let seed = 7;
  let text = '';
  for (let i = 0; i < count; i++) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    text += vocabulary[Math.floor((seed / 2_147_483_648) * vocabulary.length)] ?? '';
    text += seed % 13 === 0 ? '.\n\n' : seed % 7 === 0 ? '. ' : seed % 5 === 0 ? '\n' : ' ';
  }
  return text;
}

describe('chunk_by_tokens', () => {
  it('gives parts that are together the whole and never take more than was asked, by the estimate of the app', () => {
    const plain = prose(4_000, ['whale', 'ship', 'of', 'the', 'Ishmael']);
    for (const text of [
      prose(4_000),
      plain,
      'x'.repeat(30_000),
      '鯨'.repeat(5_000),
      'a\r\nb\r\n'.repeat(3_000),
    ])
      for (const size of [1, 7, 100, 2_000]) {
        const whole = size < 100 ? text.slice(0, 2_000) : text;
        const parts = run(
          'open_over(whole)\n[[p.start, p.end, p.text] for p in chunk_by_tokens(context, size)]',
          { whole, size },
        ) as [number, number, string][];
        expect(parts.map(([, , part]) => part).join('')).toBe(whole.toWellFormed());
        // One character is the least a part can be: some take two tokens by themselves.
        for (const [start, end, part] of parts)
          if (end - start > 1) expect(estimateTextTokens(part)).toBeLessThanOrEqual(size);
      }
  });

  it('cuts after a paragraph, a line, a sentence or a word, and repeats no more than was asked', () => {
    const whole = prose(3_000, ['whale', 'ship', 'of', 'the', 'Ishmael']);
    const parts = run(
      'open_over(whole)\n[[p.start, p.end, p.text] for p in chunk_by_tokens(max_tokens=200, overlap=40)]',
      { whole },
    ) as [number, number, string][];
    expect(parts.length).toBeGreaterThan(15);
    expect(parts.slice(0, -1).filter(([, , part]) => !part.endsWith('\n\n'))).toEqual([]);
    parts.slice(1).forEach(([start, , part], i) => {
      const [before, end, text] = parts[i] ?? [0, 0, ''];
      expect(start).toBeGreaterThan(before);
      expect(estimateTextTokens(part.slice(0, end - start))).toBeLessThanOrEqual(40);
      expect(text.endsWith(part.slice(0, end - start))).toBe(true);
    });
    expect(run('[p.text for p in chunk_by_tokens("One two three. Four five six.", 5)]')).toEqual([
      'One two three. ',
      'Four five six.',
    ]);
  });

  it('keeps the place of what it is given: documents, spans, a piece cut out of the context', () => {
    const places = run(`
Document = package.documents.Document
open_over([Document("alpha " * 50, "a.txt", "A", 0), Document("beta " * 50, "b.txt", "B", 1)])
piece = context[1][20:120]
spans = [chunk_by_tokens(context, 1000)[1], chunk_by_tokens(context[1])[0], chunk_by_tokens(peek(60, doc="b.txt", at=30), 5)[1], chunk_by_tokens(piece)[0], chunk_by_tokens("nowhere")[0]]
[[s.document, s.name, s.start, pickle.loads(pickle.dumps(s)).cite] for s in spans]
`);
    expect(places).toEqual([
      [1, 'b.txt', 0, '[b.txt @ 0-250]'],
      [1, 'b.txt', 0, '[b.txt @ 0-250]'],
      [1, 'b.txt', 50, '[b.txt @ 50-70]'],
      [1, 'b.txt', 0, '[b.txt @ 0-100]'], // the same words come first there
      [null, 'text', 0, '[text @ 0-7]'],
    ]);
  });

  it.each([
    ['chunk_by_tokens("a", 0)', 'max_tokens must be 1'],
    ['chunk_by_tokens("a", 10, 6)', 'overlap must be'],
  ])('says what is wrong with %s', (code, said) => {
    expect(() => run(code)).toThrow(said);
  });
});

describe('split_sections', () => {
  const sectionsOf = (text: string) =>
    run(
      'open_over(text)\nparts = split_sections()\n[[s.level, s.title, list(s.path)] for s in parts] + ["".join(s.text for s in parts) == text]',
      { text },
    );

  it('goes by Markdown where there is any, its code left out', () => {
    const text =
      'before\n\n# One\ntext\n\n```\n# no heading\n```\n\n## Two ##\n\nSetext\n======\n\nTHIS IS LOUD\n\nend';
    expect(sectionsOf(text)).toEqual([
      [0, '', []],
      [1, 'One', ['One']],
      [2, 'Two', ['One', 'Two']],
      [1, 'Setext', ['Setext']],
      true,
    ]);
  });

  it('knows chapters, articles, paragraphs of a law, numbers and lines in capitals, and no list or sentence', () => {
    const text = `
Part I. General

Chapter 1. Scope

1.1 Definitions

The first words. Then a list:

1. buy milk

2. Sell it.

Chapter 2 of this book says otherwise, and so
Article 5 says nothing here.

§ 12 Liability

Words, and more words.

Article 5 — Term

LIMITATION OF LIABILITY

Nothing.

Preface
`;
    expect(sectionsOf(text)).toEqual([
      [1, 'Part I. General', ['Part I. General']],
      [2, 'Chapter 1. Scope', ['Part I. General', 'Chapter 1. Scope']],
      [6, '1.1 Definitions', ['Part I. General', 'Chapter 1. Scope', '1.1 Definitions']],
      [4, '§ 12 Liability', ['Part I. General', 'Chapter 1. Scope', '1.1 Definitions', '§ 12 Liability']],
      [3, 'Article 5 — Term', ['Part I. General', 'Chapter 1. Scope', 'Article 5 — Term']],
      [
        5,
        'LIMITATION OF LIABILITY',
        ['Part I. General', 'Chapter 1. Scope', 'Article 5 — Term', 'LIMITATION OF LIABILITY'],
      ],
      [2, 'Preface', ['Part I. General', 'Preface']],
      true,
    ]);
  });

  it('leaves out a table of contents, and makes one section of a text without headings', () => {
    const text = `CONTENTS\n\nChapter 1. Alpha\n\nChapter 2. Beta\n\n\nChapter 1. Alpha\n\n${'word '.repeat(60)}\n\nChapter 2. Beta\n\n${'word '.repeat(60)}`;
    expect(sectionsOf(text)).toEqual([
      [1, 'CONTENTS', ['CONTENTS']],
      [1, 'Chapter 1. Alpha', ['Chapter 1. Alpha']],
      [1, 'Chapter 2. Beta', ['Chapter 2. Beta']],
      true,
    ]);
    expect(sectionsOf('no headings here, only words')).toEqual([[0, '', []], true]);
  });
});

describe('table', () => {
  it.each([
    ['a file of commas', 'name,note\nAda,"one, two"\nBob,"three\nfour"\n', [{ name: 'Ada', note: 'one, two' }, { name: 'Bob', note: 'three\nfour' }]],
    ['tabs between other lines', 'Figures:\n\nyear\tsales\n2020\t1\n2021\t2\n\nThat was all.', [{ year: '2020', sales: '1' }, { year: '2021', sales: '2' }]],
    ['bars', 'See:\n\n| a | b |\n|---|:-:|\n| 1 | x \\| y |\n| 2 | |\n\nend', [{ a: '1', b: 'x | y' }, { a: '2', b: '' }]],
    ['columns lined up', 'Report\n\nItem        Price   Count\n-----------------------\nRed apples   1.20      3\nPears                 12\nFigs         0.90\n', [{ Item: 'Red apples', Price: '1.20', Count: '3' }, { Item: 'Pears', Price: '', Count: '12' }, { Item: 'Figs', Price: '0.90', Count: '' }]],
  ])('reads %s', (_, text, rows) => {
    expect(run('list(table(text))', { text })).toEqual(rows);
  }); // prettier-ignore

  it('finds none in prose, names columns that have no name, and chooses among several', () => {
    expect(run('[len(table(t)), table(t).columns]', { t: 'He came, saw, and won.\nShe left, sad, and lost.\nWe, too, went.' })).toEqual([0, []]);
    expect(run('table("a,,a\\n1,2,3\\n4,5,6").columns')).toEqual(['a', 'column 2', 'a (3)']);
    const text = '| a |b|\n|---|---|\n| 1 | 2 |\n\nand\n\n| c | d |\n|---|---|\n| 3 | 4 |';
    expect(run('[table(t).found, list(table(t, nth=1)), table(t, nth=1).place.start]', { t: text })).toEqual([2, [{ c: '3', d: '4' }], text.indexOf('| c')]);
    expect(() => run('table(t, nth=2)', { t: text })).toThrow('there are 2 tables');
  }); // prettier-ignore

  it('shows rows lined up, and counts those it does not show', () => {
    expect(run('str(table([{"n": 1, "name": "Ada"}, {"name": "Bob", "age": 7}]))')).toBe(
      'n  name  age\n-  ----  ---\n1  Ada\n   Bob   7',
    );
    expect(run('str(table([["x"]] + [[n] for n in range(30)]))')).toContain('… 10 more rows');
  });
});

describe('dedupe', () => {
  it('keeps the first of what is equal or nearly so, in order, and says what went together', () => {
    const items = [
      'The company shall pay the whole amount within thirty days of the date of the invoice it was sent.',
      'B',
      'the company  shall pay the whole amount within thirty days of the date of the invoice it was sent',
      'The company shall pay the whole amount within thirty days of the date of the invoice it received.',
      'b.',
    ];
    expect(run('d = dedupe(json.loads(items))\n[list(d), d.groups, [m[:2] for m in d.merged], d.merged[0][2]]', { items: JSON.stringify(items) })).toEqual([
      [items[0], 'B'],
      [[0, 2, 3], [1, 4]],
      [[2, 0], [3, 0], [4, 1]],
      1,
    ]);
  }); // prettier-ignore

  it('never merges other numbers or a denial, nor anything but equals without a threshold', () => {
    const fact = 'Under the second amendment the tenant owes the landlord rent of 100 euros each month in advance';
    const items = [fact, fact.replace('100', '101'), fact.replace('owes', 'no longer owes'), fact.replace('each', 'every')];
    const kept = (code: string) => run(`len(dedupe(json.loads(items)${code}))`, { items: JSON.stringify(items) });
    expect([kept(''), kept(', threshold=None')]).toEqual([3, 4]);
    expect(run('list(dedupe([{"id": 1, "t": "Same"}, {"id": 2, "t": "same "}], key="t"))')).toEqual([{ id: 1, t: 'Same' }]);
  }); // prettier-ignore
});

describe('cite', () => {
  const source =
    'Title\n\nHe said: “It’s a _very_ long  day—and it will not end.” The meet-\ning began at\n> nine (or so they say) in snake_case.\n\n鯨は大きい。\n海は広い。 The co\u00adoperation went on... Of 12 men, 3 came back to the ship that night.';

  it.each([
    'It\'s a very long day - and it will not end',
    '"It’s a **very** long day—and it will not end."',
    'The meeting began at nine (or so they say)',
    'nine \\(or so they say\\) in snake_case',
    '鯨は大きい。海は広い。',
    'The cooperation went on',
    'It’s a very long day … came back to the ship',
    'Of 12 men, 3 came back',
    // not there: another word, a part of a word, another order
    'It’s a very long night',
    'eeting began',
    'Of 12 men, 4 came back',
    'came back … very long day',
    'snake case',
    '—',
  ])('agrees with the check of answers on %j', (quote) => {
    const found = findQuote(source, quote);
    const expected = found && [source.slice(0, found.start), source.slice(0, found.end)].map((s) => [...s].length);
    const place = run('open_over(source, "day.txt")\nc = cite(quote)\n[c.start, c.end, str(c)] if c else None', { source, quote });
    expect(place).toEqual(expected && [...expected, `[day.txt @ ${expected.join('-')}]`]);
  }); // prettier-ignore

  it('looks in the documents asked for, and offers the nearest passage when there is no such place', () => {
    const told = run(`
Document = package.documents.Document
open_over([Document("The cat sat on the mat.", "a.txt", "A", 0), Document("The dog ran off. The cat sat on the mat.", "b.txt", "B", 1)])
first, second, gone = cite("cat sat on the mat"), cite("cat sat on the mat", doc="b.txt"), cite("the dog sat on the log", doc=1)
[str(first), second.span.cite, f"{gone}|", bool(gone), gone.nearest.name, pickle.loads(pickle.dumps(gone)) == ""]
`);
    expect(told).toEqual(['[a.txt @ 4-22]', '[b.txt @ 21-39]', '|', false, 'b.txt', true]);
    expect(() => run('gone.start')).toThrow('was not found');
  });
});

it('works on megabytes within seconds', () => {
  const prosaic = prose(40_000, ['whale', 'ship', 'of', 'the', 'Ishmael', 'resumé', '鯨']);
  const seconds = run(
    `
text = (prosaic * (4_000_000 // len(prosaic) + 1))[:4_000_000] + "The end of it all was near."
open_over(text, "big.txt")
facts = [f"fact {n % 5000} about the whale and the ship that sank off the coast" for n in range(20_000)]
def timed(work):
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
[timed(lambda: chunk_by_tokens(text)), timed(lambda: split_sections(text)), timed(lambda: table(text)), timed(lambda: cite("end of it all was near")), timed(lambda: dedupe(facts))]
`,
    { prosaic },
  ) as number[];
  console.info(
    '4 MB: chunk_by_tokens, split_sections, table, cite; 20,000 facts: dedupe:',
    seconds.map((s) => s.toFixed(2)).join(' s, '),
    's',
  );
  // Ten times what is usual, for busy machines.
  for (const each of seconds) expect(each).toBeLessThan(10);
}, 120_000);
