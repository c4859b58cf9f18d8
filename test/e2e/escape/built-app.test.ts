/** The app as it is published: its sandbox, its own policy, and what it tells Python of keys and other documents. */

import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumArgs, findChromium } from '../../browsers.mjs';
import { startOpenAiServer, type OpenAiServer } from '../../fixtures/server/openai-server';
import { openSite, scriptingReady, type Site } from '../harness';
import { WARM_PYTHON } from '../warm-python';
import { startForeignServer, type HitServer } from './listeners';
import { pythonLiteral, REACH, script } from './probe';

const KEY = 'sk-the-key-of-the-user';
const SECRET = 'the butler buried it under the third oak';

let site: Site;
let foreign: HitServer;
let model: OpenAiServer;
/** Knows \`plain.test\` as a name of this machine: a host that is not on the loopback, as far as a policy can tell. */
let browser: Browser;
let page: Page;

beforeAll(async () => {
  [site, foreign, model] = await Promise.all([
    openSite(),
    startForeignServer(),
    startOpenAiServer(() => 'the reply', { apiKey: KEY }),
  ]);
  browser = await chromium.launch({
    executablePath: findChromium() ?? '',
    args: [...chromiumArgs, '--host-resolver-rules=MAP plain.test 127.0.0.1'],
  });
  page = await browser.newPage();
  await page.addInitScript(WARM_PYTHON);
  await page.addInitScript(() => {
    const told: string[] = [];
    Object.assign(window, { told });
    const { postMessage } = MessagePort.prototype;
    MessagePort.prototype.postMessage = function (this: MessagePort, ...given: unknown[]) {
      const note = (_: string, value: unknown) => {
        if (value instanceof Blob && value.size < 1_000_000)
          void value.text().then((text) => told.push(text));
        return value;
      };
      told.push(JSON.stringify(given[0], note));
      return (postMessage as (...given: unknown[]) => void).apply(this, given);
    };
  });
  await page.goto(site.server.url);
  await scriptingReady(page);
  await page.evaluate(
    async ({ secret }) => {
      await window.sonde.corpora.import([new File([secret], 'other.txt')], { name: 'other' });
    },
    { secret: SECRET },
  );
});
afterAll(async () => {
  await browser.close();
  await site.close();
  await foreign.close();
  await model.close();
});

/** Runs Python in a REPL of the app whose sub-model needs the key. */
function python(code: string) {
  return page.evaluate(
    async ({ code, baseUrl, apiKey }) => {
      const sub = { provider: 'openai' as const, baseUrl, model: 'scripted', apiKey };
      const repl = await window.sonde.repl('some text', { sub });
      const { stdout, error } = await repl.run(code);
      repl.close();
      return error ? `${error.type}: ${error.message}` : stdout.trim();
    },
    { code, baseUrl: model.baseUrl, apiKey: KEY },
  );
}

const probed = (body: string) => python(`${REACH}\nprint(run_probe(1, ${pythonLiteral(script(1, body))}))`);

/** The same in a worker of the page's origin. */
function inWorkerOfThePage(body: string): Promise<string> {
  return page.evaluate(
    (source) =>
      new Promise<string>((resolve) => {
        const whole = `self.report = (id, outcome) => postMessage(outcome);\n${source}`;
        const worker = new Worker(URL.createObjectURL(new Blob([whole])));
        worker.onmessage = ({ data }: MessageEvent<string>) => resolve(data);
      }),
    script(1, body),
  );
}

/** Reads everything there is in every database of the origin. */
const DUMP = `let all = '';
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((resolve, reject) => {
      const opening = indexedDB.open(name);
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
    for (const store of database.objectStoreNames) {
      const rows = await new Promise((resolve, reject) => {
        const reading = database.transaction(store).objectStore(store).getAll();
        reading.onsuccess = () => resolve(reading.result);
        reading.onerror = () => reject(reading.error);
      });
      const text = (value) => value instanceof Blob ? value.text() : ArrayBuffer.isView(value) || value instanceof ArrayBuffer
        ? new TextDecoder().decode(value) : JSON.stringify(value);
      for (const row of rows) for (const value of Object.values(row)) all += await text(value);
    }
  }
  // In two parts: the probe itself must not carry the secret in.
  return all.includes(${JSON.stringify(SECRET.slice(0, 12))} + ${JSON.stringify(SECRET.slice(12))}) ? 'found' : 'not found'`;

describe('Python in the app', () => {
  it('cannot read what other corpora hold, as a worker of the page can', async () => {
    expect(await inWorkerOfThePage(DUMP), 'control').toBe('returned found');
    expect(await probed(DUMP)).toMatch(
      /^threw (SecurityError|InvalidStateError|UnknownError|ReferenceError)/,
    );
  });

  it('asks its model, and neither the key nor the other documents were ever sent its way', async () => {
    expect(await python('print(llm_query("a question"))')).toBe('the reply');
    expect(model.requests.at(-1)?.headers['authorization']).toBe(`Bearer ${KEY}`);
    const told = await page.evaluate(() => (window as unknown as { told: string[] }).told.join('\n')); // set above
    expect(told, 'control').toContain('a question');
    expect(told, 'control: the context, a blob').toContain('some text');
    expect(told).not.toContain(KEY);
    expect(told).not.toContain(SECRET);
  });

  it('reaches no server', async () => {
    const fetched = (token: string) =>
      `return (await fetch('${foreign.origin}/${token}', { mode: 'no-cors' })).type`;
    expect(await probed(fetched('escape'))).toMatch(/^threw TypeError/);
    expect(await inWorkerOfThePage(fetched('control'))).toBe('returned opaque');
    expect([foreign.hits('escape'), foreign.hits('control')]).toEqual([0, 1]);
  });
});

describe("the page's own policy", () => {
  const remote = (token: string) => `${foreign.origin.replace('127.0.0.1', 'plain.test')}/${token}`;
  const WAYS = [
    ['a connection to a plain HTTP host', `await fetch(URL, { mode: 'no-cors' })`],
    ['a WebSocket to a plain host', `new WebSocket(URL.replace('http', 'ws'))`],
    ['a remote image', `new Image().src = URL`],
    [
      'a remote script',
      `document.head.append(Object.assign(document.createElement('script'), { src: URL + '.js' }))`,
    ],
    [
      'a remote stylesheet',
      `document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: URL }))`,
    ],
    ['a remote frame', `document.body.append(Object.assign(document.createElement('iframe'), { src: URL }))`],
    [
      'a form sent elsewhere',
      `const form = Object.assign(document.createElement('form'), { action: URL }); document.body.append(form); form.submit()`,
    ],
  ] as const;

  it.for(WAYS)('refuses %s, which a page without it gets through', async ([, way], { task }) => {
    const token = `way${task.id.replace(/\W/g, '')}e`;
    const attempt = (on: Page, name: string) =>
      on
        .evaluate(`(async () => { const URL = ${JSON.stringify(remote(name))}; ${way} })()`)
        .catch((error: unknown) => String(error)); // a refused fetch rejects
    await attempt(page, `${token}inside`);
    await page.waitForTimeout(300);
    const bare = await browser.newPage();
    await bare.goto(`${foreign.origin}/plain`);
    await attempt(bare, `${token}outside`);
    await expect.poll(() => foreign.hits(`${token}outside`), { timeout: 4000 }).toBeGreaterThan(0);
    await bare.close();
    expect(foreign.hits(`${token}inside`)).toBe(0);
    expect(page.url()).toContain(site.server.url);
  });

  it('refuses text as code', async () => {
    const outcome = await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.inlineRan = true';
      document.head.append(script);
      return 'inlineRan' in window;
    });
    expect(outcome).toBe(false);
    const bare = await browser.newPage();
    await bare.goto(`${foreign.origin}/plain`);
    expect(
      await bare.evaluate(() => {
        const script = document.createElement('script');
        script.textContent = 'window.inlineRan = true';
        document.head.append(script);
        return 'inlineRan' in window;
      }),
      'control',
    ).toBe(true);
    await bare.close();
  });
});
