/** Two tabs of one visitor: one owns a run, the other looks on, stops it, removes it, and sees its tab go away. */

import type { Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startOpenAiServer, type OpenAiServer } from '../fixtures/server/openai-server';
import { cell, rootScript } from '../fixtures/server/script';
import { openSite, scriptingReady, type Site, type Visit } from './harness';

let site: Site;
let server: OpenAiServer;
let visit: Visit;
/** Looks on; the other tab runs. */
let onlooker: Page;
let owner: Page;
/** Lets the root model go on after its first turn. */
let goOn: () => void;

beforeAll(async () => {
  site = await openSite();
  server = await startOpenAiServer(() => '');
  visit = await site.visit();
  onlooker = visit.page;
  await scriptingReady(onlooker);
});
afterAll(async () => {
  await server.close();
  await site.close();
});

beforeEach(async () => {
  owner = await visit.context.newPage();
  await owner.goto(site.server.url);
  await scriptingReady(owner);
  const held = new Promise<void>((resolve) => (goOn = resolve));
  const turns = rootScript([
    cell('print("first turn")'),
    cell('print("second turn")'),
    cell('FINAL("done there")'),
  ]);
  server.script = async (request) => {
    if (request.messages.length > 2) await held;
    return turns(request);
  };
  return async () => {
    goOn();
    await owner.close();
  };
});

/** Starts a run in the owner that waits for its second reply, and opens it in the onlooker. Gives its id. */
async function runLookedAt(question: string): Promise<string> {
  const id = await owner.evaluate(
    ({ baseUrl, question }) =>
      new Promise<string>((started) => {
        const root = { provider: 'openai' as const, baseUrl, model: 'scripted' };
        void window.sonde.completion('text', {
          question,
          root,
          onEvent: (event) => {
            if (event.type === 'run-started') started(event.runId);
          },
        });
      }),
    { baseUrl: server.baseUrl, question },
  );
  await onlooker.goto(`${site.server.url}#/history`);
  const link = onlooker.getByRole('link', { name: question });
  await link.getByText('Running in another tab').waitFor();
  await link.click();
  await onlooker.getByText('first turn').first().waitFor();
  return id;
}

/** How often the record of a run says that it began and that it ended, as it is on disk. */
function marks(page: Page, id: string): Promise<string[]> {
  return page.evaluate(
    (id) =>
      new Promise<string[]>((resolve, reject) => {
        const opening = indexedDB.open('sonde');
        opening.onerror = () => {
          reject(new Error('no database'));
        };
        opening.onsuccess = () => {
          const reading = opening.result.transaction('events').objectStore('events').getAll();
          reading.onsuccess = () => {
            opening.result.close();
            const rows = reading.result as { treeId: string; events: { type: string }[] }[];
            const types = rows.filter((row) => row.treeId === id).flatMap((row) => row.events);
            resolve(types.map(({ type }) => type).filter((type) => type.startsWith('run-')));
          };
        };
      }),
    id,
  );
}

describe('a run that another tab owns', () => {
  it('is shown as it goes on there, to its answer', async () => {
    await runLookedAt('Followed?');
    await onlooker.getByText('in another tab').waitFor();
    goOn();
    await onlooker.getByText('second turn').first().waitFor();
    await onlooker.getByText('done there').first().waitFor();
    await onlooker.getByText('Answered').first().waitFor();
    expect(await onlooker.getByRole('button', { name: 'Stop' }).count()).toBe(0);
  });

  it('is stopped from here', async () => {
    const id = await runLookedAt('Stopped from here?');
    await onlooker.getByRole('button', { name: 'Stop' }).click();
    await onlooker.getByText('Stopped', { exact: true }).first().waitFor();
    expect(await owner.evaluate(async (id) => (await window.sonde.runs.get(id))?.status, id)).toBe('stopped');
    expect(await marks(onlooker, id)).toEqual(['run-started', 'run-finished']);
  });

  it('is broken the moment its tab is closed, and nobody finishes it in its place', async () => {
    const id = await runLookedAt('Left alone?');
    const closedAt = Date.now();
    await owner.close();
    await onlooker.getByText('Broke off').first().waitFor();
    expect(Date.now() - closedAt).toBeLessThan(3_000);
    await onlooker.getByText('This run never finished').waitFor();
    expect(await marks(onlooker, id)).toEqual(['run-started']);
    await onlooker.evaluate(() => (location.hash = '#/history'));
    await onlooker.getByRole('link', { name: 'Left alone?' }).getByText('Broke off').waitFor();
  });

  it('is stopped there before it is removed here', async () => {
    const id = await runLookedAt('Removed?');
    await onlooker.evaluate((id) => window.sonde.runs.remove(id), id);
    expect(await marks(onlooker, id)).toEqual([]);
    expect(
      await owner.evaluate(async (id) => (await window.sonde.runs.list()).some((run) => run.id === id), id),
    ).toBe(false);
    goOn();
    await owner.waitForTimeout(600);
    expect(await marks(onlooker, id)).toEqual([]);
  });
});

describe('a tab with a run', () => {
  it('asks before it is closed, and only then', async () => {
    await owner.getByRole('link', { name: 'Settings' }).first().click(); // browsers ask only where a user has been
    expect(await asksBeforeClosing(owner)).toBe(false);
    await runLookedAt('Closed?');
    expect(await asksBeforeClosing(owner)).toBe(true);
    goOn();
    await onlooker.getByText('done there').first().waitFor();
    expect(await asksBeforeClosing(owner)).toBe(false);
  });
});

/** Leaves for an empty page and comes back, unless it is asked to stay. */
async function asksBeforeClosing(page: Page): Promise<boolean> {
  const asked = new Promise<boolean>((resolve) => {
    page.once('dialog', (dialog) => {
      resolve(dialog.type() === 'beforeunload');
      void dialog.dismiss();
    });
  });
  const left = page.goto(`${site.server.origin}/no-such-page`).then(
    () => false,
    () => asked,
  );
  const stays = await left;
  if (!stays) {
    page.removeAllListeners('dialog');
    await page.goto(`${site.server.url}#/settings`);
    await scriptingReady(page);
    await page.getByRole('link', { name: 'Settings' }).first().click();
  }
  return stays;
}
