/**
 * Runs of two turns whose first asks 64, or 256, questions at once of a server over HTTP/2, each answered after 200 ms. The
 * page measures itself: a driver that watches every request would take longer than what is measured.
 */

import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromiumArgs, findChromium } from '../browsers.mjs';
import { startOpenAiServer } from '../fixtures/server/openai-server';
import { cell, rootScript, type Reply } from '../fixtures/server/script';
import { startStaticServer } from '../fixtures/server/static-server';
import { median, type Row } from './figures';

/** `SONDE_DIST` names another build than the usual one. */
const dist = resolve(process.env['SONDE_DIST'] ?? resolve(import.meta.dirname, '../../dist'));

const REPLY_MS = 200;
/** Calls at once, and how long the whole run may take, in ms. */
const BATCHES = [
  { calls: 64, mostMs: 900 },
  { calls: 256, mostMs: 1_200 },
] as const;
const WIDEST = 256;
const ROUNDS = 7;
const PATIENCE_MS = 120_000;

const after = (text: string): Reply => ({ text, delayMs: REPLY_MS });

/** The context says how many to ask; no two runs ask the same. */
const ASK = `replies = llm_query_batched([f"{context} {n}" for n in range(int(context.split()[0]))])
print(len(replies))`;
const playRun = rootScript([after(cell(ASK)), after(cell('FINAL(replies[-1])'))], {
  sub: (prompt) => after(`answer to ${prompt}`),
});

/** What each round took, in ms. */
interface Times {
  readonly calls: number;
  readonly run: readonly number[];
  readonly bare: readonly number[];
}

/** Drives the app in a frame beside it, then the same requests by bare fetch, and posts what it took. */
const driver = (baseUrl: string, reportUrl: string) => `
const report = (told) => fetch('${reportUrl}', { method: 'POST', mode: 'no-cors', body: JSON.stringify(told) });
addEventListener('unhandledrejection', ({ reason }) => report({ error: String(reason) }));
const sondeOf = async () => {
  const frame = document.querySelector('iframe');
  while (!frame.contentWindow?.sonde) await new Promise((next) => setTimeout(next, 50));
  return frame.contentWindow.sonde;
};
const timed = async (act) => {
  const startedAt = performance.now();
  await act();
  return performance.now() - startedAt;
};
const ask = async () => {
  const body = JSON.stringify({ model: 'bare', stream: true, messages: [{ role: 'user', content: 'a question' }] });
  const headers = { 'content-type': 'application/json', authorization: 'Bearer none' };
  await (await fetch('${baseUrl}/chat/completions', { method: 'POST', headers, body })).text();
};
const sonde = await sondeOf();
const root = { provider: 'openai', baseUrl: '${baseUrl}', model: 'scripted' };
const measured = ${JSON.stringify(BATCHES.map(({ calls }) => calls))}.map((calls) => ({ calls, run: [], bare: [] }));
for (let round = 0; round <= ${ROUNDS}; round++) for (const { calls, run, bare } of measured) {
  run.push(await timed(async () => {
    const context = calls + ' questions, round ' + round + ':';
    const { response } = await sonde.completion(context, { root, limits: { maxConcurrency: calls } });
    if (response !== 'answer to ' + context + ' ' + (calls - 1)) throw new Error('the run went wrong: ' + response);
  }));
  bare.push(await timed(async () => {
    await ask();
    await Promise.all(Array.from({ length: calls }, ask));
    await ask();
  }));
  await new Promise((next) => setTimeout(next, 2500)); // until the spare is warm again
}
await report(measured);
`;

export async function measureBatch(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sonde-batch-'));
  const server = await startOpenAiServer(
    (request) => (request.model === 'bare' ? after('a reply') : playRun(request)),
    {
      protocol: 'h2',
    },
  );
  const report = await awaitReport();
  cpSync(dist, folder, { recursive: true });
  writeFileSync(join(folder, 'driver.js'), driver(server.baseUrl, report.url));
  writeFileSync(
    join(folder, 'batch.html'),
    '<!doctype html><iframe src="index.html" width="1200" height="800"></iframe><script type="module" src="driver.js"></script>',
  );
  const site = await startStaticServer(folder);
  const profile = mkdtempSync(join(tmpdir(), 'sonde-profile-'));
  const args = [
    '--headless=new',
    ...chromiumArgs,
    '--ignore-certificate-errors',
    `--user-data-dir=${profile}`,
  ];
  const browser = spawn(findChromium() ?? '', [...args, `${site.url}batch.html`], { stdio: 'ignore' });
  try {
    const times = await report.times;
    if (server.stats.maxInFlight < WIDEST)
      throw new Error(`only ${server.stats.maxInFlight} calls were ever in flight`);
    return times.flatMap(rowsOf);
  } finally {
    browser.kill();
    report.close();
    await server.close();
    await site.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The first round starts Python and connects; it is left out. */
function rowsOf({ calls, run, bare }: Times): readonly Row[] {
  const mostMs = BATCHES.find((batch) => batch.calls === calls)?.mostMs ?? 0;
  return [
    {
      name: `the requests of ${calls} calls by bare fetch`,
      measured: median(bare.slice(1)),
      unit: 'ms',
      floor: null,
      note: 'what browser, server and machine take by themselves',
    },
    {
      name: `two turns and ${calls} calls of ${REPLY_MS} ms, HTTP/2`,
      measured: median(run.slice(1)),
      unit: 'ms',
      floor: { most: mostMs },
    },
  ];
}

/** A server that waits for the one message of the page. */
async function awaitReport(): Promise<{ url: string; times: Promise<Times[]>; close: () => void }> {
  const server = createServer();
  const times = new Promise<Times[]>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the page did not report in time')), PATIENCE_MS);
    server.on('request', (request, response) => {
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (part: string) => (body += part));
      request.on('end', () => {
        clearTimeout(timer);
        response.end();
        const told = JSON.parse(body) as Times[] | { error: string }; // the page of this very file wrote it
        if ('error' in told) reject(new Error(told.error));
        else resolve(told);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // listening on TCP: never a string or null
  return { url: `http://127.0.0.1:${port}/`, times, close: () => server.close() };
}
