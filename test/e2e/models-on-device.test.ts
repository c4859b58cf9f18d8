/** The Models place on this device: told why not without a GPU; with one, a model added, fetched, paused, used and deleted. */

import type { Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startModelServer, type ModelServer } from '../fixtures/model-files/model-server';
import { startOpenAiServer } from '../fixtures/server/openai-server';
import { cell } from '../fixtures/server/script';
import { buildScriptedWorker, stage, type Stage } from '../fixtures/webllm/built-app';
import { look, rolesOf, serveTiny, spoil, storedFiles } from './device-hands';
import { ask, dropAndOpen } from './hands';
import { openSite, scriptingReady, SOFTWARE_GPU, type Site, type Visit } from './harness';
import { connectTo } from './record-hands';

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
  let engine: Stage;

  beforeAll(async () => {
    [site, host] = await Promise.all([openSite(SOFTWARE_GPU), startModelServer()]);
    await serveTiny(host.origin, { chunkBytes: 20_000, chunkDelayMs: 100 });
    visit = await site.visit();
    engine = await stage(visit.context, await buildScriptedWorker());
    await visit.page.reload();
    ({ page } = visit);
    card = page.getByRole('article', { name: 'My tiny model' });
  });
  afterAll(() => Promise.all([site.close(), host.close()]));

  const toModels = () => page.getByRole('link', { name: 'Models', exact: true }).click();

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
    await card.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Keep' }).click();
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

  it('takes it into both roles by a placement, with a window whose cost is told', async () => {
    await page.getByRole('radio', { name: 'All on this device' }).check();
    await card.getByText('Root and sub-model').waitFor();
    expect(await rolesOf(page)).toEqual(['device', 'same']);
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

  it('answers with it: asked through the form, and the record says that nothing left', async () => {
    engine.rule = (asked) => {
      const text = cell('answer["content"] = context[:12]\nanswer["ready"] = True');
      return asked.kind === 'reply' ? { kind: 'reply', text } : null;
    };
    const corpusId = await dropAndOpen(page, [{ name: 'sky.txt', text: 'The sky is blue. '.repeat(3000) }]);
    expect(await page.getByRole('region', { name: 'Estimate' }).textContent()).toMatch(/on this GPU/);
    expect(await look(page, 'device-ask')).toEqual([]);
    await ask(page, 'What of the sky?');
    await page.getByText('The sky is b', { exact: true }).first().waitFor();
    await page.getByText('Nothing left this device').waitFor();
    // Its turns are not held to the format, as was chosen; then they are.
    const formats = () => engine.asked.flatMap((asked) => (asked.kind === 'reply' ? [asked.format] : []));
    expect(formats()).toEqual(['none']);
    await toModels();
    await card.getByText('Window, format and addresses').click();
    await card.getByRole('checkbox', { name: 'Hold turns to the format' }).check();
    await page.goto(`${site.server.url}#/corpus/${corpusId}/ask`);
    await ask(page, 'And now?');
    expect(formats().at(-1)).toBe('grammar');
  });

  it('keeps it in memory until it is told otherwise, and loads it ahead of a question', async () => {
    await toModels();
    await card.getByText('In GPU memory').waitFor();
    expect(await look(page, 'device-loaded')).toEqual([]);
    await card.getByRole('button', { name: 'Unload' }).click();
    await card.getByText('On this device', { exact: true }).waitFor();
    engine.rule = ({ kind }) => (kind === 'load' ? { kind, hang: true } : null);
    await card.getByRole('button', { name: 'Load now' }).click();
    await card.getByRole('button', { name: 'Stop loading' }).click();
    engine.rule = () => null;
    await card.getByRole('button', { name: 'Load now' }).click();
    await card.getByText('In GPU memory').waitFor();
  });

  it('finds a file that has gone bad and fetches it alone; or fetches all of it again', async () => {
    const served = await serveTiny(host.origin);
    await spoil(page, 'params_shard_3.bin');
    await card.getByRole('button', { name: 'Check files' }).click();
    await page.getByText('One file of My tiny model was bad, and fetched again.').first().waitFor();
    const shardsAsked = async () =>
      (await served.hits()).map(({ file }) => file).filter((file) => file.startsWith('params_shard'));
    await card.getByRole('button', { name: 'Check files' }).click();
    await page.getByText('Every file of My tiny model is as it should be.').first().waitFor();
    expect(await shardsAsked()).toEqual(['params_shard_3.bin']);

    await serveTiny(host.origin);
    await card.getByRole('button', { name: 'Delete and fetch again' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete and fetch again' }).click();
    await expect.poll(async () => new Set(await shardsAsked()).size, { timeout: 20_000 }).toBe(10);
    await card.getByText('On this device', { exact: true }).waitFor();
  });

  it('puts both roles where a placement says, and says what is missing', async () => {
    const radio = (name: string) => page.getByRole('radio', { name });
    await radio('Cloud root, local sub-calls').check();
    await page.getByRole('link', { name: 'Add a server first.' }).waitFor();
    expect(await rolesOf(page)).toEqual(['device', 'same']);
    // Once there is one, the wish comes true, and the next thing is missing.
    await page.getByRole('button', { name: 'Another server' }).click();
    await page.getByRole('link', { name: 'Choose a model of the server.' }).waitFor();
    expect((await rolesOf(page))[1]).toBe('device');
    const server = await startOpenAiServer(() => 'no script');
    await connectTo(page, { baseUrl: server.baseUrl, model: 'cloud', apiKey: 'sk' });
    for (const [name, where] of [
      ['Local root, cloud sub-calls', ['device', 'far']],
      ['Cloud root, local sub-calls', ['far', 'device']],
      ['All on this device', ['device', 'same']],
      ['All remote', ['far', 'same']],
      ['All on this device', ['device', 'same']],
    ] as const) {
      await radio(name).check();
      await expect.poll(() => rolesOf(page)).toEqual(where);
      expect(await page.getByRole('link', { name: /first\.$/ }).count()).toBe(0);
    }
    await server.close();
  });

  it('forgets all of them at once from Settings; the card knows', async () => {
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('button', { name: 'Remove all models' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('button', { name: 'Remove all models' }).waitFor({ state: 'detached' });
    await expect.poll(() => storedFiles(page)).toEqual([]);
    await toModels();
    await page.getByRole('link', { name: 'Fetch a model first.' }).waitFor();
    await serveTiny(host.origin, { chunkBytes: 20_000, chunkDelayMs: 50 });
    await card.getByRole('button', { name: 'Fetch' }).click();
    await card.getByText(/of [34]\.\d MB · .*\/s/).waitFor();
    await card.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Keep' }).click();
    await card.getByRole('button', { name: 'Pause' }).waitFor();
    await card.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete what is here' }).click();
    await card.getByRole('button', { name: 'Fetch' }).waitFor();
    await expect.poll(() => storedFiles(page)).toEqual([]);
    await serveTiny(host.origin);
    await card.getByRole('button', { name: 'Fetch' }).click();
    await card.getByText('On this device', { exact: true }).waitFor();
  });

  it('deletes it after asking; the role says what is missing', async () => {
    await card.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Keep' }).click();
    await card.getByText('On this device', { exact: true }).waitFor();
    await card.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('link', { name: 'Fetch a model first.' }).waitFor();
    await expect.poll(() => storedFiles(page)).toEqual([]);
    await card.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await card.waitFor({ state: 'detached' });
    expect(visit.complaints).toEqual([]);
    expect(visit.strangers.filter((url) => !url.startsWith(host.origin))).toEqual([]);
  });
});
