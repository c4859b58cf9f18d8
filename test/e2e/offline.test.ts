/** The site without a network, after one visit: what is kept, what is not touched, and what is said when it cannot be kept. */

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FIRST_LOAD_LIMIT_BYTES } from '../fixtures/first-load';
import { ask, dropAndOpen } from './hands';
import { Host, keptPaths, launch, openTab, READY, waitUntilReady } from './offline-site';

let browser: Browser;
let host: Host;
let context: BrowserContext;

beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
});

/** A host of its own and a profile that has never been there. */
async function newVisitor(): Promise<void> {
  host = new Host();
  await host.up();
  context = await browser.newContext();
}
async function leave(): Promise<void> {
  await context.close();
  await host.close();
}

async function cutOff(): Promise<void> {
  await host.down();
  await context.setOffline(true);
}

const LOG =
  'On the ninth of March the lighthouse at Skerry Point was repainted in white and red by a crew of four.\n';

describe('after one visit', () => {
  let page: Page;
  const complaints: string[] = [];
  let firstBytes = 0;
  let firstPaths: string[] = [];

  beforeAll(async () => {
    await newVisitor();
    page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(host.url);
    await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
    await page.waitForLoadState('networkidle');
    firstBytes = host.sentBytes;
    firstPaths = host.asked;
    await waitUntilReady(page);
  });
  afterAll(leave);

  it('has transferred no more than before by the time the page is there, and then each file once', () => {
    expect(firstPaths).not.toContain('service-worker.js');
    expect(firstBytes).toBeLessThanOrEqual(FIRST_LOAD_LIMIT_BYTES);
    const fetched = host.sent;
    expect(fetched.filter((path) => path.startsWith('python/')).length).toBe(4);
    expect(fetched.filter((path, index) => fetched.indexOf(path) !== index)).toEqual([]);
  });

  it('opens, imports, answers and shows every place with the network cut', async () => {
    await cutOff();
    await page.reload();
    await page.goto(`${host.url}#/models`);
    await page.getByRole('heading', { name: 'Models', level: 1 }).waitFor();
    await page.goto(`${host.url}#/`);
    await page.reload();
    await dropAndOpen(page, [{ name: 'log.txt', text: LOG }]);
    await ask(page, 'Who repainted the lighthouse at Skerry Point, and when?');
    const answer = page.getByRole('region', { name: 'Answer' });
    expect(await answer.textContent()).toContain('repainted in white and red');
    const run = page.url();
    await page.reload();
    expect(page.url()).toBe(run);
    await page.getByText('Answered').first().waitFor();
    await page.goto(`${host.url}#/settings`);
    await page.getByText(READY).waitFor();
    expect(complaints).toEqual([]);
  });

  it('gives the frame Python runs in nothing: it is not served from what is kept', async () => {
    await cutOff();
    await page.reload();
    await page.waitForFunction(() => 'sonde' in window);
    const outcome = await page.evaluate(async () => {
      const repl = await window.sonde.repl('text');
      return (await repl.run('print(len(context))')).stdout;
    });
    expect(outcome).toBe('4\n');
    const frame = page.frames().find((one) => one.url().startsWith('blob:'));
    const reach = (url: string) =>
      fetch(url).then(
        () => 'reached',
        () => 'refused',
      );
    expect(await frame?.evaluate(reach, `${host.url}icon.svg`)).toBe('refused');
    expect(await page.evaluate(reach, `${host.url}icon.svg`)).toBe('reached');
    // The same without the policy of Python's frame: what an opaque origin asks for does not pass by the service worker.
    await page.evaluate(async () => {
      const bare = document.createElement('iframe');
      bare.name = 'bare';
      bare.setAttribute('sandbox', 'allow-scripts');
      bare.src = URL.createObjectURL(new Blob(['<p>bare'], { type: 'text/html' }));
      const loaded = new Promise((resolve) => (bare.onload = resolve));
      document.body.append(bare);
      await loaded;
    });
    const bare = page.frame('bare');
    expect(await bare?.evaluate(reach, `${host.url}icon.svg`)).toBe('refused');
    expect(await bare?.evaluate(() => self.origin)).toBe('null');
  });
});

describe('on a host that sends isolation headers', () => {
  it('works offline and stays isolated: what is kept has its headers', async () => {
    const own = await browser.newContext();
    const isolated = new Host({
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    });
    await isolated.up();
    try {
      const { page } = await openTab(own, isolated.url);
      await waitUntilReady(page);
      await isolated.down();
      await page.reload();
      await page.waitForFunction(() => 'sonde' in window);
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
      const printed = await page.evaluate(async () => {
        const repl = await window.sonde.repl('deep');
        return (await repl.run('print(context.upper())')).stdout;
      });
      expect(printed).toBe('DEEP\n');
    } finally {
      await own.close();
      await isolated.close();
    }
  });
});

describe('a copy that cannot be had whole', () => {
  beforeEach(newVisitor);
  afterEach(leave);

  it('says which file and why, works online, and goes on where it stopped', async () => {
    const lost = host.asset('delimited');
    const kept = join(host.folder, lost);
    writeFileSync(kept, '<h1>Sign in to the network</h1>'); // a portal that answers everything
    const { page } = await openTab(context, `${host.url}#/settings`);
    const note = page.getByText(/^Not ready for offline: .*delimited/);
    await note.waitFor({ timeout: 30_000 });
    expect(await note.textContent()).toContain('different from what was published');
    rmSync(kept);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText(/The host answered 404 for .*delimited/).waitFor();
    const printed = await page.evaluate(async () => {
      const repl = await window.sonde.repl('text');
      return (await repl.run('print(context)')).stdout;
    });
    expect(printed).toBe('text\n');
    host.restore(lost);
    await host.down();
    await host.up();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText(READY).waitFor();
    expect(host.sent).toEqual([lost]);
  });

  it('waits to be asked where the browser saves data', async () => {
    await context.addInitScript(
      "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })",
    );
    const { page } = await openTab(context, `${host.url}#/settings`);
    await page.getByText(/set to save data\. 2\d MB would be fetched once/).waitFor({ timeout: 30_000 });
    expect((await keptPaths(page)).filter((path) => path.startsWith('python/'))).toEqual([]);
    await page.getByRole('button', { name: 'Fetch it now' }).click();
    await page.getByText(READY).waitFor();
  });
});

describe('a copy gone bad', () => {
  beforeAll(newVisitor);
  afterAll(leave);

  it('is seen for a page that is not the one published, and left at ?no-sw whatever else it is', async () => {
    const { page } = await openTab(context, host.url);
    await waitUntilReady(page);
    await page.evaluate(async () => {
      const name = (await caches.keys()).find((one) => one.startsWith('sonde-offline')) ?? '';
      const cache = await caches.open(name);
      for (const request of await cache.keys())
        if (/index\.html\?|\/index-[^/]*\.js\?/.test(request.url)) {
          const type = request.url.includes('.js') ? 'text/javascript' : 'text/html';
          await cache.put(request, new Response('garbage(', { headers: { 'content-type': type } }));
        }
    });
    await page.reload();
    expect(await page.title()).not.toBe(''); // the page is the host's again; its script is still the bad one
    expect(await page.evaluate(() => 'sonde' in window)).toBe(false);
    await page.goto(`${host.url}?no-sw#/settings`);
    await page.waitForFunction(() => 'sonde' in window);
    await page.getByText(/The offline copy was removed/).waitFor({ timeout: 30_000 });
    expect(new URL(page.url()).search).toBe('');
    expect(await keptPaths(page)).toEqual([]);
    await page.reload();
    await page.getByText(READY).waitFor({ timeout: 30_000 });
  });

  it('is reset from the settings, which touches nothing else that is kept', async () => {
    const { page } = await openTab(context, host.url);
    await page.evaluate(async () => {
      for (const name of ['webllm/model', 'sonde-packages'])
        await (await caches.open(name)).put('/part', new Response('weights'));
    });
    await waitUntilReady(page);
    await page.getByRole('button', { name: 'Reset the offline copy' }).click();
    await page.getByRole('button', { name: 'Reset', exact: true }).last().click();
    await page.getByText(/The offline copy was removed/).waitFor();
    expect(await keptPaths(page)).toEqual([]);
    expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(
      0,
    );
    await page.getByRole('button', { name: 'Fetch it again' }).click();
    await page.getByText(READY).waitFor({ timeout: 30_000 });
    const names = await page.evaluate(() => caches.keys());
    expect(names).toEqual(
      expect.arrayContaining(['sonde-offline /sonde/', 'sonde-packages', 'webllm/model']),
    );
  });
});
