import { afterAll, beforeAll, expect, test } from 'vitest';
import { cdp } from 'vitest/browser';
import { SondeDatabase } from '../../../src/adapters/store/database';
import { createLibrary } from '../../../src/adapters/store/library';
import { SondeError } from '../../../src/core/errors';
import type { ImportFile } from '../../../src/core/corpus/library';

/** The browser itself refuses to store more than this. */
const QUOTA_BYTES = 8e6;

beforeAll(async () => {
  // What other tests left behind would count against this one.
  await cdp().send('Storage.clearDataForOrigin', { origin: location.origin, storageTypes: 'all' });
  await cdp().send('Storage.overrideQuotaForOrigin', { origin: location.origin, quotaSize: QUOTA_BYTES });
  // Chromium remembers for up to half a minute how much room there was, when a database has just been in use.
  for (let tries = 0; !(await isRefused(QUOTA_BYTES)); tries++) {
    if (tries > 45) throw new Error('the quota did not come into force');
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
});
afterAll(async () => {
  await cdp().send('Storage.overrideQuotaForOrigin', { origin: location.origin });
});

async function isRefused(bytes: number): Promise<boolean> {
  const db = new SondeDatabase('quota-probe');
  await db.open();
  try {
    await db.settings.put({ key: 'probe', value: new Uint8Array(bytes) });
    await db.settings.clear();
    return false;
  } catch {
    return true; // an empty database refuses nothing else
  } finally {
    db.close();
  }
}

test('a full disk is told, with what was kept; the half file is removed', async () => {
  const library = createLibrary();
  const small = (n: number): ImportFile => ({ path: `${n}.txt`, file: new File([`small ${n}`], `${n}.txt`) });
  const { corpus } = await library.import([small(1), small(2)]);
  const line = 'so much text that it does not fit\n';
  const large = { path: 'large.txt', file: new File([line.repeat(1_500_000)], 'large.txt') }; // 51 MB
  const importing = library.import([small(3), large, small(4)], { corpusId: corpus.id });
  await expect(importing).rejects.toSatisfy(
    (thrown) =>
      thrown instanceof SondeError && thrown.code === 'quota' && /\d of 3 files/.test(thrown.message),
  );
  const names = (await library.documents(corpus.id)).map(({ name }) => name);
  expect(names.slice(0, 2)).toEqual(['1.txt', '2.txt']);
  expect(names).not.toContain('large.txt');
  const db = new SondeDatabase();
  await db.open();
  const texts = new Set((await db.chunks.toArray()).map(({ documentId }) => documentId));
  expect([...texts].sort()).toEqual((await db.documents.toArray()).map(({ id }) => id).sort());
  expect(await db.imports.count()).toBe(0);
  db.close();
  await library.remove(corpus.id);
});
