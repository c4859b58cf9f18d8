/** Models are fetched whole and right, through everything a network does; the engine's own package finds what is kept. */

import { deleteModelAllInfoInCache, hasModelInCache, type AppConfig } from '@mlc-ai/web-llm';
import { expect, test } from 'vitest';
import { isAbort, SondeError } from '../../../src/core/errors';
import type { DeviceModel } from '../../../src/core/models/device';
import { fetchWhole, freshModel, openModels } from './grounds';

const models = openModels();
const never = new AbortController().signal;

/** What the engine is given to find a model by. */
const appConfig = ({ id, modelUrl, libraryUrl }: DeviceModel): AppConfig => ({
  cacheBackend: 'cache',
  model_list: [{ model: modelUrl, model_id: id, model_lib: libraryUrl }],
});
const engineFinds = (model: DeviceModel) => hasModelInCache(model.id, appConfig(model));

/** Each failure carries a code, says what was kept, and says what to do. */
function expectProblem(thrown: unknown, code: string, message: RegExp): void {
  expect(thrown).toBeInstanceOf(SondeError);
  const { hint, ...problem } = thrown as SondeError;
  expect(problem.code).toBe(code);
  expect((thrown as SondeError).message).toMatch(message);
  expect(hint).toBeTruthy();
}

test('a whole model: its size is known before, progress sums up, the engine finds it, and nothing is left after removal', async () => {
  const { model, shardBytes, hits } = await freshModel();
  expect(await models.kept(model)).toEqual({ state: 'none', bytes: 0, bytesTotal: null });
  const plan = await models.plan(model, never);
  expect(plan.bytesMissing).toBe(shardBytes);
  expect(plan.bytesTotal).toBeGreaterThanOrEqual(shardBytes);
  expect(plan.bytesFree ?? Number.POSITIVE_INFINITY).toBeGreaterThan(shardBytes);
  expect(await models.kept(model)).toMatchObject({ state: 'partial' });
  expect(await engineFinds(model)).toBe(false);

  const { told, thrown } = await fetchWhole(models, model);
  expect(thrown).toBeNull();
  const kept = await models.kept(model);
  expect(kept).toMatchObject({ state: 'complete', bytesTotal: kept.bytes });
  const last = told.at(-1);
  expect(last).toMatchObject({ bytes: kept.bytes, bytesTotal: kept.bytes, elsewhere: false });
  const counts = told.map(({ bytes }) => bytes);
  expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  expect(await engineFinds(model)).toBe(true);
  for (const scope of ['webllm/model', 'webllm/config', 'webllm/wasm']) {
    const keys = await (await caches.open(scope)).keys();
    expect(keys.some(({ url }) => url.startsWith(model.modelUrl))).toBe(true);
  }

  const before = (await hits()).length;
  await models.download(model, () => undefined, never);
  expect((await hits()).length).toBe(before); // nothing is asked twice

  await models.remove(model);
  expect(await models.kept(model)).toMatchObject({ state: 'none' });
  expect(await engineFinds(model)).toBe(false);
  for (const scope of ['webllm/model', 'webllm/config', 'webllm/wasm']) {
    const keys = await (await caches.open(scope)).keys();
    expect(keys.filter(({ url }) => url.startsWith(model.modelUrl))).toEqual([]);
  }
});

test('the engine’s own removal leaves nothing that is seen as kept: keys are formed as it forms them', async () => {
  const { model } = await freshModel();
  await fetchWhole(models, model);
  await deleteModelAllInfoInCache(model.id, appConfig(model));
  const list = `${model.modelUrl}/resolve/main/tensor-cache.json`;
  await (await caches.open('webllm/model')).delete(list); // it forgets its own list
  expect(await models.kept(model)).toMatchObject({ state: 'none' });
  expect(await (await caches.open('webllm/wasm')).match(model.libraryUrl)).toBeUndefined();
});

test('a pause keeps whole files, and another visit goes on from there', async () => {
  const { model, shardBytes, hits } = await freshModel({
    shardBytes: Array.from({ length: 10 }, () => 100_000),
    chunkBytes: 20_000,
    chunkDelayMs: 15,
  });
  const paused = await fetchWhole(models, model, ({ bytes }) => bytes > shardBytes / 2);
  expect(isAbort(paused.thrown)).toBe(true);
  const kept = await models.kept(model);
  expect(kept.state).toBe('partial');
  expect(kept.bytes).toBeGreaterThan(100_000);
  expect(await engineFinds(model)).toBe(false);
  const fetchedBefore = (await hits()).length;

  const { told, thrown } = await fetchWhole(openModels(), model);
  expect(thrown).toBeNull();
  expect(told[0]?.bytes).toBe(kept.bytes);
  expect(await models.kept(model)).toMatchObject({ state: 'complete' });
  const wholeShards = Math.floor((kept.bytes - 40_000) / 100_000);
  expect((await hits()).length - fetchedBefore).toBeLessThanOrEqual(12 - wholeShards);
  expect(await engineFinds(model)).toBe(true);
});

test('a cut connection is taken up at the byte it stopped at; servers that cannot are read from the start', async () => {
  const hosts = [
    [{}, [206]],
    [{ ignoresRange: true }, [200]],
    [{ refusesRange: true }, [0, 200]],
  ] as const;
  for (const [script, statuses] of hosts) {
    const served = await freshModel(script);
    await served.break({
      'params_shard_0.bin': [{ cutAfter: 131_072 }, { cutAfter: 65_536 }],
      'tokenizer.json': [{ cutAfter: 10_000 }],
      'params_shard_1.bin': [{ status: 500 }, { status: 503 }],
      'mlc-chat-config.json': [{ status: 429 }],
      'params_shard_2.bin': [{ stallAfter: 65_536 }],
    });
    const { thrown } = await fetchWhole(models, served.model);
    expect(thrown).toBeNull();
    expect(await engineFinds(served.model)).toBe(true);
    expect(await models.verify(served.model, () => undefined, never)).toEqual([]);
    const first = (await served.hits()).filter(({ file }) => file === 'params_shard_0.bin');
    expect(first[1]?.from).toBeGreaterThan(0);
    // As a set: browsers ask once more by themselves where a kept-alive connection is reset.
    expect(new Set(first.slice(1).map(({ status }) => status))).toEqual(new Set<number>(statuses));
  }
});

test('files that are truncated, altered or something else are told and never kept; the rest is', async () => {
  const wrong = [
    [{ 'params_shard_1.bin': [{ corrupt: true }] }, /not the file its list names/],
    [{ 'params_shard_1.bin': [{ truncateTo: 99_000 }, { truncateTo: 99_000 }] }, /truncated/],
    [{ 'library.wasm': [{ truncateTo: 2 }] }, /not a WebAssembly library/],
  ] as const;
  for (const [faults, message] of wrong) {
    const { model, break: fail, hits } = await freshModel();
    await fail(faults);
    const { thrown } = await fetchWhole(models, model);
    expectProblem(thrown, 'bad-download', message);
    expect(await models.kept(model)).toMatchObject({ state: 'partial' });
    const before = (await hits()).length;
    expect((await fetchWhole(models, model)).thrown).toBeNull();
    expect((await hits()).length - before).toBe(1); // only the one that was wrong
    expect(await engineFinds(model)).toBe(true);
  }
});

test('what cannot be fetched is told by its cause', async () => {
  const cases = [
    [{ status: 404 }, /not there \(404\)/],
    [{ status: 403 }, /refuses it \(403\)/],
    [{ status: 500 }, /answered 500/],
    [{ cutAfter: 0 }, /connection was lost/],
  ] as const;
  for (const [fault, message] of cases) {
    const { model, break: fail } = await freshModel();
    await fail({ 'params_shard_3.bin': Array.from({ length: 8 }, () => fault) });
    const { thrown } = await fetchWhole(models, model);
    expectProblem(thrown, 'download-failed', message);
    expect((await models.kept(model)).state).toBe('partial');
  }
});

test('a list that is a web page is not kept; one of the older name is kept under the new one', async () => {
  const portal = await freshModel();
  await portal.break({ 'tensor-cache.json': [{ truncateTo: 20 }] });
  expectProblem((await fetchWhole(models, portal.model)).thrown, 'bad-download', /not what the engine reads/);
  expect((await fetchWhole(models, portal.model)).thrown).toBeNull();

  const older = await freshModel({ listName: 'ndarray-cache.json', md5: false });
  expect((await fetchWhole(models, older.model)).thrown).toBeNull();
  expect(await engineFinds(older.model)).toBe(true);
});

test('a file that went bad where it is kept is found, deleted and fetched again', async () => {
  const { model, hits } = await freshModel();
  await fetchWhole(models, model);
  const url = `${model.modelUrl}/resolve/main/params_shard_2.bin`;
  await (await caches.open('webllm/model')).put(url, new Response(new Uint8Array(310_000)));
  expect(await models.verify(model, () => undefined, never)).toEqual(['params_shard_2.bin']);
  expect(await models.kept(model)).toMatchObject({ state: 'partial' });
  const before = (await hits()).length;
  expect((await fetchWhole(models, model)).thrown).toBeNull();
  expect((await hits()).slice(before).map(({ file }) => file)).toEqual(['params_shard_2.bin']);

  const list = `${model.modelUrl}/resolve/main/tensor-cache.json`;
  await (await caches.open('webllm/model')).put(list, new Response('<html>'));
  expect(await models.kept(model)).toMatchObject({ state: 'partial', bytesTotal: null });
  expect((await fetchWhole(models, model)).thrown).toBeNull();
  expect(await engineFinds(model)).toBe(true);
});

test('a library that another kept model uses stays when one of them is removed', async () => {
  const first = await freshModel();
  await fetchWhole(models, first.model);
  const shared = openModels();
  const own = await shared.addCustom(
    { modelUrl: first.model.modelUrl, libraryUrl: first.model.libraryUrl },
    never,
  );
  const second = await freshModel();
  const sharer = { ...second.model, libraryUrl: own.libraryUrl };
  await fetchWhole(shared, sharer);
  const libraryIsThere = async () =>
    (await (await caches.open('webllm/wasm')).match(own.libraryUrl)) !== undefined;
  await shared.remove(sharer);
  expect(await libraryIsThere()).toBe(true);
  expect(await engineFinds(own)).toBe(true);
  await shared.removeCustom(own.id);
  expect(await libraryIsThere()).toBe(false);
  await deleteModelAllInfoInCache(second.model.id, appConfig(second.model)).catch(() => undefined);
});

test('a model of the user’s own is read before it is taken; what is not one is refused with the reason', async () => {
  const mine = openModels();
  const { model } = await freshModel({
    config: {
      quantization: 'q4f32_1',
      context_window_size: 32_768,
      model_config: {
        num_hidden_layers: 24,
        num_attention_heads: 14,
        num_key_value_heads: 2,
        hidden_size: 896,
      },
    },
  });
  const { modelUrl, libraryUrl } = model;
  const add = (wanted: Partial<Parameters<typeof mine.addCustom>[0]>) =>
    mine.addCustom({ modelUrl, libraryUrl, ...wanted }, never).then(
      () => null,
      (thrown: unknown) => thrown,
    );
  expectProblem(await add({ modelUrl: 'http://example.org/model' }), 'invalid-argument', /https/);
  expectProblem(
    await add({ libraryUrl: `${modelUrl}/resolve/main/tokenizer.json` }),
    'invalid-argument',
    /WebAssembly/,
  );
  expectProblem(await add({ modelUrl: `${modelUrl}-absent` }), 'download-failed', /404/);
  expectProblem(await add({ id: 'Qwen3-4B-q4f16_1-MLC' }), 'invalid-argument', /already/);
  expectProblem(await add({ contextTokens: 65_536 }), 'invalid-argument', /32768/);

  const added = await mine.addCustom({ modelUrl, libraryUrl, contextTokens: 8192 }, never);
  expect(added).toMatchObject({
    custom: true,
    needsF16: false,
    contextTokens: 8192,
    maxContextTokens: 32_768,
  });
  expect(added.kvBytesPerToken).toBe(2 * 24 * 2 * 64 * 4);
  expect((await mine.catalogue()).at(-1)).toEqual({ ...added, downloadBytes: expect.any(Number) as number });
  await mine.removeCustom(added.id);
  expect((await mine.catalogue()).some(({ id }) => id === added.id)).toBe(false);
});

test('what is kept of all models is known at once', async () => {
  const catalogue = await models.catalogue();
  expect(catalogue.length).toBeGreaterThan(150);
  const startedAt = performance.now();
  const kept = await models.keptAll(catalogue);
  const tookMs = performance.now() - startedAt;
  expect(kept.size).toBe(catalogue.length);
  console.info(`keptAll: ${tookMs.toFixed(1)} ms for ${String(catalogue.length)} models`);
  expect(tookMs).toBeLessThan(1000);
});
