/** Whole runs of the built app with models on this device: the real engine in its worker, saying what the tests wrote. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BrowserContext, Page } from 'playwright';
import { startOpenAiServer, type OpenAiServer } from '../fixtures/server/openai-server';
import { cell, rootScript } from '../fixtures/server/script';
import { buildScriptedWorker, keepModel, stage, type Stage } from '../fixtures/webllm/built-app';
import type { Ask } from '../fixtures/webllm/script';
import { openSite, scratchFolder, scriptingReady, SOFTWARE_GPU, type Site } from './harness';
import { hostsAsked } from './net-log';

const ROOT = 'Qwen2.5-Coder-1.5B-Instruct-q4f32_1-MLC';
const SUB = 'Llama-3.2-1B-Instruct-q4f32_1-MLC';

const netLog = join(scratchFolder(), 'net-log.json');
/** When runs went on, in milliseconds since 1970: what the browser wrote down of its network is looked up by it. */
const times: Record<'local' | 'mixed', { since: number; until: number } | null> = {
  local: null,
  mixed: null,
};

let site: Site;
let worker: string;
let context: BrowserContext;
let page: Page;
let engine: Stage;
let requests: string[] = [];
let server: OpenAiServer;

beforeAll(async () => {
  [site, worker, server] = await Promise.all([
    openSite([...SOFTWARE_GPU, `--log-net-log=${netLog}`]),
    buildScriptedWorker(),
    startOpenAiServer(() => 'no script'),
  ]);
  // The app's own service worker would answer for the engine's worker before the network is asked.
  context = await site.browser.newContext({
    serviceWorkers: 'block',
    viewport: { width: 1280, height: 900 },
  });
  engine = await stage(context, worker);
  context.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url())) requests.push(request.url());
  });
  page = await context.newPage();
});
afterAll(async () => {
  await context.close();
  await server.close();
  await site.close();
});
/** Each begins with a page, and an engine, of its own. */
beforeEach(async () => {
  await page.goto('about:blank');
  requests = [];
  engine.asked.length = 0;
  await page.goto(site.server.url);
  await scriptingReady(page);
  await keepModel(page, ROOT);
  await keepModel(page, SUB);
});

const local = (model: string) => ({ provider: 'webllm' as const, model });

function ask(text: string | string[], options: Record<string, unknown>) {
  return page.evaluate(
    async ({ text, options }) => {
      const { response, status, reason, runId } = await window.sonde.completion(text, {
        question: 'What is it?',
        cache: false, // equal questions are to be asked anew
        ...(options as { root: { provider: 'reader' } }),
      });
      const tree = await window.sonde.runs.get(runId);
      return { response, status, reason, tree };
    },
    { text, options },
  );
}

const replies = () => engine.asked.flatMap((ask) => (ask.kind === 'reply' ? [ask] : []));
const isTurn = (ask: Ask) => ask.kind === 'reply' && ask.format === 'grammar';
const say = (text: string, more: object = {}) => ({ kind: 'reply' as const, text, ...more });

const finish = cell('answer["content"] = " | ".join(parts)\nanswer["ready"] = True').trim();
const looks = cell('parts = llm_query_batched([f"Part {n}: " + context[n:n+9] for n in range(3)])').trim();

/** Turns of the root in order, by the model asked; sub-answers name the part they were asked about. */
function play(turns: readonly string[]): void {
  let turn = 0;
  engine.rule = (ask) => {
    if (ask.kind !== 'reply') return null;
    return say(isTurn(ask) ? (turns[turn++] ?? finish) : `re ${/Part \d/.exec(ask.prompt)?.[0] ?? '?'}`);
  };
}

describe('all on this device', () => {
  it('answers with root and sub-calls on the GPU, held to the grammar, and nothing leaves the browser', async () => {
    play([looks, finish]);
    const first = await ask('0123456789abc', { root: local(ROOT), sub: local(SUB) });
    expect(first).toMatchObject({ status: 'answered', response: 're Part 0 | re Part 1 | re Part 2' });
    expect(requests.filter((url) => !url.startsWith(site.server.origin))).toEqual([]);
    // Everything of the app is there now: a whole run asks for nothing at all.
    requests.length = 0;
    play([looks, finish]);
    const since = Date.now();
    const second = await ask('0123456789abc', { root: local(ROOT), sub: local(SUB) });
    times.local = { since, until: Date.now() };
    expect(second.status).toBe('answered');
    expect(requests).toEqual([]);
    const turns = replies().filter(({ model }) => model === ROOT);
    expect(turns.map(({ format }) => format)).toEqual(['grammar', 'grammar', 'grammar', 'grammar']);
    expect(replies().filter(({ model }) => model === SUB)).toHaveLength(6);
    expect(second.tree?.turns.every(({ usage }) => usage?.costUsd === 0)).toBe(true);
  });

  it('works in a window of 4,096 tokens that is enforced, over many turns of output', async () => {
    let turn = 0;
    engine.rule = (ask) => {
      if (ask.kind !== 'reply') return null;
      if (!isTurn(ask)) return say('I have counted up to where I am. Next: go on.');
      return say(
        turn++ < 14
          ? cell(`print("line ${turn}\\n" * 300)`).trim()
          : finish.replace('" | ".join(parts)', '"done"'),
      );
    };
    const { status, response, reason } = await ask('x '.repeat(4000), {
      root: { ...local(ROOT), contextTokens: 4096 },
    });
    expect({ status, response, reason }).toMatchObject({ status: 'answered', response: 'done' });
    expect(engine.asked.find(({ kind }) => kind === 'load')).toMatchObject({ windows: [4096] });
    // Messages were summed up on the way, and no request came near the edge.
    expect(replies().some(({ format }) => format === 'none')).toBe(true);
    const sizes = replies().map(({ keptTokens, prefilledTokens }) => keptTokens + prefilledTokens);
    expect(Math.max(...sizes)).toBeLessThan(4096 * 0.85);
  });

  it('whose GPU is lost in the middle loads the model again, repeats the call, and says so in the record', async () => {
    let lost = false;
    engine.rule = (ask) => {
      if (ask.kind !== 'reply') return null;
      const lostAfter = lost || replies().length < 2 ? undefined : 1;
      lost ||= lostAfter !== undefined;
      return say(
        isTurn(ask) ? (replies().length < 2 ? looks : finish) : 'a part',
        lostAfter ? { lostAfter } : {},
      );
    };
    const { status, tree } = await ask('0123456789abc', { root: local(ROOT), sub: local(ROOT) });
    expect(status).toBe('answered');
    expect(engine.asked.filter(({ kind }) => kind === 'load')).toHaveLength(2);
    const calls = tree?.turns.flatMap(({ cells }) => cells.flatMap(({ calls }) => calls)) ?? [];
    expect(calls.map(({ reply }) => reply)).toEqual(['a part', 'a part', 'a part']);
    expect(JSON.stringify(tree)).toMatch(/"retries":1/);
  });
});

describe('mixed placement', () => {
  it('asks a root on a server and sub-models here: the parts stay on the device', async () => {
    server.requests.length = 0;
    server.script = rootScript([looks, finish]);
    engine.rule = (ask) =>
      ask.kind === 'reply' ? say(`re ${/Part \d/.exec(ask.prompt)?.[0] ?? '?'}`) : null;
    const root = { provider: 'openai', baseUrl: server.baseUrl, model: 'cloud' };
    const since = Date.now();
    const { response } = await ask('SECRET-789abc', { root, sub: local(SUB) });
    times.mixed = { since, until: Date.now() };
    expect(response).toBe('re Part 0 | re Part 1 | re Part 2');
    expect(replies().map(({ model }) => model)).toEqual([SUB, SUB, SUB]);
    expect(replies()[0]?.prompt).toContain('SECRET-78');
    expect(JSON.stringify(server.requests.map(({ body }) => body))).not.toContain('SECRET');
  });

  it('asks a root here and sub-models on a server', async () => {
    server.requests.length = 0;
    server.script = ({ messages }) => `cloud ${/Part \d/.exec(messages[0]?.content ?? '')?.[0] ?? '?'}`;
    play([looks, finish]);
    const sub = { provider: 'openai', baseUrl: server.baseUrl, model: 'cloud' };
    const { response } = await ask('0123456789abc', { root: local(ROOT), sub });
    expect(response).toBe('cloud Part 0 | cloud Part 1 | cloud Part 2');
    expect(replies().every(({ model }) => model === ROOT)).toBe(true);
  });
});

describe('the screen', () => {
  it('tells how many calls wait, stops within a second in mid-reply, and answers the next question', async () => {
    engine.rule = (ask) => {
      if (ask.kind !== 'reply') return null;
      if (isTurn(ask))
        return say(replies().length === 1 ? looks : finish.replace('" | ".join(parts)', '"now"'));
      return say('slow '.repeat(2000), { tokenMs: 20 });
    };
    await page.evaluate(
      ([ROOT]) => {
        const root = { provider: 'webllm' as const, model: ROOT ?? '' };
        const stop = new AbortController();
        const asked = window.sonde.completion('0123456789abc', {
          question: 'Slow?',
          root,
          signal: stop.signal,
        });
        Object.assign(window, { stop, asked });
      },
      [ROOT],
    );
    await expect.poll(() => replies().length, { timeout: 20_000 }).toBe(2);
    await page.evaluate(async () => {
      const [run] = await window.sonde.runs.list();
      location.hash = `#/run/${run?.id ?? ''}`;
    });
    await page
      .getByText(/one at a time, 2 waiting/)
      .first()
      .waitFor();
    const stopped = await page.evaluate(async () => {
      const { stop, asked } = window as unknown as {
        stop: AbortController;
        asked: Promise<{ status: string }>;
      }; // set above
      const at = performance.now();
      stop.abort();
      return { status: (await asked).status, ms: performance.now() - at };
    });
    expect(stopped.status).toBe('stopped');
    expect(stopped.ms).toBeLessThan(1000);
    engine.asked.length = 0;
    engine.rule = (ask) =>
      ask.kind === 'reply'
        ? say(replies().length === 1 ? looks.replace('llm_query_batched', 'list') : finish)
        : null;
    const { status, response } = await ask('0123456789abc', { root: local(ROOT) });
    expect({ status, response }).toMatchObject({ status: 'answered', response: /Part 0: 012345678 \|/ });
  });
});

describe('the browser’s own account of its network', () => {
  it('has nothing at all for a run whose models are all here, and the one server for a run that had one', async () => {
    await site.browser.close();
    const log = readFileSync(netLog, 'utf8');
    const asked = (time: { since: number; until: number } | null) =>
      time && hostsAsked(log, site.server.origin, time.since, time.until);
    expect(asked(times.local)).toEqual([]);
    // A new page fetches the engine’s own parts from the site at its first call.
    expect(asked(times.mixed)).toContain(new URL(server.origin).host);
    const known = [site.server.origin, server.origin].map((origin) => new URL(origin).host);
    expect(hostsAsked(log, site.server.origin).sort()).toEqual(known.sort());
  });
});
