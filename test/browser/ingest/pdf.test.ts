/** PDF files through pdf.js: small ones written by hand, and real ones where they are at hand. */

import { describe, expect, test } from 'vitest';
import { renderPage } from '../../../src/adapters/ingest/formats/pdf/pdf';
import { marksOf, stretch } from '../../fixtures/read-with';
import { GREY, lines, smallPdf, stream } from '../../fixtures/small-pdf';
import { asset, readPdfFile, sharedFile } from './pdf-kit';

const simple = (text: string, more = '') => ({ content: lines([text]), more });

describe('pages', () => {
  test('each is a mark with what is printed on it, blank ones too', async () => {
    const file = smallPdf({
      pages: [simple('Preface'), { content: '' }, simple('Chapter one')],
      catalog: '/PageLabels << /Nums [0 << /S /r >> 2 << /S /D >>] >>',
    });
    const read = await readPdfFile(file);
    expect(marksOf(read, 'page').map((mark) => [mark.label, stretch(read, mark)])).toEqual([
      ['i', 'Preface'],
      ['ii', ''],
      ['1', 'Chapter one'],
    ]);
    expect(read.flushes).toBeGreaterThan(3);
  });

  test.each([0, 90, 180, 270])('turned by %i degrees they read the same', async (degrees) => {
    const file = smallPdf({
      pages: [{ content: lines(['first line', 'second line']), more: `/Rotate ${String(degrees)}` }],
    });
    expect((await readPdfFile(file)).text).toBe('first line\nsecond line\n');
  });

  test('two columns are read one after the other', async () => {
    const column = (side: string) =>
      Array.from({ length: 8 }, (_, i) => `${side} column line ${String(i)} of its text`);
    const content = lines(column('left')) + lines(column('right'), { x: 330 });
    const { text } = await readPdfFile(smallPdf({ pages: [{ content }] }));
    expect(text.trim().split('\n')).toEqual([...column('left'), '', ...column('right')]);
  });

  test('the outline becomes sections that begin where it leads', async () => {
    const file = smallPdf({
      pages: [
        { content: lines(['Intro', 'some text', 'more text']) },
        { content: lines(['One', 'a', 'b', 'Two', 'c']) },
      ],
      catalog: '/Outlines 100 0 R',
      objects: {
        100: '<< /First 101 0 R /Last 102 0 R /Count 2 >>',
        101: '<< /Title (Intro) /Parent 100 0 R /Next 102 0 R /Dest [10 0 R /XYZ 72 732 null] >>',
        102: '<< /Title (Part) /Parent 100 0 R /Prev 101 0 R /Dest [12 0 R /Fit] /First 103 0 R /Last 103 0 R /Count 1 >>',
        103: '<< /Title (Two) /Parent 102 0 R /Dest [12 0 R /XYZ 72 694 null] >>',
      },
    });
    const read = await readPdfFile(file);
    expect(marksOf(read, 'section').map((mark) => [mark.level, mark.label, stretch(read, mark)])).toEqual(
      [
        [1, 'Intro', 'Intro\nsome text\nmore text'],
        [1, 'Part', 'One\na\nb\nTwo\nc'],
        [2, 'Two', 'Two\nc'],
      ].map(([level, label, text]) => [
        level,
        label,
        expect.stringMatching(new RegExp(`^${String(text)}\\s*$`)),
      ]),
    );
  });
});

describe('what else a file holds', () => {
  test('fields stand where they are seen, comments after their page, with who made them', async () => {
    const annotations = `/Annots [
      << /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (Ada Lovelace) /Rect [110 715 300 735] >>
      << /Type /Annot /Subtype /Widget /FT /Tx /T (secret) /Ff 8192 /V (hush) /Rect [110 600 300 620] >>
      << /Type /Annot /Subtype /Text /Contents (Check this) /T (Grace) /Rect [10 10 30 30] >> ]`;
    const read = await readPdfFile(smallPdf({ pages: [simple('Name:', annotations)] }));
    expect(read.text).toBe('Name: Ada Lovelace\n\nCheck this\n');
    const [comment] = marksOf(read, 'comment');
    expect(comment && [comment.label, stretch(read, comment)]).toEqual(['Grace', 'Check this']);
  });

  test('attached files are handed on', async () => {
    const file = smallPdf({
      pages: [simple('See attached')],
      catalog: '/Names << /EmbeddedFiles << /Names [(notes.txt) 100 0 R] >> >>',
      objects: {
        100: '<< /Type /Filespec /F (notes.txt) /EF << /F 101 0 R >> >>',
        101: stream('attached text', '/Type /EmbeddedFile'),
      },
    });
    const { children } = await readPdfFile(file);
    expect(children.map(({ path }) => path)).toEqual(['notes.txt']);
    expect(await children[0]?.file.text()).toBe('attached text');
  });

  test('scripts are counted and never run; pictures are counted', async () => {
    Reflect.deleteProperty(globalThis, 'ranFromPdf');
    const file = smallPdf({
      pages: [{ content: `${lines(['Text'])} q 9 0 0 9 9 9 cm /Im Do Q` }],
      catalog: '/OpenAction << /S /JavaScript /JS (globalThis.ranFromPdf = 1) >>',
      objects: { 5: GREY },
    });
    const read = await readPdfFile(file);
    expect(read.losses).toEqual(
      expect.arrayContaining([
        { what: 'scripts', count: 1 },
        { what: 'images', count: 1 },
      ]),
    );
    expect('ranFromPdf' in globalThis).toBe(false);
  });

  test('its metadata', async () => {
    const file = smallPdf({
      pages: [simple('Text')],
      trailer: "/Info << /Title (A title) /Author (Ada) /CreationDate (D:20240103120000+01'00') >>",
    });
    expect((await readPdfFile(file)).metadata).toEqual({
      title: 'A title',
      author: 'Ada',
      createdAt: '2024-01-03T12:00:00+01:00',
    });
  });
});

describe('a page as it looks', () => {
  const file = smallPdf({
    pages: [{ content: lines(['Find the needle here', 'and nothing there']) }, simple('Other')],
  });

  test('is drawn as wide as asked, black on white, with the place of a span', async () => {
    const { image, widthPx, heightPx, rects } = await renderPage(
      { asset },
      { file, password: null, number: 1, widthPx: 1200, span: { start: 9, end: 15 } },
    );
    expect([widthPx, heightPx]).toEqual([1200, 1600]);
    expect(rects.length).toBe(1);
    const [rect = { x: 0, y: 0, width: 0, height: 0 }] = rects;
    // Helvetica's widths: `Find the ` is 38.9 points of type of size 10, `needle` 28.9
    expect(Math.abs(rect.x - 2 * (72 + 38.9))).toBeLessThan(8);
    expect(Math.abs(rect.width - 2 * 28.9)).toBeLessThan(8);
    expect(rect.y).toBeCloseTo(2 * (800 - 720 - 8), 0);
    expect(await darkShare(image, rect)).toBeGreaterThan(0.1);
    expect(await darkShare(image, { ...rect, y: rect.y + 400 })).toBe(0);
  });

  test('another page, and one that is not there', async () => {
    const job = { file, password: null, widthPx: 300, span: null };
    expect((await renderPage({ asset }, { ...job, number: 2 })).rects).toEqual([]);
    await expect(renderPage({ asset }, { ...job, number: 3 })).rejects.toMatchObject({
      code: 'invalid-argument',
    });
  });

  test('however large its box, its picture stays small', async () => {
    const huge = smallPdf({ pages: [simple('Text', '/MediaBox [0 0 3 1000000]')] });
    const { widthPx, heightPx } = await renderPage(
      { asset },
      { file: huge, password: null, number: 1, widthPx: 4000, span: null },
    );
    expect(widthPx * heightPx).toBeLessThan(25_000_000);
    expect(Math.max(widthPx, heightPx)).toBeLessThan(10_000);
  });
});

/** The share of pixels of a picture's rectangle that are dark. */
async function darkShare(
  image: Blob,
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
) {
  const bitmap = await createImageBitmap(
    image,
    Math.round(x),
    Math.round(y),
    Math.round(width),
    Math.round(height),
  );
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
  context?.drawImage(bitmap, 0, 0);
  const { data = new Uint8ClampedArray() } = context?.getImageData(0, 0, bitmap.width, bitmap.height) ?? {};
  let dark = 0;
  for (let i = 0; i < data.length; i += 4) if ((data[i] ?? 255) < 128) dark++;
  return dark / (data.length / 4);
}

const korean = await sharedFile('pdf/korean-text-with-tables.pdf');

describe.skipIf(!korean)(`real files${korean ? '' : ' (no shared data here)'}`, () => {
  const recall = (truth: string, text: string): number => {
    const words = (said: string) =>
      said
        .toLowerCase()
        .normalize('NFKC')
        .match(/[\p{L}\p{N}]+/gu) ?? [];
    const left = new Map<string, number>();
    for (const word of words(text)) left.set(word, (left.get(word) ?? 0) + 1);
    const wanted = words(truth);
    const found = wanted.filter((word) => {
      const count = left.get(word) ?? 0;
      left.set(word, count - 1);
      return count > 0;
    });
    return found.length / Math.max(1, wanted.length);
  };

  test.each([
    ['korean-text-with-tables', null],
    ['multicolumn', null],
    ['noembed-eucjp', null],
    ['jo', null],
    ['pdflatex-outline', null],
    ['fr_olap', null],
    ['aes-256-r6', 'usersecret'],
    ['rc4-128', 'baz'],
  ])('%s is read whole, and every span of it can be shown', async (name, password) => {
    const file = (await sharedFile(`pdf/${name}.pdf`)) ?? new Blob();
    const truth = (await (await sharedFile(`pdf/${name}.pdf.expected.txt`))?.text()) ?? '';
    const read = await readPdfFile(file, password);
    expect(recall(truth, read.text)).toBeGreaterThanOrEqual(0.95);
    const [page] = marksOf(read, 'page');
    const text = page ? [...stretch(read, page)] : [];
    const start = text.findIndex((character, i) => i >= text.length / 2 && /\S/.test(character));
    const job = { file, password, number: 1, widthPx: 600, span: { start, end: start + 1 } };
    const { rects, widthPx, heightPx } = await renderPage({ asset }, job);
    expect(rects.length).toBe(1);
    const [rect] = rects;
    expect(rect && rect.x >= 0 && rect.y >= 0 && rect.x < widthPx && rect.y < heightPx).toBe(true);
  });
});
