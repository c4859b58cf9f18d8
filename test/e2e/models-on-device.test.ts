/** The Models place on this device: told why not without a GPU; with one, a model added, fetched, paused, used and deleted. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveModel } from '../fixtures/model-files/model-host';
import { startModelServer, type ModelServer } from '../fixtures/model-files/model-server';
import { openSite, scriptingReady, SOFTWARE_GPU, type Site, type Visit } from './harness';
import { settledFaults } from './look-checks';

const shots = process.env['SONDE_SHOTS'];

async function look(page: Page, name: string): Promise<string[]> {
  const faults: string[] = [];
  for (const [width, colorScheme] of [
    [320, 'dark'],
    [1280, 'light'],
    [390, 'light'],
    [1280, 'dark'],
  ] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await page.waitForTimeout(150);
    if (shots !== undefined) {
      mkdirSync(shots, { recursive: true });
      await page.screenshot({ path: join(shots, `${name}-${String(width)}-${colorScheme}.png`) });
    }
    for (const fault of await settledFaults(page)) faults.push(`${name} ${String(width)}: ${fault}`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  return faults;
}

describe('a machine without a GPU', () => {
  let site: Site;
  let visit: Visit;
  beforeAll(async () => {
    site = await openSite();
    visit = await site.visit({ fragment: '#/models' });
  });
  afterAll(() => site.close());

  it('is told why, and what to do; everything else works as before', async () => {
    const { page } = visit;
    const section = page.getByRole('region', { name: 'On this device' });
    await section.getByText(/found no GPU it can use/).waitFor();
    await section.getByText(/graphics driver/).waitFor();
    expect(await section.getByRole('button').count()).toBe(0);
    await page.getByRole('radio', { name: 'Local root, cloud sub-calls' }).check();
    await page.getByRole('link', { name: 'Add a server first.' }).waitFor();
    const here = page.getByRole('radio', { name: 'All on this device' });
    await here.check();
    expect(await here.isChecked()).toBe(true);
    expect(
      await page.getByRole('group', { name: 'Root model' }).getByLabel('Where it runs').inputValue(),
    ).toBe('reader');
    expect(await look(page, 'device-none')).toEqual([]);
    expect(visit.complaints).toEqual([]);
  });

  it('refuses a script that names a model here, in words', async () => {
    const { page } = visit;
    await scriptingReady(page);
    const said = await page.evaluate(() =>
      window.sonde
        .completion('Text.', {
          question: 'Who?',
          root: { provider: 'webllm', model: 'Qwen3-4B-q4f16_1-MLC' },
        })
        .then(
          ({ status, reason }) => `${status} ${String(reason)}`,
          (thrown: unknown) => String(thrown),
        ),
    );
    expect(said).toMatch(/GPU|not on this device/);
  });
});

describe('a machine with a GPU', () => {
  let site: Site;
  let host: ModelServer;
  let visit: Visit;
  let page: Page;
  let card: Locator;

  beforeAll(async () => {
    [site, host] = await Promise.all([openSite(SOFTWARE_GPU), startModelServer()]);
    await serveModel(host.origin, 'tiny', {
      shardBytes: Array.from({ length: 10 }, () => 400_000),
      config: { quantization: 'q4f32_1', context_window_size: 4096 },
      chunkBytes: 20_000,
      chunkDelayMs: 100,
    });
    visit = await site.visit();
    ({ page } = visit);
    card = page.getByRole('article', { name: 'My tiny model' });
  });
  afterAll(() => Promise.all([site.close(), host.close()]));

  it('is offered one on the first screen, and told what it can run before anything is fetched', async () => {
    await page.getByRole('link', { name: /^Fetch a/ }).click();
    const section = page.getByRole('region', { name: 'On this device' });
    await section.getByText(/computes for a GPU on the processor/).waitFor();
    const smallest = section.getByRole('article', { name: 'Qwen2.5-Coder 0.5B' });
    await smallest.getByText('Suggested for this machine').waitFor();
    await smallest.getByText(/to fetch/).waitFor();
    await smallest.getByText('32-bit form').waitFor();
    await smallest.getByText('Apache-2.0').waitFor();
    await section.getByText('All models').click();
    await page.getByRole('searchbox', { name: 'Find a model' }).fill('gemma q4f32');
    await section
      .getByRole('button', { name: /^Fetch gemma/i })
      .first()
      .waitFor();
    expect(await look(page, 'device-models')).toEqual([]);
    expect(visit.strangers).toEqual([]);
  });

  it('takes a model of one’s own once both addresses were read', async () => {
    await page.getByText('Add your own').click();
    const form = page.getByRole('form', { name: 'Add a model' });
    await form.getByLabel('Address of the model').fill(`${host.origin}/nothing`);
    await form.getByLabel('Address of the library').fill(`${host.origin}/tiny/library.wasm`);
    await form.getByLabel('Name, if you like').fill('My tiny model');
    await form.getByRole('button', { name: 'Add the model' }).click();
    await form.getByRole('alert').waitFor();
    await form.getByLabel('Address of the model').fill(`${host.origin}/tiny`);
    await form.getByLabel('Address of the model').press('Enter');
    await form.getByText('My tiny model is in the list above.').waitFor();
    await card.getByText('Added by you').waitFor();
    visit.complaints.splice(0); // the browser itself reports the 404
  });

  it('fetches it with progress wherever one is, pauses, and goes on after a reload', async () => {
    await card.getByRole('button', { name: /^(Fetch|Continue)$/ }).focus();
    await page.keyboard.press('Enter');
    const bar = card.getByRole('progressbar');
    await bar.waitFor();
    await card.getByText(/of [34]\.\d MB · .*\/s/).waitFor();
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('link', { name: /Fetching My tiny model/ }).click();
    await card.getByRole('button', { name: 'Pause' }).click();
    await card.getByText('Paused').waitFor();
    expect(await look(page, 'device-paused')).toEqual([]);
    const before = Number(await bar.getAttribute('aria-valuenow'));
    expect(before).toBeGreaterThan(0);
    await card.getByRole('button', { name: 'Continue' }).click();
    await card.getByRole('button', { name: 'Pause' }).waitFor();
    // Left in the middle, it goes on by itself.
    await page.reload();
    await page.getByRole('link', { name: /Fetching My tiny model/ }).waitFor();
    await page.getByText('My tiny model is on this device now.').first().waitFor({ timeout: 60_000 });
    await card.getByText('On this device', { exact: true }).waitFor();
  });

  it('uses it in both roles by one click, with a window whose cost is told', async () => {
    await card.getByRole('button', { name: 'Use it' }).click();
    await card.getByText('Root and sub-model').waitFor();
    await card.getByText('Window, format and addresses').click();
    const grammar = card.getByRole('checkbox', { name: 'Hold turns to the format' });
    expect(await grammar.isChecked()).toBe(true);
    await grammar.uncheck();
    expect(await look(page, 'device-kept')).toEqual([]);
    await page.reload();
    await card.getByText('Root and sub-model').waitFor();
    await card.getByText('Window, format and addresses').click();
    expect(await grammar.isChecked()).toBe(false);
    await page.getByRole('link', { name: 'Sonde' }).click();
    await page.getByText('My tiny model on this processor.').waitFor();
  });

  it('deletes it after asking; the role says what is missing', async () => {
    await page.getByRole('link', { name: 'Models', exact: true }).click();
    await card.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Keep' }).click();
    await card.getByText('On this device', { exact: true }).waitFor();
    await card.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('link', { name: 'Fetch a model first.' }).waitFor();
    const stored = await page.evaluate(async () => {
      const names = (await caches.keys()).filter((name) => name.startsWith('webllm/'));
      const counts = await Promise.all(
        names.map(async (name) => (await (await caches.open(name)).keys()).length),
      );
      return counts.reduce((sum, count) => sum + count, 0);
    });
    expect(stored).toBe(0);
    await card.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await card.waitFor({ state: 'detached' });
    expect(visit.complaints).toEqual([]);
    expect(visit.strangers.every((url) => url.startsWith(host.origin))).toBe(true);
  });
});
