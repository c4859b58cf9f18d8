/** Packages in the built app: the user is asked once, the figures are seen, scripts are refused, and offline it works. */

import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startOpenAiServer, type OpenAiServer } from '../fixtures/server/openai-server';
import { cell, rootScript } from '../fixtures/server/script';
import { sampleWheels } from '../fixtures/wheels';
import { dropAndOpen } from './hands';
import type { Site, Visit } from './harness';
import { settledFaults } from './look-checks';

const shots = process.env['SONDE_SHOTS'];
let folder: string;
let site: Site;
let visit: Visit;
let page: Page;
let models: OpenAiServer;
let wheels: Server;
let mirror: string;
let corpusId: string;
/** Files asked of the mirror. */
const asked: string[] = [];

/** The built app with the tests' own list of packages in the place of Pyodide's. */
async function siteWithOwnList(): Promise<Site> {
  const dist = resolve(process.env['SONDE_DIST'] ?? resolve(import.meta.dirname, '../../dist'));
  cpSync(dist, folder, { recursive: true });
  const assets = join(folder, 'assets');
  const [list] = readdirSync(assets).filter((name) => name.includes('sonde-packages'));
  if (!list) throw new Error('the build has no list of packages');
  const table = JSON.stringify(JSON.stringify(sampleWheels().lock));
  writeFileSync(join(assets, list), `const table = JSON.parse(${table}); export { table as default };`);
  process.env['SONDE_DIST'] = folder; // read when the harness is loaded
  return (await import('./harness')).openSite();
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sonde-packages-'));
  const { files } = sampleWheels();
  wheels = createServer((request, response) => {
    const name = (request.url ?? '').split('/').at(-1) ?? '';
    asked.push(name);
    const body = files.get(name);
    response.writeHead(body ? 200 : 404, { 'access-control-allow-origin': '*' });
    setTimeout(() => response.end(body), name.startsWith('slow') ? 2000 : 0);
  });
  await new Promise<void>((done) => wheels.listen(0, '127.0.0.1', done));
  mirror = `http://127.0.0.1:${(wheels.address() as AddressInfo).port}/full/`;
  models = await startOpenAiServer(() => 'no script');
  site = await siteWithOwnList();
  visit = await site.visit();
  page = visit.page;
  page.setDefaultTimeout(15_000);
});
afterEach(async ({ task }) => {
  if (shots && task.result?.state === 'fail') await shoot(`failed-${String(task.name).slice(0, 12)}`);
});
afterAll(async () => {
  await site.close();
  await models.close();
  await new Promise((done) => wheels.close(done));
  rmSync(folder, { recursive: true });
});

/** Pictures for whoever looks at them: wide and narrow, light and dark. */
async function shoot(name: string): Promise<void> {
  if (shots === undefined) return;
  for (const [width, colorScheme] of [
    [390, 'dark'],
    [1280, 'light'],
  ] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await page.waitForTimeout(300);
    await page.screenshot({ path: join(shots, `${name}-${String(width)}-${colorScheme}.png`) });
  }
}

/** A whole run by script. */
function complete(turns: readonly string[]) {
  models.script = rootScript(turns);
  return page.evaluate(async (baseUrl) => {
    const root = { provider: 'openai' as const, baseUrl, model: 'scripted' };
    return window.sonde.completion('text', { root });
  }, models.baseUrl);
}

async function useScriptedRoot(): Promise<void> {
  await page.getByRole('link', { name: 'Models' }).first().click();
  await page.getByRole('button', { name: 'Another server' }).click();
  const card = page.getByRole('group', { name: /connection$/ });
  await card.getByRole('textbox', { name: 'Base URL' }).fill(models.baseUrl);
  await card.getByRole('textbox', { name: 'Base URL' }).blur();
  await card.getByRole('button', { name: /Test connection/ }).click();
  await card
    .getByText(/scripted|1 model/)
    .first()
    .waitFor();
  const root = page.getByRole('group', { name: 'Root model' });
  const where = root.getByRole('combobox', { name: 'Where it runs' });
  const server = where.locator('option', { hasText: 'Another server' });
  await where.selectOption(await server.getAttribute('value'));
  await root.getByRole('combobox', { name: 'Model' }).fill('scripted');
  await page.keyboard.press('Enter');
}

async function ask(question: string): Promise<void> {
  await page.evaluate((id) => (location.hash = `#/corpus/${id}/ask`), corpusId);
  await page.getByRole('textbox', { name: 'Question' }).fill(question);
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
}

const PLOT = cell('import matplotlib.pyplot as plt\nplt.figure(title="Whales by year")\nplt.show()');

it('a script that was allowed nothing is refused, without a question', async () => {
  const code = 'try:\n    import tinypkg\nexcept ImportError as e:\n    FINAL(str(e))';
  const { response } = await complete([cell(code)]);
  expect(response).toBe(
    "No module named 'tinypkg' (not available here now: the user has not allowed packages from cdn.jsdelivr.net)",
  );
  expect(asked).toEqual([]);
});

it('the user names a mirror, is asked by the run, says not now, and the run goes on without', async () => {
  corpusId = await dropAndOpen(page, [{ name: 'whales.txt', text: 'Call me Ishmael. '.repeat(50) }]);
  await useScriptedRoot();
  await page.getByRole('link', { name: 'Settings' }).first().click();
  await page.getByText('Take packages from another address').click();
  await page.getByRole('textbox', { name: 'Address of the packages' }).fill('not an address');
  await page.getByRole('button', { name: 'Save the address' }).click();
  await page.getByText('This is not the address of a folder on the web.').waitFor();
  await page.getByRole('textbox', { name: 'Address of the packages' }).fill(mirror);
  await page.getByRole('button', { name: 'Save the address' }).click();
  await page.getByText(`from ${new URL(mirror).host} when you allow it`).waitFor();
  models.script = rootScript([PLOT, PLOT, cell('FINAL("without pictures")')]);
  await ask('Draw the whales?');
  const prompt = page.getByRole('region', { name: 'Packages' });
  await prompt.getByText('The code wants matplotlib 1.0').waitFor();
  expect(await settledFaults(page)).toEqual([]);
  await shoot('asking');
  await prompt.getByRole('button', { name: 'Not now' }).click();
  await page.getByText('without pictures').first().waitFor();
  expect(await prompt.count()).toBe(0);
  expect(asked).toEqual([]);
});

it('Stop ends a run that waits for the answer', async () => {
  models.script = rootScript([PLOT]);
  await ask('Draw them, then?');
  const prompt = page.getByRole('region', { name: 'Packages' });
  await prompt.waitFor();
  await page.getByRole('button', { name: 'Stop' }).first().click();
  await page.getByText('Stopped').first().waitFor({ timeout: 3_000 });
  await prompt.waitFor({ state: 'detached' });
});

it('once allowed by keyboard, packages come, and figures stand in the trace and under the answer', async () => {
  models.script = rootScript([PLOT, cell('import slow\nFINAL("drawn")')]);
  await ask('And now?');
  const prompt = page.getByRole('region', { name: 'Packages' });
  await prompt.waitFor();
  await page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
  });
  await prompt.getByRole('button', { name: 'Allow' }).focus();
  await page.keyboard.press('Enter');
  const answer = page.getByRole('region', { name: 'Answer' });
  await answer.getByText('drawn').first().waitFor();
  const inTrace = page.getByRole('group', { name: 'Cell 1' }).getByRole('img', { name: 'Whales by year' });
  await inTrace.first().waitFor();
  expect(await inTrace.first().evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(320);
  await answer.getByRole('button', { name: /Whales by year/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Whales by year' });
  await dialog.getByRole('img', { name: 'Whales by year' }).waitFor();
  expect(await settledFaults(page)).toEqual([]);
  await shoot('figure-large');
  await page.keyboard.press('Escape');
  await shoot('figures');
  expect(models.requests.at(-1)?.messages.at(-1)?.content).toContain('[1 figure, shown to the user]');
  expect(asked).toEqual(['matplotlib-1.0-py3-none-any.whl', 'slow-1.0-py3-none-any.whl']);
});

it('what is kept works after a reload without a network, can be looked at, and be removed', async () => {
  await page.reload();
  const figure = page.getByRole('img', { name: 'Whales by year' });
  await figure.first().waitFor(); // from the stored run
  const before = asked.length;
  // This visit keeps no copy of the site: what of it comes when it is first used comes now.
  await page.evaluate(async () => (await window.sonde.repl('x')).close());
  await visit.context.setOffline(true);
  models.script = rootScript([cell('import slow\nFINAL(str(slow.HERE))')]);
  const offline = await page.evaluate(async () => {
    const repl = await window.sonde.repl('x');
    const kept = await repl.run('import slow\nprint(slow.HERE)');
    const not = await repl.run('import tinypkg');
    repl.close();
    return { kept: kept.stdout, not: not.error?.message };
  });
  await visit.context.setOffline(false);
  expect(offline).toEqual({
    kept: 'True\n',
    not: "No module named 'tinypkg' (not available here now: tinydep is not kept on this device and there is no connection)",
  });
  expect(asked.length).toBe(before);
  await page.getByRole('link', { name: 'Settings' }).first().click();
  const kept = page.getByRole('list', { name: 'Kept packages' });
  await kept.getByText(/^slow/).waitFor();
  expect(await kept.getByRole('listitem').count()).toBe(2);
  expect(await settledFaults(page)).toEqual([]);
  await kept.scrollIntoViewIfNeeded();
  await shoot('settings');
  await page.getByRole('button', { name: 'Remove slow' }).click();
  await page.getByText('1 package kept').waitFor();
  await page.getByRole('button', { name: 'Stop allowing' }).click();
  expect(await page.evaluate(() => window.sonde.packages.list())).toMatchObject([{ name: 'matplotlib' }]);
  const again = await complete([cell('try:\n    import slow\nexcept ImportError as e:\n    FINAL(str(e))')]);
  expect(again.response).toContain('the user has not allowed packages from 127.0.0.1');
});
