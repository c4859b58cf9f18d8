/** A disk that is full before a download, and one that fills up in the middle of it. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { cdp } from 'vitest/browser';
import { SondeError } from '../../../src/core/errors';
import { fetchWhole, freshModel, openModels } from './grounds';

/** The browser itself refuses to store more than this. */
const QUOTA_BYTES = 8e6;
const SIX_OF_3_MB = { shardBytes: [3e6, 3e6, 3e6, 3e6, 3e6, 3e6] };

/** Chromium’s own estimate knows nothing of the override. */
const told = (estimate: StorageEstimate) => ({
  estimate: () => Promise.resolve(estimate),
  // Firefox asks its user, who may never answer.
  persist: () => new Promise<boolean>(() => undefined),
  persisted: () => Promise.resolve(false),
});

beforeAll(async () => {
  await cdp().send('Storage.clearDataForOrigin', { origin: location.origin, storageTypes: 'all' });
  await cdp().send('Storage.overrideQuotaForOrigin', { origin: location.origin, quotaSize: QUOTA_BYTES });
  // Chromium remembers for a while how much room there was.
  for (let tries = 0; !(await isRefused()); tries++) {
    if (tries > 45) throw new Error('the quota did not come into force');
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
});

afterAll(async () => {
  await cdp().send('Storage.overrideQuotaForOrigin', { origin: location.origin });
});

async function isRefused(): Promise<boolean> {
  const cache = await caches.open('room');
  try {
    await cache.put('/too-much', new Response(new Uint8Array(QUOTA_BYTES + 1e6)));
    return false;
  } catch {
    return true;
  } finally {
    await caches.delete('room');
  }
}

test('too little room is told with both sizes before anything large is fetched', async () => {
  const { model, hits } = await freshModel(SIX_OF_3_MB);
  const { thrown } = await fetchWhole(openModels({ storage: told({ quota: 9e6, usage: 1e6 }) }), model);
  expect(thrown).toBeInstanceOf(SondeError);
  expect(thrown).toMatchObject({ code: 'quota' });
  expect((thrown as SondeError).message).toMatch(/needs \d+ MB more, and this site has room for \d MB/);
  expect((await hits()).map(({ file }) => file).sort()).toEqual([
    'mlc-chat-config.json',
    'tensor-cache.json',
  ]);
});

test('a disk that fills up in the middle keeps what was whole, and the download goes on when there is room', async () => {
  const models = openModels({ storage: told({}) });
  const { model } = await freshModel(SIX_OF_3_MB);
  const { thrown } = await fetchWhole(models, model);
  expect(thrown).toBeInstanceOf(SondeError);
  expect(thrown).toMatchObject({ code: 'quota' });
  const kept = await models.kept(model);
  expect(kept.state).toBe('partial');
  expect(kept.bytes).toBeGreaterThan(3e6);
  expect(kept.bytes).toBeLessThan(18e6);
  await models.remove(model);

  const small = await freshModel({ shardBytes: [1e6, 1e6] });
  expect((await fetchWhole(models, small.model)).thrown).toBeNull();
  expect(await models.kept(small.model)).toMatchObject({ state: 'complete' });
});
