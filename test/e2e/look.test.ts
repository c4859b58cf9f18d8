/** Every place of the built app, narrow and wide, light and dark: nothing for axe, nothing cut, nothing wider than the window. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SAMPLE_QUESTIONS } from '../../src/core/corpus/sample';
import { startOpenAiServer, type OpenAiServer } from '../fixtures/server/openai-server';
import { cell, rootScript } from '../fixtures/server/script';
import { ask, drop } from './hands';
import { openSite, scriptingReady, type Site, type Visit } from './harness';
import { settledFaults } from './look-checks';

/** Where screenshots go for somebody to look at; none are taken without it. */
const shots = process.env['SONDE_SHOTS'];

let site: Site;
let visit: Visit;
let server: OpenAiServer;
/** Fragments of the places that need something to be there. */
const at: Record<string, string> = {};

const LONG_NAME =
  'Minutes of the extraordinary general meeting of the cooperative society, second session, with annexes A to K and the dissenting opinion (final, corrected, scanned copy 3).txt';
const LONG_MODEL =
  'organisation-with-a-long-name/Model-Name-235B-A22B-Instruct-2507-FP8-dynamic-extended-context';

beforeAll(async () => {
  site = await openSite();
  server = await startOpenAiServer(() => '', { models: ['scripted', LONG_MODEL] });
  visit = await site.visit();
  await scriptingReady(visit.page);
  await prepare();
});
afterAll(async () => {
  await server.close();
  await site.close();
});

/** Fills a profile with corpora, runs of every kind, and a connection that does not work. */
async function prepare(): Promise<void> {
  const { page } = visit;
  await page.getByRole('button', { name: 'Try the sample' }).click();
  await page.waitForURL(/#\/corpus\/[^/]+\/ask$/);
  at['ask'] = fragmentOf(page);
  at['corpus'] = fragmentOf(page).replace(/\/ask$/, '');
  await page.getByRole('textbox', { name: 'Question' }).waitFor();
  const answered = await ask(page, SAMPLE_QUESTIONS[0]?.question ?? '');
  at['answered'] = `#/run/${answered}`;
  await page
    .getByRole('region', { name: 'Answer' })
    .getByRole('link', { name: /Verified quotation/ })
    .first()
    .click();
  await page.locator('mark').first().waitFor();
  at['document'] = fragmentOf(page);
  await drop(page, [
    { name: LONG_NAME, text: `Minutes.\n\n${'unbroken'.repeat(400)}\n\nThe end.` },
    { name: 'report.pdf', text: '%PDF-1.7\n%âãÏÓ' },
    { name: 'empty.txt', text: '' },
  ]);
  await page
    .getByText(/PDF files cannot be read yet/)
    .first()
    .waitFor();
  const many = [asking(5_000), asking(25), childrenOf(2), asking(1), 'FINAL(Done.)'];
  at['trace'] = await play(many, 'scripted');
  at['failed'] = await play([cell('print("x" * 3000)\n1/0'), { status: 401 }], LONG_MODEL);
  at['partial'] = await play([cell('print("y " * 9000)'), 'Hm.', 'Hm.', 'Hm.'], LONG_MODEL);
  at['broken'] = await leave();
  await page.reload();
  await scriptingReady(page);
}

const THOUGHT =
  'I ask about these passages at once, because each is short and none depends on another, and then I look at what came back before I go on with the rest of the documents.';
const asking = (calls: number) =>
  cell(
    `r = llm_query_batched([f"Read passage {i} and say what it holds." for i in range(${String(calls)})])\nprint(len(r), r[0])`,
    THOUGHT,
  );
const childrenOf = (count: number) =>
  cell(`print(rlm_query_batched([f"Part {i} of the text" for i in range(${String(count)})]))`, THOUGHT);

/** Plays a run to its end. Returns the fragment of its trace. */
async function play(turns: Parameters<typeof rootScript>[0], model: string): Promise<string> {
  const child = [cell('print(context)'), 'FINAL(It is about the sea.)'];
  server.script = rootScript(turns, {
    sub: (prompt) => (prompt.includes('passage 7 ') ? { status: 400 } : `It says: ${prompt}`),
    child: (_, turn) => child[turn] ?? '',
  });
  const runId = await visit.page.evaluate(
    async ({ baseUrl, model }) => {
      const root = { provider: 'openai' as const, baseUrl, model };
      const limits = { maxSubcalls: 10_000, maxDepth: 2, maxConcurrency: 64, maxBudgetUsd: 2 };
      const question = `What do the passages of ${'the second part '.repeat(8)}say?`;
      const result = await window.sonde.completion('Some text.', { question, root, limits });
      return result.runId;
    },
    { baseUrl: server.baseUrl, model },
  );
  return `#/run/${runId}/${runId}`;
}

/** Starts a run whose second reply never comes, and returns the fragment of its answer once it waits. */
async function leave(): Promise<string> {
  server.script = rootScript([cell('print("first turn")', THOUGHT), { fault: 'silence' }]);
  const before = server.requests.length;
  const id = await visit.page.evaluate(
    (baseUrl) =>
      new Promise<string>((resolve) => {
        const root = { provider: 'openai' as const, baseUrl, model: 'scripted' };
        const onEvent = (event: { type: string; runId?: string }) => {
          if (event.type === 'run-started') resolve(event.runId ?? '');
        };
        void window.sonde.completion('Some text.', { question: 'Who waits?', root, onEvent });
      }),
    server.baseUrl,
  );
  await vi.waitFor(() => expect(server.requests.length).toBe(before + 2), { timeout: 30_000, interval: 50 });
  await visit.page.waitForTimeout(500); // what has happened is on its way to the disk
  return `#/run/${id}`;
}

function fragmentOf(page: Page): string {
  return new URL(page.url()).hash;
}

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
    const fragment = await leave();
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
    await card.getByRole('textbox', { name: 'Base URL' }).blur();
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
