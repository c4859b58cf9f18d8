/** A profile with corpora, runs of every kind and a broken-off run in it, for what looks at every place. */

import type { Page } from 'playwright';
import { expect, vi } from 'vitest';
import { SAMPLE_QUESTIONS } from '../../src/core/corpus/sample';
import type { OpenAiServer } from '../fixtures/server/openai-server';
import { cell, rootScript } from '../fixtures/server/script';
import { ask, drop } from './hands';
import { scriptingReady } from './harness';

const LONG_NAME =
  'Minutes of the extraordinary general meeting of the cooperative society, second session, with annexes A to K and the dissenting opinion (final, corrected, scanned copy 3).txt';
export const LONG_MODEL =
  'organisation-with-a-long-name/Model-Name-235B-A22B-Instruct-2507-FP8-dynamic-extended-context';

/** Fills a profile with corpora and runs of every kind. Returns fragments of the places that need something to be there. */
export async function fillProfile(page: Page, server: OpenAiServer): Promise<Record<string, string>> {
  const at: Record<string, string> = {};
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
    .getByText(/This PDF is damaged so badly/)
    .first()
    .waitFor();
  const many = [asking(5_000), asking(25), childrenOf(2), asking(1), 'FINAL(Done.)'];
  at['trace'] = await play(page, server, many, 'scripted');
  at['failed'] = await play(page, server, [cell('print("x" * 3000)\n1/0'), { status: 401 }], LONG_MODEL);
  at['partial'] = await play(page, server, [cell('print("y " * 9000)'), 'Hm.', 'Hm.', 'Hm.'], LONG_MODEL);
  at['broken'] = await leave(page, server);
  await page.reload();
  await scriptingReady(page);
  return at;
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
async function play(
  page: Page,
  server: OpenAiServer,
  turns: Parameters<typeof rootScript>[0],
  model: string,
): Promise<string> {
  const child = [cell('print(context)'), 'FINAL(It is about the sea.)'];
  server.script = rootScript(turns, {
    sub: (prompt) => (prompt.includes('passage 7 ') ? { status: 400 } : `It says: ${prompt}`),
    child: (_, turn) => child[turn] ?? '',
  });
  const runId = await page.evaluate(
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
export async function leave(page: Page, server: OpenAiServer): Promise<string> {
  server.script = rootScript([cell('print("first turn")', THOUGHT), { fault: 'silence' }]);
  const before = server.requests.length;
  const id = await page.evaluate(
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
  await page.waitForTimeout(500); // what has happened is on its way to the disk
  return `#/run/${id}`;
}

function fragmentOf(page: Page): string {
  return new URL(page.url()).hash;
}
