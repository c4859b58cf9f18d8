/** Every place of the built app, narrow and wide, light and dark: nothing for axe, nothing cut, nothing wider than the window. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLE_QUESTIONS } from '../../src/core/corpus/sample';
import { startOpenAiServer, type OpenAiServer } from '../fixtures/server/openai-server';
import { openSite, scriptingReady, type Site, type Visit } from './harness';
import { settledFaults } from './look-checks';
import { fillProfile, leave, LONG_MODEL } from './look-profile';

/** Where screenshots go for somebody to look at; none are taken without it. */
const shots = process.env['SONDE_SHOTS'];

let site: Site;
let visit: Visit;
let server: OpenAiServer;
/** Fragments of the places that need something to be there. */
let at: Readonly<Record<string, string>> = {};

beforeAll(async () => {
  site = await openSite();
  server = await startOpenAiServer(() => '', { models: ['scripted', LONG_MODEL] });
  visit = await site.visit();
  await scriptingReady(visit.page);
  at = await fillProfile(visit.page, server);
});
afterAll(async () => {
  await server.close();
  await site.close();
});

const SIZES = [320, 390, 800, 1280, 1920] as const;
const THEMES = ['light', 'dark'] as const;

/** Looks at the place as it stands in some sizes and both themes. */
async function look(name: string, sizes: readonly number[] = SIZES): Promise<void> {
  const { page } = visit;
  const faults: string[] = [];
  for (const [index, width] of sizes.entries()) {
    const colorScheme = THEMES[index % 2] ?? 'light';
    await page.setViewportSize({ width, height: width < 800 ? 780 : 900 });
    await page.emulateMedia({ colorScheme });
    await page.waitForTimeout(150);
    if (shots !== undefined) {
      mkdirSync(shots, { recursive: true });
      await page.screenshot({ path: join(shots, `${name}-${String(width)}-${colorScheme}.png`) });
    }
    for (const fault of await settledFaults(page))
      faults.push(`${name} ${String(width)} ${colorScheme}: ${fault}`);
  }
  expect(faults).toEqual([]);
}

async function go(fragment: string | undefined, text: string | RegExp): Promise<void> {
  const { page } = visit;
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.evaluate((fragment) => (location.hash = fragment), fragment ?? '#/nowhere');
  await page.getByText(text).filter({ visible: true }).first().waitFor();
}

/** Two windows' worth, each theme once, for places that differ little with the width. */
const FEW: readonly number[] = [390, 1280, 320];

/** Has answers checked, and sub-calls move up to two models, one of them not named yet. */
async function climb(): Promise<void> {
  const { page } = visit;
  for (const name of ['Root model', 'Verifier']) {
    const role = page.getByRole('group', { name, exact: true });
    await role.getByLabel('Where it runs').selectOption({ label: 'Another server' });
    const model = role.getByRole('combobox', { name: 'Model', exact: true });
    await model.fill(LONG_MODEL);
    await model.press('Enter');
  }
  const sub = page.getByRole('group', { name: 'Sub-model', exact: true });
  await sub.getByText('Stronger models to move up to').click();
  const add = sub.getByRole('button', { name: 'Add a stronger model' });
  await add.click();
  await add.click();
  await sub.getByRole('listitem', { name: 'Step 1' }).getByLabel('Model').fill(LONG_MODEL);
}

describe('every place', () => {
  it('the first screen', async () => {
    const fresh = await site.visit();
    const kept = visit;
    visit = fresh;
    try {
      await fresh.page.getByText('Stays on this device').waitFor();
      await look('first');
      expect(fresh.complaints).toEqual([]);
    } finally {
      visit = kept;
      await fresh.context.close();
    }
  });

  it('the library, with files that could not be read', async () => {
    await go('#/library', 'Minutes of the');
    await look('library', FEW);
    await go(at['corpus'], /documents? ·/);
    await look('corpus', FEW);
  });

  it('the form of a question, with its limits open', async () => {
    await go(at['ask'], 'Nothing leaves this device');
    for (const part of ['How it is read', 'Limits'])
      await visit.page.locator('form summary').filter({ hasText: part }).click();
    await look('ask');
  });

  it('an answer with quotations, and a document beside it', async () => {
    await go(at['answered'], 'Answered');
    await look('answer');
    await go(at['document'], SAMPLE_QUESTIONS[0]?.question ?? '');
    await look('document');
  });

  it('a trace, with a node selected, and searched', async () => {
    await go(at['trace'], '5,000 sub-calls');
    await look('trace');
    const { page } = visit;
    await page.setViewportSize({ width: 1280, height: 900 });
    const strip = page.getByRole('listbox', { name: 'Sub-calls' }).first();
    await strip.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page
      .getByText(/It says: Read passage/)
      .first()
      .waitFor();
    await look('call');
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.getByRole('searchbox', { name: 'Find in the trace' }).fill('passage 7');
    await page
      .getByText(/matches/)
      .first()
      .waitFor();
    await look('found', FEW);
    await page.getByRole('searchbox', { name: 'Find in the trace' }).fill('');
  });

  it('runs that failed, stopped short or broke off', async () => {
    for (const name of ['failed', 'partial', 'broken'] as const) {
      await go(at[name], /What do the passages|Who waits/);
      await look(name, FEW);
    }
  });

  it('a run under way', async () => {
    const fragment = await leave(visit.page, server);
    await go(fragment, 'Stop');
    await look('running', FEW);
    await go(`${fragment}/${fragment.slice('#/run/'.length)}`, 'first turn');
    await look('running-trace', FEW);
    await visit.page.setViewportSize({ width: 1280, height: 900 });
    await visit.page.getByRole('button', { name: 'Stop' }).first().click();
    await visit.page.getByText('Stopped').first().waitFor();
  });

  it('models, with a connection that does not work', async () => {
    await go('#/models', 'Models');
    const { page } = visit;
    await page.getByRole('button', { name: 'Another server' }).click();
    const card = page.getByRole('group', { name: /connection$/ });
    await card.getByRole('textbox', { name: 'Base URL' }).fill('http://127.0.0.1:9/v1');
    await card.getByRole('textbox', { name: 'More servers' }).fill('http://127.0.0.1:7/v1\nno address');
    await card.getByRole('textbox', { name: 'More servers' }).blur();
    await climb();
    await card.getByRole('button', { name: /Test connection/ }).click();
    await page
      .getByText(/127\.0\.0\.1:9/)
      .first()
      .waitFor();
    await card
      .getByText(/could not be reached|not answer|nothing answers/i)
      .first()
      .waitFor();
    visit.complaints.splice(0); // the browser itself reports the refused connection
    await look('models');
  });

  it('history, settings, an address of nothing and a run that is not here', async () => {
    await go('#/history', 'Who waits?');
    await look('history', FEW);
    await go('#/settings', 'Theme');
    await look('settings', FEW);
    await go('#/nothing/like/this/at/all/here', 'There is nothing at this address');
    await look('unknown', FEW);
    await go('#/run/gone', 'This run is not here');
    await look('missing', FEW);
  });

  it('with colours forced and with more contrast', async () => {
    const { page } = visit;
    await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
    await go(at['trace'], '5,000 sub-calls');
    await look('forced', FEW);
    await page.emulateMedia({ forcedColors: 'none', contrast: 'more' });
    await go(at['document'], SAMPLE_QUESTIONS[0]?.question ?? '');
    await look('contrast', FEW);
    await page.emulateMedia({ contrast: 'no-preference' });
  });

  it('leaves nothing in the console', () => {
    expect(visit.complaints.filter((text) => !/status of 40[01]/.test(text))).toEqual([]);
  });
});
