/** What left this device: what the record says, against what a browser and a server really saw. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOpenAiServer, type OpenAiServer } from '../fixtures/server/openai-server';
import { cell, rootScript, type ScriptRequest } from '../fixtures/server/script';
import { ask, dropAndOpen } from './hands';
import { openSite, scratchFolder, scriptingReady, type Site } from './harness';
import { hostsAsked } from './net-log';
import { settledFaults } from './look-checks';
import { connectTo, everythingStored, linesOf, passagesIn, storedRows } from './record-hands';

const KEY = 'sk-secret-0123456789abcdef';
/** A name on the internet, as far as the page can tell. */
const REMOTE = 'models.example.com';

async function recordOf(page: Page, runId: string) {
  return page.evaluate((id) => window.sonde.runs.disclosure(id), runId);
}

describe('a run with nothing but the built-in reader', () => {
  const netLog = join(scratchFolder(), 'net-log.json');
  let site: Site;
  beforeAll(async () => {
    site = await openSite([`--log-net-log=${netLog}`]);
  });
  afterAll(async () => {
    await site.close();
  });

  it('sends nothing: the page, its workers and frames, the service worker and the browser itself agree', async () => {
    const { page, strangers } = await site.visit();
    const corpusId = await dropAndOpen(page, [{ name: 'private.txt', text: linesOf('private', 2_000) }]);
    await ask(page, 'What is said of private 79?');
    await page.goto(`${site.server.url}#/corpus/${corpusId}/ask`);
    const runId = await ask(page, 'What is said of private 1583?');
    await page.getByText('Nothing left this device').waitFor();
    await page.getByRole('link', { name: 'See the record' }).click();
    await page.getByText('Every request since the run began was recorded').waitFor();
    await page.getByText('was seen only by models on this computer').first().waitFor();
    expect(await settledFaults(page)).toEqual([]);
    await page.goto(`${site.server.url}#/record`);
    await page.getByText('No request has been recorded').waitFor();

    const report = await recordOf(page, runId);
    expect(report).toMatchObject({ verdict: 'nothing', hosts: [], requests: [] });
    expect(report?.documents?.[0]?.left).toEqual({});
    expect(report?.documents?.[0]?.shownOnThisComputerOnly.length).toBeGreaterThan(0);
    expect(strangers).toEqual([]);
    await site.browser.close();
    // The browser's own account of its network: nobody in it can send past it.
    expect(hostsAsked(readFileSync(netLog, 'utf8'), site.server.origin)).toEqual([
      new URL(site.server.origin).host,
    ]);
  });
});

describe('a run with models on servers', () => {
  let site: Site;
  let remote: OpenAiServer;
  let near: OpenAiServer;
  beforeAll(async () => {
    site = await openSite([`--host-resolver-rules=MAP ${REMOTE} 127.0.0.1`]);
    remote = await startOpenAiServer(() => 'no script', { protocol: 'h2', apiKey: KEY });
    near = await startOpenAiServer(() => 'OK');
  });
  afterAll(async () => {
    await Promise.all([remote.close(), near.close()]);
    await site.close();
  });

  const remoteHost = () => `${REMOTE}:${String(remote.port)}`;
  const refs = () => ({
    root: { provider: 'openai' as const, baseUrl: `https://${remoteHost()}/v1`, model: 'far', apiKey: KEY },
    sub: { provider: 'openai' as const, baseUrl: near.baseUrl, model: 'near' },
  });

  it('is recorded to the byte, retries included, with the very passages that were in the bodies', async () => {
    const { page } = await site.visit();
    await scriptingReady(page);
    const text = linesOf('shown', 400) + linesOf('lent', 400) + linesOf('kept', 400);
    const lent = text.indexOf('lent 0:');
    const turns = [
      // What is printed goes out as repr: its line ends are escaped in the body.
      cell('print([context[100:900]])\nprint(context[5000:5400])'),
      cell(`print(len(llm_query("Read this: " + context[${lent}:${lent + 3000}])))`),
      cell('FINAL("done")'),
    ];
    const root = rootScript(turns);
    let refused = 0;
    remote.script = (request) =>
      request.n === 1 && refused++ === 0 ? { status: 503, error: { message: 'busy' } } : root(request);

    const { runId, corpusId } = await page.evaluate(
      async ({ text, refs }) => {
        const { id } = await window.sonde.corpora.import([new File([text], 'contract.txt')]);
        const run = await window.sonde.completion({ corpus: id }, { question: 'What?', ...refs });
        return { runId: run.runId, corpusId: id };
      },
      { text, refs: refs() },
    );
    expect(remote.requests).toHaveLength(4);
    const report = await recordOf(page, runId);
    expect(report?.verdict).toBe('left');
    expect(report?.hosts).toEqual([
      { host: remoteHost(), reach: 'internet', requests: 4, bodyBytes: remote.stats.bytesIn },
      { host: new URL(near.origin).host, reach: 'device', requests: 1, bodyBytes: near.stats.bytesIn },
    ]);
    expect(report?.documents?.[0]?.left[remoteHost()]).toEqual([
      [100, 900],
      [5000, 5400],
    ]);
    expect(report?.documents?.[0]?.shownOnThisComputerOnly).toEqual([[lent, lent + 3000]]);
    expect(passagesIn(remote.requests, text)).toEqual(report?.documents?.[0]?.left[remoteHost()]);

    await page.goto(`${site.server.url}#/record/${runId}`);
    await page.getByText(`went to ${remoteHost()}`).first().waitFor();
    expect(await settledFaults(page)).toEqual([]);
    await readsWhatWasSent(page, remote.requests[0]);
    await opensThePassage(page, corpusId);
    const stored = await everythingStored(page);
    expect(stored).toContain('contract.txt');
    expect(stored).not.toContain(KEY);
    expect(JSON.stringify(report)).not.toContain(KEY);

    await page.goto(`${site.server.url}#/record`);
    await page.getByRole('heading', { name: 'Beyond this computer' }).waitFor();
    await page.evaluate((id) => window.sonde.runs.remove(id), runId);
    expect(await storedRows(page, ['marks', 'requests', 'sentTexts'])).toEqual([]);
    expect(await storedRows(page, ['hosts'])).toHaveLength(2);
  });

  it('sends no more of the output than the cap, and with “ask” only what the user let through', async () => {
    const { page } = await site.visit();
    await scriptingReady(page);
    const text = linesOf('guarded', 400);
    const corpusId = await page.evaluate(
      async (text) => (await window.sonde.corpora.import([new File([text], 'guarded.txt')])).id,
      text,
    );
    await connectTo(page, refs().root);
    remote.requests.length = 0;
    remote.script = rootScript([cell('print(context[:9000])'), cell('FINAL("capped")')]);
    await page.goto(`${site.server.url}#/corpus/${corpusId}/ask`);
    await page.locator('form summary', { hasText: /^\s*Models/ }).click();
    await page.getByText(`What cells print goes to ${remoteHost()}`).waitFor();
    await page.getByRole('radio', { name: 'Cap it' }).check();
    await page.getByLabel('Characters of output a turn').fill('500');
    expect(await settledFaults(page)).toEqual([]);
    await ask(page, 'What?');
    const shown = passagesIn(remote.requests, text);
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.reduce((sum, [start = 0, end = 0]) => sum + end - start, 0)).toBeLessThanOrEqual(500);

    remote.requests.length = 0;
    remote.script = rootScript([cell('print(context[:300])'), cell('FINAL("asked")')]);
    await page.goto(`${site.server.url}#/corpus/${corpusId}/ask`);
    await page.locator('form summary', { hasText: /^\s*Models/ }).click();
    await page.getByRole('radio', { name: 'Ask me each time' }).check();
    await page.getByRole('textbox', { name: 'Question' }).fill('What?');
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: /Send this to/ });
    const box = dialog.getByRole('textbox');
    expect(await box.inputValue()).toContain(text.slice(0, 300));
    expect(await settledFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByText(`Waiting for you to review what goes to ${remoteHost()}`).waitFor();
    await page.goto(`${site.server.url}#/history`);
    await page.getByText('Waits for you to read its output').waitFor();
    expect(await page.title()).toBe('Waiting for you — Sonde');
    expect(remote.requests).toHaveLength(1);
    await page.getByRole('button', { name: 'Read it' }).click();
    await box.fill('REPL output: nothing of note');
    await dialog.getByRole('button', { name: 'Send edited' }).click();
    await page.getByText('Answered').first().waitFor();
    expect(remote.requests.at(-1)?.messages.at(-1)?.content).toBe('REPL output: nothing of note');
    expect(passagesIn(remote.requests, text)).toEqual([]);
  });

  it('tells a run that was not recorded, or not to its end, from one that sent nothing', async () => {
    const { page } = await site.visit();
    await scriptingReady(page);
    const runs = await page.evaluate(async () => {
      const ask = () =>
        window.sonde.completion('some text', { root: { provider: 'reader' }, question: 'What?' });
      return [(await ask()).runId, (await ask()).runId];
    });
    await page.evaluate(async ([older, broken]) => {
      const { promise, resolve } = Promise.withResolvers<IDBDatabase>();
      const opening = indexedDB.open('sonde');
      opening.onsuccess = () => resolve(opening.result);
      const db = await promise;
      const marks = db.transaction('marks', 'readwrite').objectStore('marks');
      marks.delete(older ?? '');
      const row = marks.get(broken ?? '');
      row.onsuccess = () => marks.put({ ...(row.result as object), state: 'open' });
      await new Promise((done) => (marks.transaction.oncomplete = done));
      db.close();
    }, runs);
    await page.reload();
    await scriptingReady(page);
    const verdicts = await Promise.all(runs.map(async (id) => (await recordOf(page, id))?.verdict));
    expect(verdicts).toEqual(['unrecorded', 'incomplete']);
    await page.goto(`${site.server.url}#/run/${runs[1] ?? ''}`);
    await page.getByText('The record of what left this device is incomplete').waitFor();
    expect(await page.getByText('Nothing left this device').count()).toBe(0);
  });
});

async function readsWhatWasSent(page: Page, request: ScriptRequest | undefined): Promise<void> {
  await page.getByRole('button', { name: 'Read request 1', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: /What was sent/ });
  for (const { content } of request?.messages ?? [])
    expect(await dialog.locator('pre').allTextContents()).toContain(content);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
}

async function opensThePassage(page: Page, corpusId: string): Promise<void> {
  await page.getByText('Passages that went out').click();
  await page.getByRole('link', { name: 'Characters 5,000 to 5,400' }).click();
  await page.waitForURL(new RegExp(`#/corpus/${corpusId}/doc/[^/]+\\?at=5000-5400`));
}
