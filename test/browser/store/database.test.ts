import { beforeEach, describe, expect, test } from 'vitest';
import { Dexie } from 'dexie';
import * as v from 'valibot';
import { createCorpusApi } from '../../../src/adapters/store/corpus-api';
import { noReaders } from '../../fixtures/no-readers';
import { SCHEMA_VERSION, SondeDatabase } from '../../../src/adapters/store/database';
import { createSearchApi } from '../../../src/adapters/store/search-api';
import { createLibrary } from '../../../src/adapters/store/library';
import { createSettings } from '../../../src/adapters/store/settings';
import { SondeError } from '../../../src/core/errors';
import type { ImportFile } from '../../../src/core/corpus/library';

/** Each test has a database of its own: deleting one waits for whoever still holds it. */
let name = '';
beforeEach(() => {
  name = `sonde-test-${crypto.randomUUID()}`;
});

function isProblem(code: string, part: RegExp): (thrown: unknown) => boolean {
  return (thrown) =>
    thrown instanceof SondeError &&
    thrown.code === code &&
    part.test(`${thrown.message} ${thrown.hint ?? ''}`);
}

function openNative(version: number, onVersionChange: (db: IDBDatabase) => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version);
    request.onerror = () => {
      reject(request.error ?? new Error('open failed'));
    };
    request.onsuccess = () => {
      const db = request.result;
      db.onversionchange = () => {
        onVersionChange(db);
      };
      resolve(db);
    };
  });
}

describe('two tabs with different versions', () => {
  test('an older tab gives way to a newer one, and says so', async () => {
    const db = new SondeDatabase(name);
    const api = createCorpusApi(db, noReaders());
    expect(await api.list()).toEqual([]);
    // Would wait for ever if the old connection were kept.
    const newer = await openNative(90, (native) => {
      native.close();
    });
    newer.close();
    await expect(api.list()).rejects.toSatisfy(isProblem('storage-outdated', /Reload/));
  });

  test('a database of a newer version is left alone', async () => {
    const newer = await openNative(90, (native) => {
      native.close();
    });
    newer.close();
    await expect(createCorpusApi(new SondeDatabase(name), noReaders()).list()).rejects.toMatchObject({
      code: 'storage-outdated',
    });
    expect((await indexedDB.databases()).find((db) => db.name === name)?.version).toBe(90);
  });

  test('a tab that does not give way is named as the cause', async () => {
    const stubborn = await openNative(1, () => undefined);
    await expect(createCorpusApi(new SondeDatabase(name), noReaders()).list()).rejects.toSatisfy(
      isProblem('storage-outdated', /other tab/),
    );
    stubborn.close();
  });

  test('once it gives way the database is upgraded', async () => {
    await openNative(1, (native) => {
      native.close();
    });
    const db = new SondeDatabase(name);
    expect(await createCorpusApi(db, noReaders()).list()).toEqual([]);
    expect(db.backendDB().version).toBe(SCHEMA_VERSION * 10);
    db.close();
  });

  test('documents and runs of the first version are still there after the upgrade', async () => {
    const first = new Dexie(name);
    // The tables as the first version made them, by keys; a change of these would lose what people have stored.
    first.version(1).stores({
      corpora: 'id',
      documents: 'id, corpusId, [corpusId+position], [corpusId+fingerprint]',
      chunks: '[documentId+index], [documentId+charStart]',
      imports: 'documentId',
      runs: 'id, startedAtMs',
      events: '[treeId+seq]',
      settings: 'key',
    });
    await first.table('corpora').add({ id: 'old', name: 'Old papers', createdAtMs: 1 });
    const utf8 = new TextEncoder().encode('A letter about the narwhal.');
    const size = { bytes: utf8.length, chars: utf8.length, units: utf8.length };
    await first.table('documents').add({
      ...{ id: 'letter', corpusId: 'old', position: 0, name: 'letter.txt', chars: utf8.length },
      ...{ sourceBytes: utf8.length, sizeBytes: utf8.length, chunks: 1, encoding: 'utf-8', kind: 'text' },
      ...{ problem: null, fingerprint: null, duplicateOf: null },
    });
    const starts = { byteStart: 0, charStart: 0, unitStart: 0, lineStart: 0 };
    await first.table('chunks').add({ documentId: 'letter', index: 0, utf8, ...starts, ...size });
    await first.table('runs').add({ id: 'run', startedAtMs: 2 });
    first.close();
    const db = new SondeDatabase(name);
    expect((await createCorpusApi(db, noReaders()).list()).map((corpus) => corpus.name)).toEqual([
      'Old papers',
    ]);
    expect(await db.runs.count()).toBe(1);
    for (const added of [db.traces, db.contexts, db.variables, db.replies])
      expect(await added.count()).toBe(0);
    const request = {
      corpusId: 'old',
      query: 'narwhals',
      mode: 'words',
      limit: 3,
      unfinished: false,
    } as const;
    const hits = await createSearchApi(db).find(request, () => undefined, new MessageChannel().port1);
    expect(hits.map(({ documentName, match }) => [documentName, match])).toEqual([
      ['letter.txt', 'A letter about the narwhal.'],
    ]);
    db.close();
  });
});

test('two tabs of the same version see each other’s documents', async () => {
  const [one, other] = [createLibrary(), createLibrary()];
  const file = (name: string): ImportFile => ({ path: name, file: new File([`text of ${name}`], name) });
  const { corpus } = await one.import([file('a.txt')]);
  await other.import([file('b.txt')], { corpusId: corpus.id });
  expect((await one.documents(corpus.id)).map(({ name }) => name)).toEqual(['a.txt', 'b.txt']);
  await other.remove(corpus.id);
  expect((await one.list()).some(({ id }) => id === corpus.id)).toBe(false);
});

test('what a closed tab left half imported is removed, what another tab is importing is not', async () => {
  const db = new SondeDatabase(name);
  await db.open();
  const chunk = {
    index: 0,
    utf8: new Uint8Array(3),
    byteStart: 0,
    charStart: 0,
    unitStart: 0,
    lineStart: 0,
    bytes: 3,
    chars: 3,
    units: 3,
  };
  await db.chunks.bulkAdd([
    { documentId: 'abandoned', ...chunk },
    { documentId: 'going-on', ...chunk },
  ]);
  await db.imports.bulkAdd([
    { documentId: 'abandoned', lockName: 'sonde-import-gone' },
    { documentId: 'going-on', lockName: 'sonde-import-held' },
  ]);
  await navigator.locks.request('sonde-import-held', async () => {
    await createCorpusApi(db, noReaders()).list();
    expect((await db.chunks.toArray()).map(({ documentId }) => documentId)).toEqual(['going-on']);
    expect((await db.imports.toArray()).map(({ documentId }) => documentId)).toEqual(['going-on']);
  });
  db.close();
});

test('settings are kept, parsed when read, and removed', async () => {
  const db = new SondeDatabase(name);
  const settings = createSettings(db);
  await settings.set('theme', { name: 'dark', size: 3 });
  expect(await settings.get('theme', v.object({ name: v.string() }))).toEqual({ name: 'dark' });
  expect(await settings.get('theme', v.string())).toBeUndefined();
  await settings.remove('theme');
  expect(await settings.get('theme', v.unknown())).toBeUndefined();
  db.close();
});
