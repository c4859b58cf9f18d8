import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readDocx } from '../../../src/adapters/ingest/formats/docx/docx';
import { docxOf, p, table } from '../../fixtures/docx-of';
import { oleFile } from '../../fixtures/ole-file';
import { problemOf, readWith } from '../../fixtures/read-with';
import { dataPath } from '../../fixtures/shared-data';
import { wordRecall } from '../../fixtures/word-recall';
import { zipOf } from '../../fixtures/zip-of';

test('files inside are handed on, unwrapped from what Windows put around them; macros are lost', async () => {
  const native = new Uint8Array(4 + 2 + 9 + 9 + 4 + 4 + 9 + 4 + 5);
  const view = new DataView(native.buffer);
  const put = (at: number, text: string) => native.set(new TextEncoder().encode(text), at);
  put(6, 'hello.txt'.slice(0, 8));
  put(15, 'C:\\h.txt');
  view.setUint32(28, 9, true);
  put(32, 'C:\\h.txt');
  view.setUint32(41, 5, true);
  put(45, 'Hello');
  const document = await readWith(
    readDocx,
    docxOf(
      p('x'),
      {},
      {
        'word/embeddings/book.xlsx': 'not really',
        'word/embeddings/oleObject1.bin': oleFile({ '\u0001Ole10Native': native }),
        'word/embeddings/oleObject2.bin': oleFile({ Drawing: native }),
        'word/vbaProject.bin': 'macros',
      },
    ),
  );
  expect(document.children.map(({ path }) => path)).toEqual(['book.xlsx', 'hello.tx']);
  expect(await document.children[1]?.file.text()).toBe('Hello');
  expect(document.losses).toEqual([
    { what: 'embedded-files', count: 1 },
    { what: 'scripts', count: 1 },
  ]);
});

test('says of itself what Word wrote; its title else is what is set as one', async () => {
  const core =
    '<cp:coreProperties xmlns:dc="d" xmlns:dcterms="t"><dc:title> </dc:title><dc:creator>Jane</dc:creator><dcterms:created>2020-01-02T03:04:05Z</dcterms:created></cp:coreProperties>';
  const { metadata } = await readWith(
    readDocx,
    docxOf(p('Annual Report', '<w:pStyle w:val="Title"/>'), {}, { 'docProps/core.xml': core }),
  );
  expect(metadata).toEqual({ author: 'Jane', createdAt: '2020-01-02T03:04:05Z', title: 'Annual Report' });
});

describe('broken files', () => {
  const malformed = { code: 'malformed' };

  test('say what is wrong with them', async () => {
    const whole = docxOf(p('text'));
    expect(await problemOf(readDocx, new Blob([]))).toMatchObject(malformed);
    expect(await problemOf(readDocx, new Blob(['PK nothing like a zip']))).toMatchObject(malformed);
    expect(await problemOf(readDocx, whole.slice(0, 100))).toMatchObject(malformed);
    expect(await problemOf(readDocx, zipOf({ 'word/styles.xml': '<x/>' }))).toMatchObject({
      ...malformed,
      hint: expect.any(String) as string,
    });
    expect(await problemOf(readDocx, docxOf(p('')))).toMatchObject({ code: 'empty' });
    expect(
      await problemOf(readDocx, new Blob([oleFile({ EncryptedPackage: new Uint8Array(9) })])),
    ).toMatchObject({ code: 'password' });
  });

  test('fifty thousand tables in one another end in words, and soon', async () => {
    const nested = '<w:tbl><w:tr><w:tc>'.repeat(50_000);
    expect(await problemOf(readDocx, docxOf(nested))).toMatchObject(malformed);
    const text = p('kept');
    const kept = await readWith(readDocx, docxOf(text + nested));
    expect(kept.text).toBe('kept\n');
    expect(kept.problem).toMatchObject(malformed);
  });

  test('huge values and styles in circles do no harm', async () => {
    const styles =
      '<w:style w:styleId="A"><w:basedOn w:val="B"/></w:style><w:style w:styleId="B"><w:basedOn w:val="A"/></w:style>';
    const huge = '9'.repeat(10_000);
    const document = await readWith(
      readDocx,
      docxOf(
        p('a', '<w:pStyle w:val="A"/>') +
          p('b', `<w:numPr><w:ilvl w:val="${huge}"/><w:numId w:val="1"/></w:numPr>`) +
          table([[`<w:tcPr><w:gridSpan w:val="${huge}"/></w:tcPr>${p('c')}`, 'd']]),
        {
          styles,
          numbering: `<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="${huge}"/><w:lvlText w:val="%1.${huge}"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>`,
        },
      ),
    );
    expect(document.text.replace(/\t+/, '\t')).toContain('c\td');
    expect(document.text.length).toBeLessThan(500);
  });

  test('frames in frames and long blanks are read in the time their length takes', async () => {
    const depth = 200;
    const words = 'word '.repeat(40_000);
    const framed = '<w:tbl><w:tr><w:tc>'.repeat(depth) + p(words) + '</w:tc></w:tr></w:tbl>'.repeat(depth);
    const blank = p(`a${' '.repeat(200_000)}b`, '<w:outlineLvl w:val="0"/>');
    const startedMs = performance.now();
    const document = await readWith(readDocx, docxOf(framed + blank));
    expect(performance.now() - startedMs).toBeLessThan(4000); // minutes, where each frame reads all within it
    expect(document.text.endsWith('word\n\na b\n')).toBe(true);
  });

  test('a part that is damaged is a loss, not the end', async () => {
    const deep = '<w:x>'.repeat(2000);
    const document = await readWith(readDocx, docxOf(p('text'), { styles: deep }));
    expect(document.text).toBe('text\n');
    expect(document.losses).toEqual([{ what: 'unreadable-parts', count: 1 }]);
  });
});

test('a long document is handed on in pieces', async () => {
  const line = p('The quick brown fox jumps over the lazy dog, again and again. '.repeat(8));
  const document = await readWith(readDocx, docxOf(line.repeat(3000)));
  expect(document.text.length).toBeGreaterThan(1_400_000);
  expect(document.flushes).toBeGreaterThan(2);
}, 10_000);

const real = [
  'comments',
  'docx-hdrftr',
  'duplicate-paragraphs',
  'endnotes',
  'equations',
  'fake_table',
  'footnotes',
  'num-having-numbering-part',
  'tbl-cell-access',
  'test_with_comment',
  'test_recursive_embedded',
  'utf8-bom',
];

describe('real documents (needs them beside the project)', () => {
  test.skipIf(dataPath('documents/docx') === null).each(real)(
    '%s has the words it has for others',
    async (name) => {
      const path = dataPath(`documents/docx/${name}.docx`) ?? '';
      const { text } = await readWith(readDocx, new Blob([readFileSync(path)]));
      expect(wordRecall(text, readFileSync(`${path}.expected.txt`, 'utf8'), true)).toBeGreaterThanOrEqual(
        0.97,
      );
    },
  );

  test.skipIf(dataPath('documents/docx/strict-format.docx') === null)(
    'strict ones read like others',
    async () => {
      const path = dataPath('documents/docx/strict-format.docx') ?? '';
      expect((await readWith(readDocx, new Blob([readFileSync(path)]))).text).toBe('Test\n');
    },
  );
});
