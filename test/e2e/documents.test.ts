/** Documents of real formats through the built app: read in its sandbox under its own policy, asked about, cited, shown. */

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright';
import { makeDocx, makeXlsx } from '../bench/documents';
import { makePdf } from '../bench/pdf-file';
import { dataPath } from '../fixtures/shared-data';
import { ask } from './hands';
import { openSite, scriptingReady, type Site } from './harness';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

interface Given {
  readonly name: string;
  readonly bytes: Uint8Array | string;
}

async function importAll(page: Page, files: readonly Given[]): Promise<string> {
  await scriptingReady(page);
  return page.evaluate(
    async (given) => {
      const list = given.map(
        ({ name, base64 }) => new File([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))], name),
      );
      return (await window.sonde.corpora.import(list, { name: 'Papers' })).id;
    },
    files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString('base64') })),
  );
}

test('a PDF, a Word file and a workbook are read, found and asked about with their pages and cells', async () => {
  const { page, complaints, strangers } = await site.visit();
  const id = await importAll(page, [
    { name: 'report.pdf', bytes: makePdf(3) },
    { name: 'letter.docx', bytes: makeDocx(5) },
    { name: 'costs.xlsx', bytes: makeXlsx(4) },
  ]);
  const read = await page.evaluate(async (corpusId) => {
    const documents = await window.sonde.corpora.documents(corpusId);
    const kinds = documents.map(({ name, kind, pages, problem }) => [
      name,
      kind,
      pages,
      problem?.message ?? null,
    ]);
    const repl = await window.sonde.repl({ corpus: corpusId });
    const { stdout, stderr } = await repl.run(
      'pdf, letter, costs = context\n' +
        'print(len(pdf.pages), pdf.at(page=2).where, pdf.pages[1].text[:8])\n' +
        'print(costs.tables[0].rows[1])\n' +
        'print(len(search("lighthouse keeper", k=3)) > 0, search("lighthouse keeper", k=1)[0].where)',
    );
    repl.close();
    return { kinds, stdout, stderr };
  }, id);
  expect(read.kinds).toEqual([
    ['report.pdf', 'pdf', 3, null],
    ['letter.docx', 'docx', 0, null],
    ['costs.xlsx', 'xlsx', 0, null],
  ]);
  expect(read.stderr).toBe('');
  expect(read.stdout).toMatch(/^3 p\. 2 \w/);
  expect(read.stdout).toContain("[1, 'contract between both parties ends when', 1.25, True]");
  expect(read.stdout).toMatch(/True (?:p\. \d|\S)/);
  expect(complaints).toEqual([]);
  expect(strangers).toEqual([]);
});

test.skipIf(dataPath('documents/pdf/GeoTopo-komprimiert.pdf') === null)(
  'a quotation from a real book opens the page it stands on, drawn, with the place marked (skipped without the documents)',
  async () => {
    const { page, complaints } = await site.visit();
    const book = dataPath('documents/pdf/GeoTopo-komprimiert.pdf') ?? '';
    const id = await importAll(page, [{ name: 'GeoTopo.pdf', bytes: readFileSync(book) }]);
    await page.goto(`${site.server.url}#/corpus/${id}/ask`);
    await ask(page, 'Was ist ein topologischer Raum?');
    const mark = page.locator('a.mark.found').first();
    await mark.waitFor({ timeout: 60_000 });
    expect(await mark.textContent()).toMatch(/p\. \d+/);
    await mark.click();
    const picture = page.locator('img[src^="blob:"]').first();
    await picture.waitFor({ timeout: 60_000 });
    const size = await picture.evaluate((image: HTMLImageElement) => image.naturalWidth);
    expect(size).toBeGreaterThan(200);
    expect(complaints).toEqual([]);
  },
);

const secret = dataPath('documents/pdf/password.pdf');
test.skipIf(secret === null)(
  'a file that asks for a password is opened with it (skipped without the documents)',
  async () => {
    const { page } = await site.visit();
    const id = await importAll(page, [{ name: 'secret.pdf', bytes: readFileSync(secret ?? '') }]);
    const [document] = await page.evaluate((corpusId) => window.sonde.corpora.documents(corpusId), id);
    expect(document?.problem?.code).toBe('password');
    const opened = await page.evaluate(
      async ({ documentId }) => {
        const wrong = await window.sonde.corpora
          .unlock(documentId, 'no')
          .catch((error: { code?: string }) => error.code);
        const right = await window.sonde.corpora.unlock(documentId, 'password');
        return { wrong, text: await window.sonde.corpora.text(right.id) };
      },
      { documentId: document?.id ?? '' },
    );
    expect(opened.wrong).toBe('password');
    expect(opened.text.trim()).not.toBe('');
  },
);
