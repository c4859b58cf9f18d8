/** Models on this device as the app sees them: which can run, fetching them, opening them, and what is remembered. */

import { describe, expect, it } from 'vitest';
import { SondeError } from '../../../src/core/errors';
import type { ChatModel } from '../../../src/core/ports';
import { GPU, HUGE, OTHER, SMALL, SMALL_TWIN } from '../../fixtures/device/scripted-device';
import { world } from '../../fixtures/device/device-world';

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
const KEPT = { state: 'complete', bytes: 1000, bytesTotal: 1000 } as const;

async function speak(model: ChatModel): Promise<string> {
  let text = '';
  for await (const event of model.complete([], {}, new AbortController().signal))
    if (event.type === 'text') text += event.text;
  return text;
}

describe('which models can run', () => {
  it('is known once the GPU was asked; what suits the machine is named with what it takes', async () => {
    const { device } = world();
    expect(device.phase).toBe('unread');
    await device.load();
    expect(device.phase).toBe('ready');
    expect(device.best?.id).toBe(SMALL.id);
    expect(device.describe(SMALL.id)).toBe('Small on this GPU, 1.0 GB to fetch once');
  });

  it('takes the twin where the GPU has no 16-bit arithmetic, under either name', async () => {
    const { device, models } = world();
    models.report = { ...GPU, shaderF16: false };
    models.disk.set(SMALL_TWIN.id, KEPT);
    await device.load();
    expect(device.find(SMALL.id)?.id).toBe(SMALL_TWIN.id);
    expect(device.best?.id).toBe(SMALL_TWIN.id);
    expect(device.describe(SMALL.id)).toBe('Small, 32-bit on this GPU');
    expect(device.open({ provider: 'webllm', model: SMALL.id }).name).toBe(SMALL_TWIN.id);
  });

  it('prefers what is kept, the largest that fits', async () => {
    const { device, models } = world();
    models.disk.set(OTHER.id, KEPT);
    models.disk.set(HUGE.id, KEPT);
    await device.load();
    expect(device.best?.id).toBe(OTHER.id);
    expect(device.keptModels.map(({ id }) => id)).toEqual([OTHER.id, HUGE.id]);
  });

  it('is none without a GPU, and says why to who asks for one', async () => {
    const { device, models } = world();
    models.report = { ...GPU, problem: { code: 'gpu-unavailable', message: 'No GPU here.' } };
    await device.load();
    expect(device.best).toBeNull();
    expect(device.hindrance({ provider: 'webllm', model: SMALL.id })?.message).toBe('No GPU here.');
    expect(() => device.open({ provider: 'webllm', model: 'nothing' })).toThrow('No GPU here.');
  });
});

describe('fetching', () => {
  it('shows progress, pauses with what is there kept, and goes on to the end', async () => {
    const { device, models, fetched } = world();
    await device.load();
    const first = device.downloads.start(SMALL);
    await settled();
    models.transfers[0]?.tell(400);
    expect(device.downloads.of(SMALL.id)).toMatchObject({ phase: 'fetching', progress: { bytes: 400 } });
    expect(device.hindrance({ provider: 'webllm', model: SMALL.id })?.message).toMatch('still being fetched');
    device.downloads.pause(SMALL.id);
    await first;
    await settled();
    expect(device.downloads.of(SMALL.id)?.phase).toBe('paused');
    expect(device.kept(SMALL.id)).toMatchObject({ state: 'partial', bytes: 400 });
    expect(device.hindrance({ provider: 'webllm', model: SMALL.id })?.message).toMatch('not on this device');
    const second = device.downloads.start(SMALL);
    await settled();
    models.transfers[1]?.tell(900, { elsewhere: true });
    expect(device.downloads.of(SMALL.id)?.phase).toBe('elsewhere');
    models.transfers[1]?.finish();
    await second;
    await settled();
    expect(device.downloads.list).toEqual([]);
    expect(device.kept(SMALL.id).state).toBe('complete');
    expect(device.hindrance({ provider: 'webllm', model: SMALL.id })).toBeNull();
    expect(fetched).toEqual([{ id: SMALL.id, problem: null, bad: null }]);
  });

  it('goes on by itself at the next visit, unless it was paused or data is to be saved', async () => {
    const { device, models, may, visit } = world();
    await device.load();
    void device.downloads.start(SMALL);
    void device.downloads.start(OTHER);
    await settled();
    device.downloads.pause(OTHER.id);
    models.transfers[0]?.tell(100);
    await settled();
    may.resume = false;
    await visit().device.restore(() => false);
    expect(models.transfers).toHaveLength(2);
    may.resume = true;
    const next = visit();
    await next.device.restore(() => false);
    await settled();
    expect(models.transfers.slice(2).map(({ model }) => model.id)).toEqual([SMALL.id]);
    expect(next.device.downloads.active.map(({ model }) => model.id)).toEqual([SMALL.id]);
  });

  it('that fails says so, keeps what is there, and is tried again only where that may help', async () => {
    const { device, models, fetched, visit } = world();
    await device.load();
    const failures = [
      new SondeError({ code: 'quota', message: 'No room.' }),
      new SondeError({ code: 'download-failed', message: 'The connection broke.' }),
    ];
    for (const [index, failure] of failures.entries()) {
      const ended = device.downloads.start(index === 0 ? SMALL : OTHER);
      await settled();
      models.transfers[index]?.fail(failure);
      await ended;
    }
    await settled();
    expect(device.downloads.list.map(({ phase, problem }) => [phase, problem?.code])).toEqual([
      ['failed', 'quota'],
      ['failed', 'download-failed'],
    ]);
    expect(fetched.map(({ problem }) => problem?.message)).toEqual(['No room.', 'The connection broke.']);
    await visit().device.restore(() => false);
    await settled();
    expect(models.transfers.slice(2).map(({ model }) => model.id)).toEqual([OTHER.id]);
  });

  it('again reads what is kept first, or deletes all of it; a loaded model is unloaded before', async () => {
    const { device, engine, models, fetched } = world();
    models.disk.set(SMALL.id, KEPT);
    await device.load();
    models.bad = ['params_shard_3.bin'];
    void device.downloads.start(SMALL, true);
    await settled();
    expect(models.verified).toEqual([SMALL.id]);
    models.transfers[0]?.finish();
    await settled();
    expect(fetched).toEqual([{ id: SMALL.id, problem: null, bad: 1 }]);
    await device.loadNow(SMALL);
    expect(device.memory.loadedWindow(SMALL.id)).toBe(4096);
    void device.fetchAgain(SMALL);
    await settled();
    expect(engine.state.loaded).toEqual([]);
    expect(models.disk.has(SMALL.id)).toBe(false);
    expect(models.transfers).toHaveLength(2);
  });

  it('ends, and nothing stays loaded, when all that is kept is deleted at once; what is left is read again', async () => {
    const { device, engine, models } = world();
    for (const { id } of [SMALL, OTHER]) models.disk.set(id, KEPT);
    const clear = () => {
      expect(engine.state.loaded).toEqual([]);
      expect(device.downloads.list).toEqual([]);
      models.disk.delete(SMALL.id);
      return Promise.reject(new Error('only one went'));
    };
    // Before the list was read there is nothing to read again.
    await device.reread();
    expect(device.phase).toBe('unread');
    await device.load();
    await device.loadNow(SMALL);
    void device.downloads.start(HUGE);
    await settled();
    models.transfers[0]?.tell(100);
    await expect(device.removeAll(clear)).rejects.toThrow('only one went');
    expect(device.keptModels.map(({ id }) => id)).toEqual([OTHER.id]);
    expect(device.kept(HUGE.id).state).toBe('partial');
    models.disk.clear();
    expect(device.keptModels).toHaveLength(1);
    await device.reread();
    expect(device.keptModels).toEqual([]);
  });

  it('takes models of the user’s own, and lets go of them', async () => {
    const { device } = world();
    await device.load();
    const { signal } = new AbortController();
    const wrong = device.addCustom(
      { modelUrl: 'https://a.example/m', libraryUrl: 'https://a.example/x' },
      signal,
    );
    await expect(wrong).rejects.toMatchObject({ code: 'invalid-argument' });
    const own = await device.addCustom(
      { modelUrl: 'https://a.example/m', libraryUrl: 'https://a.example/x.wasm' },
      signal,
    );
    expect(device.find(own.id)).toEqual(own);
    await device.removeCustom(own);
    expect(device.find(own.id)).toBeNull();
  });
});

describe('opening and loading', () => {
  it('names what is not there, before the list was read and after', async () => {
    const { device } = world();
    const open = () => device.open({ provider: 'webllm', model: 'nothing' });
    expect(open).toThrow('have not been read yet');
    await device.load();
    expect(open).toThrow('There is no model nothing');
  });

  it('uses the window and the form that were chosen, kept for the next visit; a script’s window comes first', async () => {
    const { device, visit } = world();
    await device.load();
    device.choices.setOptions(SMALL.id, { contextTokens: 8192 });
    device.choices.setOptions(SMALL.id, { grammar: false });
    const next = visit();
    await next.device.restore(() => true);
    next.device.open({ provider: 'webllm', model: SMALL.id });
    next.device.open({ provider: 'webllm', model: SMALL.id, contextTokens: 2048 });
    expect(next.engine.opened.map(({ options }) => options)).toEqual([
      { contextTokens: 8192, grammar: false },
      { contextTokens: 2048, grammar: false },
    ]);
  });

  it('says why a model could not be loaded', async () => {
    const { device, engine } = world();
    await device.load();
    engine.failLoad = new SondeError({ code: 'gpu-memory', message: 'Too large.' });
    await device.loadNow(SMALL);
    expect(device.memory.problem?.code).toBe('gpu-memory');
    engine.failLoad = null;
    await device.loadNow(SMALL);
    expect(device.memory.problem).toBeNull();
  });

  it('has two models of a run stay loaded together where they fit, and take turns where not', async () => {
    const { device, engine } = world();
    await device.load();
    const [small, other, huge] = [SMALL, OTHER, HUGE].map(({ id }) =>
      device.open({ provider: 'webllm', model: id }),
    ) as [ChatModel, ChatModel, ChatModel];
    device.prepareRun(small, other);
    device.prepareRun(small, huge);
    device.prepareRun(small, small);
    expect(engine.together).toEqual([[SMALL.id, OTHER.id], [], [SMALL.id]]);
  });

  it('measures how fast a model answers, without its waiting, and estimates by it from then on', async () => {
    const { device, engine, clock, visit } = world();
    await device.load();
    const usage = { inputTokens: 1000, outputTokens: 101, costUsd: 0, estimated: false };
    engine.events = [
      { type: 'waiting', ahead: 1, text: '' },
      { type: 'text', text: 'a' },
      { type: 'end', usage, finish: 'stop' },
    ];
    // A minute in line, two seconds of reading, five of writing.
    engine.before = (index) => (clock.at += [60_000, 2000, 5000][index] ?? 0);
    expect(await speak(device.open({ provider: 'webllm', model: SMALL.id }))).toBe('a');
    expect(device.choices.pace(SMALL.id)).toEqual({ inputTokensPerS: 500, outputTokensPerS: 20 });
    const guessed = device.paceOf(OTHER.id).outputTokensPerS;
    const next = visit();
    await next.device.restore(() => true);
    const { low, high } = next.device.paceOf(SMALL.id).outputTokensPerS;
    expect(low).toBeLessThan(20);
    expect(high).toBeGreaterThan(20);
    expect(high / low).toBeLessThan(guessed.high / guessed.low);
  });
});
