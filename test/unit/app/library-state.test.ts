/** Imports, names, and what is told when something goes wrong, over a library kept in memory. */

import { describe, expect, it } from 'vitest';
import type { CorpusInfo } from '../../../src/core/corpus/library';
import { SondeError } from '../../../src/core/errors';
import { corpusNameFor, withOwnPaths } from '../../../src/core/corpus/import-names';
import { file, memoryLibrary } from '../../fixtures/memory-library';

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
    expect(job?.counts).toEqual({
      total: 2,
      finished: 2,
      stored: 1,
      problems: 1,
      doneBytes: 8,
      totalBytes: 8,
    });
    expect(job?.paths.map((path) => job.file(path)?.state)).toEqual(['stored', 'problem']);
    expect(job?.problemPaths).toEqual(['b.pdf']);
  });

  it('tells of a full disk in the import, without throwing', async () => {
    const { state, fail } = memoryLibrary();
    fail(new SondeError({ code: 'quota', message: 'The disk is full.', hint: 'Remove something.' }));
    expect(await state.import([file('a.txt')])).toBeNull();
    expect(state.jobs[0]).toMatchObject({ state: 'failed', problem: { code: 'quota' } });
  });

  it('says what was left as it was, and what was left out', async () => {
    const { state, notices, summarise } = memoryLibrary();
    summarise({ leftOut: 214, unchanged: 3, replaced: 1 });
    await state.import([file('a.txt'), file('b.txt'), file('c.txt'), file('d.txt')], { name: 'notes' });
    expect(notices.shown.at(-1)?.text).toBe(
      '4 documents are in “notes”: 3 unchanged, 1 replaced, 214 left out by .gitignore.',
    );
  });

  it('says that nothing was added when all of it was there', async () => {
    const { state, notices, library } = memoryLibrary();
    const corpus = { id: 'c1', name: 'notes' } as CorpusInfo; // its figures are of no matter here
    const summary = { leftOut: 0, unchanged: 2, replaced: 0 };
    library.import = () => Promise.resolve({ corpus, documents: [], summary });
    await state.import([file('a.txt'), file('b.txt')], { name: 'notes' });
    expect(notices.shown.at(-1)?.text).toBe('Nothing was added to “notes”: 2 unchanged.');
  });

  it('asks first when there is less room than what is added takes', async () => {
    const { state, calls, leaveBytes } = memoryLibrary();
    leaveBytes(5);
    const refused = state.import([file('a.txt', '123456')]);
    await expect.poll(() => state.shortage).toMatchObject({ neededBytes: 6, leftBytes: 5 });
    expect(state.jobs).toEqual([]);
    state.shortage?.answer(false);
    expect(await refused).toBeNull();
    expect(state.shortage).toBeNull();
    const wanted = state.import([file('a.txt', '123456')]);
    await expect.poll(() => state.shortage).not.toBeNull();
    expect(calls).not.toContain('a');
    state.shortage?.answer(true);
    expect(await wanted).toBe('c1');
  });

  it('does not ask where the browser does not say what is left', async () => {
    const { state, leaveBytes } = memoryLibrary();
    leaveBytes(-1);
    expect(await state.import([file('a.txt')])).toBe('c1');
  });

  it('finds the sample that is already there', async () => {
    const { state, calls } = memoryLibrary();
    const first = await state.importSample();
    expect(await state.importSample()).toBe(first);
    expect(calls.filter((call) => call === 'Sample documents')).toHaveLength(1);
  });
});

describe('changes made elsewhere', () => {
  it('that come in a burst are seen by two readings, and none is missed', async () => {
    const { state, library } = memoryLibrary();
    await state.import([file('a.txt')]);
    let readings = 0;
    const list = library.list;
    library.list = () => {
      readings++;
      return list?.() ?? Promise.resolve([]);
    };
    const burst = Promise.all(Array.from({ length: 50 }, () => state.reread()));
    await library.import?.([file('b.txt')], { name: 'last' });
    await burst;
    await state.reread();
    expect(readings).toBeLessThanOrEqual(3);
    expect(state.corpora.map(({ name }) => name)).toContain('last');
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
    const paths = ['a.txt', 'x/a.txt', 'a.txt', 'a.txt', 'Makefile', 'Makefile', 'constructor'];
    expect(withOwnPaths(paths.map((path) => file(path))).map(({ path }) => path)).toEqual([
      'a.txt',
      'x/a.txt',
      'a (2).txt',
      'a (3).txt',
      'Makefile',
      'Makefile (2)',
      'constructor',
    ]);
  });
});
