/** A browser without JavaScript promise integration: said before anything is asked, and nothing is sent. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { startOpenAiServer } from '../fixtures/server/openai-server';
import { drop } from './hands';
import { openSite, scriptingReady, type Site } from './harness';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

it('says what does not work there, keeps documents, and sends nothing to a model', async () => {
  const { page, complaints } = await site.visit({ before: 'delete WebAssembly.Suspending' });
  const server = await startOpenAiServer(() => 'never asked');
  await scriptingReady(page);
  await drop(page, [{ name: 'note.txt', text: 'Kept all the same.' }]);
  await page.getByText('Questions cannot be asked in this browser').waitFor();
  await page.getByText('note.txt').first().waitFor();
  const result = await page.evaluate((baseUrl) => {
    return window.sonde.completion('text', { root: { provider: 'openai', baseUrl, model: 'scripted' } });
  }, server.baseUrl);
  expect(result.status).toBe('failed');
  expect(result.reason).toMatch(/^repl-unsupported: /);
  expect(server.stats.requests).toBe(0);
  expect(complaints).toEqual([]);
  await server.close();
});
