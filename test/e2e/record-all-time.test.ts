/** What left this device over all time: the sum of all runs, found once and kept. */

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AllTimeReport } from '../../src/core/disclosure/export';
import { unionOf } from '../../src/core/disclosure/ranges';
import { startOpenAiServer, type OpenAiServer } from '../fixtures/server/openai-server';
import { cell, rootScript } from '../fixtures/server/script';
import { openSite, scriptingReady, type Site } from './harness';
import { settledFaults } from './look-checks';
import { linesOf, storedRows } from './record-hands';

const REMOTE = 'models.example.com';
let site: Site;
let remote: OpenAiServer;
beforeAll(async () => {
  site = await openSite([`--host-resolver-rules=MAP ${REMOTE} 127.0.0.1`]);
  remote = await startOpenAiServer(() => 'no script', { protocol: 'h2' });
});
afterAll(async () => {
  await remote.close();
  await site.close();
});

it('adds up the passages of all runs over a corpus, says what it leaves out, and knows it the second time', async () => {
  const { page } = await site.visit();
  await scriptingReady(page);
  const host = `${REMOTE}:${String(remote.port)}`;
  const root = { provider: 'openai' as const, baseUrl: `https://${host}/v1`, model: 'far' };
  const text = linesOf('summed', 900);
  const ids = await page.evaluate(async (text) => {
    const [kept, gone] = [
      await window.sonde.corpora.import([new File([text], 'kept.txt')], { name: 'Kept' }),
      await window.sonde.corpora.import([new File([text], 'gone.txt')], { name: 'Gone' }),
    ];
    return { kept: kept.id, gone: gone.id };
  }, text);
  const runOn = async (context: string | { corpus: string }, ...stretches: [number, number][]) => {
    const prints = stretches.map(([start, end]) => `print(context[${String(start)}:${String(end)}])`);
    remote.script = rootScript([cell(prints.join('\n')), cell('FINAL("done")')]);
    return page.evaluate(
      async ({ context, root }) =>
        (await window.sonde.completion(context, { question: 'What?', root, sub: { provider: 'reader' } }))
          .runId,
      { context, root },
    );
  };
  const runs = [
    await runOn({ corpus: ids.kept }, [100, 900], [4000, 4300]),
    await runOn({ corpus: ids.kept }, [600, 1500], [7000, 7100]),
  ];
  await runOn({ corpus: ids.gone }, [0, 500]);
  await runOn(text, [0, 500]);
  await page.evaluate((id) => window.sonde.corpora.remove(id), ids.gone);
  const own = await Promise.all(
    runs.map((id) => page.evaluate(async (id) => (await window.sonde.runs.disclosure(id))?.documents, id)),
  );
  const union = unionOf(own.map((documents) => documents?.[0]?.left[host]?.flat() ?? []));
  expect(union).toEqual([100, 1500, 4000, 4300, 7000, 7100]);

  await page.goto(`${site.server.url}#/record`);
  await page.getByRole('button', { name: 'Look through 2 runs' }).click();
  await page.getByRole('heading', { name: 'Documents of Kept' }).waitFor();
  await page
    .getByText('1 run over text handed in by a script, 1 run over documents that were removed')
    .waitFor();
  expect(await settledFaults(page)).toEqual([]);
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export as JSON' }).click();
  const report = JSON.parse(readFileSync(await (await downloading).path(), 'utf8')) as AllTimeReport; // ours
  expect(report.hosts).toMatchObject([{ host, requests: 8, bodyBytes: remote.stats.bytesIn }]);
  expect(report.documents?.corpora).toMatchObject([{ name: 'Kept', runs: 2 }]);
  expect(report.documents?.corpora[0]?.documents.map(({ name, left }) => [name, left[host]?.flat()])).toEqual(
    [['kept.txt', union]],
  );

  await page.reload();
  await page.getByRole('heading', { name: 'Documents of Kept' }).waitFor();
  await page.getByText('Passages that went out (3)').click();
  await page.getByRole('link', { name: 'Characters 4,000 to 4,300' }).click();
  await page.waitForURL(new RegExp(`#/corpus/${ids.kept}/doc/[^/]+\\?at=4000-4300$`));
  await page.evaluate((id) => window.sonde.runs.remove(id), runs[0] ?? '');
  expect(await storedRows(page, ['traces'])).toMatchObject([{ treeId: runs[1], complete: true }]);
});
