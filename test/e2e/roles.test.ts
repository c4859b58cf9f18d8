/** Who answers, all at once: an answer sent back by a verifier, a sub-call that moves up, two servers, recorded replies. */

import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOpenAiServer, type OpenAiServer } from '../fixtures/server/openai-server';
import { cell, type Script } from '../fixtures/server/script';
import { ask, dropAndOpen } from './hands';
import { openSite, scriptingReady, type Site, type Visit } from './harness';
import { settledFaults } from './look-checks';

const PARTS = 8;
const REASONS = 'Part 3 is not in the answer.';
const ASKING = `parts = llm_query_batched([f"Part {i}" for i in range(${String(PARTS)})])
answer.update(content="Seven parts.", ready=True)`;

const script: Script = ({ model, messages }) => {
  const last = messages.at(-1)?.content ?? '';
  if (model === 'large')
    return cell(
      last.includes('sent back once') ? 'answer.update(content=", ".join(parts), ready=True)' : ASKING,
    );
  if (model === 'judge') return JSON.stringify({ accepted: false, reasons: REASONS });
  if (model === 'medium') return `strong reply to ${last}`;
  // Long enough for all of them to be under way at once.
  return last === 'Part 3' ? { status: 400, delayMs: 150 } : { text: `read ${last}`, delayMs: 150 };
};

let site: Site;
let servers: readonly [OpenAiServer, OpenAiServer];
let visit: Visit;
let page: Page;

beforeAll(async () => {
  site = await openSite();
  servers = [await startOpenAiServer(script), await startOpenAiServer(script)];
  visit = await site.visit();
  page = visit.page;
  await scriptingReady(page);
  await choose(servers.map(({ baseUrl }) => baseUrl));
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await site.close();
});

/** Chooses the models of every role, as the Models place keeps them. */
async function choose([baseUrl = '', ...replicas]: readonly string[]): Promise<void> {
  await page.evaluate(
    async ({ baseUrl, replicas }) => {
      const db = await new Promise<IDBDatabase>((resolve) => {
        const opening = indexedDB.open('sonde');
        opening.onsuccess = () => resolve(opening.result);
      });
      const served = (model: string) => ({ provider: 'openai', connectionId: 'two', model });
      const connection = { id: 'two', presetId: 'custom', label: 'Two', baseUrl, replicas, headers: {} };
      const models = { connections: [connection], root: served('large'), sub: served('small') };
      const ladders = { root: [], sub: [served('medium')], verifier: [] };
      const put = db.transaction('settings', 'readwrite').objectStore('settings');
      put.put({ key: 'models', value: models });
      put.put({ key: 'asking', value: { verifier: served('judge'), ladders } });
      await new Promise((done) => (put.transaction.oncomplete = done));
      db.close();
    },
    { baseUrl, replicas },
  );
  await page.reload();
  await scriptingReady(page);
}

/** Requests for a model so far, by server. */
const requestsFor = (model: string) =>
  servers.map(({ requests }) => requests.filter((request) => request.model === model).length);
const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);

const expected = Array.from({ length: PARTS }, (_, i) =>
  i === 3 ? 'strong reply to Part 3' : `read Part ${String(i)}`,
).join(', ');

const answer = () => page.getByRole('region', { name: 'Answer' });
const figure = (label: string) => page.locator('dl > div').filter({ hasText: label }).first();

async function openTrace(runId: string): Promise<void> {
  await page.evaluate((id) => (location.hash = `#/run/${id}/${id}`), runId);
  await figure('Turns').waitFor();
}

// Each goes on where the one before ended.
describe('models of every role', { retry: 0 }, () => {
  it('say before asking what goes where, and which way a short text is read', async () => {
    await dropAndOpen(page, [{ name: 'parts.txt', text: 'a text in eight parts' }]);
    await page.getByText(/Automatic: asked directly\. The text takes about \d tokens/).waitFor();
    await page.getByText('the whole text of your documents').waitFor();
    await page.getByText(/checked by judge/).waitFor();
    await page.locator('form summary').filter({ hasText: 'How it is read' }).click();
    await page.getByRole('region', { name: 'How it is read' }).getByText('Recurse', { exact: true }).click();
    await page.getByText('the parts of your documents the code passes on').waitFor();
  });

  it('share the work: two servers, one step up, one answer sent back', async () => {
    const runId = await ask(page, 'What do the parts say?');
    await answer().getByText(expected).waitFor();
    const small = requestsFor('small');
    expect(sum(small)).toBe(PARTS);
    expect(Math.min(...small)).toBeGreaterThanOrEqual(PARTS / 2 - 1);
    expect([sum(requestsFor('medium')), sum(requestsFor('large')), sum(requestsFor('judge'))]).toEqual([
      1, 2, 1,
    ]);
    await openTrace(runId);
    await page.getByText(`8 sub-calls · 1 moved up`).waitFor();
    await page.getByRole('button', { name: /Verdict on the answer/ }).click();
    await page.getByText('Sent back once, with reasons').waitFor();
    const strip = page.getByRole('listbox', { name: 'Sub-calls' });
    await strip.focus();
    await page.keyboard.press('Home');
    for (let step = 0; step < 3; step++) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.getByText(/^Moved up from small to medium: /).waitFor();
    expect(await figure('Sub-calls').innerText()).toMatch(/Sub-calls\s+8$/);
    expect(await figure('From the record').count()).toBe(0);
    for (const [width, colorScheme] of [
      [390, 'dark'],
      [1280, 'light'],
    ] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      expect(await settledFaults(page)).toEqual([]);
    }
  });

  it('are not asked again for what is recorded, unless that is switched off', async () => {
    const [corpus] = await page.evaluate(() => window.sonde.corpora.list());
    const again = async () => {
      await page.evaluate((id) => (location.hash = `#/corpus/${id}/ask`), corpus?.id ?? '');
      const before = [sum(requestsFor('small')), sum(requestsFor('medium'))] as const;
      return { runId: await ask(page, 'What do the parts say?'), before };
    };
    const { runId, before } = await again();
    await answer().getByText(expected).waitFor();
    // What the first model failed at is not taken for its reply: that one is asked anew.
    expect([sum(requestsFor('small')), sum(requestsFor('medium'))]).toEqual([before[0] + 1, before[1] + 1]);
    await openTrace(runId);
    await page.getByText('8 sub-calls · 7 from the record, free · 1 moved up').waitFor();
    expect(await figure('From the record').innerText()).toMatch(/From the record\s+7$/);
    await page.evaluate((id) => (location.hash = `#/corpus/${id}/ask`), corpus?.id ?? '');
    await page.locator('form summary').filter({ hasText: 'How it is read' }).click();
    await page.getByText('Take recorded replies').click();
    await page.getByText(/Recurse\. Recorded replies are not taken\./).waitFor();
    const small = sum(requestsFor('small'));
    const anew = await ask(page, 'What do the parts say?');
    await answer().getByText(expected).waitFor();
    expect(sum(requestsFor('small')) - small).toBe(PARTS);
    await openTrace(anew);
    await page.getByText(`8 sub-calls · 1 moved up`).waitFor();
    expect(await figure('From the record').count()).toBe(0);
    expect(visit.complaints.filter((text) => !text.includes('status of 400'))).toEqual([]);
  });
});
