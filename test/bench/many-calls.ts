/**
 * What a run of thousands of sub-calls costs the page: the time its own thread works, which is to grow no faster than the
 * calls, and the most memory it holds. The server answers at once, so nothing is waited for.
 */

import { resolve } from 'node:path';
import { chromium, type CDPSession, type Page } from 'playwright';
import { chromiumArgs, findChromium } from '../browsers.mjs';
import { startOpenAiServer } from '../fixtures/server/openai-server';
import { cell, rootScript } from '../fixtures/server/script';
import { startStaticServer } from '../fixtures/server/static-server';
import type { Row } from './figures';

const SIZES = [1_000, 3_000, 10_000] as const;
const MOST_HEAP_MB = 300;
/** Growth beyond that of the calls: rounding, and a machine that others use. */
const SLACK = 1.35;
const HEAP_EVERY_MS = 100;

const dist = resolve(process.env['SONDE_DIST'] ?? resolve(import.meta.dirname, '../../dist'));

interface Cost {
  readonly calls: number;
  readonly workMs: number;
  readonly heapMb: number;
}

export async function measureManyCalls(): Promise<readonly Row[]> {
  const ask = 'n = int(context)\nreplies = llm_query_batched([f"{n}: question {i}" for i in range(n)])';
  const script = rootScript([cell(ask), cell('FINAL(replies[-1])')], { sub: (prompt) => `re ${prompt}` });
  const server = await startOpenAiServer(script, { protocol: 'h2' });
  const site = await startStaticServer(dist);
  const args = [...chromiumArgs, '--ignore-certificate-errors'];
  const browser = await chromium.launch({ executablePath: findChromium() ?? '', args });
  try {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const page = await context.newPage();
    await page.goto(site.url);
    await page.waitForFunction(() => 'sonde' in window);
    const devtools = await context.newCDPSession(page);
    await devtools.send('Performance.enable');
    await costOf(page, devtools, server.baseUrl, 100); // starts Python and connects
    const costs: Cost[] = [];
    for (const calls of SIZES) costs.push(await costOf(page, devtools, server.baseUrl, calls));
    return rowsOf(costs);
  } finally {
    await browser.close();
    await site.close();
    await server.close();
  }
}

async function costOf(page: Page, devtools: CDPSession, baseUrl: string, calls: number): Promise<Cost> {
  await devtools.send('HeapProfiler.collectGarbage');
  const before = await workedS(devtools);
  const heap = watchHeap(devtools);
  const response = await page.evaluate(
    async ({ baseUrl, calls }) => {
      const root = { provider: 'openai' as const, baseUrl, model: 'scripted' };
      const limits = { maxConcurrency: 64 };
      return (await window.sonde.completion(String(calls), { root, limits })).response;
    },
    { baseUrl, calls },
  );
  const last = `re ${String(calls)}: question ${String(calls - 1)}`;
  if (response !== last) throw new Error(`the run went wrong: ${response}`);
  return { calls, workMs: ((await workedS(devtools)) - before) * 1000, heapMb: await heap.mostMb() };
}

/** Reads the size of the page's heap again and again; `mostMb` ends that and tells the largest. */
function watchHeap(devtools: CDPSession): { mostMb: () => Promise<number> } {
  let watching = true;
  let most = 0;
  const watch = async () => {
    while (watching) {
      most = Math.max(most, (await devtools.send('Runtime.getHeapUsage')).usedSize);
      await new Promise((next) => setTimeout(next, HEAP_EVERY_MS));
    }
    return most / 1e6;
  };
  const ended = watch();
  return {
    mostMb: () => {
      watching = false;
      return ended;
    },
  };
}

/** Seconds the page's thread has worked since it was opened. */
async function workedS(devtools: CDPSession): Promise<number> {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN;
}

function rowsOf([few, some, many]: readonly Cost[]): readonly Row[] {
  if (!few || !some || !many) throw new Error('not everything was measured');
  const perCall = (from: Cost, to: Cost) => (to.workMs - from.workMs) / (to.calls - from.calls);
  const rows: Row[] = [few, some].map(({ calls, workMs }) => ({
    name: `the page's own time for ${String(calls)} sub-calls`,
    measured: workMs,
    unit: 'ms',
    floor: null,
  }));
  rows.push({
    name: `the page's own time for ${String(many.calls)} sub-calls`,
    measured: many.workMs,
    unit: 'ms',
    // As if every call beyond the first thousands cost what those between the first two sizes did.
    floor: { reference: some.workMs + perCall(few, some) * (many.calls - some.calls), factor: SLACK },
    note: `${perCall(some, many).toFixed(2)} ms a call`,
  });
  rows.push({
    name: `most memory the page held in a run of ${String(many.calls)}`,
    measured: many.heapMb,
    unit: 'MB',
    floor: { most: MOST_HEAP_MB },
  });
  return rows;
}
