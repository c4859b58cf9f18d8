/* eslint-disable max-lines -- one interpreter serves all of it; starting another takes seconds */

/** What documents are made of, as cells find it: pages, sections, tables, places in words; in Pyodide, without a browser. */

import { beforeAll, describe, expect, it } from 'vitest';
import { DocumentBuilder } from '../../../src/adapters/ingest/formats/document-builder';
import { placeOf, tableAt } from '../../../src/core/corpus/places';
import type { Structure } from '../../../src/core/corpus/structure';
import { openLibrary, type RunPython } from '../../fixtures/python-library';

interface Written {
  readonly name: string;
  readonly text: string;
  readonly structure: Structure | null;
}

let run: RunPython;

/** Opens a context as the worker does, of bytes that Python holds. */
const OPENING = `
class Bytes:
    def __init__(self, data): self.data, self.reads = data, 0
    def read(self, number, start, end, target):
        self.reads += 1
        target[:] = self.data[start:end]

def open_written(written, kind='documents', number=0):
    global held
    rows, data = [], b''
    for at, one in enumerate(json.loads(written)):
        text = one['text'].encode()
        structure = json.dumps(one['structure']).encode() if one['structure'] else b''
        start = len(data)
        rows.append([one['name'], f'id{at}', start, start + len(text), start + len(text), start + len(text) + len(structure)])
        data += text + structure
    held = Bytes(data)
    value = package.documents.open_context(package.documents.Source(held, number), kind, json.dumps(rows))
    open_over(value, json.loads(written)[0]['name'])
None`;

beforeAll(async () => {
  run = await openLibrary();
  run(OPENING);
}, 60_000);

async function write(name: string, into: (out: DocumentBuilder) => void): Promise<Written> {
  const pieces: string[] = [];
  const out = new DocumentBuilder({
    text: (utf8) => void pieces.push(new TextDecoder().decode(utf8)),
    child: () => undefined,
    lostChild: () => undefined,
  });
  into(out);
  const { marks, metadata, losses } = await out.finish();
  return { name, text: pieces.join(''), structure: { marks, metadata, losses } };
}

const report = () =>
  write('report.pdf', (out) => {
    out.metadata({ title: 'Annual report', author: 'A. Grey', createdAt: '1871-03-01' });
    out.lost('images', 3);
    for (const [label, heading, words] of [
      ['i', '1 Terms', 'The lamp 😀 went out at four.'],
      ['1', '2 Keepers', 'Ansel Grey kept it. He came in 1871.'],
      ['2', '2.1 Pay', 'Forty pounds a year.'],
      ['3', '2.10 Notices', 'None were given.'],
    ] as const) {
      const page = out.open('page', label);
      out.heading(heading.includes('.') ? 2 : 1, heading);
      out.paragraph(words);
      page.end();
    }
  });

const workbook = () =>
  write('costs.xlsx', (out) => {
    const sheet = out.open('sheet', 'Q1 Costs');
    const table = out.openTable({ reads: 'values', label: 'Costs', origin: [2, 1] });
    table.row(['item', 'cost', 'paid', 'code']);
    table.row(['lamp\toil', 12.5, true, '007']);
    table.row(['wick', 3, false, null]);
    table.row(['glass', null, null, '1e5']);
    table.end();
    sheet.end();
    const notes = out.open('sheet', 'Notes');
    out.line('Nothing here');
    notes.end();
  });

const open = async (...written: Promise<Written>[]) => {
  const given = JSON.stringify(await Promise.all(written));
  run('open_written(given)\nNone', { given });
};
const tried = (code: string) =>
  run(`
def attempt():
    try:
        return str(${code})
    except Exception as error:
        return f"{type(error).__name__}: {error}"
attempt()`);

describe('a document that has structure', () => {
  it('gives its pages and sections as spans, and what it says of itself', async () => {
    await open(report());
    expect(
      run(
        'd = context[0]\n[len(d.pages), d.pages[1].label, d.pages[1].number, "Ansel Grey" in d.pages[1], [p.label for p in d.pages[-2:]], d.pages[0].text == d[d.pages[0].start:d.pages[0].end], isinstance(d.pages, list), d.meta, d.lost]',
      ),
    ).toEqual([
      4,
      '1',
      2,
      true,
      ['2', '3'],
      true,
      true,
      { title: 'Annual report', author: 'A. Grey', created: '1871-03-01' },
      { images: 3 },
    ]);
    expect(run('[[s.title, s.level, list(s.path), s.where] for s in d.sections]')).toEqual([
      ['1 Terms', 1, ['1 Terms'], 'p. i'],
      ['2 Keepers', 1, ['2 Keepers'], 'pp. 1–3'],
      ['2.1 Pay', 2, ['2 Keepers', '2.1 Pay'], 'p. 2'],
      ['2.10 Notices', 2, ['2 Keepers', '2.10 Notices'], 'p. 3'],
    ]);
    expect(
      run('[s.title for s in split_sections(d)] + ["".join(s.text for s in split_sections()) == d]'),
    ).toEqual(['1 Terms', '2 Keepers', '2.1 Pay', '2.10 Notices', true]);
  });

  it('prints its parts one to a line, and says what it has none of', async () => {
    await open(report());
    expect(run('repr(context[0].pages[:2]).split("\\n")')).toEqual([
      '[report.pdf @ 0-37] (p. i) (37 characters) 1 Terms The lamp 😀 went out at four.',
      '[report.pdf @ 39-86] (p. 1) (47 characters) 2 Keepers Ansel Grey kept it. He came in 1871.',
    ]);
    expect(run('str(context[0].sections).split("\\n")[2]')).toBe(
      '[report.pdf @ 88-117] (p. 2) ## 2.1 Pay (31 characters)'.replace('117', '119'),
    );
    expect(run('[repr(context[0].slides), repr(context[0].tables)]')).toEqual([
      '[] (report.pdf has no slides)',
      '[] (report.pdf has no tables)',
    ]);
  });

  it('tells the place of what is found, of a quotation, and of a position', async () => {
    await open(report());
    expect(
      run(
        '[grep("Ansel", around=0)[0].where, cite("Ansel Grey kept it").where, peek(5).where, context[0].where(context[0].find("Forty"))]',
      ),
    ).toEqual(['p. 1', 'p. 1', 'p. i', 'p. 2']);
    expect(
      run('[str(peek(7)), peek(7).cite, str(cite("Ansel Grey kept it")), repr(cite("Ansel Grey"))]'),
    ).toEqual([
      '[report.pdf @ 0-7] (p. i) 1 Terms',
      '[report.pdf @ 0-7]',
      '[report.pdf @ 50-68]',
      "[report.pdf @ 50-60] (p. 1) 'Ansel Grey'",
    ]);
  });

  it.each([
    ['d.at(page=1).label', '1'],
    ['d.at(page="I").number', '1'],
    ['d.at(page=4).label', '3'],
    ['d.at(page=-1).label', '3'],
    ['d.at(page="i-1").where', 'pp. i–1'],
    ['d.at(page=(1, 3)).where', 'pp. 1–3'],
    ['d.at(section="2.1").title', '2.1 Pay'],
    ['d.at(section="keepers").title', '2 Keepers'],
    ['d.at(section="Notices").where', 'p. 3'],
    ['d.at(page=2, section="2.1").text', '2.1 Pay\n\nForty pounds a year.\n\n'],
    ['d.at(line=3).text', 'The lamp 😀 went out at four.'],
    ['d.at(line="3-5").text.count(chr(10))', '2'],
    ['d.at(page=9)', "LookupError: there is no page 9 among 4: i, 1, 2, 3"],
    ['d.at(section="Rope")', "LookupError: there is no section 'Rope' among 4: 1 Terms, 2 Keepers, 2.1 Pay, 2.10 Notices"],
    ['d.at(slide=3)', 'LookupError: report.pdf has no slides; it has 4 pages, 4 sections'],
    ['d.at(line=99)', 'LookupError: there is no line 99; the last one is 16'],
    ['d.at(verse=3)', "TypeError: at() knows page, slide, sheet, chapter, section, message, cell, cue, note, comment, line and time, not 'verse'"],
    ['d.at()', 'TypeError: at() takes one of page=, slide=, sheet=, chapter=, section=, message=, cell=, cue=, note=, comment=, line=, time='],
  ])('goes to %s', async (code, expected) => {
    await open(report());
    run('d = context[0]\nNone');
    expect(tried(code)).toBe(expected);
  }); // prettier-ignore

  it('finds cues by time, messages by subject, cells of a notebook by number', async () => {
    await open(
      write('talk.vtt', (out) => {
        for (const [label, words] of [['0:00:01', 'one'], ['0:01:00', 'two'], ['1:02:03', 'three']] as const) {
          const cue = out.open('cue', label);
          out.line(words);
          cue.end();
        }
      }),
      write('box.mbox', (out) => {
        for (const subject of ['Offer', 'Re: Offer', 'Lunch']) {
          const message = out.open('message', subject);
          out.paragraph(`About ${subject}`);
          message.end();
        }
      }),
      write('work.ipynb', (out) => {
        for (const label of ['1', '5']) {
          const cell = out.open('cell', label);
          out.line(`print(${label})`);
          cell.end();
        }
      }),
    ); // prettier-ignore
    expect(
      run(
        'a, b, c = context\n[a.at(time=59).text, a.at(time="1:00").text, a.at(cue="1:02:03").text, a.at(cue=2).where, b.at(message="re: offer").where, b.at(message=3).label, len(b.messages), c.at(cell=5).text, c.cells[0].where]',
      ),
    ).toEqual([
      'one', 'two', 'three', '0:01:00', 'message: Re: Offer', 'Lunch', 3, 'print(5)', 'cell [1]',
    ]); // prettier-ignore
    expect(tried('a.at(time=0)')).toBe('LookupError: nothing has begun by 0 in talk.vtt');
  });
});

describe('tables', () => {
  it('have typed values, names, and cells that know their address', async () => {
    await open(workbook());
    expect(run('t = context[0].tables[0]\n[t.header, t.rows, t[1], len(t), t.label, t.where]')).toEqual([
      ['item', 'cost', 'paid', 'code'],
      [
        ['lamp\toil', 12.5, true, '007'],
        ['wick', 3, false, null],
        ['glass', null, null, '1e5'],
      ],
      { item: 'wick', cost: 3, paid: false, code: null },
      3,
      'Costs',
      "'Q1 Costs'!B3:E6",
    ]);
    expect(run('c = t.cell(1, "cost")\n[c.text, c.where, t.cell(-1, 0).where, context[0].at(sheet=1, cell="C4").text, context[0].at(sheet="q1", cell="b4:c5").where]')).toEqual([
      '3', "'Q1 Costs'!C5", "'Q1 Costs'!B6", '12.5', "'Q1 Costs'!B4:C5",
    ]); // prettier-ignore
    expect(run('[table(context[0]).rows == t.rows, table(context[0].sheets[0]).found, t.markdown(1), repr(context[0].tables)]')).toEqual([
      true,
      1,
      '| item | cost | paid | code |\n| --- | --- | --- | --- |\n| lamp oil | 12.5 | True | 007 |',
      "0: [costs.xlsx @ 0-68] ('Q1 Costs'!B3:E6) Costs: 3 rows of item, cost, paid, code",
    ]); // prettier-ignore
    expect(run('json.loads(json.dumps(t)) == t.dicts() and pickle.loads(pickle.dumps(t)) == t')).toBe(true);
    expect(tried('context[0].at(cell="Z99")')).toContain('there is no cell Z99');
  });

  it('of delimited text have their cells in quotes, and columns without a header are lettered or numbered', async () => {
    const text = 'name,said\n"Grey, A.","She said ""no"""\r\n\nPike,"two\nlines"\n';
    const table = {
      layout: { delimiter: ',' },
      reads: 'text',
      header: true,
      origin: null,
      exact: [],
    } as const;
    const csv = {
      name: 'said.csv',
      text,
      structure: {
        marks: [{ kind: 'table', start: 0, end: text.length - 1, label: '', table }],
        metadata: {},
        losses: [],
      },
    } as const;
    await open(
      Promise.resolve(csv),
      write('bare.xlsx', (out) => {
        const bare = out.openTable({ reads: 'values', header: false, origin: [0, 2] });
        bare.row([1, 2]);
        bare.row([3, -0.5]);
        bare.end();
      }),
    );
    expect(run('a, b = context\n[a.tables[0].rows, a.tables[0].cell(1, "said").text, a.tables[0].cell(0, 0).text, b.tables[0].dicts()]')).toEqual([
      [['Grey, A.', 'She said "no"'], ['Pike', 'two\nlines']],
      '"two\nlines"',
      '"Grey, A."',
      [{ C: 1, D: 2 }, { C: 3, D: -0.5 }],
    ]); // prettier-ignore
  });

  it('are looked for in the text where none is marked', () => {
    run(
      'open_over([package.documents.Document("Before.\\n\\n| a | b |\\n|---|---|\\n| 1 | 2 |\\n", "notes.md")])\nNone',
    );
    expect(run('[context[0].tables[0].rows, table(context[0]).rows, context[0].sections == []]')).toEqual([
      [['1', '2']],
      [['1', '2']],
      true,
    ]);
  });
});

describe('the words for a place', () => {
  it('are those of the page', async () => {
    const written = await Promise.all([report(), workbook()]);
    for (const { name, text, structure } of written) {
      if (!structure) throw new Error('the builder makes one');
      await open(Promise.resolve({ name, text, structure }));
      const points = Array.from(text);
      const spans: [number, number][] = [];
      for (let at = 0; at < points.length; at += 3)
        for (const length of [1, 2, 9, 60]) spans.push([at, Math.min(points.length, at + length)]);
      const expected = spans.map(([start, end]) => {
        const table = tableAt(structure.marks, { start, end });
        const tableText = table ? points.slice(table.start, table.end).join('') : undefined;
        return placeOf(structure.marks, { start, end }, tableText)?.words ?? '';
      });
      expect(run('[context[0]._structure.place(a, b, context[0]) for a, b in json.loads(spans)]', { spans: JSON.stringify(spans) })).toEqual(expected);
      expect(new Set(expected).size).toBeGreaterThan(5);
    }
  }); // prettier-ignore

  it('are lines in plain text, wherever the text is', async () => {
    const text = Array.from({ length: 30_000 }, (_, i) => `line ${i + 1} ż`).join('\n');
    await open(Promise.resolve({ name: 'long.txt', text, structure: null }));
    expect(run('[grep("line 25000 ", around=0)[0].where, context[0].where(0), context[0].at(line=29_999).text, str(grep("line 3 ", around=0)[0])]')).toEqual([
      'line 25000', 'line 1', 'line 29999 ż', '[long.txt @ 18-25] line 3 ',
    ]); // prettier-ignore
    run('open_written(given, "text", 1)\nNone', { given: JSON.stringify([{ name: 'one.txt', text: 'a\nb', structure: null }]) }); // prettier-ignore
    expect(run('[type(context) is str, grep("b", around=0)[0].where]')).toEqual([true, 'line 2']);
  });

  it('are those of the one text too, which is a document when there is anything to tell of it', async () => {
    run('open_written(given, "text")\nNone', { given: JSON.stringify([await report()]) });
    expect(run('[isinstance(context, str), len(context.pages), grep("Forty", around=0)[0].where, context.name]')).toEqual([
      true, 4, 'p. 2', 'report.pdf',
    ]); // prettier-ignore
  });

  it('of two contexts are told apart by the text', async () => {
    await open(report());
    run('kept = grep("Forty", around=0)[0]\nopen_written(given, "documents", 1)\nNone', {
      given: JSON.stringify([{ name: 'report.pdf', text: 'Another\ntext, Forty.', structure: null }]),
    });
    expect(
      run('[kept.where, grep("Forty", around=0)[0].where, pickle.loads(pickle.dumps(kept)).where]'),
    ).toEqual(['p. 2', 'line 2', 'p. 2']);
  });
});

describe('many texts', () => {
  it('are let go of when they are too many, and are the same object for as long as it is held', () => {
    const texts = Array.from({ length: 40 }, (_, i) => ({
      name: `${i}.txt`,
      text: `${i} `.repeat(20_000),
      structure: null,
    }));
    run('open_written(given, "documents", 2)\nshelf = package.documents.shelf\nshelf.make_room(10**12)\nshelf.room_bytes = 300_000\nNone', { given: JSON.stringify(texts) }); // prettier-ignore
    const seen = run(`
first = context[0]
first.mark = "mine"
most = 0
for round in range(2):
    for at, document in enumerate(context):
        assert document.startswith(f"{at} ") and document.index == at
        alive = [one.loaded() for one in list.__iter__(context)]
        most = max(most, sum(len(one) for one in alive if one is not None))
        del alive
del document
[most, context[0] is first, context[0].mark, sum(one.loaded() is not None for one in list.__iter__(context)), held.reads]
`) as [number, boolean, string, number, number]; // prettier-ignore
    // The one that is held, the one being read, the one before it, and what the bound leaves.
    expect(seen[0]).toBeLessThan(40_000 + 60_000 * 2 + 300_000);
    expect(seen.slice(1, 3)).toEqual([true, 'mine']);
    expect(seen[3]).toBeLessThan(8);
    expect(seen[4]).toBeGreaterThan(70);
    run('del first\nshelf.room_bytes = 512_000_000\nNone');
  });
});
