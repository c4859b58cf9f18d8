import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as article from '../../../../src/adapters/ingest/formats/html/article';
import { readHtml } from '../../../../src/adapters/ingest/formats/html/html';
import type { ReaderInput } from '../../../../src/adapters/ingest/formats/reader';
import { marksOf, problemOf, readWith, stretch, type ReadResult } from '../../../fixtures/read-with';
import { dataPath } from '../../../fixtures/shared-data';
import { recall } from '../../../fixtures/recalled-words';

const load = ((name) =>
  name === 'article' ? Promise.resolve(article) : Promise.reject(new Error(name))) as ReaderInput['load'];

function read(page: string | Blob): Promise<ReadResult> {
  return readWith(readHtml, typeof page === 'string' ? new Blob([page]) : page, { load });
}

const paragraph = (about: string): string =>
  `<p>${`A sentence about ${about}, with commas, that goes on for a while, as articles do. `.repeat(4)}</p>`;

const blog = `<!doctype html><html lang="en"><head><title>High water | The Port Blog</title>
<script type="application/ld+json">{"@context":"https://schema.org","@type":"Article","headline":"High water",
"author":{"name":"Ada Lovelace"},"datePublished":"2023-04-05T06:07:08Z"}</script></head>
<body><nav><ul><li><a href="/">Home</a><li><a href="/about">About</a></ul></nav>
<main><article><h1>High water 🌊</h1>${['tides', 'ports', 'moons', 'ships'].map(paragraph).join('\n')}</article></main>
<aside><h2>More</h2><ul><li><a href="/1">Other story</a></ul></aside><footer>© Port Blog</footer></body></html>`;

describe('a web page', () => {
  test('is all there, and the article in it is marked', async () => {
    const page = await read(`<p>🙂</p>${blog}`);
    expect(page.text).toMatch(/^🙂\n\n- Home\n- About\n/);
    expect(page.text).toContain('© Port Blog');
    const [mark, ...others] = marksOf(page, 'article');
    expect(others).toEqual([]);
    const text = mark ? stretch(page, mark) : '';
    expect(text).toMatch(/^(?:High water 🌊\n\n)?A sentence about tides/);
    expect(text).toMatch(/about ships[^\n]* as articles do\.$/);
  });

  test('says who wrote it and when, wherever it says so', async () => {
    expect((await read(blog)).metadata).toEqual({
      title: 'High water',
      author: 'Ada Lovelace',
      createdAt: '2023-04-05T06:07:08Z',
      language: 'en',
    });
  });

  test('without an article has no such mark', async () => {
    const page = await read('<title>List</title><ul><li><a href=a>a</a><li><a href=b>b</a></ul>');
    expect(page.marks).toEqual([]);
    expect(page.metadata).toEqual({ title: 'List' });
  });

  test.each([
    ['shift_jis', '<meta charset=Shift_JIS><p>', [0x93, 0xfa, 0x96, 0x7b, 0x8c, 0xea], '日本語\n'],
    ['windows-1251', '<meta charset=windows-1251><p>', [0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2], 'Привет\n'],
  ])('in the %s it declares is read in it', async (_, markup, bytes, text) => {
    expect((await read(new Blob([markup, new Uint8Array(bytes)]))).text).toBe(text);
  });

  test('in UTF-16 is read', async () => {
    const bytes = new Uint8Array(Buffer.from('\ufeff<html><body><p>Größe 🙂</p></body></html>', 'utf16le'));
    expect((await read(new Blob([bytes]))).text).toBe('Größe 🙂\n');
  });

  test('that shows nothing without its scripts is its title, or a problem with a way out', async () => {
    const shell = await read('<title>Shop</title><div id=root></div><script>go()</script>');
    expect(shell.text).toBe('Shop\n');
    expect(shell.losses).toEqual([{ what: 'scripts', count: 1 }]);
    const problem = await problemOf(readHtml, new Blob(['<html><div id=root></div><script>go()</script>']));
    expect(problem.code).toBe('empty');
    expect(problem.hint).toContain('save the page');
  });

  test('in XHTML may have elements that close themselves', async () => {
    const page = await read(
      '<?xml version="1.0"?><html><head><title/><script src="x"/></head><body><p>words</p></body></html>',
    );
    expect(page.text).toBe('words\n');
  });

  test('too deep or too large for an article is read all the same', async () => {
    const page = await read(`<p>x${'<div>'.repeat(3000)}${paragraph('depth')}`);
    expect(page.text).toContain('about depth');
    expect(marksOf(page, 'article')).toEqual([]);
  });
});

const folder = dataPath('documents/html');
const pages = folder === null ? [] : readdirSync(folder).filter((name) => name.endsWith('.html'));
// Its expected text was made with the charset the page wrongly declares, and is all U+FFFD.
const misread = 'testArabicMisleadingCharset.html';

describe.skipIf(folder === null)(`real pages${folder === null ? ' (no shared data here)' : ''}`, () => {
  const readReal = (name: string): Promise<ReadResult> =>
    read(new Blob([readFileSync(`${folder ?? ''}/${name}`)]));
  const wantedOf = (name: string): string => readFileSync(`${folder ?? ''}/${name}.expected.txt`, 'utf8');

  test.each(pages.filter((name) => name !== misread))('%s has the expected words', async (name) => {
    const share = recall((await readReal(name)).text, wantedOf(name));
    console.info(`${name}: word recall ${share.toFixed(4)}`);
    expect(share).toBeGreaterThanOrEqual(0.97);
  });

  // What is expected of these is the article alone.
  test.each(pages.filter((name) => name.endsWith('_source.html')))(
    '%s has its article marked, and little else in it',
    async (name) => {
      const page = await readReal(name);
      const [mark] = marksOf(page, 'article');
      const text = mark ? stretch(page, mark) : '';
      console.info(
        `${name}: article recall ${recall(text, wantedOf(name)).toFixed(4)}, precision ${recall(wantedOf(name), text).toFixed(4)}`,
      );
      expect(recall(text, wantedOf(name))).toBeGreaterThanOrEqual(0.95);
    },
  );

  test.runIf(pages.includes(misread))(
    'a page that declares the wrong charset is Arabic all the same',
    async () => {
      const { text } = await readReal(misread);
      expect(text).not.toContain('\ufffd');
      expect(text.match(/\p{Script=Arabic}/gu)?.length).toBeGreaterThan(300);
    },
  );
});
