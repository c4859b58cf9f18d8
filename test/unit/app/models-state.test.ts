/** Which models answer, what is kept of them, and where keys are and are not written. */

import { describe, expect, it } from 'vitest';
import { SondeError } from '../../../src/core/errors';
import { DEFAULT_LIMITS } from '../../../src/core/run/limits';
import type { ConnectionTest, ListedModel, ModelPreset } from '../../../src/core/models/servers';
import { ModelsState } from '../../../src/app/models.svelte';

const presets: ModelPreset[] = [
  {
    id: 'one',
    label: 'One',
    baseUrl: 'https://one.example/v1',
    key: 'required',
    headers: { 'x-page': 'yes' },
  },
  { id: 'two', label: 'Two', baseUrl: 'http://localhost:11434/v1', key: 'none' },
];
const KEY = 'sk-very-secret';
const signal = new AbortController().signal;
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

function textStore() {
  const map = new Map<string, string>();
  return {
    map,
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
    removeItem: (key: string) => void map.delete(key),
  };
}

function world(stored: Record<string, unknown> = {}) {
  const disk = new Map<string, unknown>(Object.entries(stored));
  const session = textStore();
  let ids = 0;
  const answers: { models: ListedModel[] | Error; test: ConnectionTest } = {
    models: [],
    test: { ok: true, models: [], latencyMs: 5, protocol: 'h2' },
  };
  const open = () =>
    new ModelsState({
      presets,
      session,
      newId: () => `c${String(++ids)}`,
      settings: {
        get: (key) => Promise.resolve(disk.get(key)),
        // As IndexedDB does: a copy, never the object itself.
        set: (key, value) => Promise.resolve(void disk.set(key, structuredClone(value))),
        remove: (key) => Promise.resolve(void disk.delete(key)),
      },
      listModels: () =>
        answers.models instanceof Error ? Promise.reject(answers.models) : Promise.resolve(answers.models),
      testConnection: () => Promise.resolve(answers.test),
    });
  return { disk, session, answers, open, written: () => JSON.stringify([...disk]) };
}

describe('who answers', () => {
  it('is the built-in reader until something else is set up', async () => {
    const models = world().open();
    await models.load();
    expect(models.root).toEqual({ provider: 'reader' });
    expect(models.sub).toEqual({ provider: 'reader' });
    expect(models.describe(models.rootChoice)).toBe('Built-in reader — finds and quotes passages; no AI');
  });

  it('is chosen apart for root and sub-model, and kept', async () => {
    const { open } = world();
    const models = open();
    const [preset] = presets as [ModelPreset, ModelPreset];
    const { id } = models.connect(preset);
    models.setKey(id, KEY);
    models.chooseRoot({ provider: 'openai', connectionId: id, model: 'big' });
    expect(models.sub).toEqual(models.root);
    models.chooseSub({ provider: 'reader' });
    await settled();
    const again = open();
    await again.load();
    expect(again.root).toMatchObject({ baseUrl: 'https://one.example/v1', model: 'big', apiKey: KEY });
    expect(again.sub).toEqual({ provider: 'reader' });
    expect(again.describe(again.rootChoice)).toBe('big at one.example');
    expect(again.headersFor('https://one.example/v1/')).toEqual({ 'x-page': 'yes' });
  });

  it('falls back to the reader when the connection is removed or no model is named', () => {
    const models = world().open();
    const [, preset] = presets as [ModelPreset, ModelPreset];
    const { id } = models.connect(preset);
    models.chooseRoot({ provider: 'openai', connectionId: id, model: '' });
    expect(models.root).toEqual({ provider: 'reader' });
    models.chooseRoot({ provider: 'openai', connectionId: id, model: 'm' });
    models.disconnect(id);
    expect(models.root).toEqual({ provider: 'reader' });
  });

  it('takes the figures of the user before the server’s, and those before the table’s', async () => {
    const { open, answers } = world();
    const models = open();
    const [preset] = presets as [ModelPreset, ModelPreset];
    const { id } = models.connect(preset);
    expect(models.effectiveFigures(id, 'gpt-4o').price).toEqual({ input: 2.5, output: 10 });
    answers.models = [{ id: 'gpt-4o', contextTokens: 64_000, price: { input: 2, output: 8 } }];
    await models.listModels(id, signal);
    expect(models.effectiveFigures(id, 'gpt-4o')).toEqual({
      price: { input: 2, output: 8 },
      contextTokens: 64_000,
    });
    models.setFigures(id, 'gpt-4o', { price: { input: 1, output: 1 }, contextTokens: null });
    models.chooseRoot({ provider: 'openai', connectionId: id, model: 'gpt-4o' });
    expect(models.root).toMatchObject({ priceUsdPerMTok: { input: 1, output: 1 }, contextTokens: 64_000 });
  });

  it('survives settings that are garbage, and keeps the part of them that is not', async () => {
    const models = world({
      models: { root: 5, connections: 'none', limits: { ...DEFAULT_LIMITS, maxTurns: -1, maxSubcalls: 40 } },
      keys: ['?'],
    }).open();
    await models.load();
    expect(models.root).toEqual({ provider: 'reader' });
    expect(models.limits).toEqual({ ...DEFAULT_LIMITS, maxSubcalls: 40 });
  });
});

describe('more servers with the same model', () => {
  it('are tested each, go into the reference once, and are forgotten with what was said before', async () => {
    const { open, answers } = world();
    const models = open();
    const [, preset] = presets as [ModelPreset, ModelPreset];
    const { id, baseUrl } = models.connect(preset);
    models.edit(id, { replicas: ['http://localhost:8001/v1/', 'half an addr', `${baseUrl}/`] });
    models.chooseRoot({ provider: 'openai', connectionId: id, model: 'm' });
    expect(models.root).toMatchObject({ baseUrl, replicas: ['http://localhost:8001/v1'] });
    await models.runTest(id, signal);
    expect(models.test(id, 'http://localhost:8001/v1/')).toEqual(answers.test);
    expect(models.test(id, 'half an addr')).toBeNull();
    models.edit(id, { replicas: [] });
    expect([models.test(id), models.test(id, 'http://localhost:8001/v1')]).toEqual([null, null]);
    expect(models.root).not.toHaveProperty('replicas');
  });
});

describe('keys', () => {
  it('are not written to the device unless asked for, and outlive a reload', async () => {
    const { open, written, session } = world();
    const models = open();
    const [preset] = presets as [ModelPreset, ModelPreset];
    const { id } = models.connect(preset);
    models.setKey(id, KEY);
    await settled();
    expect(written()).not.toContain(KEY);
    const reloaded = open();
    await reloaded.load();
    expect(reloaded.keyOf(id)).toBe(KEY);
    session.map.clear(); // the tab was closed
    const later = open();
    await later.load();
    expect(later.keyOf(id)).toBe('');
  });

  it('are moved to the device when asked, and wiped from it when taken back', async () => {
    const { open, written, session } = world();
    const models = open();
    const [preset] = presets as [ModelPreset, ModelPreset];
    const { id } = models.connect(preset);
    models.setKey(id, KEY);
    models.rememberKey(id, true);
    await settled();
    expect(written()).toContain(KEY);
    expect(JSON.stringify([...session.map])).not.toContain(KEY);
    session.map.clear();
    const later = open();
    await later.load();
    expect(later.keyOf(id)).toBe(KEY);
    later.rememberKey(id, false);
    await settled();
    expect(written()).not.toContain(KEY);
    expect(later.keyOf(id)).toBe(KEY);
    later.disconnect(id);
    expect(JSON.stringify([...session.map])).not.toContain(KEY);
  });
});

describe('servers', () => {
  it('are listed after a test that worked; the problem is shown when it did not', async () => {
    const { open, answers } = world();
    const models = open();
    const [preset] = presets as [ModelPreset, ModelPreset];
    const { id } = models.connect(preset);
    answers.models = [{ id: 'm', contextTokens: null, price: null }];
    await models.runTest(id, signal);
    expect(models.models(id)).toMatchObject({ phase: 'ready', models: [{ id: 'm' }] });
    answers.test = { ok: false, problem: { code: 'auth', message: 'The key was refused.' } };
    await models.runTest(id, signal);
    expect(models.test(id)).toEqual(answers.test);
    models.edit(id, { baseUrl: 'https://other.example/v1' });
    expect(models.test(id)).toBeNull();
    expect(models.models(id).phase).toBe('unread');
    answers.models = new SondeError({ code: 'unreachable', message: 'Nothing answers.' });
    await models.listModels(id, signal);
    expect(models.models(id)).toMatchObject({ phase: 'failed', problem: { code: 'unreachable' } });
  });
});
