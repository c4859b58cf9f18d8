/** The models and ways a script may name: read, connected, recorded without keys, refused in words. */

import { expect, it } from 'vitest';
import { connectRoles, type RoleOptions } from '../../../src/app/scripting-models';
import { scriptedModel } from '../../fixtures/scripted-model';

const openai = (model: string) =>
  ({ provider: 'openai', baseUrl: 'https://models.example/v1', model, apiKey: 'secret' }) as const;
const connect = (ref: object) =>
  Promise.resolve(scriptedModel({ name: 'model' in ref ? String(ref.model) : 'reader', replies: [] }));

it('connects every role and step, and records them without keys', async () => {
  const ladders = { root: [openai('r2')], verifier: [openai('v2'), openai('v3')] };
  const asked = await connectRoles(
    { root: openai('r'), verifier: openai('v'), ladders, way: 'auto', cache: false },
    connect,
  );
  expect(asked.sub).toBe(asked.root);
  expect(asked.verifier?.name).toBe('v');
  expect(asked.ladders?.verifier?.map(({ name }) => name)).toEqual(['v2', 'v3']);
  expect(asked).toMatchObject({
    way: 'auto',
    cache: false,
    refs: { rootLadder: [{ model: 'r2' }], subLadder: [] },
  });
  expect(JSON.stringify(asked.refs)).not.toContain('secret');
});

it('records nothing of a reference that may be a key: wherever a script has put it', async () => {
  const at = (baseUrl: string) =>
    ({ provider: 'openai', baseUrl, model: 'm', headers: { 'x-key': 'secret' } }) as const;
  const price = { input: 1, output: 2, note: 'secret' };
  const steps: RoleOptions['root'][] = [
    { ...at('https://me:secret@models.example/v1/?key=secret#secret'), priceUsdPerMTok: price },
    at('me:secret@models.example/v1'),
    at('models.example/v1?key=secret'),
    Object.assign({ provider: 'reader' } as const, { apiKey: 'secret' }),
    Object.assign({ provider: 'webllm', model: 'm' } as const, { apiKey: 'secret' }),
  ];
  const { refs } = await connectRoles({ root: openai('r'), ladders: { root: steps } }, connect);
  expect(JSON.stringify(refs)).not.toContain('secret');
  expect(refs?.rootLadder).toMatchObject([
    { baseUrl: 'https://models.example/v1', priceUsdPerMTok: { input: 1, output: 2 } },
    { baseUrl: 'models.example/v1' },
    { baseUrl: 'models.example/v1' },
    { provider: 'reader' },
    { provider: 'webllm', model: 'm' },
  ]);
});

it.each([
  [{ way: 'sideways' }, 'way must be "auto", "direct" or "recurse".'],
  [{ cache: 'yes' }, 'cache must be true or false.'],
  [{ verifier: { provider: 'reader' } }, 'verifier cannot be the built-in reader'],
  [{ verifier: 'gpt' }, 'verifier is no model. Give { provider: "openai", baseUrl, model }'],
  [{ ladders: [openai('x')] }, 'ladders must be an object with lists of models'],
  [{ ladders: { child: [] } }, 'There is no ladder for child'],
  [{ ladders: { sub: openai('x') } }, 'ladders.sub must be a list of models, weakest first.'],
  [{ ladders: { sub: [openai('x'), 5] } }, 'ladders.sub[1] is no model.'],
  [{ ladders: { verifier: [openai('x')] } }, 'there is no verifier'],
])('refuses %j in words', async (wrong, sentence) => {
  // A script is JavaScript: it can hand over anything.
  const options = { root: openai('r'), ...wrong } as unknown as RoleOptions;
  await expect(connectRoles(options, connect)).rejects.toThrow(sentence);
});
