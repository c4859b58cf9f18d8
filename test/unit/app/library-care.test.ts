/** Tags, passwords, pictures read and corpora as files, over a library kept in memory. */

import { describe, expect, it } from 'vitest';
import type { CorpusInfo } from '../../../src/core/corpus/library';
import { SondeError } from '../../../src/core/errors';
import { memoryLibrary, stored } from '../../fixtures/memory-library';

describe('care of documents', () => {
  it('adds and takes off tags, and leaves the others', async () => {
    const { state, library } = memoryLibrary();
    const told: unknown[] = [];
    library.setTags = (ids, tags) => Promise.resolve(void told.push([ids, tags]));
    const [a, b, c] = [
      stored('a.txt', 'c1', { tags: ['law', 'old'] }),
      stored('b.txt', 'c1'),
      stored('c.txt', 'c1', { tags: ['old', 'law'] }),
    ];
    await state.care.changeTags([a, b, c], { add: ['new'], remove: ['old'] });
    expect(told).toEqual([
      [
        ['c1/a.txt', 'c1/c.txt'],
        ['law', 'new'],
      ],
      [['c1/b.txt'], ['new']],
    ]);
  });

  it('hands a wrong password back as a problem, and says when it was right', async () => {
    const { state, notices, library } = memoryLibrary();
    const locked = stored('secret.pdf', 'c1');
    library.unlock = (_id, password) =>
      password === 'right'
        ? Promise.resolve(locked)
        : Promise.reject(new SondeError({ code: 'password', message: 'This is not the password.' }));
    expect(await state.care.unlock(locked, 'wrong')).toMatchObject({ code: 'password' });
    expect(notices.shown).toEqual([]);
    expect(await state.care.unlock(locked, 'right')).toBeNull();
    expect(notices.shown.at(-1)?.text).toContain('“secret.pdf” is open');
  });

  it('reads the pictures of a document once at a time, stops when told, and keeps what went wrong', async () => {
    const { state, library } = memoryLibrary();
    const scan = stored('scan.pdf', 'c1');
    let calls = 0;
    library.recognise = (_id, _options, onShare, signal) => {
      calls++;
      onShare(0.25);
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error); // an AbortError: `abort` was given no other reason
        });
      });
    };
    const first = state.care.recognise(scan);
    await state.care.recognise(scan);
    expect(calls).toBe(1);
    expect(state.care.recognition(scan.id)?.share).toBe(0.25);
    state.care.recognition(scan.id)?.cancel();
    await first;
    expect(state.care.recognition(scan.id)).toBeNull();
    library.recognise = () =>
      Promise.reject(new SondeError({ code: 'download-failed', message: 'The files could not be fetched.' }));
    await state.care.recognise(scan);
    expect(state.care.recognition(scan.id)).toMatchObject({
      state: 'failed',
      problem: { code: 'download-failed' },
    });
  });

  it('takes in every corpus file it can, and names the one it cannot', async () => {
    const { state, notices, library } = memoryLibrary();
    library.importCorpus = (given) =>
      given.size === 4
        ? Promise.resolve({ id: 'c9', name: 'Letters' } as CorpusInfo)
        : Promise.reject(new SondeError({ code: 'malformed', message: 'This is no corpus file.' }));
    const id = await state.care.importCorpora([
      new File(['x'], 'bad.sonde'),
      new File(['good'], 'letters.sonde'),
    ]);
    expect(id).toBe('c9');
    expect(notices.shown.map(({ text }) => text)).toEqual([
      'bad.sonde: This is no corpus file.',
      '“Letters” is in the library.',
    ]);
  });
});
