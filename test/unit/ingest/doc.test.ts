import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readDoc } from '../../../src/adapters/ingest/formats/doc/doc';
import { Ole } from '../../../src/adapters/ingest/formats/ole';
import { oleMetadata } from '../../../src/adapters/ingest/formats/ole-properties';
import { docOf } from '../../fixtures/doc-of';
import { oleFile } from '../../fixtures/ole-file';
import { marksOf, problemOf, readWith, stretch, tablesIn } from '../../fixtures/read-with';
import { dataPath } from '../../fixtures/shared-data';
import { wordRecall } from '../../fixtures/word-recall';

/** Style, then instructions: in a table; at the end of a row of cells with these right edges. */
const inTable = [0, 0, 0x16, 0x24, 1];
const rowEnd = (edges: readonly number[], flags: readonly number[] = []) => {
  const definition = [
    edges.length,
    ...[0, ...edges].flatMap((edge) => [edge & 255, edge >> 8]),
    ...flags.flatMap((flag) => [flag, ...new Array<number>(19).fill(0)]),
  ];
  return [...inTable, 0x17, 0x24, 1, 0x08, 0xd6, definition.length + 1, 0, ...definition];
};

describe('a Word file from before 2007', () => {
  test('has its text from pieces of either kind, its headings, and fields as they show', async () => {
    const text = 'Überschrift łó\rText \x13 HYPERLINK "u" \x14link\x15, caf\xe9\x1etwo\x0blines\r';
    const document = await readWith(
      readDoc,
      docOf({ text, paragraphs: { [text.indexOf('\r')]: [1, 0] }, oneByteFrom: text.indexOf('Text') }),
    );
    expect(document.text).toBe('Überschrift łó\n\nText link, café\u2011two\nlines\n');
    expect(marksOf(document, 'section').map(({ label, level }) => [label, level])).toEqual([
      ['Überschrift łó', 1],
    ]);
  });

  test('has its tables cell by cell, merged ones at their first place', async () => {
    const text = 'Before\ra\x07b\rc\x07d\x07\x07wide\x07e\x07\x07x\x07f\x07g\x07\x07After\r';
    const marks = [...text].flatMap((char, at) => ('\r\x07'.includes(char) ? [at] : []));
    const paragraphs = Object.fromEntries(marks.slice(1, -1).map((at) => [at, inTable]));
    const ends = [text.indexOf('\x07\x07') + 1, text.indexOf('e\x07\x07') + 2, text.indexOf('g\x07\x07') + 2];
    paragraphs[ends[0] ?? 0] = rowEnd([1000, 2000, 3000]);
    paragraphs[ends[1] ?? 0] = rowEnd([2000, 3000]);
    paragraphs[ends[2] ?? 0] = rowEnd([1000, 2000, 3000], [0x20, 0, 0]);
    const document = await readWith(readDoc, docOf({ text, paragraphs }));
    expect(tablesIn(document)).toEqual([
      [
        ['a', 'b c', 'd'],
        ['wide', '', 'e'],
        ['', 'f', 'g'],
      ],
    ]);
    expect(document.text.endsWith('g\n\nAfter\n')).toBe(true);
  });

  test('has its footnotes behind their paragraphs', async () => {
    const document = await readWith(
      readDoc,
      docOf({ text: 'One\x02 two\x02.\rNext\r\x02Note\r\x02More\r', footnoteChars: 12, references: [3, 8] }),
    );
    expect(document.text).toBe('One[1] two[2].\n\n[1] Note\n\n[2] More\n\nNext\n');
    expect(marksOf(document, 'note').map((mark) => stretch(document, mark))).toEqual([
      '[1] Note',
      '[2] More',
    ]);
  });

  test('with a password, without its table, cut short or without text says so', async () => {
    expect(await problemOf(readDoc, docOf({ text: 'x\r', flags: 0x100 }))).toMatchObject({
      code: 'password',
    });
    expect(
      await problemOf(readDoc, new Blob([oleFile({ WordDocument: new Uint8Array(5000) })])),
    ).toMatchObject({ code: 'malformed' });
    expect(await problemOf(readDoc, new Blob([oleFile({ Workbook: new Uint8Array(50) })]))).toMatchObject({
      code: 'unreadable',
    });
    expect(await problemOf(readDoc, docOf({ text: '\r' }))).toMatchObject({ code: 'empty' });
    expect(await problemOf(readDoc, docOf({ text: 'text\r' }).slice(0, 700))).toMatchObject({
      code: 'malformed',
    });
  });

  const folder = dataPath('documents/doc_legacy');
  test.skipIf(folder === null).each(['fake', 'duplicate-paragraphs'])(
    '%s, a real one, has the words it has for others (needs the real documents)',
    async (name) => {
      const path = `${folder ?? ''}/${name}.doc`;
      const { text } = await readWith(readDoc, new Blob([readFileSync(path)]));
      expect(wordRecall(text, readFileSync(`${path}.expected.txt`, 'utf8'))).toBe(1);
    },
  );
});

test('an old Office file says of itself what was written into its summary', async () => {
  const summary = new Uint8Array(200);
  const view = new DataView(summary.buffer);
  view.setUint32(44, 48, true);
  view.setUint32(52, 4, true);
  const entries: readonly (readonly [id: number, at: number])[] = [
    [1, 50],
    [2, 60],
    [4, 80],
    [12, 100],
  ];
  entries.forEach(([id, at], index) => {
    view.setUint32(56 + index * 8, id, true);
    view.setUint32(60 + index * 8, at, true);
  });
  const put = (at: number, type: number, length: number) => {
    view.setUint32(48 + at, type, true);
    view.setUint32(52 + at, length, true);
  };
  put(50, 2, 1250);
  put(60, 30, 5);
  summary.set([0xbf, 0xf3, 0xb3, 0xe6, 0], 48 + 68); // żółć
  put(80, 30, 5);
  summary.set([0x4a, 0x61, 0x6e, 0x65, 0], 48 + 88);
  view.setUint32(48 + 100, 64, true);
  view.setBigUint64(48 + 104, BigInt(Date.UTC(2020, 0, 2) - Date.UTC(1601, 0, 1)) * 10_000n, true);
  const ole = await Ole.open(new Blob([oleFile({ '\u0005SummaryInformation': summary })]));
  expect(await oleMetadata(ole)).toMatchObject({
    title: 'żółć',
    author: 'Jane',
    createdAt: '2020-01-02T00:00:00.000Z',
  });
});
