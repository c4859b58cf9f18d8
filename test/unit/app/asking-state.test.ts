/** Who judges answers, ladders, the way and the cache: what is kept of them, and what a request is made of. */

import { describe, expect, it } from 'vitest';
import { AskingState } from '../../../src/app/asking.svelte';
import { askedModels, hindranceOf, requestModels } from '../../../src/app/ask-models';
import type { ModelChoice } from '../../../src/app/model-settings';
import type { ModelRef } from '../../../src/core/models/model-ref';
import { SondeError } from '../../../src/core/errors';
import type { ChatModel } from '../../../src/core/ports';

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
const served = (model: string, connectionId = 'c1'): ModelChoice => ({
  provider: 'openai',
  connectionId,
  model,
});
const refOf = (choice: ModelChoice): ModelRef =>
  choice.provider === 'openai'
    ? { provider: 'openai', baseUrl: 'https://u:p@one.example/v1?k=1', model: choice.model, apiKey: 'sk-1' }
    : choice;

function world(stored: unknown = undefined) {
  const disk = new Map<string, unknown>([['asking', stored]]);
  const connections = new Set(['c1', 'c2']);
  const open = () =>
    new AskingState({
      settings: {
        get: (key) => Promise.resolve(disk.get(key)),
        set: (key, value) => Promise.resolve(void disk.set(key, structuredClone(value))),
        remove: (key) => Promise.resolve(void disk.delete(key)),
      },
      // Only whether there is such a connection is asked.
      models: { refOf, connection: (id) => (connections.has(id) ? ({ id } as never) : null) },
    });
  return { connections, open };
}

describe('how questions are asked', () => {
  it('until something is chosen: nobody judges, no ladder, the way by size, with the cache', () => {
    const asking = world().open();
    expect([asking.verifier, asking.way, asking.cache]).toEqual([null, 'auto', true]);
    expect((['root', 'sub', 'verifier'] as const).flatMap((role) => asking.ladder(role))).toEqual([]);
  });

  it('is kept: who judges, the steps of each ladder in their order, the way and the cache', async () => {
    const { open } = world();
    const asking = open();
    asking.chooseVerifier(served('judge'));
    for (const model of ['a', 'b', 'c']) asking.addStep('sub', served(model));
    asking.moveStep('sub', 2, 0);
    asking.moveStep('sub', 0, 3); // beyond the end: nowhere
    asking.changeStep('sub', 1, { provider: 'webllm', model: 'local' });
    asking.removeStep('sub', 2);
    asking.way = 'direct';
    asking.cache = false;
    await settled();
    const again = open();
    await again.load();
    expect(again.verifier).toMatchObject({ model: 'judge' });
    expect(again.ladder('sub')).toMatchObject([{ model: 'c' }, { provider: 'webllm', model: 'local' }]);
    expect([again.way, again.cache, again.usesDevice]).toEqual(['direct', false, true]);
  });

  it('leaves out what cannot judge or be moved up to: the reader, a removed server, a model not named yet', () => {
    const { open, connections } = world();
    const asking = open();
    asking.chooseVerifier({ provider: 'reader' });
    expect(asking.verifierChoice).toBeNull();
    asking.chooseVerifier(served('', 'c2'));
    expect([asking.verifierChoice, asking.verifier]).toEqual([served('', 'c2'), null]);
    asking.addStep('root', served('', 'c1'));
    asking.addStep('root', served('big', 'c2'));
    expect(asking.ladder('root')).toMatchObject([{ model: 'big' }]);
    connections.delete('c2');
    expect([asking.verifierChoice, asking.ladder('root')]).toEqual([null, []]);
  });

  it('survives settings that are garbage, and keeps the part of them that is not', async () => {
    const asking = world({ verifier: 7, ladders: { root: 'up', sub: [served('b')] }, way: 'fly' }).open();
    await asking.load();
    expect(asking.verifier).toBeNull();
    expect(asking.ladder('sub')).toMatchObject([{ model: 'b' }]);
    expect(asking.way).toBe('auto');
  });
});

describe('the models of a request', () => {
  const openModel = (ref: ModelRef) =>
    ({ name: ref.provider === 'reader' ? 'reader' : ref.model }) as ChatModel; // nothing is asked of it
  const models = { root: refOf(served('large')), sub: refOf(served('small')) };

  it('are all roles and ladders, with references that hold no secret', () => {
    const asking = world().open();
    asking.addStep('root', served('larger'));
    asking.addStep('verifier', served('second judge'));
    const unjudged = requestModels(askedModels({ models, asking, openModel }));
    expect(unjudged.verifier).toBeNull();
    expect(unjudged.ladders).toMatchObject({ root: [{ name: 'larger' }], sub: [], verifier: [] });
    asking.chooseVerifier(served('judge'));
    const { verifier, ladders, refs } = requestModels(askedModels({ models, asking, openModel }));
    expect(verifier?.name).toBe('judge');
    expect(ladders.verifier).toMatchObject([{ name: 'second judge' }]);
    expect(refs.rootLadder).toEqual([
      { provider: 'openai', model: 'larger', baseUrl: 'https://one.example/v1' },
    ]);
    expect(JSON.stringify(refs)).not.toMatch(/sk-1|u:p|k=1/);
  });

  it('hold the question back when one of them is not here yet, and when one cannot be made', () => {
    const asking = world().open();
    asking.addStep('sub', { provider: 'webllm', model: 'local' });
    const missing = { code: 'model-unavailable', message: 'It is not on this device yet.' } as const;
    const asked = askedModels({ models, asking, openModel });
    expect(hindranceOf(asked, (ref) => (ref.provider === 'webllm' ? missing : null))).toBe(missing);
    expect(hindranceOf(asked, () => null)).toBeNull();
    const refusing = () => {
      throw new SondeError({ code: 'invalid-argument', message: 'No.' });
    };
    expect(() => askedModels({ models, asking, openModel: refusing })).toThrow('No.');
  });
});
