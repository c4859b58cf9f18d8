import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readRtf } from '../../../src/adapters/ingest/formats/rtf/rtf';
import { marksOf, problemOf, readWith, stretch, tablesIn } from '../../fixtures/read-with';
import { dataPath } from '../../fixtures/shared-data';
import { wordRecall } from '../../fixtures/word-recall';

/** Every character a byte. */
function rtf(markup: string): Blob {
  return new Blob([Uint8Array.from(markup, (char) => char.charCodeAt(0))]);
}

const textOf = async (body: string) => (await readWith(readRtf, rtf(`{\\rtf1${body}}`))).text.trimEnd();

describe('characters', () => {
  test.each([
    ['of the western code page', "\\ansi\\'e9t\\'e9 \\'80", 'été €'],
    ['of the code page that is declared', "\\ansi\\ansicpg1250 za\\'bf\\'f3\\'b3\\'e6", 'zażółć'],
    [
      'of the font',
      "\\ansi{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fcharset204 Arial Cyr;}}\\f1\\'cf\\'f0 \\f0\\'e9",
      'Пр é',
    ],
    [
      'of two bytes, the second written as itself',
      "\\ansi{\\fonttbl{\\f0\\fcharset128 MS Gothic;}}\\f0\\'83e\\'83X\\'83g",
      'テスト',
    ],
    [
      'of Chinese and Korean fonts',
      "{\\fonttbl{\\f0\\fcharset134 a;}{\\f1\\fcharset129 b;}{\\f2\\fcharset136 c;}}\\f0\\'d6\\'d0\\f1\\'c7\\'d1\\f2\\'a4\\'a4",
      '中한中',
    ],
    ['of a Macintosh', "\\mac\\'8e", 'é'],
    ['of DOS', "\\pc\\'82\\'e1", 'éß'],
    ['of later DOS', "\\pca\\'9b", 'ø'],
    [
      'by number, with as many to skip as are said',
      "\\uc1\\u322?\\u243\\'f3{\\uc2\\u378ab}\\uc0\\u380 x",
      'łóźżx',
    ],
    ['beyond the first plane', '\\u-10179?\\u-8704?', '😀'],
    [
      'of symbol fonts',
      '{\\fonttbl{\\f0\\fcharset2 Symbol;}{\\f1\\fcharset2 Wingdings;}}\\f0 ab\\f1\\u-3844?',
      'αβ✓',
    ],
    ['by name', '\\lquote a\\rquote\\emdash\\~b\\_c\\-d\\{\\}\\\\', '‘a’—\u00a0b\u2011cd{}\\'],
    [
      'in a field for one symbol',
      '{\\field{\\*\\fldinst SYMBOL 97 \\\\f "Symbol" \\\\s 10}{\\fldrslt}}',
      'α',
    ],
    ['in UTF-8 where that is declared', "\\ansi\\ansicpg65001 \xc5\x82\\'c3\\'b3", 'łó'],
    ['unless they are hidden or deleted', 'a{\\v b}c{\\deleted d}e\\v f\\v0 g', 'aceg'],
  ])('%s', async (_, body, text) => {
    expect(await textOf(body)).toBe(text);
  });
});

describe('structure', () => {
  test('paragraphs, lines, tabs; headings by outline level and by style', async () => {
    const document = await readWith(
      readRtf,
      rtf(
        '{\\rtf1{\\stylesheet{\\s0 Normal;}{\\s1\\outlinelevel0 Kopf;}{\\s2 heading 2;}}{\\pard\\s1 One\\par}\\pard Text\\line more\\tab x\\par\\pard\\s2 Two\\par\n\\pard\\outlinelevel2 Three\\par}',
      ),
    );
    expect(document.text).toBe('One\n\nText\nmore\tx\n\nTwo\n\nThree\n');
    expect(marksOf(document, 'section').map(({ label, level }) => [label, level])).toEqual([
      ['One', 1],
      ['Two', 2],
      ['Three', 3],
    ]);
  });

  test('tables with merged cells, and tables in cells', async () => {
    const document = await readWith(
      readRtf,
      rtf(
        '{\\rtf1 Before\\par\\trowd\\cellx1000\\cellx2000\\cellx3000\\pard\\intbl a\\cell b\\par c\\cell d\\cell\\row' +
          '\\trowd\\cellx2000\\cellx3000\\pard\\intbl wide\\cell e\\cell\\row' +
          '\\trowd\\clvmrg\\cellx1000\\cellx2000\\cellx3000\\pard\\intbl gone\\cell f\\cell g\\cell\\row\\pard After\\par}',
      ),
    );
    expect(tablesIn(document)).toEqual([
      [
        ['a', 'b c', 'd'],
        ['wide', '', 'e'],
        ['', 'f', 'g'],
      ],
    ]);
    expect(document.text.startsWith('Before\n\na\t')).toBe(true);
    expect(document.text.endsWith('g\n\nAfter\n')).toBe(true);
    const nested = await readWith(
      readRtf,
      rtf(
        '{\\rtf1\\trowd\\cellx1\\cellx2\\pard\\intbl\\itap1 a long cell of text\\cell\\pard\\intbl\\itap2 x\\nestcell y\\nestcell{\\*\\nesttableprops\\trowd\\cellx1\\cellx2\\nestrow}{\\nonesttables\\par}\\pard\\intbl\\itap1 z\\cell\\row}',
      ),
    );
    expect(tablesIn(nested)).toEqual([[['a long cell of text', 'x | y z']]]);
  });

  test('lists with the numbers that were written beside them', async () => {
    expect(
      await textOf(
        "{\\fonttbl{\\f3\\fcharset2 Symbol;}}{\\listtext\\pard 1.\\tab}\\ls1 one\\par{\\listtext a)\\tab}\\ilvl1 deep\\par\\pard{\\pntext\\f3\\'b7\\tab}{\\*\\pn\\pnlvlblt{\\pntxtb\\'b7}}dot\\par",
      ),
    ).toBe('1. one\n  a) deep\n- dot');
  });

  test('notes, comments, running heads, text boxes; what a document says of itself', async () => {
    const document = await readWith(
      readRtf,
      rtf(
        '{\\rtf1{\\info{\\title T}{\\author Jane}{\\creatim\\yr2020\\mo1\\dy2\\hr3\\min4}{\\*\\company C}}{\\header\\pard Head\\par}{\\footer\\pard\\chpgn\\par}{\\footerf Foot\\par}' +
          'x{\\super\\chftn}{\\footnote\\pard{\\super\\chftn} First\\par second}{\\footnote\\ftnalt\\pard Last}y{\\*\\atnid JD}{\\*\\atnauthor Jane Doe}\\chatn{\\*\\annotation{\\*\\atndate 1}Sure?}\\par' +
          '{\\shp{\\*\\shpinst{\\sp{\\sn a}{\\sv b}}{\\shptxt boxed\\par}}{\\shprslt old}}z\\par}',
      ),
    );
    expect(document.text).toBe(
      'Head\n\nx[1][2]y\n\n[1] First\n\nsecond\n\nComment by Jane Doe: Sure?\n\nz\n\nboxed\n\n[2] Last\n\nFoot\n',
    );
    expect(document.marks.map((mark) => [mark.kind, mark.label, stretch(document, mark)])).toEqual([
      ['header', '', 'Head'],
      ['note', '1', '[1] First\n\nsecond'],
      ['comment', 'Jane Doe', 'Comment by Jane Doe: Sure?'],
      ['note', '2', '[2] Last'],
      ['footer', '', 'Foot'],
    ]);
    expect(document.metadata).toEqual({ title: 'T', author: 'Jane', createdAt: '2020-01-02T03:04' });
  });

  test('what is no text is left out: unknown parts, pictures, objects, raw bytes, older forms', async () => {
    const document = await readWith(
      readRtf,
      rtf(
        '{\\rtf1{\\*\\unknown{\\b no}}a{\\pict\\wmetafile8 0102}{\\*\\shppict{\\pict\\pngblip 89}}{\\nonshppict{\\pict 89}}b{\\pict\\bin5 {}}\\\\}c{\\object{\\*\\objdata 01}{\\result{\\pict 00}shown}}{\\upr{old}{\\*\\ud new}}{\\field{\\*\\fldinst HYPERLINK "u"}{\\fldrslt link}}\\par}',
      ),
    );
    expect(document.text).toBe('abcshownnewlink\n');
    expect(document.losses).toEqual([
      { what: 'images', count: 3 },
      { what: 'embedded-files', count: 1 },
    ]);
  });
});

describe('broken files', () => {
  test('are read as far as they go', async () => {
    const document = await readWith(readRtf, rtf('{\\rtf1 kept\\par{\\b and this{\\footnote note'));
    expect(document.text).toBe('kept\n\nand this[1]\n\n[1] note\n');
    expect(document.problem).toMatchObject({ code: 'malformed' });
    expect(await textOf("a\\'zzb}{ignored")).toBe('azzb');
  });

  test('say so when there is nothing', async () => {
    expect(await problemOf(readRtf, rtf(''))).toMatchObject({ code: 'malformed' });
    expect(await problemOf(readRtf, rtf('plain text'))).toMatchObject({ code: 'malformed' });
    expect(await problemOf(readRtf, rtf('{\\rtf1{\\fonttbl'))).toMatchObject({ code: 'malformed' });
    expect(await problemOf(readRtf, rtf('{\\rtf1{\\pict 00}}'))).toMatchObject({ code: 'empty' });
    expect(await problemOf(readRtf, rtf(`{\\rtf1 ${'{'.repeat(200_000)}`))).toMatchObject({
      code: 'malformed',
    });
  });

  test('with notes in notes without end keep what any program would', async () => {
    const document = await readWith(readRtf, rtf(`{\\rtf1 ${'{\\footnote a'.repeat(50_000)}`));
    expect(marksOf(document, 'note')).toHaveLength(20);
  });

  test('with absurd numbers do no harm', async () => {
    expect(
      await textOf(
        '\\itap999999999\\pard\\intbl\\itap2000000000 a\\nestcell\\nestrow b\\par\\uc99999 c\\u65\\bin-5 d',
      ),
    ).not.toBe('');
    expect((await textOf(`\\f${'9'.repeat(10_000)} x`)).startsWith('x')).toBe(true);
  });
});

describe('real documents (needs them beside the project)', () => {
  const folder = dataPath('documents/rtf');
  const read = (name: string) => readWith(readRtf, new Blob([readFileSync(`${folder ?? ''}/${name}`)]));

  test.skipIf(folder === null)('a table without anything around it', async () => {
    const document = await read('fake-doc.rtf');
    expect(tablesIn(document)).toEqual([
      [
        ['Column 1', 'Column 2'],
        ['Row 1, Cell 1', 'Row 1, Cell 2'],
        ['Row 2, Cell 1', 'Row 2, Cell 2'],
      ],
    ]);
    expect(
      wordRecall(document.text, readFileSync(`${folder ?? ''}/fake-doc.rtf.expected.txt`, 'utf8'), true),
    ).toBe(1);
  });

  // What is expected beside it reads its bytes as western ones: `za¿ó³æ`. They are Central European, as its font says.
  test.skipIf(folder === null)('Polish is Polish', async () => {
    expect((await read('testRTFWindowsCodepage1250.rtf')).text).toBe(
      'zażółć gęślą jaźń\n\nZAŻÓŁĆ GĘŚLĄ JAŹŃ\n',
    );
  });
});
