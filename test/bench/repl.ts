/** How fast a REPL is there, and how fast a question gets through to an instant model and back. */

import { rmSync } from 'node:fs';
import { chromium, type Page } from 'playwright';
import { chromiumArgs, findChromium } from '../browsers.mjs';
import { buildLab } from '../fixtures/lab/build-lab';
import { startStaticServer } from '../fixtures/server/static-server';
import { median, percentile, type Row } from './figures';

const ROUNDS = 7;
const CALLS = 3000;

export async function measureRepl(): Promise<readonly Row[]> {
  const folder = await buildLab();
  const server = await startStaticServer(folder);
  const browser = await chromium.launch({ executablePath: findChromium() ?? '', args: chromiumArgs });
  try {
    const page = await browser.newPage();
    const enter = async () => {
      await page.goto(server.url);
      await page.waitForFunction(() => 'lab' in window);
    };
    await enter();
    const plainMs = await plainStart(page);
    await firstOfVisit(page); // makes the snapshot and stores it
    const visits: number[] = [];
    for (let round = 0; round < 3; round++) {
      await enter();
      visits.push(await firstOfVisit(page));
    }
    const freshMs = median(await openings(page, { width: 1, pauseMs: 0 }));
    const spareMs = median(await openings(page, { width: 4, pauseMs: 2000 }));
    const roundTrips = await callTimes(page);
    return [
      { name: 'plain loadPyodide, warm HTTP cache', measured: plainMs, unit: 'ms', floor: null },
      {
        name: 'fresh REPL from the snapshot',
        measured: freshMs,
        unit: 'ms',
        floor: { reference: plainMs, factor: 0.25 },
      },
      {
        name: 'first REPL of a visit, snapshot stored',
        measured: median(visits),
        unit: 'ms',
        floor: null,
        note: `${(median(visits) / plainMs).toFixed(2)} × plain; frame, wasm and snapshot included`,
      },
      { name: 'REPL from the warm spare', measured: spareMs, unit: 'ms', floor: { most: 20 } },
      {
        name: 'llm_query to an instant model',
        measured: median(roundTrips),
        unit: 'ms',
        floor: { most: 1.5 },
        note: `median of ${CALLS}; p95 ${percentile(roundTrips, 0.95).toFixed(2)} ms`,
      },
    ];
  } finally {
    await browser.close();
    await server.close();
    rmSync(folder, { recursive: true });
  }
}

/** Pyodide as anyone would start it, in a worker; the first round fills the HTTP cache and is not counted. */
async function plainStart(page: Page): Promise<number> {
  const source = `import { loadPyodide } from '${new URL('plain/pyodide.mjs', page.url()).href}';
    await loadPyodide(); postMessage('ready');`;
  const times = await page.evaluate(
    async ({ source, rounds }) => {
      const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
      const times: number[] = [];
      for (let round = 0; round <= rounds; round++) {
        const startedAt = performance.now();
        const worker = new Worker(url, { type: 'module' });
        await new Promise((resolve, reject) => {
          worker.onmessage = resolve;
          worker.onerror = (event) => reject(new Error(event.message));
        });
        times.push(performance.now() - startedAt);
        worker.terminate();
      }
      return times;
    },
    { source, rounds: ROUNDS },
  );
  return median(times.slice(1));
}

/** From a page without any Python to the first REPL with its context. */
function firstOfVisit(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const startedAt = performance.now();
    const repls = window.lab.createReplFactory({ width: 1 });
    const context = window.lab.textContext('some text');
    const onSubcall = () => Promise.reject(new Error('no model'));
    await repls.open({ context, onSubcall }, new AbortController().signal);
    const tookMs = performance.now() - startedAt;
    await new Promise((resolve) => setTimeout(resolve, 500)); // the snapshot is stored in the background
    repls.close();
    return tookMs;
  });
}

/** Opens REPLs one after the other in a running sandbox. A pool one wide keeps no spare. */
function openings(page: Page, options: { width: number; pauseMs: number }): Promise<number[]> {
  return page.evaluate(
    async ({ width, pauseMs, rounds }) => {
      const repls = window.lab.createReplFactory({ width });
      const context = window.lab.textContext('some text');
      const onSubcall = () => Promise.reject(new Error('no model'));
      const times: number[] = [];
      for (let round = 0; round <= rounds; round++) {
        const startedAt = performance.now();
        const repl = await repls.open({ context, onSubcall }, new AbortController().signal);
        times.push(performance.now() - startedAt);
        repl.close();
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
      repls.close();
      return times.slice(1); // the first one starts the sandbox
    },
    { ...options, rounds: ROUNDS },
  );
}

/** Milliseconds of each of many calls, as Python's own clock sees them. */
async function callTimes(page: Page): Promise<number[]> {
  const code = `
import json, time
times = []
for n in range(${CALLS}):
    began = time.perf_counter()
    llm_query("a prompt of ordinary size, such as models write")
    times.append((time.perf_counter() - began) * 1000)
print(json.dumps(times))`;
  const printed = await page.evaluate(async (code) => {
    const repls = window.lab.createReplFactory();
    const onSubcall = ({ prompts }: { prompts: readonly string[] }) => Promise.resolve([...prompts]);
    const init = { context: window.lab.textContext('some text'), onSubcall };
    const repl = await repls.open(init, new AbortController().signal);
    await new Promise((resolve) => setTimeout(resolve, 1500)); // the spare takes its share of the processor first
    const { stdout, stderr } = await window.lab.cell(repl, code, { computeTimeoutMs: 60_000 });
    repls.close();
    if (stderr) throw new Error(stderr);
    return stdout;
  }, code);
  return JSON.parse(printed) as number[];
}
