/** The OpenAI-compatible adapter against a real server over real sockets: replies, usage, dialects, abort. */

import { afterEach, describe, expect, it } from 'vitest';
import { createOpenAiModel, type OpenAiModelConfig } from '../../../src/adapters/models/openai';
import {
  startOpenAiServer,
  type OpenAiServer,
  type ServerOptions,
} from '../../fixtures/server/openai-server';
import { rootScript, type Script } from '../../fixtures/server/script';
import { ASK, collect } from './collect';

let server: OpenAiServer;
afterEach(() => server.close());

async function start(script: Script, options: ServerOptions = {}, config: Partial<OpenAiModelConfig> = {}) {
  server = await startOpenAiServer(script, options);
  return createOpenAiModel({ baseUrl: server.baseUrl, model: 'scripted', ...config });
}

describe('a reply', () => {
  it('streams in pieces and ends with what the server counted', async () => {
    const usage = { input: 12, output: 7 };
    const model = await start(() => ({ text: 'Hello, Ishmäel 🐋', chunkChars: 4, chunkDelayMs: 5, usage }));
    const got = await collect(model);
    expect(got.text).toBe('Hello, Ishmäel 🐋');
    expect(got.events.filter((event) => event.type === 'text').length).toBeGreaterThan(3);
    expect(got.end).toEqual({
      type: 'end',
      finish: 'stop',
      usage: { inputTokens: 12, outputTokens: 7, costUsd: 0, estimated: false }, // on this computer: free
    });
    expect(got.retries).toEqual([]);
  });

  it('is asked for as given: messages untouched, no key header without a key, none of the package’s headers', async () => {
    const model = await start(() => 'ok');
    const messages = [
      { role: 'system', content: 'S ' },
      { role: 'user', content: ' U\r\n' },
    ] as const;
    await collect(model, messages);
    const [request] = server.requests;
    expect(request?.messages).toEqual(messages);
    expect(request?.headers['authorization']).toBeUndefined();
    expect(Object.keys(request?.headers ?? {}).filter((name) => name.startsWith('x-stainless'))).toEqual([]);
  });

  it('is asked for in whole characters, whatever Python printed: half a one fails the request at strict servers', async () => {
    const model = await start(() => 'ok');
    await collect(model, [{ role: 'user', content: 'a\ud83db \ud83d\udc33 c\u0000\u001b[31m' }]);
    expect(server.requests[0]?.messages[0]?.content).toBe('a\ufffdb 🐳 c\u0000\u001b[31m');
  });

  it('sends the key and the extra headers of a preset', async () => {
    const model = await start(
      () => 'ok',
      { apiKey: 'sk-right' },
      { apiKey: 'sk-right', headers: { 'x-title': 'T' } },
    );
    expect((await collect(model)).text).toBe('ok');
    expect(server.requests[0]?.headers['x-title']).toBe('T');
  });

  it.each(['reasoning_content', 'reasoning', 'thinking'])('keeps %s apart from the text', async (field) => {
    const model = await start(() => ({ text: 'four', reasoning: 'two and two', reasoningField: field }));
    const got = await collect(model);
    expect(got).toMatchObject({ text: 'four', reasoning: 'two and two' });
  });

  it('says when it was cut at the output limit', async () => {
    const model = await start(() => ({ text: 'so far', finish: 'length' }));
    const got = await collect(model, ASK, { maxOutputTokens: 3 });
    expect(got.end?.finish).toBe('length');
    expect(server.requests[0]?.body['max_tokens']).toBe(3);
  });

  it('is estimated when the server counts nothing, and says so', async () => {
    const model = await start(() => ({ text: 'x'.repeat(40), usage: null }));
    const got = await collect(model, [{ role: 'user', content: 'y'.repeat(80) }]);
    expect(got.end?.usage).toMatchObject({ inputTokens: 20, outputTokens: 10, estimated: true });
  });

  it('is priced by the given price, and by the server’s own figure before it', async () => {
    const price = { input: 2, output: 10 };
    const model = await start(
      ({ n }) => ({ text: 'a', usage: { input: 1000, output: 100, ...(n === 1 ? { cost: 0.5 } : {}) } }),
      {},
      { price },
    );
    expect((await collect(model)).end?.usage.costUsd).toBeCloseTo(0.003, 9);
    expect((await collect(model)).end?.usage.costUsd).toBe(0.5);
  });

  it('is read when the server ignores streaming and answers whole', async () => {
    const whole = { choices: [{ message: { content: 'whole' }, finish_reason: 'stop' }] };
    const model = await start(() => ({ rawBody: JSON.stringify(whole) }));
    expect((await collect(model)).text).toBe('whole');
  });

  it('tolerates keep-alive comments and content in parts', async () => {
    const part = { choices: [{ delta: { content: [{ type: 'text', text: 'hi' }] }, finish_reason: 'stop' }] };
    const model = await start(() => ({
      rawBody: `: PROCESSING\n\n\ndata: ${JSON.stringify(part)}\n\ndata: [DONE]\n\n`,
    }));
    expect((await collect(model)).text).toBe('hi');
  });
});

describe('a strict server', () => {
  it('that refuses stream_options is asked without, and the counts are estimated', async () => {
    const model = await start(() => 'fine', { refuses: ['stream_options'] });
    expect((await collect(model)).end?.usage.estimated).toBe(true);
    await collect(model);
    expect(server.requests.map((request) => 'stream_options' in request.body)).toEqual([true, false, false]);
  });

  it('that refuses max_tokens gets max_completion_tokens, then neither', async () => {
    const model = await start(() => 'fine', { refuses: ['max_tokens', 'max_completion_tokens'] });
    const got = await collect(model, ASK, { maxOutputTokens: 9 });
    expect(got.text).toBe('fine');
    expect(got.retries).toEqual([]);
    expect(server.stats.requests).toBe(3);
  });
});

describe('stopping', () => {
  it('ends a reply in the middle with the signal’s reason and frees the connection', async () => {
    const model = await start(() => ({ text: 'x'.repeat(1000), chunkChars: 1, chunkDelayMs: 5 }));
    const stop = new AbortController();
    const reason = new DOMException('enough', 'AbortError');
    const onEvent = () => stop.abort(reason);
    await expect(collect(model, ASK, {}, { signal: stop.signal, onEvent })).rejects.toBe(reason);
    await expect.poll(() => server.stats.inFlight).toBe(0);
  });

  it('ends the wait for a silent server', async () => {
    const model = await start(() => ({ fault: 'silence' }));
    const stop = new AbortController();
    const asked = collect(model, ASK, {}, { signal: stop.signal });
    const ended = expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    await expect.poll(() => server.stats.inFlight).toBe(1);
    stop.abort();
    await ended;
    await expect.poll(() => server.stats.inFlight).toBe(0);
  });

  it('before the request sends nothing', async () => {
    const model = await start(() => 'never');
    await expect(collect(model, ASK, {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(server.stats.hits).toBe(0);
  });

  it('by leaving the loop frees the connection too', async () => {
    const model = await start(() => ({ text: 'x'.repeat(1000), chunkChars: 1, chunkDelayMs: 5 }));
    for await (const event of model.complete(ASK, {}, new AbortController().signal))
      if (event.type === 'text') break;
    await expect.poll(() => server.stats.inFlight).toBe(0);
  });
});

describe('many at once', () => {
  it('runs 64 calls side by side, each with its own reply', async () => {
    const model = await start(({ messages }) => ({ text: `re: ${messages[0]?.content}`, delayMs: 100 }));
    const asks = Array.from({ length: 64 }, (_, i) => collect(model, [{ role: 'user', content: `q${i}` }]));
    const got = await Promise.all(asks);
    expect(got.map((one) => one.text)).toEqual(got.map((_, i) => `re: q${i}`));
    expect(server.stats.maxInFlight).toBe(64);
  });
});

describe('a scripted root', () => {
  it('answers by turn, sub-calls by rule and children by theirs', async () => {
    const script = rootScript(['one', 'two'], {
      sub: (prompt) => `sub ${prompt}`,
      child: (_first, turn) => `child ${turn}`,
    });
    const model = await start(script);
    const system = { role: 'system', content: 'S' } as const;
    const user = (content: string) => ({ role: 'user', content }) as const;
    const assistant = { role: 'assistant', content: 'one' } as const;
    const texts = [];
    for (const messages of [
      [system, user('root')],
      [user('p')],
      [system, user('other')],
      [system, user('root'), assistant, user('out')],
    ])
      texts.push((await collect(model, messages)).text);
    expect(texts).toEqual(['one', 'sub p', 'child 0', 'two']);
  });
});

describe('a reply in JSON', () => {
  const schema = { type: 'object', properties: { year: { type: 'integer' } }, required: ['year'] };
  const shape = { kind: 'json', schema } as const;
  const asked = () => server.requests.map(({ body }) => body['response_format']);

  it('is held to its schema by the server, and nothing else is; a turn is asked for in words alone', async () => {
    const model = await start(() => '{"year": 1851}');
    expect(model.shapes).toEqual(['json']);
    expect((await collect(model, ASK, { shape })).text).toBe('{"year": 1851}');
    await collect(model, ASK, { shape: { kind: 'turn' } });
    const held = { type: 'json_schema', json_schema: { name: 'reply', schema, strict: true } };
    expect(asked()).toEqual([held, undefined]);
    expect(server.requests[0]?.messages).toEqual(ASK);
  });

  it('is asked for more loosely, step by step, where the server refuses; it is remembered and no retry', async () => {
    const model = await start(() => '{"year": 1851}', { refuses: ['response_format'] });
    const got = await collect(model, ASK, { shape });
    expect(got).toMatchObject({ text: '{"year": 1851}', retries: [] });
    const types = asked().map((format) => (format as { type?: string } | undefined)?.type);
    expect(types).toEqual(['json_schema', 'json_schema', 'json_object', undefined]);
    const strict = asked().map(
      (format) => (format as { json_schema?: { strict: boolean } })?.json_schema?.strict,
    );
    expect(strict).toEqual([true, false, undefined, undefined]);
    // The servers that take `json_object` want the word in the prompt, and those that take nothing need the schema there.
    for (const { messages } of server.requests.slice(2))
      expect(messages.at(-1)?.content).toMatch(/JSON[\s\S]*"year"/);
    await collect(model, ASK, { shape });
    expect(server.stats.requests).toBe(5);
  });

  it('keeps its form when a 400 is about something else', async () => {
    const model = await start(() => 'never', { refuses: ['temperature', 'model'] });
    await expect(collect(model, ASK, { shape })).rejects.toMatchObject({ code: 'bad-request' });
    expect(server.stats.requests).toBe(1);
  });
});
