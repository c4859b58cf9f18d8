import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readEpub } from '../../../src/adapters/ingest/formats/epub';
import { marksOf, problemOf, readWith, stretch, type ReadResult } from '../../fixtures/read-with';
import { dataPath } from '../../fixtures/shared-data';
import { recall } from '../../fixtures/recalled-words';
import { zipOf } from '../../fixtures/zip-of';

const container = (path: string): string =>
  `<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="${path}"/></rootfiles></container>`;

const xhtml = (body: string, title = 'The Book'): string =>
  `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>${title}</title><script src="x.js"/></head><body>${body}</body></html>`;

const opf = (manifest: string, spine: string, metadata = ''): string => `<?xml version="1.0"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:opf="http://www.idpf.org/2007/opf">${metadata}</metadata><manifest>${manifest}</manifest><spine toc="ncx">${spine}</spine></package>`;

const item = (id: string, href: string, more = ''): string =>
  `<item id="${id}" href="${href}" media-type="application/xhtml+xml" ${more}/>`;

const book = {
  mimetype: 'application/epub+zip',
  'META-INF/container.xml': container('OPS/pkg/book.opf'),
  'OPS/pkg/book.opf': opf(
    item('nav', '../nav.xhtml', 'properties="nav"') +
      item('cover', '../cover.xhtml') +
      item('a', '../text/Part%20one.xhtml') +
      item('b', '../text/two.xhtml') +
      item('c', '../text/more.xhtml'),
    '<itemref idref="cover" linear="no"/><itemref idref="a"/><itemref idref="b"/><itemref idref="c"/>',
    `<dc:title id="t">Tides</dc:title><dc:creator opf:role="ill">I. Draw</dc:creator><dc:creator opf:role="aut">A. Writer</dc:creator>
     <dc:creator opf:role="aut">B. Writer</dc:creator><dc:date opf:event="conversion">2023</dc:date>
     <dc:date opf:event="publication">1897-05</dc:date><dc:language>en</dc:language>
     <meta property="dcterms:modified">2024-01-02T03:04:05Z</meta>`,
  ),
  'OPS/nav.xhtml': xhtml(`<nav epub:type="landmarks"><ol><li><a href="cover.xhtml">Cover</a></li></ol></nav>
    <nav epub:type="toc"><ol><li><span>Parts</span><ol><li><a href="text/Part%20one.xhtml">One &amp; only</a>
    <ol><li><a href="text/Part%20one.xhtml#in">Inner</a></li></ol></li></ol></li>
    <li><a href="text/two.xhtml#gone">Two</a></li><li><a href="text/two.xhtml#end">End</a></li></ol></nav>`),
  'OPS/cover.xhtml': xhtml(
    '<svg xmlns="http://www.w3.org/2000/svg"><image href="c.jpg"/></svg><p>Cover words</p>',
  ),
  'OPS/text/Part one.xhtml': xhtml('<h1>One</h1><p>first</p><h2 id="in">Inner</h2><p>second</p>'),
  'OPS/text/two.xhtml': xhtml(
    '<p>third<a id="x"/> &nbsp;still</p><img src="p.png"/><h2><a id="end"/>End</h2><p>fourth</p>',
  ),
  'OPS/text/more.xhtml': xhtml('<p>fifth</p>'),
};

function without(name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(book).filter(([key]) => key !== name));
}

function read(parts: Readonly<Record<string, string>>): Promise<ReadResult> {
  return readWith(readEpub, zipOf(parts));
}

function chapters(document: ReadResult): unknown[] {
  return marksOf(document, 'chapter').map((mark) => [mark.level, mark.label, stretch(document, mark)]);
}

describe('a book', () => {
  test('is read in the order of its spine, with what stands outside of it at the end', async () => {
    expect((await read(book)).text).toBe(
      'One\n\nfirst\n\nInner\n\nsecond\n\nthird still\n\nEnd\n\nfourth\n\nfifth\n\nCover words\n',
    );
  });

  test('has its chapters where the contents say, and files that go on belong to the one before', async () => {
    expect(chapters(await read(book))).toEqual([
      [2, 'One & only', 'One\n\nfirst\n\nInner\n\nsecond'],
      [3, 'Inner', 'Inner\n\nsecond'],
      [1, 'Two', 'third still'],
      [1, 'End', 'End\n\nfourth\n\nfifth'],
      [1, 'The Book', 'Cover words'],
    ]);
  });

  test('has sections that end with their chapter', async () => {
    const document = await read(book);
    expect(
      marksOf(document, 'section').map((mark) => [mark.label, stretch(document, mark).split('\n').at(-1)]),
    ).toEqual([
      ['One', 'second'],
      ['Inner', 'second'],
      ['End', 'fifth'],
    ]);
  });

  test('says what it is, and what was lost in it', async () => {
    const { metadata, losses } = await read(book);
    expect(metadata).toEqual({
      title: 'Tides',
      author: 'A. Writer, B. Writer',
      createdAt: '1897-05',
      modifiedAt: '2024-01-02T03:04:05Z',
      language: 'en',
    });
    expect(losses).toEqual([{ what: 'images', count: 2 }]);
  });

  test('of the older edition has its contents in an NCX', async () => {
    const ncx = `<ncx><navMap><navPoint><navLabel><text>Chapter I</text></navLabel><content src="a.html"/>
      <navPoint><navLabel><text>I.1</text></navLabel><content src="a.html#s1"/></navPoint></navPoint></navMap></ncx>`;
    const document = await read({
      'META-INF/container.xml': container('book.opf'),
      'book.opf': opf(
        '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>' + item('a', 'a.html'),
        '<itemref idref="a"/>',
      ),
      'toc.ncx': ncx,
      'a.html': xhtml('<p>intro</p><p><a name="s1"></a>one</p>'),
    });
    expect(chapters(document)).toEqual([
      [1, 'Chapter I', 'intro\n\none'],
      [2, 'I.1', 'one'],
    ]);
  });

  test('without contents has a chapter a file, called by its heading or title', async () => {
    const parts = without('OPS/nav.xhtml');
    expect(marksOf(await read(parts), 'chapter').map(({ label }) => label)).toEqual([
      'One',
      'End',
      'The Book',
      'The Book',
    ]);
  });

  test('with files missing or broken is read as far as it goes', async () => {
    const parts = without('OPS/text/two.xhtml');
    const document = await read(parts);
    expect(document.text).toContain('second\n\nfifth');
    expect(document.losses).toContainEqual({ what: 'unreadable-parts', count: 1 });
  });

  test('without a package is read file by file', async () => {
    const document = await read({ 'a.xhtml': xhtml('<p>one</p>'), 'b.xhtml': xhtml('<p>two</p>') });
    expect(document.text).toBe('one\n\ntwo\n');
  });
});

describe('a book that cannot be read is a problem in words', () => {
  const encryption = (algorithm: string, uris: readonly string[]): string =>
    `<encryption>${uris
      .map(
        (uri) =>
          `<enc:EncryptedData><enc:EncryptionMethod Algorithm="${algorithm}"/><enc:CipherData><enc:CipherReference URI="${uri}"/></enc:CipherData></enc:EncryptedData>`,
      )
      .join('')}</encryption>`;
  const aes = 'http://www.w3.org/2001/04/xmlenc#aes128-cbc';
  const files = ['OPS/cover.xhtml', 'OPS/text/Part%20one.xhtml', 'OPS/text/two.xhtml', 'OPS/text/more.xhtml'];

  test('locked by its seller', async () => {
    const problem = await problemOf(
      readEpub,
      zipOf({ ...book, 'META-INF/encryption.xml': encryption(aes, files) }),
    );
    expect(problem).toMatchObject({ code: 'unreadable' });
    expect(problem.message).toContain('DRM');
  });

  test('locked in part: the rest is read', async () => {
    const part = { ...book, 'META-INF/encryption.xml': encryption(aes, files.slice(0, 2)) };
    const document = await read(part);
    expect(document.text).toMatch(/^third/);
    expect(document.losses).toContainEqual({ what: 'unreadable-parts', count: 2 });
  });

  test('scrambled fonts are no lock', async () => {
    const fonts = encryption('http://www.idpf.org/2008/embedding', ['OPS/font.otf']);
    expect((await read({ ...book, 'META-INF/encryption.xml': fonts })).text).toMatch(/^One/);
  });

  test.each([
    ['nothing in it', { mimetype: 'application/epub+zip' }, 'malformed'],
    ['only pictures', { 'a.xhtml': xhtml('<img src="1.jpg"/>') }, 'empty'],
    [
      'all files missing',
      { 'META-INF/container.xml': container('b.opf'), 'b.opf': opf(item('a', 'a'), '<itemref idref="a"/>') },
      'malformed',
    ],
  ])('%s', async (_, parts, code) => {
    expect((await problemOf(readEpub, zipOf(parts))).code).toBe(code);
  });
});

const folder = dataPath('documents/epub');

describe.skipIf(folder === null)(`real books${folder === null ? ' (no shared data here)' : ''}`, () => {
  test.each(folder === null ? [] : readdirSync(folder).filter((name) => name.endsWith('.epub')))(
    '%s has the expected words and its chapters',
    async (name) => {
      const document = await readWith(readEpub, new Blob([readFileSync(`${folder ?? ''}/${name}`)]));
      const share = recall(document.text, readFileSync(`${folder ?? ''}/${name}.expected.txt`, 'utf8'));
      console.info(
        `${name}: word recall ${share.toFixed(4)}, ${String(marksOf(document, 'chapter').length)} chapters`,
      );
      expect(share).toBeGreaterThanOrEqual(0.97);
      expect(marksOf(document, 'chapter').length).toBeGreaterThan(1);
    },
  );
});
