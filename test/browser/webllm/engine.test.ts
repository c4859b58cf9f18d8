/** The adapter over the real engine and its worker's handler; only what a model would say is written by the tests. */

import { describe, expect, it } from 'vitest';
import { listen } from '../../fixtures/webllm/device-models';
import type { Rule } from '../../fixtures/webllm/script';
import { bench, code, reasons, say, small, waits } from './harness';

describe('a model on this device', () => {
  it('is loaded at the first call, told of while it loads, streams, and counts what the engine counted', async () => {
    const b = bench((ask) => (ask.kind === 'reply' ? say('Whales are mammals, ünlike fish. 🐋') : null));
    const model = b.engine.model(small);
    expect(b.workers).toHaveLength(0);
    const { events, text, end } = await listen(model, 'What are whales?');
    expect(text).toBe('Whales are mammals, ünlike fish. 🐋');
    expect(events.filter((event) => event.type === 'text').length).toBeGreaterThan(3);
    expect(waits(events).at(-1)).toMatchObject({
      ahead: null,
      text: expect.stringMatching(/Small-0.5B.*shaders, 100 %/),
    });
    expect(end).toMatchObject({ finish: 'stop', usage: { costUsd: 0, estimated: false } });
    expect(end?.usage.inputTokens).toBe(b.replies()[0]?.prefilledTokens);
    expect(b.engine.state).toMatchObject({
      loaded: [{ id: 'Small-0.5B', contextTokens: 4096 }],
      loading: null,
      calls: {},
    });
    expect(model).toMatchObject({ host: null, contextTokens: 4096, shapes: ['turn', 'json'] });
  });

  it('that is not kept here is refused with what to do, and nothing is fetched', async () => {
    const b = bench(() => null, { isKept: () => Promise.resolve(false) });
    const model = b.engine.model(small);
    await expect(listen(model, 'Hello')).rejects.toMatchObject({
      code: 'model-unavailable',
      hint: /Download/,
    });
    expect(b.workers).toHaveLength(0);
    expect(b.engine.state.problem?.code).toBe('model-unavailable');
  });

  it('answers one call at a time in order of arrival, and tells each how many are before it', async () => {
    const b = bench((ask) =>
      ask.kind === 'reply' ? say(`to ${ask.prompt.slice(-60)}`, { tokenMs: 5 }) : null,
    );
    const model = b.engine.model(small);
    await listen(model, 'warm');
    const order: number[] = [];
    const calls = [0, 1, 2, 3].map(async (n) => {
      const said = await listen(model, `call ${n}`);
      order.push(n);
      return said;
    });
    const said = await Promise.all(calls);
    expect(order).toEqual([0, 1, 2, 3]);
    expect(said.map(({ text }, n) => text.includes(`call ${n}`))).toEqual([true, true, true, true]);
    expect(waits(said[3]?.events ?? []).map((event) => event.type === 'waiting' && event.ahead)).toEqual([
      3, 2, 1,
    ]);
    expect(waits(said[0]?.events ?? [])).toEqual([]);
  });

  it('stops within a second, lets a waiting call leave at once, and answers the next one in full', async () => {
    const b = bench((ask) =>
      ask.kind === 'reply'
        ? say('word '.repeat(400), { tokenMs: ask.prompt.includes('slow') ? 30 : 0 })
        : null,
    );
    const model = b.engine.model(small);
    const stop = new AbortController();
    const leave = new AbortController();
    let begun = (): void => undefined;
    const started = new Promise<void>((resolve) => (begun = resolve));
    const slow = listen(model, 'slow', {
      signal: stop.signal,
      onEvent: ({ type }) => {
        if (type === 'text') begun();
      },
    });
    const queued = listen(model, 'never sent', { signal: leave.signal });
    const after = listen(model, 'after');
    await started;
    leave.abort();
    expect(await code(queued)).toBe('AbortError');
    const at = performance.now();
    stop.abort();
    expect(await code(slow)).toBe('AbortError');
    expect(performance.now() - at).toBeLessThan(1000);
    expect((await after).text).toBe('word '.repeat(400).trimEnd() + ' ');
    expect(b.replies().map(({ prompt }) => /never sent/.test(prompt))).toEqual([false, false]);
    expect(b.workers).toHaveLength(1);
  });

  it('that does not stop when told to has its worker replaced', async () => {
    const b = bench(
      (ask) =>
        ask.kind === 'reply' && ask.prompt.includes('stuck') ? say('on and on', { silentAfter: 1 }) : null,
      { timing: { drainMs: 300 } },
    );
    const model = b.engine.model(small);
    const stop = new AbortController();
    const stuck = listen(model, 'stuck', {
      signal: stop.signal,
      onEvent: ({ type }) => {
        // By then the engine is at the next token, which never comes.
        if (type === 'text')
          setTimeout(() => {
            stop.abort();
          }, 100);
      },
    });
    expect(await code(stuck)).toBe('AbortError');
    expect((await listen(model, 'next')).text).toBe('ok');
    expect(b.workers).toHaveLength(2);
  });

  it('that falls silent is given up after a time, and that never ends is cut off', async () => {
    const rule: Rule = (ask) => {
      if (ask.kind !== 'reply') return null;
      if (ask.prompt.includes('silent')) return say('a b c d', { silentAfter: 1 });
      return ask.prompt.includes('endless') ? say('', { endless: true }) : null;
    };
    const b = bench(rule, { timing: { tokenMs: 300 } });
    const model = b.engine.model(small);
    expect(await code(listen(model, 'silent'))).toBe('silent');
    expect(b.engine.state.problem?.code).toBe('silent');
    expect(await code(listen(model, 'endless', { maxOutputTokens: 20 }))).toBe('runaway');
    expect((await listen(model, 'fine')).text).toBe('ok');
    expect(b.engine.state.problem).toBeNull();
  });

  it.each(['fails', 'hangs'] as const)(
    'whose GPU is lost (the step %s) is loaded again once and asked again',
    async (lostHow) => {
      let losses = 1;
      const rule: Rule = (ask) =>
        ask.kind === 'reply'
          ? losses-- > 0
            ? say('void text', { lostAfter: 2, lostHow })
            : say('the whole reply')
          : null;
      const b = bench(rule, { timing: { tokenMs: 400 } });
      const model = b.engine.model(small);
      const { text, events } = await listen(model, 'Hello');
      expect(text).toBe('the whole reply');
      expect(reasons(events)).toHaveLength(1);
      expect(b.loads()).toHaveLength(2);
      losses = 2;
      expect(await code(listen(model, 'again'))).toBe('gpu-lost');
      expect((await listen(model, 'later')).text).toBe('the whole reply');
    },
  );

  it('that does not fit, hangs while loading, or is not there after it said it was, is an error and not a wait', async () => {
    const answers = [
      {
        kind: 'load',
        fail: { name: 'DeviceLostError', message: 'The WebGPU device was lost while loading.' },
      },
      { kind: 'load', hang: true },
      { kind: 'load', unloaded: true },
      null,
    ] as const;
    let n = 0;
    const b = bench((ask) => (ask.kind === 'load' ? (answers[n++] ?? null) : null), {
      timing: { loadSilenceMs: 1500 },
    });
    const model = b.engine.model(small);
    expect(await code(listen(model, 'one'))).toBe('gpu-memory');
    expect(await code(listen(model, 'two'))).toBe('silent');
    expect(await code(listen(model, 'three'))).toBe('gpu-lost');
    expect((await listen(model, 'four')).text).toBe('ok');
  });

  it('too small for a prompt refuses it with the sizes, and goes on', async () => {
    const b = bench(() => null);
    const model = b.engine.model(small, { contextTokens: 512 });
    await expect(listen(model, 'x'.repeat(4000))).rejects.toMatchObject({
      code: 'prompt-too-large',
      message: /512 tokens/,
    });
    expect((await listen(model, 'short')).text).toBe('ok');
    expect(b.loads()).toMatchObject([{ windows: [512] }]);
  });

  it('is unloaded when idle, and by hand, and comes back', async () => {
    const b = bench(() => null, { timing: { idleMs: 200 } });
    const model = b.engine.model(small);
    await listen(model, 'one');
    await expect.poll(() => b.engine.state.loaded.length).toBe(0);
    const loading = listen(model, 'two');
    await b.engine.unload();
    expect(await code(loading)).toBe('interrupted');
    expect((await listen(model, 'three')).text).toBe('ok');
  });
});
