/** Where the roles run: one click sets both, and says what is still to be done. */

import { beforeEach, describe, expect, it } from 'vitest';
import { DeviceState } from '../../../src/app/device.svelte';
import { modelOptions } from '../../../src/app/model-options';
import { ModelsState } from '../../../src/app/models.svelte';
import { missingFor, placementOf, planPlacement, type Placement } from '../../../src/app/placement';
import { GPU, OTHER, SMALL, ScriptedEngine, ScriptedModels } from '../../fixtures/device/scripted-device';

const KEPT = { state: 'complete', bytes: 1000, bytesTotal: 1000 } as const;
const PRESET = { id: 'one', label: 'One', baseUrl: 'https://one.example/v1', key: 'required' } as const;

let disk: Map<string, unknown>;
let scripted: ScriptedModels;
let models: ModelsState;
let device: DeviceState;

/** A visit: the same settings and the same files, everything else anew. */
async function visit(): Promise<void> {
  const settings = {
    get: (key: string) => Promise.resolve(disk.get(key)),
    set: (key: string, value: unknown) => Promise.resolve(void disk.set(key, structuredClone(value))),
    remove: (key: string) => Promise.resolve(void disk.delete(key)),
  };
  device = new DeviceState({
    models: () => Promise.resolve(scripted),
    engine: new ScriptedEngine(),
    settings,
    clock: { now: () => 0 },
    onFetched: () => undefined,
    mayResume: () => true,
  });
  let ids = 0;
  models = new ModelsState({
    presets: [PRESET],
    listModels: () => Promise.resolve([]),
    testConnection: () => Promise.resolve({ ok: true, models: [], latencyMs: 1, protocol: 'h2' }),
    settings,
    session: null,
    newId: () => `c${String(++ids)}`,
    device,
  });
  await models.load();
  await device.load();
}

beforeEach(async () => {
  disk = new Map();
  scripted = new ScriptedModels();
  await visit();
});

/** As a click on the choice. */
function place(placement: Placement): string[] {
  const plan = planPlacement(placement, models, device);
  if (plan) models.place(plan.root, plan.sub);
  return missingFor(placement, models, device).map(({ text }) => text);
}

function connect(model: string): string {
  const { id } = models.connect(PRESET);
  models.chooseRoot({ provider: 'openai', connectionId: id, model });
  return id;
}

describe('a placement', () => {
  it('on this device takes what suits the machine, and says that it is to be fetched', async () => {
    expect(placementOf(models, device)).toBeNull();
    expect(place('device')).toEqual(['Fetch a model first.']);
    expect(models.root).toEqual({ provider: 'webllm', model: SMALL.id });
    expect(models.sub).toEqual(models.root);
    expect(placementOf(models, device)).toBe('device');
    void device.downloads.start(SMALL);
    expect(place('device')).toEqual(['Small is being fetched.']);
    scripted.disk.set(SMALL.id, KEPT);
    await visit();
    expect(place('device')).toEqual([]);
  });

  it('with a server needs one; the roles stay as they are until there is', () => {
    for (const placement of ['served-root', 'device-root', 'served'] as const)
      expect(place(placement)).toEqual(['Add a server first.']);
    expect(models.root).toEqual({ provider: 'reader' });
    connect('');
    expect(place('served')).toEqual(['Choose a model of the server.']);
  });

  it('mixes: the server’s model used last in one role, the best kept one in the other', async () => {
    const id = connect('big');
    scripted.disk.set(OTHER.id, KEPT);
    await visit();
    expect(place('served-root')).toEqual([]);
    expect(models.root).toMatchObject({ provider: 'openai', model: 'big' });
    expect(models.sub).toEqual({ provider: 'webllm', model: OTHER.id });
    expect(placementOf(models, device)).toBe('served-root');
    models.chooseRoot({ provider: 'reader' });
    await visit();
    expect(place('device-root')).toEqual([]);
    expect(models.root).toEqual({ provider: 'webllm', model: OTHER.id });
    expect(models.subChoice).toEqual({ provider: 'openai', connectionId: id, model: 'big' });
    expect(place('served')).toEqual([]);
    expect(models.subChoice).toBeNull();
    expect(placementOf(models, device)).toBe('served');
  });

  it('keeps a model of this device that was chosen, and says when the device cannot run any', async () => {
    scripted.disk.set(OTHER.id, KEPT);
    await visit();
    models.chooseRoot({ provider: 'webllm', model: SMALL.id });
    place('device');
    expect(models.root).toEqual({ provider: 'webllm', model: SMALL.id });
    scripted.report = { ...GPU, problem: { code: 'gpu-unavailable', message: 'None.' } };
    await visit();
    expect(missingFor('device', models, device).map(({ text }) => text)).toEqual([
      'This device cannot run a model on its GPU.',
    ]);
    models.chooseRoot({ provider: 'reader' });
    expect(place('device')).toEqual([]);
    expect(models.root).toEqual({ provider: 'reader' });
    expect(placementOf(models, device)).toBe('device');
  });
});

describe('a model of this device as a choice', () => {
  it('is kept for the next visit, named in words, and carries the window that was chosen', async () => {
    scripted.disk.set(SMALL.id, KEPT);
    models.chooseRoot({ provider: 'webllm', model: SMALL.id });
    await visit();
    expect(models.usesDevice).toBe(true);
    expect(models.describe(models.rootChoice)).toBe('Small on this GPU');
    device.choices.setOptions(SMALL.id, { contextTokens: 16_384 });
    expect(models.root).toEqual({ provider: 'webllm', model: SMALL.id, contextTokens: 16_384 });
    expect(modelOptions(models, device).map(({ label }) => label)).toEqual([
      'Built-in reader — finds and quotes passages; no AI',
      'Small on this GPU',
    ]);
  });
});
