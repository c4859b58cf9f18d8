/** Runs after the fact, in the built app: logs out and in, replay, and going on; by hand and by script, with real Python. */

import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startOpenAiServer, type OpenAiServer } from '../fixtures/server/openai-server';
import { cell, rootScript } from '../fixtures/server/script';
import { drop } from './hands';
import { openSite, scriptingReady, type Site, type Visit } from './harness';
import { settledFaults } from './look-checks';

const official = readFileSync(
  resolve(import.meta.dirname, '../fixtures/official-logs/children.jsonl'),
  'utf8',
);
/** Where screenshots go for somebody to look at; none are taken without it. */
const shots = process.env['SONDE_SHOTS'];

/** What it prints is another thing each time. */
const TURNS = [
  cell('import random\nprint("a number:", random.random())'),
  cell('child = rlm_query("part of the child")\nprint(child, llm_query("a question"))'),
  cell('answer["content"] = child + "!"\nanswer["ready"] = True'),
];
const CHILD = [cell('print(context)'), cell('answer["content"] = "from the child"\nanswer["ready"] = True')];

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

const script = (turns: Parameters<typeof rootScript>[0]) =>
  rootScript(turns, { sub: (prompt) => `heard ${prompt}`, child: (_, turn) => CHILD[turn] ?? '' });

/** Asks by script. @returns how it ended */
function complete(page: Page, maxTurns: number) {
  return page.evaluate(
    async ({ baseUrl, maxTurns }) => {
      const root = { provider: 'openai' as const, baseUrl, model: 'scripted' };
      const limits = { maxDepth: 2, maxTurns };
      const question = 'What does the child say?';
      const { runId, status } = await window.sonde.completion('A text of mine.', { question, root, limits });
      return { runId, status };
    },
    { baseUrl: server.baseUrl, maxTurns },
  );
}

const idOf = (page: Page) => /#\/run\/([^/?]+)/.exec(page.url())?.[1] ?? '';

async function open(page: Page, fragment: string, text: string | RegExp): Promise<void> {
  await page.evaluate((fragment) => (location.hash = fragment), fragment);
  await page.getByText(text).filter({ visible: true }).first().waitFor();
}

/** Looks at the page as it stands, narrow and dark, and wide and light. */
async function look(page: Page, name: string): Promise<void> {
  const faults: string[] = [];
  for (const [width, colorScheme] of [
    [390, 'dark'],
    [1280, 'light'],
  ] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    for (const fault of await settledFaults(page)) faults.push(`${name} ${String(width)}: ${fault}`);
    if (shots === undefined) continue;
    mkdirSync(shots, { recursive: true });
    await page.screenshot({ path: join(shots, `${name}-${String(width)}-${colorScheme}.png`) });
  }
  expect(faults).toEqual([]);
}

it('a run is exported, imported by button, replayed by button and by script, and sends nothing by it', async () => {
  const { page } = visit;
  server.script = script(TURNS);
  const { runId } = await complete(page, 9);
  const sent = server.requests.length;
  await open(page, `#/run/${runId}`, 'Answered');
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export the log' }).click();
  const download = await downloading;
  const log = readFileSync(await download.path(), 'utf8');
  expect(download.suggestedFilename()).toMatch(/^run-\d{4}-\d\d-\d\d-.*\.jsonl$/);
  expect(log).toBe(await page.evaluate((id) => window.sonde.runs.exportJsonl(id), runId));

  await page.getByRole('button', { name: 'Replay' }).click();
  await page.getByText('1 cell did otherwise; the trace shows where.').waitFor();
  const replayed = idOf(page);
  await look(page, 'replay');
  await open(page, `#/run/${replayed}/${replayed}`, /of what it printed is/);
  await open(page, `#/record/${replayed}`, 'every reply is from the record of an earlier run');
  await look(page, 'replay-record');
  const byScript = await page.evaluate((id) => window.sonde.runs.replay(id), runId);
  expect(byScript).toMatchObject({ status: 'answered', response: 'from the child!', usage: {} });
  expect(byScript.differences).toMatchObject([{ what: 'stdout', turn: 0, cell: 0 }]);

  await open(page, '#/history', 'Import logs');
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Import logs' }).click();
  const buffer = Buffer.from(log);
  await (await choosing).setFiles([{ name: 'mine.jsonl', mimeType: 'application/jsonl', buffer }]);
  await page.getByText('Imported from mine.jsonl').waitFor();
  const imported = idOf(page);
  await page.getByText('from the child!').first().waitFor();
  await look(page, 'imported');
  const [own, back] = await page.evaluate(
    ({ ids }) => Promise.all(ids.map((id) => window.sonde.runs.get(id))),
    { ids: [runId, imported] },
  );
  const shape = (tree: typeof own) =>
    tree?.turns.map((turn) => [
      turn.text,
      turn.cells.map(({ code, calls }) => [
        code,
        calls.map(({ prompt, reply, child }) => [prompt, reply, child?.turns.map(({ text }) => text)]),
      ]),
    ]);
  expect(shape(back)).toEqual(shape(own));
  expect(JSON.stringify(shape(back))).toContain('print(context)');
  await open(page, `#/record/${imported}`, 'what it sent where it was made is not part of this record');
  await look(page, 'imported-record');
  expect(server.requests.length).toBe(sent);
});

it('a log of the official implementation is dropped on the history, and its cells are run anew', async () => {
  const { page } = visit;
  const sent = server.requests.length;
  await open(page, '#/history', 'Import logs');
  await look(page, 'history');
  await drop(page, [{ name: 'torn.jsonl', text: '{"type": "iteration"' }]);
  await page
    .getByText(/torn\.jsonl: .*Nothing was imported/)
    .first()
    .waitFor();
  await drop(page, [{ name: 'official.jsonl', text: official }]);
  await page.getByText('Imported from official.jsonl').waitFor();
  const runId = idOf(page);
  await open(page, `#/run/${runId}/${runId}`, 'the text of the child');
  await look(page, 'official-trace');
  await open(page, `#/run/${runId}`, 'Imported from official.jsonl');
  await page.getByRole('button', { name: 'Replay' }).click();
  await page.getByText(/A replay of/).waitFor();
  await page.getByText(/did otherwise|Every cell did the same/).waitFor();
  const replay = await page.evaluate((id) => window.sonde.runs.get(id), idOf(page));
  expect(replay).toMatchObject({ status: 'answered', answer: '78 and the text', replays: runId });
  expect(replay?.turns[1]?.cells[1]?.calls[0]?.child?.turns.length).toBeGreaterThan(0);
  const again = await page.evaluate((text) => window.sonde.runs.importJsonl(text), official);
  expect(again).not.toBe(runId);
  expect(server.requests.length).toBe(sent);
});

it('a run that broke off, and one that reached a limit, go on where they were', async () => {
  const { page } = visit;
  server.script = script([TURNS[0] ?? '', { fault: 'silence' }]);
  const before = server.requests.length;
  const broken = await page.evaluate(
    (baseUrl) =>
      new Promise<string>((started) => {
        const root = { provider: 'openai' as const, baseUrl, model: 'scripted' };
        const onEvent = ({ type, ...event }: { type: string; runId?: string }) => {
          if (type === 'run-started') started(event.runId ?? '');
        };
        void window.sonde.completion('A text of mine.', { question: 'Who?', root, onEvent });
      }),
    server.baseUrl,
  );
  await expect.poll(() => server.requests.length).toBe(before + 2);
  await page.waitForTimeout(600); // written every quarter of a second
  await page.reload();
  await scriptingReady(page);
  server.script = script(TURNS);
  await open(page, `#/run/${broken}`, 'Who?');
  await page.getByRole('button', { name: 'Resume' }).waitFor();
  await look(page, 'broken');
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByText('Answered').first().waitFor();
  // The first turn was not asked for again.
  const turnsAsked = server.requests.slice(before + 2).filter(({ messages }) => messages.length > 1);
  const told = ({ messages }: (typeof turnsAsked)[number]) =>
    messages.filter(({ role }) => role === 'assistant').length;
  expect(turnsAsked.map(told)).toEqual([1, 2]);

  server.script = script(TURNS);
  const { runId, status } = await complete(page, 1);
  expect(status).toBe('partial');
  await open(page, `#/run/${runId}`, 'The only turn was used');
  const turns = page.getByLabel('Turns', { exact: true }).first();
  expect(await turns.inputValue()).toBe('2');
  await turns.fill('1');
  await page.getByText('More than 1 is needed to go on.').waitFor();
  expect(await page.getByRole('button', { name: 'Resume' }).isDisabled()).toBe(true);
  await turns.fill('2');
  await look(page, 'limit');
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByText('All 2 turns were used').first().waitFor();
  await open(page, `#/run/${runId}/${runId}`, 'Limits from here on: turns 2 (1 before).');
  await look(page, 'resumed-trace');
  const end = await page.evaluate((id) => window.sonde.runs.resume(id, { limits: { maxTurns: 9 } }), runId);
  expect(end).toMatchObject({ status: 'answered', response: 'from the child!' });
  const tree = await page.evaluate((id) => window.sonde.runs.get(id), runId);
  expect(tree?.limits.maxTurns).toBe(9);
  expect(tree?.turns).toHaveLength(3);
  expect(visit.complaints).toEqual([]);
});
