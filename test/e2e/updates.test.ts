/** A newer version of the site: fetched whole, never put in place in the middle of something, old tabs served to their end. */

import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOpenAiServer, type OpenAiServer } from '../fixtures/server/openai-server';
import { rootScript } from '../fixtures/server/script';
import { Host, keptPaths, launch, openTab, versionOf, waitUntilReady } from './offline-site';

let browser: Browser;
let models: OpenAiServer;

beforeAll(async () => {
  browser = await launch();
  models = await startOpenAiServer(rootScript([{ fault: 'silence' }]));
});
afterAll(async () => {
  await browser.close();
  await models.close();
});

const prompt = (page: Page) => page.getByRole('region', { name: 'New version' });
const lookForUpdate = (page: Page) =>
  page.evaluate(async () => (await navigator.serviceWorker.ready).update().then(() => undefined));

/** Starts a run that waits for its model; `stopRun` ends it. */
async function startRun(page: Page): Promise<void> {
  await page.evaluate((baseUrl) => {
    const controller = new AbortController();
    addEventListener('stop-the-run', () => controller.abort(), { once: true });
    const root = { provider: 'openai' as const, baseUrl, model: 'scripted' };
    void window.sonde.completion('text', { question: 'Waiting?', root, signal: controller.signal });
  }, models.baseUrl);
  await page.getByText('A run is under way').first().waitFor();
}
async function stopRun(page: Page): Promise<void> {
  await page.evaluate(() => dispatchEvent(new Event('stop-the-run')));
  await page.getByText('A run is under way').first().waitFor({ state: 'detached' });
}

describe('a newer version', () => {
  let host: Host;
  let context: BrowserContext;

  beforeAll(async () => {
    host = new Host();
    await host.up();
    context = await browser.newContext();
  });
  afterAll(async () => {
    await context.close();
    await host.close();
  });

  it('waits for every tab, and leaves the old tabs their own files', async () => {
    const [a, b] = await Promise.all([openTab(context, host.url), openTab(context, host.url)]);
    await waitUntilReady(a.page);
    const firstSample = host.asset('sample-files');
    host.publishNext('second');

    // A file is missing at first: the old version goes on, and says why.
    const missing = join(host.folder, host.asset('render-markdown'));
    renameSync(missing, `${missing}.away`);
    await lookForUpdate(a.page);
    await a.page
      .getByText(/could not be put in place: The host answered 404 for .*render-markdown/)
      .waitFor();
    renameSync(`${missing}.away`, missing);
    const before = host.sent.length;
    await a.page.getByRole('button', { name: 'Try again' }).click();
    await prompt(a.page).getByText('A new version is ready. Reload to use it.').waitFor();
    await prompt(b.page).getByText('A new version is ready. Reload to use it.').waitFor();
    expect(host.sent.slice(before).filter((path) => path.startsWith('python/'))).toEqual([]); // unchanged, so kept

    // Never in the middle of a run, in this tab or another.
    await startRun(b.page);
    expect(await prompt(b.page).getByRole('button', { name: 'Reload' }).isDisabled()).toBe(true);
    await prompt(b.page).getByText('A run is under way. It would be cut short.').waitFor();
    await prompt(a.page).getByRole('button', { name: 'Reload' }).click();
    await prompt(a.page)
      .getByText(/Another tab is in the middle of a run/)
      .waitFor();
    expect(await versionOf(a.page)).toBe('first');
    await stopRun(b.page);

    await b.page.evaluate(() => (document.body.dataset['mark'] = 'not reloaded'));
    await prompt(a.page).getByRole('button', { name: 'Reload' }).click();
    await expect.poll(() => versionOf(a.page).catch(() => 'reloading')).toBe('second');
    await prompt(b.page)
      .getByText(/was updated in another tab/)
      .waitFor();

    // The old tab is as it was, and has parts the host no longer has.
    expect(await b.page.evaluate(() => document.body.dataset['mark'])).toBe('not reloaded');
    expect(await keptPaths(b.page)).toContain(firstSample);
    const askedBefore = host.asked.length;
    await b.page.getByRole('button', { name: 'Try the sample' }).first().click();
    await b.page.getByRole('textbox', { name: 'Question' }).waitFor({ timeout: 30_000 });
    expect(host.asked.slice(askedBefore)).not.toContain(firstSample);

    await prompt(b.page).getByRole('button', { name: 'Reload' }).click();
    await expect.poll(() => versionOf(b.page).catch(() => 'reloading')).toBe('second');
    await waitUntilReady(b.page);
    await expect.poll(() => keptPaths(b.page), { timeout: 10_000 }).not.toContain(firstSample);
    await host.down();
    await b.page.reload();
    await b.page.waitForFunction(() => 'sonde' in window);
    expect(await versionOf(b.page)).toBe('second');
    expect([...a.complaints, ...b.complaints]).toEqual([]);
  });
});

describe('a part that is gone from the host', () => {
  it('is told once with a reload, then without: never a loop', async () => {
    const host = new Host();
    await host.up();
    const context = await browser.newContext();
    try {
      await context.addInitScript('delete Navigator.prototype.serviceWorker'); // nothing is kept
      const { page } = await openTab(context, host.url);
      let loads = 0;
      page.on('load', () => loads++);
      rmSync(join(host.folder, host.asset('sample-files')));
      await page.getByRole('button', { name: 'Try the sample' }).click();
      await prompt(page)
        .getByText(/could not be loaded\. Reload to get it/)
        .waitFor();
      expect(loads).toBe(0);
      await prompt(page).getByRole('button', { name: 'Reload' }).click();
      await expect.poll(() => loads).toBe(1);
      await page.getByRole('button', { name: 'Try the sample' }).click();
      await prompt(page)
        .getByText(/could still not be loaded/)
        .waitFor();
      expect(await prompt(page).getByRole('button', { name: 'Reload' }).count()).toBe(0);
      await page.waitForTimeout(1000);
      expect(loads).toBe(1);
    } finally {
      await context.close();
      await host.close();
    }
  });
});
