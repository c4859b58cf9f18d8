/** Two models of one engine: side by side when they fit, one after the other when they do not. */

import { describe, expect, it } from 'vitest';
import { deviceModel, listen } from '../../fixtures/webllm/device-models';
import { bench, code, other, say, small } from './harness';

describe('two models', () => {
  it('kept together are loaded at once and answer side by side, with a cache of their own each', async () => {
    const b = bench((ask) => (ask.kind === 'reply' ? say('word '.repeat(30), { tokenMs: 10 }) : null));
    b.engine.keepTogether([{ model: small, contextTokens: 8192 }, { model: other }]);
    const [root, sub] = [b.engine.model(small), b.engine.model(other)];
    expect(root.engine).not.toBe(sub.engine);
    expect(root.contextTokens).toBe(8192);
    await listen(root, 'warm');
    const beganAt: number[] = [];
    const endedAt: number[] = [];
    await Promise.all(
      [root, sub].map(async (model) => {
        await listen(model, 'go', {
          onEvent: ({ type }) => type === 'text' && beganAt.push(performance.now()),
        });
        endedAt.push(performance.now());
      }),
    );
    expect(b.loads()).toMatchObject([{ models: ['Small-0.5B', 'Other-1B'], windows: [8192, 4096] }]);
    expect(beganAt.filter((at) => at < Math.min(...endedAt)).length).toBeGreaterThan(40);
    expect(root.engine === b.engine.model(small).engine).toBe(true);
  });

  it('too large together are loaded one after the other instead', async () => {
    const b = bench((ask) =>
      ask.kind === 'load' && ask.models.length > 1
        ? { kind: 'load', fail: { name: 'DeviceLostError', message: 'lost' } }
        : null,
    );
    b.engine.keepTogether([{ model: small }, { model: other }]);
    const [root, sub] = [b.engine.model(small), b.engine.model(other)];
    expect((await listen(root, 'one')).text).toBe('ok');
    expect((await listen(sub, 'two')).text).toBe('ok');
    expect(b.loads().map((ask) => ask.models.join('+'))).toEqual([
      'Small-0.5B+Other-1B',
      'Small-0.5B',
      'Other-1B',
    ]);
    expect(root.engine).toBe(sub.engine);
  });

  it('do not interrupt each other, and a call for one that is not loaded lets those before it finish', async () => {
    const b = bench((ask) => (ask.kind === 'reply' ? say('word '.repeat(40), { tokenMs: 10 }) : null));
    b.engine.keepTogether([{ model: small }, { model: other }]);
    const third = deviceModel('Third-3B');
    const stop = new AbortController();
    await listen(b.engine.model(small), 'warm');
    const kept = listen(b.engine.model(small), 'kept');
    const stopped = listen(b.engine.model(other), 'stopped', {
      signal: stop.signal,
      onEvent: ({ type }) => {
        if (type === 'text') stop.abort();
      },
    });
    const late = listen(b.engine.model(third), 'late');
    expect(await code(stopped)).toBe('AbortError');
    expect((await kept).text).toHaveLength(200);
    expect((await late).text).toHaveLength(200);
    expect(b.engine.state.loaded.map(({ id }) => id)).toEqual(['Third-3B']);
  });
});
