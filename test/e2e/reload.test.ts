/** What is left of a run when the page goes away, and of a REPL when its interpreter does. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOpenAiServer, type OpenAiServer } from '../fixtures/server/openai-server';
import { cell, rootScript } from '../fixtures/server/script';
import { openSite, scriptingReady, type Site, type Visit } from './harness';

let site: Site;
let server: OpenAiServer;
let visit: Visit;

beforeAll(async () => {
  site = await openSite();
  server = await startOpenAiServer(() => '');
  visit = await site.visit();
  await scriptingReady(visit.page);
});
afterAll(async () => {
  await server.close();
  await site.close();
});

describe('a page reloaded in mid-run', () => {
  it('shows the run as broken, with everything that had happened', async () => {
    const { page } = visit;
    server.script = rootScript([cell('print("first turn")'), { fault: 'silence' }]);
    await page.evaluate((baseUrl) => {
      const root = { provider: 'openai' as const, baseUrl, model: 'scripted' };
      void window.sonde.completion('text', { question: 'Left alone?', root });
    }, server.baseUrl);
    await expect.poll(() => server.stats.requests, { timeout: 20_000 }).toBe(2);
    await page.waitForTimeout(400);
    await page.reload();
    await scriptingReady(page);
    const runs = await page.evaluate(() => window.sonde.runs.list());
    expect(runs[0]).toMatchObject({ question: 'Left alone?', status: 'broken' });
    const tree = await page.evaluate((id) => window.sonde.runs.get(id), runs[0]?.id ?? '');
    expect(tree?.status).toBe('broken');
    expect(tree?.turns[0]?.cells[0]?.result?.stdout).toBe('first turn\n');
    expect(tree?.turns).toHaveLength(2);
  });

  it('opens it at its own address', async () => {
    const { page } = visit;
    const [run] = await page.evaluate(() => window.sonde.runs.list());
    await page.goto(`${site.server.url}#/run/${run?.id ?? ''}`);
    await page.getByText('Left alone?').first().waitFor();
    await page.getByText('first turn').first().waitFor();
  });
});

describe('an interpreter that dies', () => {
  it('is replaced; the cell says which variables are gone, the context is there again', async () => {
    const [died, after] = await visit.page.evaluate(async () => {
      const repl = await window.sonde.repl('the text');
      await repl.run('kept = 41');
      const died = await repl.run('import ctypes\nctypes.string_at(0xffffffff, 64)\nimport os\nos.abort()');
      const after = await repl.run('print(context, "kept" in globals())');
      repl.close();
      return [died, after];
    });
    expect(died.error ?? died.interrupted).not.toBeNull();
    expect(after.stdout).toBe('the text False\n');
  });

  it('does not end the run: the model is told what was lost', async () => {
    server.requests.length = 0;
    server.script = rootScript([cell('kept = 1'), cell('import os\nos.abort()'), cell('FINAL(context)')]);
    const result = await visit.page.evaluate((baseUrl) => {
      const root = { provider: 'openai' as const, baseUrl, model: 'scripted' };
      return window.sonde.completion('the text', { root });
    }, server.baseUrl);
    expect(result).toMatchObject({ status: 'answered', response: 'the text' });
    expect(server.requests.at(-1)?.messages.at(-1)?.content).toContain('These variables are gone: kept');
  });

  it('interrupts an endless loop and keeps the variables', async () => {
    const results = await visit.page.evaluate(async () => {
      const repl = await window.sonde.repl('x');
      await repl.run('kept = 41');
      setTimeout(() => {
        repl.interrupt();
      }, 500);
      const startedAt = performance.now();
      const stopped = await repl.run('while True: pass');
      const tookMs = performance.now() - startedAt;
      const after = await repl.run('print(kept + 1)');
      repl.close();
      return { stopped, tookMs, after };
    });
    expect(results.stopped.interrupted).toBe('stop');
    expect(results.tookMs).toBeLessThan(1_500);
    expect(results.after.stdout).toBe('42\n');
  });
});
