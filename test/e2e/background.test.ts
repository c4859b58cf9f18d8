/** A run in a tab that nobody looks at, and one in a tab that the browser freezes in the middle of it. */

import { resolve } from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumArgs, findChromium } from '../browsers.mjs';
import { startOpenAiServer, type OpenAiServer } from '../fixtures/server/openai-server';
import { cell, rootScript, type Reply } from '../fixtures/server/script';
import { startStaticServer, type StaticServer } from '../fixtures/server/static-server';

const dist = resolve(process.env['SONDE_DIST'] ?? resolve(import.meta.dirname, '../../dist'));
/** Tests usually switch off what browsers do to tabs in the background. */
const KEEPS_TABS_AWAKE = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];
/** Longer than either the cell or the run below may take. */
const FROZEN_MS = 16_000;
const LIMIT_S = 12;

/** About three seconds of computing. */
const LONG_CELL = cell(
  'import time\nspent = time.process_time()\nwhile time.process_time() - spent < 3: pass\nkept = "finished"\nprint(kept)',
);

let site: StaticServer;
let models: OpenAiServer;
let browser: Browser;
let page: Page;
let front: Page;

beforeAll(async () => {
  site = await startStaticServer(dist);
  models = await startOpenAiServer(() => '');
  browser = await puppeteer.launch({
    executablePath: findChromium() ?? '',
    headless: true,
    ignoreDefaultArgs: KEEPS_TABS_AWAKE,
    args: [...chromiumArgs],
  });
  page = await browser.newPage();
  await page.goto(site.url);
  await page.waitForFunction(() => 'sonde' in window);
  // The first interpreter takes its time; what is measured below is the tab.
  await page.evaluate(async () => {
    (await window.sonde.repl('x')).close();
  });
  front = await browser.newPage();
  await front.bringToFront();
  await page.waitForFunction(() => document.hidden, { polling: 200 });
});
afterAll(async () => {
  await browser.close();
  await models.close();
  await site.close();
});

interface Ended {
  readonly status: string;
  readonly response: string;
  readonly reason: string | null;
  /** Of each cell, in order. */
  readonly interrupted: readonly (string | null)[];
  readonly notices: readonly string[];
}

function run(model: string, limits: object = {}): Promise<Ended> {
  return page.evaluate(
    async (baseUrl, model, limits) => {
      const root = { provider: 'openai' as const, baseUrl, model };
      const { status, response, reason, runId } = await window.sonde.completion('text', {
        question: 'In the background?',
        root,
        limits,
      });
      const tree = await window.sonde.runs.get(runId);
      const cells = tree?.turns.flatMap((turn) => turn.cells) ?? [];
      return {
        status,
        response,
        reason: reason ?? null,
        interrupted: cells.map(({ result }) => result?.interrupted ?? null),
        notices: tree?.notices.map(({ code }) => code) ?? [],
      };
    },
    models.baseUrl,
    model,
    limits,
  );
}

describe('a tab in the background', () => {
  it('finishes a run of 64 sub-calls without waiting for timers, and says so in its title', async () => {
    const batch = 'r = llm_query_batched([f"p{i}" for i in range(64)])\nFINAL(str(len(set(r))))';
    models.script = rootScript([cell('print(1)'), cell(batch)], {
      sub: (prompt): Reply => ({ text: prompt, delayMs: 20 }),
    });
    const startedAt = Date.now();
    expect(await run('m')).toMatchObject({ status: 'answered', response: '64' });
    const tookMs = Date.now() - startedAt;
    console.log(`64 sub-calls in a hidden tab: ${String(tookMs)} ms`);
    // A timer in a hidden tab takes a second: one in the way of every call, or of every task, would show.
    expect(tookMs).toBeLessThan(15_000);
    expect(await page.title()).toBe('✓ Answered — Sonde');
    await page.bringToFront();
    await page.waitForFunction(() => document.title === 'Sonde');
    await front.bringToFront();
    await page.waitForFunction(() => document.hidden, { polling: 200 });
  });
});

describe('a tab frozen in the middle', () => {
  it('goes on with a reply that streams and a cell that computes, and counts none of it against their limits', async () => {
    const pieces = `${'Let me see. '.repeat(20)}\n${cell('FINAL("streamed")')}`;
    const streaming = { text: pieces, chunkChars: 8, chunkDelayMs: 100 };
    const computing = rootScript([LONG_CELL, cell('FINAL(kept)')]);
    const streamed = rootScript([cell('print(1)'), streaming]);
    models.script = (request) => (request.model === 'streams' ? streamed : computing)(request);
    const limits = { maxTimeS: LIMIT_S, cellTimeoutS: LIMIT_S };
    const ending = Promise.all([run('streams', limits), run('computes', limits)]);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const session = await page.createCDPSession();
    await session.send('Page.setWebLifecycleState', { state: 'frozen' });
    await new Promise((resolve) => setTimeout(resolve, FROZEN_MS));
    await session.send('Page.setWebLifecycleState', { state: 'active' });
    const [a, b] = await ending;
    console.log(JSON.stringify([a, b]));
    expect(a).toMatchObject({ status: 'answered', response: 'streamed', reason: null });
    expect(b).toMatchObject({
      status: 'answered',
      response: 'finished',
      reason: null,
      interrupted: [null, null],
    });
    expect(b.notices).not.toContain('interpreter-replaced');
  });
});
