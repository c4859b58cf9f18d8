/** Files in files, files that come again, corpora as files: through the worker, the sandbox and the database. */

import { strToU8, zipSync, type Zippable } from 'fflate';
import { afterEach, describe, expect, test } from 'vitest';
import { corpusHost, createLibrary } from '../../../src/adapters/store/library';
import type { FileProgress, ImportFile } from '../../../src/core/corpus/library';

const library = createLibrary(corpusHost());

afterEach(async () => {
  for (const { id } of await library.list()) await library.remove(id);
});

function fileOf(path: string, content: BlobPart): ImportFile {
  return { path, file: new File([content], path.split('/').at(-1) ?? path) };
}

function zipOf(path: string, files: Zippable): ImportFile {
  return fileOf(path, zipSync(files));
}

const namesAndProblems = (documents: readonly { name: string; problem: { code: string } | null }[]) =>
  documents.map(({ name, problem }) => (problem ? `${name}: ${problem.code}` : name));

describe('archives', () => {
  test('files in files in files stand after each other, where they were found, with progress of their own', async () => {
    const inner = zipSync({ 'deep.txt': strToU8('deep') });
    const progress: FileProgress[] = [];
    const { documents } = await library.import(
      [
        fileOf('first.txt', 'first'),
        zipOf('all.zip', { 'a/one.md': strToU8('# One'), 'b.zip': inner, 'c.txt': strToU8('three') }),
        fileOf('last.txt', 'last'),
      ],
      { onProgress: (one) => progress.push(one) },
    );
    expect(documents.map(({ name }) => name)).toEqual([
      'first.txt',
      'all.zip/a/one.md',
      'all.zip/b.zip/deep.txt',
      'all.zip/c.txt',
      'last.txt',
    ]);
    const stored = progress.filter(({ state }) => state === 'stored').map(({ path }) => path);
    expect(stored).toEqual(expect.arrayContaining(['all.zip', 'all.zip/b.zip/deep.txt', 'last.txt']));
    expect(await library.text(documents[2]?.id ?? '')).toBe('deep');
  });

  test('what cannot be read in an archive is named, and the rest is read', async () => {
    const { documents } = await library.import([
      zipOf('mixed.zip', {
        'good.txt': strToU8('good'),
        'program.exe': strToU8('MZ\0\0\0\0'),
        'empty.txt': strToU8(''),
      }),
      fileOf('broken.zip', 'PK\x03\x04 and nothing that follows'),
      fileOf('nothing.zip', zipSync({})),
    ]);
    expect(namesAndProblems(documents)).toEqual([
      'mixed.zip/good.txt',
      'mixed.zip/program.exe: unreadable',
      'mixed.zip/empty.txt: empty',
      'broken.zip: malformed',
      'nothing.zip: empty',
    ]);
  });

  test('an archive in an archive, without end, stops', async () => {
    let packed = zipSync({ 'core.txt': strToU8('core') });
    for (let depth = 0; depth < 12; depth++) packed = zipSync({ 'next.zip': packed });
    const { documents } = await library.import([fileOf('onion.zip', packed)]);
    expect(documents).toHaveLength(1);
    expect(documents[0]?.problem).toMatchObject({ code: 'too-large' });
    expect(documents[0]?.name.split('/')).toHaveLength(9);
  });

  test('what a .gitignore names is left out, of folders as of archives', async () => {
    const files = {
      '.gitignore': strToU8('build/\n*.log\n'),
      'src/a.py': strToU8('a = 1'),
      'build/b.js': strToU8('b'),
    };
    const { documents, summary } = await library.import([
      ...Object.entries(files).map(([path, bytes]) => fileOf(`tree/${path}`, bytes)),
      zipOf('tree.zip', files),
    ]);
    expect(documents.map(({ name }) => name).filter((name) => name.includes('build'))).toEqual([]);
    expect(documents.map(({ name }) => name)).toContain('tree.zip/src/a.py');
    expect(summary.leftOut).toBe(2);
  });
});

describe('a file that comes again', () => {
  test('unchanged, it is left as it is', async () => {
    const { corpus, documents } = await library.import([fileOf('a.txt', 'one'), fileOf('b.txt', 'two')]);
    const again = await library.import([fileOf('a.txt', 'one')], { corpusId: corpus.id });
    expect(again.summary).toEqual({ leftOut: 0, unchanged: 1, replaced: 0 });
    expect(again.documents).toEqual([]);
    expect((await library.documents(corpus.id)).map(({ id }) => id)).toEqual(documents.map(({ id }) => id));
  });

  test('changed, it takes the place of the older one, with its name and tags', async () => {
    const first = await library.import([
      fileOf('a.txt', 'one'),
      fileOf('b.txt', 'two'),
      fileOf('c.txt', 'three'),
    ]);
    const middle = first.documents[1]?.id ?? '';
    await library.renameDocument(middle, 'The contract');
    await library.setTags([middle], ['signed']);
    const again = await library.import([fileOf('b.txt', 'two, amended')], { corpusId: first.corpus.id });
    expect(again.summary).toMatchObject({ unchanged: 0, replaced: 1 });
    const documents = await library.documents(first.corpus.id);
    expect(documents.map(({ name }) => name)).toEqual(['a.txt', 'The contract', 'c.txt']);
    expect(documents[1]).toMatchObject({ path: 'b.txt', tags: ['signed'], index: 1 });
    expect(await library.text(documents[1]?.id ?? '')).toBe('two, amended');
    await expect(library.text(middle)).rejects.toMatchObject({ code: 'not-found' });
  });

  test('twice in one import, it is two documents', async () => {
    const { documents } = await library.import([fileOf('a.txt', 'one'), fileOf('a.txt', 'other')]);
    expect(documents.map(({ name }) => name)).toEqual(['a.txt', 'a.txt (2)']);
  });
});

describe('a corpus as one file', () => {
  test('goes out and comes in again with all it holds', async () => {
    const long = 'A line of ünïcödé text 🙂 that is long enough to fill chunks.\n'.repeat(60_000);
    const { corpus } = await library.import([
      fileOf('long.txt', long),
      fileOf('table.csv', 'a,b\n1,2\n3,4\n'),
      fileOf('photo.png', '\x89PNG\r\n\x1a\n and no more'),
    ]);
    const before = await library.documents(corpus.id);
    await library.setTags([before[0]?.id ?? ''], ['kept']);
    await library.setCollection(corpus.id, 'Work');
    const file = await library.exportCorpus(corpus.id);
    await library.remove(corpus.id);
    const back = await library.importCorpus(file);
    expect(back).toMatchObject({ name: corpus.name, documents: 3, collection: 'Work', chars: corpus.chars });
    const documents = await library.documents(back.id);
    expect(documents.map(({ name, kind, chars, tags }) => ({ name, kind, chars, tags }))).toEqual(
      before.map(({ name, kind, chars }, i) => ({ name, kind, chars, tags: i === 0 ? ['kept'] : [] })),
    );
    expect((await library.text(documents[0]?.id ?? '')) === long).toBe(true);
    expect((await library.structure(documents[1]?.id ?? '')).marks).toHaveLength(1);
  });

  test.each([
    ['another file', new Blob(['hello'])],
    ['another zip', new Blob([zipSync({ 'a.txt': strToU8('a') })])],
    [
      'a list that lies',
      new Blob([zipSync({ 'corpus.json': strToU8('{"format":"sonde-corpus","version":1}') })]),
    ],
  ])('%s is refused in words', async (_, file) => {
    await expect(library.importCorpus(file)).rejects.toMatchObject({ code: 'malformed' });
    expect(await library.list()).toEqual([]);
  });

  test('a newer one is named as such', async () => {
    const file = new Blob([zipSync({ 'corpus.json': strToU8('{"format":"sonde-corpus","version":99}') })]);
    await expect(library.importCorpus(file)).rejects.toMatchObject({
      message: expect.stringMatching(/newer/) as string,
    });
  });

  test('a damaged one leaves nothing behind', async () => {
    const { corpus } = await library.import([fileOf('a.txt', 'some text that is packed '.repeat(400))]);
    const bytes = new Uint8Array(await (await library.exportCorpus(corpus.id)).arrayBuffer());
    await library.remove(corpus.id);
    bytes[60] = (bytes[60] ?? 0) ^ 0xff;
    await expect(library.importCorpus(new Blob([bytes]))).rejects.toMatchObject({ code: 'malformed' });
    expect(await library.list()).toEqual([]);
  });
});
