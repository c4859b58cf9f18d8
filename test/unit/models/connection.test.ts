/** Lists of models as servers really send them, and what “Test connection” says about each way to get it wrong. */

import { afterEach, describe, expect, it } from 'vitest';
import { listModels, testConnection } from '../../../src/adapters/models/connection';
import { corsFix, PRESETS, presetOf } from '../../../src/adapters/models/presets';
import {
  startOpenAiServer,
  type OpenAiServer,
  type ServerOptions,
} from '../../fixtures/server/openai-server';

const never = new AbortController().signal;
let server: OpenAiServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

async function start(options: ServerOptions = {}) {
  return (server = await startOpenAiServer(() => 'unused', options));
}

describe('the list of models', () => {
  it('has windows and prices as OpenRouter gives them', async () => {
    const { baseUrl } = await start({
      models: [
        { id: 'b/two', context_length: 131072, pricing: { prompt: '0.00000025', completion: '0.000002' } },
        { id: 'a/auto', context_length: 2000000, pricing: { prompt: '-1', completion: '-1' } },
      ],
    });
    expect(await listModels({ baseUrl }, never)).toEqual([
      { id: 'a/auto', contextTokens: 2000000, price: null },
      { id: 'b/two', contextTokens: 131072, price: { input: 0.25, output: 2 } },
    ]);
  });

  it.each<[string, ServerOptions, number]>([
    ['vLLM', { models: [{ id: 'm', owned_by: 'vllm', max_model_len: 8192 }] }, 8192],
    ['Groq', { models: [{ id: 'm', owned_by: 'Meta', context_window: 131072 }] }, 131072],
    [
      'llama.cpp as started',
      {
        models: [{ id: 'm', owned_by: 'llamacpp', meta: { n_ctx_train: 40960 } }],
        routes: { '/props': { default_generation_settings: { n_ctx: 4096 } } },
      },
      4096,
    ],
    [
      'llama.cpp without /props',
      { models: [{ id: 'm', owned_by: 'llamacpp', meta: { n_ctx_train: 40960 } }] },
      40960,
    ],
    [
      'LM Studio as loaded',
      {
        models: [{ id: 'm', owned_by: 'organization_owner' }],
        routes: {
          '/api/v0/models': { data: [{ id: 'm', max_context_length: 32768, loaded_context_length: 4096 }] },
        },
      },
      4096,
    ],
    [
      'Ollama as loaded',
      {
        models: [{ id: 'm', owned_by: 'library' }],
        routes: { '/api/ps': { models: [{ model: 'm', context_length: 8192 }] } },
      },
      8192,
    ],
  ])('has the window of %s', async (_name, options, window) => {
    const { baseUrl } = await start(options);
    expect(await listModels({ baseUrl }, never)).toEqual([{ id: 'm', contextTokens: window, price: null }]);
  });

  it('passes over what is not a model and shortens resource names', async () => {
    const { baseUrl } = await start({ models: [{ id: 'models/gemini-x' }, { name: 'no id' }] });
    expect(await listModels({ baseUrl }, never)).toEqual([
      { id: 'gemini-x', contextTokens: null, price: null },
    ]);
  });

  it('that cannot be had rejects with the cause', async () => {
    const { baseUrl } = await start({ apiKey: 'right' });
    await expect(listModels({ baseUrl, apiKey: 'wrong' }, never)).rejects.toMatchObject({ code: 'auth' });
  });
});

describe('testing a connection', () => {
  it('tells the models and the time it took', async () => {
    const { baseUrl } = await start({ models: ['b', 'a'], apiKey: 'k' });
    const result = await testConnection({ baseUrl: `${baseUrl}/`, apiKey: ' k ' }, never);
    expect(result).toMatchObject({ ok: true, models: ['a', 'b'] });
    if (result.ok) expect(result.latencyMs).toBeGreaterThan(0);
  });

  it('names a refused key, without repeating it', async () => {
    const { baseUrl } = await start({ apiKey: 'right' });
    const result = await testConnection({ baseUrl, apiKey: 'sk-wrong-0123456789' }, never);
    expect(result).toMatchObject({ ok: false, problem: { code: 'auth' } });
    expect(JSON.stringify(result)).not.toContain('wrong');
  });

  it('finds the API where the address lacks /v1', async () => {
    const { origin } = await start();
    expect(await testConnection({ baseUrl: origin }, never)).toMatchObject({
      ok: false,
      problem: { code: 'not-found', hint: `Set the base URL to ${origin}/v1` },
    });
  });

  it('also when a web page answers there', async () => {
    const { origin } = await start({ routes: { '/models': '<!doctype html><p>Open WebUI' } });
    expect(await testConnection({ baseUrl: origin }, never)).toMatchObject({
      problem: { hint: `Set the base URL to ${origin}/v1` },
    });
  });

  it.each<[string, ServerOptions, string, string]>([
    ['a web page', { routes: { '/v1/models': '<!doctype html><p>hello' } }, '/v1', 'bad-response'],
    ['other JSON', { routes: { '/v1/models': { hello: 'world' } } }, '/v1', 'bad-response'],
    ['no such route', {}, '/v2', 'not-found'],
  ])('says when it is no such server: %s', async (_name, options, path, code) => {
    const { origin } = await start(options);
    const result = await testConnection({ baseUrl: origin + path }, never);
    expect(result).toMatchObject({ ok: false, problem: { code } });
  });

  it('says when nothing answers', async () => {
    const { baseUrl, close } = await start();
    await close();
    const result = await testConnection({ baseUrl }, never);
    expect(result).toMatchObject({
      ok: false,
      problem: { code: 'unreachable', message: expect.stringContaining('Nothing answers') as unknown },
    });
  });

  it('gives up on a server that says nothing', async () => {
    const { createServer } = await import('node:net');
    const mute = createServer();
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const address = mute.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const result = await testConnection({ baseUrl: `http://127.0.0.1:${port}/v1` }, never, {
      patienceMs: 80,
    });
    expect(result).toMatchObject({ ok: false, problem: { code: 'silent' } });
    mute.close();
  });

  it.each([
    ['not a URL', { baseUrl: 'localhost:11434/v1' }, 'invalid-argument'],
    ['a whole route', { baseUrl: 'http://localhost:1/v1/chat/completions' }, 'invalid-argument'],
    ['a typographic dash in the key', { baseUrl: 'http://localhost:1/v1', apiKey: 'sk–abc' }, 'auth'],
    ['no key where one is needed', { baseUrl: 'https://api.openai.com/v1' }, 'auth'],
  ])('sends nothing for %s', async (_name, endpoint, code) => {
    expect(await testConnection(endpoint, never)).toMatchObject({ ok: false, problem: { code } });
  });

  it('rejects only when stopped', async () => {
    const { baseUrl } = await start();
    await expect(testConnection({ baseUrl }, AbortSignal.abort())).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('presets', () => {
  it('have addresses that belong to them and to no other', () => {
    for (const preset of PRESETS.filter((one) => one.baseUrl !== ''))
      expect(presetOf(preset.baseUrl)?.id).toBe(preset.id);
    expect(presetOf('http://127.0.0.1:11434/v1')?.id).toBe('ollama');
    expect(presetOf('https://example.com/v1')).toBeNull();
  });

  it('say what to set for this page', () => {
    expect(corsFix('http://localhost:11434/v1', 'https://me.github.io')).toContain(
      'OLLAMA_ORIGINS=https://me.github.io',
    );
    expect(corsFix('https://example.com/v1', 'https://me.github.io')).toContain('https://me.github.io');
  });
});
