/** Models from a page in real Chromium: what only a browser can show — CORS, mixed content, its own policy, HTTP/2. */

import { resolve } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import { build, type Rolldown } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionTest, Endpoint } from '../../src/core/models/servers';
import { chromiumArgs, findChromium } from '../browsers.mjs';
import { startOpenAiServer, type OpenAiServer, type ServerOptions } from '../fixtures/server/openai-server';
import type { Script } from '../fixtures/server/script';

/** What the page under test exports; see `pageScript`. */
interface Exposed {
  testConnection(endpoint: Endpoint, signal: AbortSignal): Promise<ConnectionTest>;
  ask(endpoint: Endpoint, prompts: string[]): Promise<string[]>;
}
declare const models: Exposed;

const ENTRY = `
import { createOpenAiModel } from '/src/adapters/models/openai';
import { testConnection } from '/src/adapters/models/connection';
async function askOne(model, content) {
  let text = '';
  const messages = [{ role: 'user', content }];
  for await (const event of model.complete(messages, {}, new AbortController().signal))
    if (event.type === 'text') text += event.text;
  return text;
}
globalThis.models = {
  testConnection,
  ask: (endpoint, prompts) => {
    const model = createOpenAiModel({ ...endpoint, model: 'm' });
    return Promise.all(prompts.map((prompt) => askOne(model, prompt)));
  },
};`;

let browser: Browser;
let page: Page;
let script: string;
const servers: OpenAiServer[] = [];

async function start(options: ServerOptions = {}, reply: Script = () => 'ok'): Promise<OpenAiServer> {
  const server = await startOpenAiServer(reply, options);
  servers.push(server);
  return server;
}

/** Opens a page that holds the adapters, over http or https, with a policy of its own if given. */
async function openPage({ secure = false, policy = '' } = {}): Promise<void> {
  const meta = policy && `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
  const html = `<!doctype html><html><head>${meta}</head><body><script type="module">${script}</script></body></html>`;
  const host = await start({ protocol: secure ? 'h2' : 'h1', routes: { '/page': html } });
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  page = await context.newPage();
  await page.goto(`${host.origin}/page`);
  await page.waitForFunction(() => 'models' in globalThis);
}

const test = (endpoint: Endpoint): Promise<ConnectionTest> =>
  page.evaluate((to) => models.testConnection(to, new AbortController().signal), endpoint);

const ask = (endpoint: Endpoint, prompts: string[]): Promise<string[]> =>
  page.evaluate(({ to, all }) => models.ask(to, all), { to: endpoint, all: prompts });

async function problem(endpoint: Endpoint): Promise<string> {
  const result = await test(endpoint);
  if (result.ok) throw new Error('the connection was fine');
  return `${result.problem.code}: ${result.problem.message} | ${result.problem.hint}`;
}

beforeAll(async () => {
  script = await pageScript();
  browser = await chromium.launch({
    executablePath: findChromium() ?? '',
    args: [...chromiumArgs, '--ignore-certificate-errors'],
  });
});
afterEach(async () => {
  await page.context().close();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});
afterAll(() => browser.close());

describe('a connection from a page', () => {
  it('that works tells the models and the HTTP version', async () => {
    await openPage();
    const h1 = await start({ models: ['a'] });
    const h2 = await start({ models: ['b'], protocol: 'h2' });
    expect(await test({ baseUrl: h1.baseUrl })).toMatchObject({ ok: true, models: ['a'], protocol: 'h1' });
    expect(await test({ baseUrl: h2.baseUrl })).toMatchObject({ ok: true, models: ['b'], protocol: 'h2' });
  });

  it('to a server without CORS is told from one that is not there', async () => {
    await openPage();
    const closed = await start({ cors: false });
    expect(await problem({ baseUrl: closed.baseUrl })).toMatch(
      /^unreachable: .* does not allow pages from http:.*CORS/,
    );
    await closed.close();
    expect(await problem({ baseUrl: closed.baseUrl })).toMatch(
      /^unreachable: Nothing answers at 127\.0\.0\.1/,
    );
  });

  it('whose preflight refuses the key is named as such', async () => {
    await openPage();
    const strict = await start({ cors: ['content-type'] });
    expect(await problem({ baseUrl: strict.baseUrl, apiKey: 'k' })).toMatch(
      /refuses the headers .*CORS preflight/,
    );
  });

  it('from https to plain http elsewhere is mixed content', async () => {
    await openPage({ secure: true });
    expect(await problem({ baseUrl: 'http://192.0.2.1/v1' })).toMatch(/over https.*plain http/);
  });

  it('that this page’s own policy stops is named as such', async () => {
    await openPage({ policy: 'connect-src http://127.0.0.1:* https:' });
    expect(await problem({ baseUrl: 'http://192.0.2.1/v1' })).toMatch(/own security policy/);
  });
});

describe('completions from a page', () => {
  it('pass the preflight of a strict server: only the key and the content type are asked for', async () => {
    await openPage();
    const strict = await start({ cors: ['authorization', 'content-type'], apiKey: 'k' }, () => 'let in');
    expect(await ask({ baseUrl: strict.baseUrl, apiKey: 'k' }, ['x'])).toEqual(['let in']);
  });

  const slow: Script = ({ messages }) => ({ text: `re ${messages[0]?.content}`, delayMs: 300 });
  const prompts = Array.from({ length: 64 }, (_, i) => `p${i}`);

  it('go 64 at once over HTTP/2', async () => {
    await openPage();
    const server = await start({ protocol: 'h2' }, slow);
    expect(await ask({ baseUrl: server.baseUrl }, prompts)).toEqual(prompts.map((prompt) => `re ${prompt}`));
    expect(server.stats.maxInFlight).toBe(64);
  });

  it('go six at once over HTTP/1.1, and all arrive', async () => {
    await openPage();
    const server = await start({}, slow);
    expect(await ask({ baseUrl: server.baseUrl }, prompts.slice(0, 18))).toHaveLength(18);
    expect(server.stats.maxInFlight).toBe(6);
  });
});

/** The adapters as one module, to stand in the page itself. */
async function pageScript(): Promise<string> {
  const root = resolve(import.meta.dirname, '../..');
  const built = await build({
    configFile: false,
    root,
    logLevel: 'error',
    plugins: [
      {
        name: 'entry',
        resolveId: (id) =>
          id === 'page-entry' ? '\0page-entry' : id.startsWith('/src/') ? `${root}${id}.ts` : null,
        load: (id) => (id === '\0page-entry' ? ENTRY : null),
      },
    ],
    build: {
      write: false,
      minify: true,
      target: 'es2023',
      rolldownOptions: { input: 'page-entry', output: { codeSplitting: false } },
    },
  });
  const { output } = (Array.isArray(built) ? built[0] : built) as Rolldown.RolldownOutput; // not watching
  return output[0].code.replaceAll('</script', '<\\/script');
}
