/** What documents are made of, in the real interpreter: of one, of several, in questions that follow, and kept. */

import { afterAll, describe, expect, it } from 'vitest';
import { DocumentBuilder } from '../../../src/adapters/ingest/formats/document-builder';
import { textContext, type ContextSource, type DocumentSlice } from '../../../src/core/corpus/context';
import { cell, factory, noCalls, openRepl } from './harness';

const repls = factory();
afterAll(() => repls.close());

/** A document of two pages and a sheet, as the library hands it over; and a plain one where `besides` says so. */
async function contextOf(besides: string | null): Promise<ContextSource> {
  const pieces: BlobPart[] = [];
  const out = new DocumentBuilder({
    text: (utf8) => void pieces.push(utf8),
    child: () => undefined,
    lostChild: () => undefined,
  });
  out.metadata({ title: 'Report' });
  for (const [label, words] of [['1', 'The lamp 😀 went out.'], ['2', 'Nobody came.']] as const) {
    const page = out.open('page', label);
    out.heading(1, `Part ${label}`);
    out.paragraph(words);
    page.end();
  }
  const table = out.openTable({ reads: 'values' });
  table.row(['item', 'cost']);
  table.row(['oil', 3]);
  table.end();
  const { chars, marks, metadata, losses } = await out.finish();
  const texts = [new Blob(pieces), ...(besides === null ? [] : [new Blob([besides])])];
  const structure = new Blob([JSON.stringify({ marks, metadata, losses })]);
  const [first, all] = [texts[0]?.size ?? 0, new Blob(texts).size];
  const documents: DocumentSlice[] = [
    {
      ...{ id: 'r', name: 'report.pdf', chars, byteStart: 0, byteEnd: first },
      structure: { byteStart: all, byteEnd: all + structure.size },
    },
    ...(besides === null ? [] : [{ id: 'p', name: 'plain.txt', chars: besides.length, byteStart: first, byteEnd: all }]),
  ];
  const utf8 = new Blob([...texts, structure]);
  const [document] = documents;
  const single = besides === null && document;
  return {
    ...{ kind: single ? 'text' : 'documents', typeName: single ? 'str' : 'list', documents, chars },
    open: () => Promise.resolve(single ? { kind: 'text', utf8, document } : { kind: 'documents', utf8, documents }),
  };
} // prettier-ignore

describe('one document', () => {
  it('is a str that knows its pages, in the next question too, and parts of it can be kept', async () => {
    const source = await contextOf(null);
    const repl = await openRepl(repls, source);
    const look = await cell(
      repl,
      `whole, page, rows, hit, tables = context, context.at(page=2), context.tables[0], grep("lamp", around=0)[0], context.tables
both = list(context.pages)
print(isinstance(context, str), len(context.pages), page.where, rows[0], hit, context.meta["title"], len(context))`,
    );
    const said = "True 2 p. 2 {'item': 'oil', 'cost': 3} [report.pdf @ 12-16] (p. 1) lamp Report ";
    expect(look.stdout).toBe(`${said}${String(source.chars)}\n`);
    expect(look.variables).toMatchObject({ page: 'Part, 20 characters', both: 'list, 2 items' });
    const saved = await repl.save();
    expect(saved.left).toEqual({});
    expect(saved.pickled.size).toBeLessThan(4_000);
    await repl.followUp({ context: textContext('next', 'next.txt'), history: [], onSubcall: noCalls });
    const next = await cell(repl, 'print(hit.where, page.where, type(context) is str, peek(2).where, context_0.pages[1] == page)');
    expect(next.stdout).toBe('p. 1 p. 2 True line 1 True\n');
    repl.close();

    const after = await openRepl(repls, source);
    expect(await after.restore(saved)).toEqual([]);
    const kept = await cell(after, 'print(whole is context, page.where, page.label, rows.rows, rows.where, hit.where, [p.where for p in both], tables[0] == rows)');
    expect(kept.stdout).toBe("True p. 2 2 [['oil', 3]] p. 2 p. 1 ['p. 1', 'p. 2'] True\n".replace('p. 2 p. 1 [', 'p. 2 p. 1 ['));
    after.close();
  }); // prettier-ignore
});

describe('several documents', () => {
  it('have their own structure each, and are kept as references', async () => {
    const source = await contextOf('one line\nand another');
    const repl = await openRepl(repls, source);
    const look = await cell(
      repl,
      'd, doc = context[0], context[1]\npages = d.pages\nprint(d.sections[1].where, doc.pages, doc.where(12), grep("another")[0].where, search("lamp")[0].where[:1], split_sections(d)[1].title, type(context).__name__)',
    );
    expect(look.stdout).toBe('p. 2 [] (plain.txt has no pages) line 2 line 1 p Part 2 Documents\n');
    const saved = await repl.save();
    expect(saved.left).toEqual({});
    repl.close();
    const after = await openRepl(repls, source);
    expect(await after.restore(saved)).toEqual([]);
    expect((await cell(after, 'print(d is context[0], doc is context[1], [p.label for p in pages], pages[1].where)')).stdout).toBe(
      "True True ['1', '2'] p. 2\n",
    );
    after.close();
  }); // prettier-ignore
});

it('a corpus is gone through without being held, however large it is', async () => {
  const size = 1_000_000;
  const utf8 = new Blob(['0123456789abcdef'.repeat(size / 16)]);
  // Slices of one blob may overlap: all have the same bytes.
  const documents = Array.from({ length: 16 }, (_, i) => ({
    ...{ id: `d${String(i)}`, name: `${String(i)}.txt`, chars: size },
    ...{ byteStart: 0, byteEnd: size },
  }));
  const repl = await openRepl(repls, {
    ...{ kind: 'documents', typeName: 'list', documents, chars: 16 * size },
    open: () => Promise.resolve({ kind: 'documents', utf8, documents }),
  });
  const { stdout } = await cell(
    repl,
    `from sonde import documents
print(64_000_000 <= documents.shelf.room_bytes <= 512_000_000)
documents.shelf.room_bytes, most, first = 2_500_000, 0, context[0]
for document in context:
    assert len(document) == ${String(size)} and document[-1] == "f"
    most = max(most, sum(item.loaded() is not None for item in list.__iter__(context)))
hits = grep("nowhere at all")
most = max(most, sum(item.loaded() is not None for item in list.__iter__(context)))
print(most <= 4, hits, context[0] is first)`,
  );
  expect(stdout).toBe('True\nTrue [] True\n');
  repl.close();
});
