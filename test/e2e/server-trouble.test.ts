/** Servers that answer badly: what is tried again, what a run says, and that one bad call fills one slot only. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startOpenAiServer, type OpenAiServer } from '../fixtures/server/openai-server';
import { cell, inOrder, rootScript, type Reply } from '../fixtures/server/script';
import { openSite, scriptingReady, type Site, type Visit } from './harness';

let site: Site;
let visit: Visit;
let server: OpenAiServer;

beforeAll(async () => {
  site = await openSite();
  visit = await site.visit();
  await scriptingReady(visit.page);
});
afterAll(() => site.close());
beforeEach(async () => {
  server = await startOpenAiServer(() => '');
  return () => server.close();
});

const answerNow = cell('FINAL("fine")');

function ask(options: Record<string, unknown> = {}) {
  return visit.page.evaluate(
    async ({ baseUrl, options }) => {
      const root = { provider: 'openai' as const, baseUrl, model: 'scripted' };
      const result = await window.sonde.completion('some text', { root, ...options });
      const tree = await window.sonde.runs.get(result.runId);
      return { result, tree };
    },
    { baseUrl: server.baseUrl, options },
  );
}

describe('a model server in trouble', () => {
  const passing: [string, Reply][] = [
    ['429 with Retry-After', { status: 429, headers: { 'retry-after': '1' } }],
    ['500', { status: 500 }],
    ['503', { status: 503 }],
    ['a connection cut before any reply', { fault: 'drop' }],
    ['half a stream', { text: cell('never = 1'), fault: 'half' }],
    ['a connection cut in mid-reply', { text: cell('never = 1'), fault: 'half-drop' }],
    ['garbage in the stream', { fault: 'garbage' }],
    ['an error in the stream', { text: cell('never = 1'), fault: 'error-in-stream' }],
    ['nothing at all', { fault: 'empty' }],
  ];
  it.each(passing)('is asked again after %s, and the run goes on', async (name, trouble) => {
    server.script = inOrder([trouble, answerNow]);
    const { result, tree } = await ask();
    expect(result).toMatchObject({ status: 'answered', response: 'fine' });
    // A connection cut before any byte is tried again by Chromium itself, unseen by the page.
    expect(tree?.turns[0]?.retries).toBe(name.includes('before any reply') ? 0 : 1);
    expect(tree?.turns[0]?.cells.map(({ code }) => code)).toEqual(['FINAL("fine")']);
    expect(server.stats.requests).toBe(2);
  });

  const final: [string, Reply, string][] = [
    ['400', { status: 400, error: { message: 'no such parameter' } }, 'bad-request'],
    ['401', { status: 401 }, 'auth'],
    ['403', { status: 403 }, 'auth'],
    ['404', { status: 404 }, 'not-found'],
  ];
  it.each(final)('is not asked again after %s; the run fails with the cause', async (_, trouble, code) => {
    server.script = inOrder([trouble]);
    const { result } = await ask();
    expect(result.status).toBe('failed');
    expect(result.reason?.startsWith(`${code}: `)).toBe(true);
    expect(server.stats.requests).toBe(1);
  });

  it('keeps the draft when the server dies for good in mid-run', async () => {
    server.script = rootScript([cell('answer["content"] = "half an answer"'), { status: 401 }]);
    const { result } = await ask();
    expect(result).toMatchObject({ status: 'failed', response: 'half an answer' });
  });

  it('fills one slot of a batch with one error; the others succeed, in order', async () => {
    const turns = [cell('r = llm_query_batched(["a", "bad", "c"])'), cell('FINAL(" | ".join(r))')];
    server.script = rootScript(turns, {
      sub: (prompt) =>
        prompt === 'bad' ? { status: 400, error: { message: 'not this one' } } : prompt.toUpperCase(),
    });
    const { result, tree } = await ask();
    expect(result.response).toMatch(/^A \| Error: .*not this one.* \| C$/);
    expect(tree?.turns[0]?.cells[0]?.calls.map(({ problem }) => problem?.code ?? null)).toEqual([
      null,
      'bad-request',
      null,
    ]);
  });

  it('is told apart from no server: the reason says that nothing answers and what to do', async () => {
    await server.close();
    const { result } = await ask({ limits: { maxTimeS: 60 } });
    expect(result.status).toBe('failed');
    expect(result.reason).toMatch(/^unreachable: /);
  });

  it('never sees a key in what is recorded', async () => {
    server.script = inOrder([{ status: 401, error: { message: 'bad key sk-secret-123' } }]);
    const root = { provider: 'openai', baseUrl: server.baseUrl, model: 'scripted', apiKey: 'sk-secret-123' };
    const { result, tree } = await ask({ root });
    expect(JSON.stringify([result, tree])).not.toContain('sk-secret-123');
  });
});
