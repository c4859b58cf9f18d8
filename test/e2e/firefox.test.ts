/** The core flow in Firefox: drop a document, ask the built-in reader, open a quotation at its place, stop a loop. */

import { resolve } from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFirefox } from '../browsers.mjs';
import { startOpenAiServer, type OpenAiServer } from '../fixtures/server/openai-server';
import { cell, rootScript } from '../fixtures/server/script';
import { startStaticServer, type StaticServer } from '../fixtures/server/static-server';

const firefox = findFirefox();
const dist = resolve(process.env['SONDE_DIST'] ?? resolve(import.meta.dirname, '../../dist'));
/** Python starts from nothing here, on machines that have much else to do. */
const SLOW_MS = 90_000;

const TEXT = `The keeper's log.

On the ninth of March the lighthouse at Skerry Point was repainted in white and red by a crew of four.

The lamp burns colza oil, and is trimmed twice in a night.
`;

describe.skipIf(firefox === null)(
  `in Firefox${firefox === null ? ' (skipped: none is installed)' : ''}`,
  () => {
    let site: StaticServer;
    let models: OpenAiServer;
    let browser: Browser;
    let page: Page;
    const complaints: string[] = [];

    beforeAll(async () => {
      site = await startStaticServer(dist);
      models = await startOpenAiServer(
        rootScript([cell('kept = 1\nprint("star" + "ted")\nwhile True: pass')]),
      );
      browser = await puppeteer.launch({ browser: 'firefox', executablePath: firefox ?? '', headless: true });
      page = await browser.newPage();
      await page.setViewport({ width: 1280, height: 900 });
      page.setDefaultTimeout(SLOW_MS);
      page.on('console', (message) => {
        if (['error', 'warn'].includes(message.type())) complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(String(error)));
      await page.goto(site.url);
      await page.waitForFunction(() => 'sonde' in window);
    });
    afterAll(async () => {
      await browser.close();
      await models.close();
      await site.close();
    });

    it('takes a dropped document and asks about it', async () => {
      await page.evaluate((text) => {
        const data = new DataTransfer();
        data.items.add(new File([text], 'log.txt'));
        for (const type of ['dragenter', 'dragover', 'drop'])
          document.body.dispatchEvent(
            new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }),
          );
      }, TEXT);
      await page.locator('::-p-aria(Question[role="textbox"])').fill('When was the lighthouse repainted?');
      await page.locator('::-p-aria(Ask[role="button"])').click();
      await page.waitForSelector('::-p-text(Answered)');
      const quotation = await page.$eval('blockquote', (element) => element.textContent);
      expect(quotation).toContain('On the ninth of March the lighthouse at Skerry Point was repainted');
    });

    it('opens the quotation at its place', async () => {
      await page.locator('blockquote a').click();
      await page.waitForSelector('article[aria-label="log.txt"] mark');
      const marked = await page.$$eval('article[aria-label="log.txt"] mark', (marks) =>
        marks.map((mark) => mark.textContent).join(''),
      );
      expect(marked).toContain('the lighthouse at Skerry Point was repainted');
      expect(page.url()).toMatch(/#\/corpus\/.+\/doc\/.+\?at=\d+-\d+/);
    });

    it('has everything again after a reload', async () => {
      await page.reload();
      await page.waitForSelector('article[aria-label="log.txt"] mark');
      await page.waitForSelector('::-p-text(Answered)');
    });

    it('stops an endless loop within a second, and keeps the variables', async () => {
      const started = await page.evaluate(
        (baseUrl) =>
          new Promise<string>((resolve) => {
            const root = { provider: 'openai' as const, baseUrl, model: 'scripted' };
            const onEvent = (event: { type: string; runId?: string }) => {
              if (event.type === 'run-started') resolve(event.runId ?? '');
            };
            void window.sonde.completion('text', { question: 'For ever?', root, onEvent });
          }),
        models.baseUrl,
      );
      await page.evaluate((id) => (location.hash = `#/run/${id}`), started);
      await page.waitForSelector('::-p-text(started)');
      const pressedAtMs = await page.evaluate(() => {
        const stop = [...document.querySelectorAll('button')].find(
          (button) => button.textContent.trim() === 'Stop' && button.checkVisibility(),
        );
        const atMs = Date.now();
        stop?.click();
        return atMs;
      });
      await page.waitForSelector('::-p-text(Stopped)');
      const run = await page.evaluate(async (id) => {
        const tree = await window.sonde.runs.get(id);
        const endedAtMs = (tree?.startedAtMs ?? 0) + (tree?.durationMs ?? 0);
        return { status: tree?.status, cell: tree?.turns[0]?.cells[0]?.result, endedAtMs };
      }, started);
      const tookMs = run.endedAtMs - pressedAtMs;
      console.log(`Firefox stopped in ${String(tookMs)} ms`);
      expect(run.status).toBe('stopped');
      expect(tookMs).toBeLessThan(1_000);
      expect(run.cell).toMatchObject({ interrupted: 'stop', stdout: 'started\n' });
      expect(run.cell?.variables).toHaveProperty('kept');
    });

    it('leaves nothing alarming in the console', () => {
      expect(complaints).toEqual([]);
    });
  },
);
