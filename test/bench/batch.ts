/** A run of two turns whose first asks 64 questions at once of a server over HTTP/2, each answered after 200 ms. */

import type { Page } from 'playwright';
import { openSite, scriptingReady } from '../e2e/harness';
import { startOpenAiServer, type OpenAiServer } from '../fixtures/server/openai-server';
import { cell, rootScript, type Reply } from '../fixtures/server/script';
import { median, type Row } from './figures';

const REPLY_MS = 200;
const CALLS = 64;
const ROUNDS = 7;
/** Two turns of the root and one batch between them. */
const IDEAL_MS = 3 * REPLY_MS;

const after = (text: string): Reply => ({ text, delayMs: REPLY_MS });

const TURNS = [
  after(cell(`replies = llm_query_batched([f"question {n}" for n in range(${CALLS})])\nprint(len(replies))`)),
  after(cell('answer["content"] = replies[-1]\nanswer["ready"] = True')),
];

export async function measureBatch(): Promise<readonly Row[]> {
  const site = await openSite();
  const server = await startOpenAiServer(() => '', { protocol: 'h2' });
  try {
    const { page } = await site.visit();
    await scriptingReady(page);
    const times: number[] = [];
    const bareTimes: number[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      server.script = rootScript(TURNS, { sub: (prompt) => after(`answer to ${prompt}`) });
      const { response, tookMs } = await page.evaluate(
        async ({ baseUrl, maxConcurrency }) => {
          const root = { provider: 'openai' as const, baseUrl, model: 'scripted' };
          const startedAt = performance.now();
          const { response } = await window.sonde.completion('some text', {
            root,
            limits: { maxConcurrency },
          });
          return { response, tookMs: performance.now() - startedAt };
        },
        { baseUrl: server.baseUrl, maxConcurrency: CALLS },
      );
      if (response !== `answer to question ${CALLS - 1}`) throw new Error(`the run went wrong: ${response}`);
      times.push(tookMs);
      bareTimes.push(await bareRequests(page, server));
      await page.waitForTimeout(2500); // until the spare is warm again
    }
    if (server.stats.maxInFlight < CALLS)
      throw new Error(`only ${server.stats.maxInFlight} calls were ever in flight`);
    return [
      {
        name: 'the same requests by bare fetch',
        measured: median(bareTimes.slice(1)),
        unit: 'ms',
        floor: null,
        note: 'what browser, server and machine take by themselves',
      },
      {
        name: `two turns and ${CALLS} calls of ${REPLY_MS} ms, HTTP/2`,
        measured: median(times.slice(1)), // the first one starts Python and connects
        unit: 'ms',
        floor: { reference: IDEAL_MS, factor: 1.25 },
      },
    ];
  } finally {
    await server.close();
    await site.close();
  }
}

/** One request, then as many as the batch has, then one, read to the end: no loop, no Python, no record. */
function bareRequests(page: Page, server: OpenAiServer): Promise<number> {
  server.script = () => after('a reply');
  return page.evaluate(
    async ({ url, calls }) => {
      const ask = async () => {
        const messages = [{ role: 'user', content: 'a question' }];
        const body = JSON.stringify({ model: 'scripted', messages, stream: true });
        const headers = { 'content-type': 'application/json', authorization: 'Bearer none' };
        await (await fetch(url, { method: 'POST', headers, body })).text();
      };
      const startedAt = performance.now();
      await ask();
      await Promise.all(Array.from({ length: calls }, ask));
      await ask();
      return performance.now() - startedAt;
    },
    { url: `${server.baseUrl}/chat/completions`, calls: CALLS },
  );
}
