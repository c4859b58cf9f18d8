/** Everything a server can do wrong, over real sockets: what is tried again, what is told, and that no key leaks. */

import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { createOpenAiModel, type OpenAiModelConfig } from '../../../src/adapters/models/openai';
import { SondeError, type ProblemCode } from '../../../src/core/errors';
import {
  startOpenAiServer,
  type OpenAiServer,
  type ServerOptions,
} from '../../fixtures/server/openai-server';
import { inOrder, type Fault, type Reply, type Script } from '../../fixtures/server/script';
import { collect } from './collect';

const KEY = 'sk-proj-SeCrEt0123456789abcdef';
const FAST = { baseMs: 1, capMs: 2 };

let server: OpenAiServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

async function start(script: Script, config: Partial<OpenAiModelConfig> = {}, options: ServerOptions = {}) {
  server = await startOpenAiServer(script, options);
  return createOpenAiModel({ baseUrl: server.baseUrl, model: 'm', apiKey: KEY, retry: FAST, ...config });
}

async function failure(model: ReturnType<typeof createOpenAiModel>): Promise<SondeError> {
  const thrown: unknown = await collect(model).then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!(thrown instanceof SondeError)) throw thrown;
  expect(thrown.hint).toBeTruthy();
  expect(inspect(thrown, { depth: 12, showHidden: true })).not.toContain('SeCrEt');
  return thrown;
}

describe('a passing failure is tried again', () => {
  it.each<[string, Reply]>([
    ['408', { status: 408 }],
    ['409', { status: 409 }],
    ['425', { status: 425 }],
    ['429', { status: 429 }],
    ['500', { status: 500 }],
    ['503', { status: 503, rawBody: '<html>upstream</html>' }],
    ['529', { status: 529 }],
    ['a connection cut before the reply', { fault: 'drop' }],
    ['half a stream, ended in good order', { text: 'half of it is lost', fault: 'half' }],
    ['half a stream, cut', { text: 'half of it is lost', fault: 'half-drop' }],
    ['an empty body', { fault: 'empty' }],
    ['garbage', { fault: 'garbage' }],
    ['an error object inside the stream', { text: 'half of it', fault: 'error-in-stream' }],
    [
      'an overloaded error inside the stream',
      { fault: 'error-in-stream', error: { type: 'overloaded_error' } },
    ],
  ])('%s', async (_name, bad) => {
    const model = await start(inOrder(['fine', bad, 'the whole reply']));
    await collect(model);
    const got = await collect(model);
    expect(got.text).toBe('the whole reply'); // and nothing of the half that came first
    expect(got.retries).toHaveLength(1);
    expect(got.retries[0]).toMatchObject({
      attempt: 1,
      reason: expect.stringMatching(/127\.0\.0\.1/) as unknown,
    });
    expect(server?.stats.requests).toBe(3);
  });
});

describe('a lasting failure is told', () => {
  it.each<[string, Reply, ProblemCode, number]>([
    ['429 for ever', { status: 429 }, 'rate-limited', 6],
    ['500 for ever', { status: 500 }, 'server', 6],
    ['always half a stream', { text: 'abcdef', fault: 'half' }, 'interrupted', 6],
    ['always an empty body', { fault: 'empty' }, 'interrupted', 6],
    ['always garbage', { fault: 'garbage' }, 'bad-response', 2],
    ['plain words instead of a stream', { rawBody: 'hello world\n' }, 'bad-response', 2],
    ['a web page', { fault: 'html' }, 'bad-response', 1],
    ['400', { status: 400, error: { message: 'bad temperature' } }, 'bad-request', 1],
    ['401', { status: 401, error: { message: `Incorrect API key provided: ${KEY}` } }, 'auth', 1],
    ['403', { status: 403, error: { message: 'Country not supported' } }, 'auth', 1],
    ['404', { status: 404, error: { message: "model 'm' not found" } }, 'not-found', 1],
    [
      'no credit',
      { status: 429, error: { code: 'insufficient_quota', message: 'quota' } },
      'rate-limited',
      1,
    ],
    ['402', { status: 402 }, 'auth', 1],
    ['a filtered reply', { text: '', finish: 'content_filter' }, 'bad-response', 1],
    [
      'a bad key inside the stream',
      { fault: 'error-in-stream', error: { code: 401, message: KEY } },
      'auth',
      1,
    ],
  ])('%s', async (_name, bad, code, requests) => {
    const model = await start(() => bad);
    expect((await failure(model)).code).toBe(code);
    expect(server?.stats.requests).toBe(requests);
  });

  it.each([
    ['OpenAI', 400, { code: 'context_length_exceeded', message: 'Your input exceeds the limit.' }],
    [
      'vLLM',
      400,
      { message: "This model's maximum context length is 4096 tokens. However, you requested 5000" },
    ],
    [
      'llama.cpp',
      400,
      { code: 400, type: 'exceed_context_size_error', message: 'exceeds the available context size' },
    ],
    [
      'Anthropic',
      400,
      { type: 'invalid_request_error', message: 'prompt is too long: 210000 tokens > 200000 maximum' },
    ],
    [
      'Gemini',
      400,
      { message: 'The input token count (1200000) exceeds the maximum number of tokens allowed' },
    ],
    ['Groq', 413, { message: 'Request too large for model', code: 'rate_limit_exceeded' }],
    ['LM Studio', 400, { message: 'Trying to keep the first 9000 tokens when context the overflows' }],
  ])('a prompt over the window, as %s says it', async (_name, status, error) => {
    const model = await start(() => ({ status, error }));
    expect((await failure(model)).code).toBe('prompt-too-large');
    expect(server?.stats.requests).toBe(1);
  });

  it('in the words of the server, however it wraps them', async () => {
    const gemini = JSON.stringify([{ error: { code: 400, message: 'API key expired' } }]);
    const model = await start(() => ({ status: 400, rawBody: gemini }));
    expect((await failure(model)).message).toContain('“API key expired”');
    await server?.close();
    const fastApi = await start(() => ({
      status: 422,
      rawBody: JSON.stringify({ detail: 'no such field' }),
    }));
    expect((await failure(fastApi)).message).toContain('“no such field”');
  });

  it('without keys in the server’s words, whole or partly masked', async () => {
    const said = `key ${KEY} and sk-proj-****cdef and gsk_abcdefghijkl refused`;
    const model = await start(() => ({ status: 400, error: { message: said } }));
    expect((await failure(model)).message).toContain('“key [key] and [key] and [key] refused”');
  });
});

describe('a silent server', () => {
  it.each<[Fault, number]>([
    ['silence', 2],
    ['silence-mid', 2],
  ])('(%s) is given up after its deadline and one more try', async (fault, requests) => {
    const deadlines = { firstByteMs: 60, betweenMs: 60 };
    const model = await start(() => ({ text: 'abcdef', fault }), { deadlines });
    expect((await failure(model)).code).toBe('silent');
    expect(server?.stats.requests).toBe(requests);
    await expect.poll(() => server?.stats.inFlight).toBe(0);
  });

  it('is not one that is slow but keeps sending', async () => {
    const deadlines = { firstByteMs: 100, betweenMs: 100 };
    const model = await start(() => ({ text: 'slowly', chunkChars: 1, chunkDelayMs: 40 }), { deadlines });
    expect((await collect(model)).text).toBe('slowly');
  });
});

describe('an address where nothing is', () => {
  it('is told after two more tries, not six', async () => {
    const port = await freePort();
    const model = createOpenAiModel({
      baseUrl: `http://127.0.0.1:${port}/v1`,
      model: 'm',
      apiKey: KEY,
      retry: FAST,
    });
    const seen: unknown[] = [];
    const asked = collect(model, undefined, {}, { onEvent: (event) => seen.push(event) });
    await expect(asked).rejects.toMatchObject({ code: 'unreachable' });
    expect(seen).toHaveLength(2);
  });

  it('that worked before is tried to the end', async () => {
    const model = await start(() => 'fine');
    await collect(model);
    await server?.close();
    const seen: unknown[] = [];
    const asked = collect(model, undefined, {}, { onEvent: (event) => seen.push(event) });
    await expect(asked).rejects.toMatchObject({ code: 'unreachable' });
    expect(seen).toHaveLength(5);
  });
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
