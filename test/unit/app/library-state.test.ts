/** Imports, names, and what is told when something goes wrong, over a library kept in memory. */

import { describe, expect, it } from 'vitest';
import { SondeError } from '../../../src/core/errors';
import type { CorpusInfo, ImportFile, Library, StoredDocument } from '../../../src/core/corpus/library';
import { LibraryState } from '../../../src/app/library.svelte';
import { corpusNameFor, withOwnPaths } from '../../../src/core/corpus/import-names';
import { Notices } from '../../../src/app/notices.svelte';

const file = (path: string, text = 'text'): ImportFile => ({
  path,
  file: new File([text], path.split('/').at(-1) ?? ''),
});

function memoryLibrary() {
  const corpora: CorpusInfo[] = [];
  const documents: StoredDocument[] = [];
  const calls: string[] = [];
  let failure: Error | null = null;
  const library: Pick<Library, 'list' | 'documents' | 'import' | 'remove' | 'storage' | 'persist'> = {
    list: () => (failure ? Promise.reject(failure) : Promise.resolve([...corpora])),
    documents: (id) => Promise.resolve(documents.filter(({ corpusId }) => corpusId === id)),
    import(files, options = {}) {
      if (failure) return Promise.reject(failure);
      calls.push(options.name ?? `into ${options.corpusId ?? ''}`);
      const corpus = {
        id: `c${String(corpora.length + 1)}`,
        name: options.name ?? '',
        createdAtMs: corpora.length,
        collection: null,
      };
      const problem = { code: 'unreadable', message: 'No reader for this.' } as const;
      for (const { path } of files)
        options.onProgress?.({
          path,
          state: path.endsWith('.pdf') ? 'problem' : 'stored',
          doneBytes: 4,
          totalBytes: 4,
          problem: path.endsWith('.pdf') ? problem : null,
        });
      corpora.push({ ...corpus, documents: files.length, chars: 4, sizeBytes: 4 });
      const info = corpora.at(-1);
      if (!info) throw new Error('just pushed');
      return Promise.resolve({ corpus: info, documents: [] });
    },
    remove: (id) => {
      corpora.splice(
        corpora.findIndex((corpus) => corpus.id === id),
        1,
      );
      return Promise.resolve();
    },
    storage: () => Promise.resolve({ usedBytes: 1, quotaBytes: 10, persisted: false }),
    persist: () => {
      calls.push('persist');
      return Promise.resolve(false);
    },
  };
  const notices = new Notices();
  // The state uses nothing of the library beyond what is made above in these tests.
  const state = new LibraryState(
    { library: library as Library, sample: () => Promise.resolve([file('a.txt')]) },
    notices,
  );
  return { state, notices, calls, fail: (error: Error | null) => (failure = error) };
}

describe('importing', () => {
  it('makes a corpus named after the files, asks once to keep the data, and says what was added', async () => {
    const { state, notices, calls } = memoryLibrary();
    await state.refresh();
    expect(state.isEmpty).toBe(true);
    const id = await state.import([file('moby-dick.txt'), file('typee.txt')]);
    expect(state.corpus(id ?? '')?.name).toBe('moby-dick and 1 more');
    await state.import([file('omoo.txt')]);
    expect(calls.filter((call) => call === 'persist')).toHaveLength(1);
    expect(state.corpora.map(({ name }) => name)).toEqual(['omoo', 'moby-dick and 1 more']);
    expect(notices.shown.at(-1)?.text).toBe('1 document is in “omoo”.');
    expect(state.jobs).toEqual([]);
    expect(state.persistRefused).toBe(true);
  });

  it('keeps the import on screen while a file has a problem', async () => {
    const { state } = memoryLibrary();
    await state.import([file('a.txt'), file('b.pdf')]);
    const [job] = state.jobs;
    expect(job?.state).toBe('done');
    expect(job?.counts).toEqual({ total: 2, finished: 2, problems: 1, doneBytes: 8 });
    expect(job?.files.map(({ state: end }) => end)).toEqual(['stored', 'problem']);
  });

  it('tells of a full disk in the import, without throwing', async () => {
    const { state, fail } = memoryLibrary();
    fail(new SondeError({ code: 'quota', message: 'The disk is full.', hint: 'Remove something.' }));
    expect(await state.import([file('a.txt')])).toBeNull();
    expect(state.jobs[0]).toMatchObject({ state: 'failed', problem: { code: 'quota' } });
  });

  it('finds the sample that is already there', async () => {
    const { state, calls } = memoryLibrary();
    const first = await state.importSample();
    expect(await state.importSample()).toBe(first);
    expect(calls.filter((call) => call === 'Sample documents')).toHaveLength(1);
  });
});

describe('blocked storage', () => {
  it('is a problem of the library, and the page still starts', async () => {
    const { state, fail } = memoryLibrary();
    fail(new SondeError({ code: 'storage-blocked', message: 'This window keeps nothing.' }));
    await state.refresh();
    expect(state.phase).toBe('failed');
    expect(state.problem?.code).toBe('storage-blocked');
    expect(state.isEmpty).toBe(true);
  });
});

describe('names', () => {
  it.each([
    [['letters/1901/a.txt', 'letters/b.txt'], 'letters'],
    [['moby-dick.txt'], 'moby-dick'],
    [['a/one.txt', 'b/two.txt'], 'one and 1 more'],
    [['.env'], '.env'],
    [['archive.tar.gz'], 'archive.tar'],
    [[], 'Documents'],
  ])('of a corpus of %j is %s', (paths, name) => {
    expect(corpusNameFor(paths.map((path) => file(path)))).toBe(name);
  });

  it('of files that came together are told apart', () => {
    const paths = ['a.txt', 'x/a.txt', 'a.txt', 'a.txt', 'Makefile', 'Makefile'];
    expect(withOwnPaths(paths.map((path) => file(path))).map(({ path }) => path)).toEqual([
      'a.txt',
      'x/a.txt',
      'a (2).txt',
      'a (3).txt',
      'Makefile',
      'Makefile (2)',
    ]);
  });
});
