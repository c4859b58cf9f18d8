/** The library in the built app: folders, many files, two tabs, removal under a run, large documents, and a browser that stores nothing. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ask, drop, dropAndOpen } from './hands';
import { openSite, scratchFolder, scriptingReady, type Site, type Visit } from './harness';

let site: Site;
let visit: Visit;

beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());
beforeEach(async () => {
  visit = await site.visit();
  await scriptingReady(visit.page);
});
afterEach(async () => {
  expect(visit.complaints).toEqual([]);
  await visit.context.close();
});

const LOG = `The keeper's log.

On the ninth of March the lighthouse at Skerry Point was repainted in white and red by a crew of four.
`;

describe('bringing files in', () => {
  it('takes a whole folder with its paths, and leaves out what the system drops there', async () => {
    const { page } = visit;
    const folder = join(scratchFolder(), 'papers');
    mkdirSync(join(folder, 'letters', 'old'), { recursive: true });
    writeFileSync(join(folder, 'index.md'), '# Papers');
    writeFileSync(join(folder, 'letters', 'one.txt'), 'Dear all.');
    writeFileSync(join(folder, 'letters', 'old', 'two.txt'), 'Dear nobody.');
    writeFileSync(join(folder, '.DS_Store'), 'x');
    const picker = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'or choose a whole folder' }).click();
    await (await picker).setFiles(folder);
    await page.waitForURL(/#\/corpus\/[^/]+\/ask$/);
    const documents = page.getByRole('list', { name: 'Documents' }).or(page.getByLabel('Documents'));
    await documents.first().waitFor();
    const names = await page.evaluate(async () => {
      const [corpus] = await window.sonde.corpora.list();
      const repl = await window.sonde.repl({ corpus: corpus?.id ?? '' });
      const run = await repl.run('print(sorted(d.name for d in context))');
      repl.close();
      return run.stdout;
    });
    expect(names).toContain('letters/one.txt');
    expect(names).toContain('letters/old/two.txt');
    expect(names).not.toContain('DS_Store');
  });

  it('takes three hundred files at once, and opens one from a search', async () => {
    const { page } = visit;
    const files = Array.from({ length: 300 }, (_, i) => ({
      name: `note-${String(i).padStart(3, '0')}.txt`,
      text: `Note ${String(i)}. ${i === 217 ? 'The heron nests under the old slipway.' : 'Nothing to report.'}\n`,
    }));
    await dropAndOpen(page, files);
    await page
      .getByText(/300 documents/)
      .first()
      .waitFor();
    await page.getByRole('searchbox', { name: /Search in/ }).fill('heron nests');
    await page.getByRole('link', { name: /heron/ }).first().click();
    await page.getByRole('article', { name: 'note-217.txt' }).locator('mark').first().waitFor();
  });

  it('shows in one tab what another adds', async () => {
    const { page } = visit;
    await dropAndOpen(page, [{ name: 'log.txt', text: LOG }]);
    const second = await visit.context.newPage();
    await second.goto(site.server.url);
    await scriptingReady(second);
    await drop(second, [{ name: 'other tab.txt', text: 'Written elsewhere.' }]);
    await second.getByRole('textbox', { name: 'Question' }).waitFor();
    await page.evaluate(() => (location.hash = '#/library'));
    await page.getByText('other tab').filter({ visible: true }).first().waitFor();
  });
});

describe('what is stored', () => {
  it('keeps a run whose documents were removed, and says that they are gone', async () => {
    const { page } = visit;
    const corpusId = await dropAndOpen(page, [{ name: 'log.txt', text: LOG }]);
    const runId = await ask(page, 'When was the lighthouse at Skerry Point repainted?');
    await page.evaluate((id) => window.sonde.corpora.remove(id), corpusId);
    await page.goto(`${site.server.url}#/run/${runId}`);
    await page.reload();
    await page.getByText('Answered').first().waitFor();
    await page
      .getByText(/lighthouse at Skerry Point was repainted/)
      .first()
      .waitFor();
    await page
      .getByText(/no longer in the library/)
      .first()
      .waitFor();
  });

  it('shows the end of a document of thirty megabytes at once', async () => {
    const { page } = visit;
    const ids = await page.evaluate(async () => {
      const line = 'All work and no play makes a dull and very long document indeed.\n';
      const body = line.repeat(Math.ceil((30 * 1024 * 1024) / line.length));
      const file = new File([body, 'And here it ends.\n'], 'long.txt');
      const { id, documents } = await window.sonde.corpora.import([file]);
      return { corpus: id, document: documents[0]?.id ?? '', chars: documents[0]?.chars ?? 0 };
    });
    await page.reload();
    await scriptingReady(page);
    const startedAt = Date.now();
    const at = `${String(ids.chars - 18)}-${String(ids.chars - 1)}`;
    await page.goto(`${site.server.url}#/corpus/${ids.corpus}/doc/${ids.document}?at=${at}`);
    const marked = page.getByRole('article', { name: 'long.txt' }).locator('mark');
    await marked.first().waitFor();
    const tookMs = Date.now() - startedAt;
    console.log(`end of 30 MB shown in ${String(tookMs)} ms`);
    expect((await marked.allTextContents()).join('')).toBe('And here it ends.');
    expect(tookMs).toBeLessThan(5_000);
  });

  it('renames a corpus', async () => {
    const { page } = visit;
    await dropAndOpen(page, [{ name: 'log.txt', text: LOG }]);
    await page
      .getByRole('button', { name: /^Actions for/ })
      .first()
      .click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await page.getByRole('dialog').getByRole('textbox').fill('Keeper of the light');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Keeper of the light', level: 2 }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Keeper of the light', level: 2 }).waitFor();
  });
});

/** Runs in the page and in the worker. */
function refuseStorage(): void {
  IDBFactory.prototype.open = () => {
    throw new DOMException('denied', 'SecurityError');
  };
}

describe('a browser that will not store', () => {
  it('says so in words when there is no database, and the page stands', async () => {
    const { page, context } = visit;
    await context.addInitScript(refuseStorage);
    // The worker that holds the library has globals of its own.
    await context.route(/corpus\.worker.*\.js$/, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: `(${String(refuseStorage)})();${await response.text()}` });
    });
    await page.reload();
    await page.getByText('does not let the page store anything here').first().waitFor();
    await page.getByText('Stays on this device').waitFor();
    const answer = await page.evaluate(async () => {
      const root = { provider: 'reader' as const };
      const text = 'On the ninth of March the lighthouse was repainted.';
      const result = await window.sonde.completion(text, {
        question: 'When was the lighthouse repainted?',
        root,
      });
      return { status: result.status, response: result.response };
    });
    expect(answer.status).toBe('answered');
    expect(answer.response).toContain('ninth of March');
  });

  it('says when the disk is full, and keeps what was there', async () => {
    // Set before the database is opened: Chromium goes on believing in the room it has seen.
    const fresh = await site.browser.newContext();
    // Chromium tells every site of the same ten gigabytes; other browsers tell what there is.
    await fresh.addInitScript(() => {
      StorageManager.prototype.estimate = () => Promise.resolve({ usage: 1_000_000, quota: 8_000_000 });
    });
    const page = await fresh.newPage();
    await page.goto(`${site.server.url}icon.svg`);
    const cdp = await fresh.newCDPSession(page);
    const { origin } = site.server;
    await cdp.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 8_000_000 });
    await page.goto(site.server.url);
    await dropAndOpen(page, [{ name: 'log.txt', text: LOG }]);
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.items.add(new File(['so much text that it does not fit\n'.repeat(1_500_000)], 'huge.txt'));
      for (const type of ['dragenter', 'dragover', 'drop'])
        document.body.dispatchEvent(
          new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }),
        );
    });
    // It says so before it begins; going on all the same is the user's choice.
    const warning = page.getByRole('dialog', { name: 'This may not fit' });
    await warning.getByText(/What you are adding is\s+51 MB/).waitFor();
    await warning.getByRole('button', { name: 'Add anyway' }).click();
    await page
      .getByText(/There is no room left for this site on the disk/)
      .first()
      .waitFor();
    const names = await page.evaluate(async () =>
      (await window.sonde.corpora.list()).map(({ name }) => name),
    );
    expect(names).toContain('log');
    await fresh.close();
  });
});
