/** What child runs cost: 64 at once of a server that answers at once, and a chain of three levels at 200 ms a reply. */

import { resolve } from 'node:path';
import { chromium, type Page } from 'playwright';
import { chromiumArgs, findChromium } from '../browsers.mjs';
import { startOpenAiServer } from '../fixtures/server/openai-server';
import { cell, type Reply, type Script } from '../fixtures/server/script';
import { startStaticServer } from '../fixtures/server/static-server';
import { median, type Row } from './figures';

const CHILDREN = 64;
const REPLY_MS = 200;
const ROUNDS = 5;

const dist = resolve(process.env['SONDE_DIST'] ?? resolve(import.meta.dirname, '../../dist'));

/** Two turns of every run: its cell, by what it is asked, and the answer it makes of what that printed. */
const script: Script = ({ messages, model }): Reply => {
  const delayMs = model === 'slow' ? REPLY_MS : 0;
  if (messages[0]?.role !== 'system') return { text: 'the bottom', delayMs };
  const asked = messages.map(({ content }) => content).join('\n');
  const turn = messages.filter(({ role }) => role === 'assistant').length;
  return { text: turn === 0 ? cell(codeFor(asked)) : cell('FINAL(reply)'), delayMs };
};

function codeFor(asked: string): string {
  if (asked.includes('QUESTION wide'))
    return `reply = "".join(rlm_query_batched([f"child {n}" for n in range(${CHILDREN})]))\nprint(reply)`;
  // Two turns a run would be six replies one after the other: a run of the chain answers in its first.
  if (asked.includes('QUESTION deep')) return 'reply = rlm_query("level")\nFINAL(reply)';
  return 'reply = str(len(context)) + "."\nprint(reply)\nif context.startswith("level"):\n    FINAL(rlm_query("level"))';
}

interface Way {
  readonly name: string;
  readonly question: string;
  readonly model: string;
  readonly maxDepth: number;
  readonly response: string;
  readonly mostMs: number;
}

const WAYS: readonly Way[] = [
  {
    name: `${CHILDREN} children at once, no latency`,
    question: 'QUESTION wide',
    model: 'quick',
    maxDepth: 2,
    response: Array.from({ length: CHILDREN }, (_, n) => `${`child ${n}`.length}.`).join(''),
    mostMs: 2_000,
  },
  {
    name: `root, child, grandchild and a call, ${REPLY_MS} ms a reply`,
    question: 'QUESTION deep',
    model: 'slow',
    maxDepth: 3,
    response: 'the bottom',
    mostMs: 1_400,
  },
];

export async function measureChildren(): Promise<readonly Row[]> {
  const server = await startOpenAiServer(script, { protocol: 'h2' });
  const site = await startStaticServer(dist);
  const args = [...chromiumArgs, '--ignore-certificate-errors'];
  const browser = await chromium.launch({ executablePath: findChromium() ?? '', args });
  try {
    const page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
    await page.goto(site.url);
    await page.waitForFunction(() => 'sonde' in window);
    const rows: Row[] = [];
    for (const way of WAYS) {
      const times: number[] = [];
      for (let round = 0; round <= ROUNDS; round++) times.push(await timeOf(page, server.baseUrl, way));
      rows.push({
        name: way.name,
        measured: median(times.slice(1)), // the first one starts Python and connects
        unit: 'ms',
        floor: { most: way.mostMs },
      });
    }
    return rows;
  } finally {
    await browser.close();
    await site.close();
    await server.close();
  }
}

/** Milliseconds of one run, measured by the page; the spare is warm again afterwards. */
function timeOf(page: Page, baseUrl: string, { question, model, maxDepth, response }: Way): Promise<number> {
  return page.evaluate(
    async ({ question, root, maxDepth, expected }) => {
      const startedAt = performance.now();
      const limits = { maxDepth, maxConcurrency: 64 };
      const outcome = await window.sonde.completion('some text', { question, root, limits });
      const tookMs = performance.now() - startedAt;
      if (outcome.response !== expected) throw new Error(`the run went wrong: ${JSON.stringify(outcome)}`);
      await new Promise((resolve) => setTimeout(resolve, 2500));
      return tookMs;
    },
    { question, root: { provider: 'openai' as const, baseUrl, model }, maxDepth, expected: response },
  );
}
