import { afterEach, describe, expect, test } from 'vitest';
import { corpusHost, createLibrary } from '../../../src/adapters/store/library';
import type { FileProgress, ImportFile } from '../../../src/core/corpus/library';

const host = corpusHost();
const library = createLibrary(host);

function fileOf(path: string, content: BlobPart): ImportFile {
  return { path, file: new File([content], path.split('/').at(-1) ?? path) };
}

afterEach(async () => {
  for (const { id } of await library.list()) await library.remove(id);
});

describe('text survives the way through the library', () => {
  const texts: Record<string, string> = {
    'line ends': 'one\r\ntwo\nthree\rfour\n',
    'NUL and other controls': `a NUL \0 between words, a bell \x07, a form feed \f ${'and text '.repeat(20)}`,
    'astral characters': '🙂 music 𝄞 and old Gothic 𐍈, all in one line '.repeat(3),
    'a byte order mark in the middle': 'before \ufeff after',
    'combining marks left as they are': 'e\u0301 is not \u00e9',
    'a single character': 'x',
    'white space alone': ' \n\t\n',
  };
  test.each(Object.entries(texts))('%s', async (name, text) => {
    const { corpus, documents } = await library.import([fileOf(`${name}.txt`, text)]);
    const [document] = documents;
    expect(document).toMatchObject({ chars: [...text].length, encoding: 'utf-8', problem: null, index: 0 });
    expect(await library.text(document?.id ?? '')).toBe(text);
    const payload = await (await library.context(corpus.id)).open();
    expect(await payload.utf8.text()).toBe(text);
    expect(payload.kind).toBe('text');
  });

  test('a text of many chunks, read back whole, in ranges and as context', async () => {
    const line = 'A line with an umlaut ü, a euro € and a smile 🙂, so that chunks end in odd places.\n';
    const text = line.repeat(70_000); // 6.5 MB
    const { corpus, documents } = await library.import([fileOf('big.log', text)]);
    const id = documents[0]?.id ?? '';
    const chars = [...line].length;
    expect(documents[0]).toMatchObject({ kind: 'log', chars: chars * 70_000 });
    expect((await library.text(id)) === text).toBe(true);
    // Ranges around every 2 MiB border, and far from any.
    for (const at of [0, 11, 22_000, 22_310, 22_311, 22_312, 44_600, 44_625, 69_999])
      expect(await library.text(id, { start: at * chars, end: at * chars + 2 * chars })).toBe(
        line.repeat(at === 69_999 ? 1 : 2),
      );
    const payload = await (await library.context(corpus.id)).open();
    expect((await payload.utf8.text()) === text).toBe(true);
  });

  test('several documents are slices of one blob, in order, without those that hold no text', async () => {
    const progress: FileProgress[] = [];
    const { corpus, documents } = await library.import(
      [
        fileOf('folder/a.txt', 'first 🙂'),
        fileOf('folder/b.pdf', '%PDF-1.7 …'),
        fileOf('folder/c.md', '# second'),
        fileOf('folder/d.txt', ''),
        fileOf('folder/e.csv', 'x,y\r\n1,2\r\n'),
      ],
      { onProgress: (one) => progress.push(one) },
    );
    expect(corpus).toMatchObject({ name: 'folder', documents: 5 });
    expect(
      documents.map(({ name, index, kind, problem }) => [name, index, kind, problem?.code ?? null]),
    ).toEqual([
      ['folder/a.txt', 0, 'text', null],
      ['folder/b.pdf', -1, 'pdf', 'malformed'],
      ['folder/c.md', 1, 'markdown', null],
      ['folder/d.txt', -1, '', 'empty'],
      ['folder/e.csv', 2, 'csv', null],
    ]);
    const source = await library.context(corpus.id);
    expect(source).toMatchObject({ kind: 'documents', typeName: 'list' });
    const payload = await source.open();
    if (payload.kind !== 'documents') throw new Error('one document expected several');
    const texts = await Promise.all(
      payload.documents.map(({ byteStart, byteEnd }) => payload.utf8.slice(byteStart, byteEnd).text()),
    );
    expect(texts).toEqual(['first 🙂', '# second', 'x,y\r\n1,2\r\n']);
    const last = new Map(progress.map(({ path, state }) => [path, state]));
    expect([...last.values()]).toEqual(['stored', 'problem', 'stored', 'problem', 'stored']);
    expect(progress[0]?.state).toBe('waiting');
  });
});

test('removing a document moves the indexes up; renaming keeps names apart', async () => {
  const { corpus, documents } = await library.import([
    fileOf('a.txt', 'one'),
    fileOf('b.txt', 'two'),
    fileOf('c.txt', 'three'),
  ]);
  await library.removeDocument(documents[0]?.id ?? '');
  await library.renameDocument(documents[1]?.id ?? '', 'other.txt');
  await expect(library.renameDocument(documents[1]?.id ?? '', 'c.txt')).rejects.toMatchObject({
    code: 'invalid-argument',
  });
  await library.rename(corpus.id, 'New name');
  expect((await library.documents(corpus.id)).map(({ name, index }) => [name, index])).toEqual([
    ['other.txt', 0],
    ['c.txt', 1],
  ]);
  expect((await library.list()).map(({ name, documents: count, chars }) => [name, count, chars])).toEqual([
    ['New name', 2, 8],
  ]);
  await expect(library.text(documents[0]?.id ?? '')).rejects.toMatchObject({ code: 'not-found' });
  await library.remove(corpus.id);
  await expect(library.context(corpus.id)).rejects.toMatchObject({ code: 'not-found' });
});

test('a file dropped twice from different places is noticed by its bytes', async () => {
  const { corpus } = await library.import([
    fileOf('a.txt', 'the same text'),
    fileOf('b/a.txt', 'the same text'),
  ]);
  const again = await library.import([fileOf('c/a.txt', 'the same text')], { corpusId: corpus.id });
  expect(again.documents.map(({ name, duplicateOf }) => [name, duplicateOf])).toEqual([['c/a.txt', 'a.txt']]);
  expect((await library.documents(corpus.id)).map(({ duplicateOf }) => duplicateOf)).toEqual([
    null,
    'a.txt',
    'a.txt',
  ]);
});

test('a cancelled import keeps whole files and removes the half one', async () => {
  const cancel = new AbortController();
  const small = Array.from({ length: 3 }, (_, i) => fileOf(`small-${i}.txt`, `text ${i}`));
  const { corpus } = await library.import(small);
  const before = (await library.storage()).usedBytes;
  const large = fileOf('large.txt', 'the quick brown fox jumps over it\n'.repeat(2_000_000)); // 68 MB
  const states: string[] = [];
  const running = library.import([large], {
    corpusId: corpus.id,
    signal: cancel.signal,
    onProgress: ({ state, doneBytes }) => {
      states.push(state);
      if (doneBytes > 8e6) cancel.abort();
    },
  });
  await expect(running).rejects.toMatchObject({ name: 'AbortError' });
  expect(states.at(-1)).toBe('cancelled');
  expect((await library.documents(corpus.id)).length).toBe(3);
  expect(await chunkCount()).toBe(3);
  expect((await library.storage()).usedBytes).toBeLessThan(before + 80e6);
});

test('thousands of small files take seconds', async () => {
  const files = Array.from({ length: 3000 }, (_, i) =>
    fileOf(`notes/${i}.txt`, `Note ${i}. ${'word '.repeat(200)}`),
  );
  const startedMs = performance.now();
  const { corpus, documents } = await library.import(files);
  const tookMs = performance.now() - startedMs;
  console.info(`3000 files of 1 kB imported in ${Math.round(tookMs)} ms`);
  expect(documents.length).toBe(3000);
  expect(documents.every(({ index }, i) => index === i)).toBe(true);
  expect((await library.find(corpus.id, 'NOTE 2999.', { mode: 'exact', limit: 5 })).length).toBe(1);
  expect(tookMs).toBeLessThan(20_000);
});

/** Counts rows straight in the database, behind the library's back. */
async function chunkCount(): Promise<number> {
  const open = indexedDB.open('sonde');
  const db = await new Promise<IDBDatabase>((resolve, reject) => {
    open.onsuccess = () => resolve(open.result);
    open.onerror = () => reject(open.error ?? new Error('open'));
  });
  const count = db.transaction('chunks').objectStore('chunks').count();
  await new Promise((resolve) => (count.onsuccess = resolve));
  db.close();
  return count.result;
}
