/** Where a probe is tried: Python in the sandbox, a worker held by the frame's policy alone, and a plain worker. */

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import { chromiumArgs, findChromium } from '../../browsers.mjs';
import { buildLab } from '../../fixtures/lab/build-lab';
import { startStaticServer } from '../../fixtures/server/static-server';
import { servesSnapshot, WARM_PYTHON } from '../warm-python';
import { startSecureServer } from './listeners';

export interface LabSite {
  readonly page: Page;
  readonly browser: Browser;
  /** The page's URL, over HTTPS as on a real host: some routes exist in secure contexts only. */
  readonly url: string;
  readonly origin: string;
  /** Requests to the page's own origin whose path holds the token. */
  hits(token: string): number;
  close(): Promise<void>;
}

/** A classic worker that runs whatever it is sent, as the interpreter's worker does once Python has a hold of it. */
const PLAIN_WORKER = `onmessage = ({ data }) => {
  self.report = (id, outcome) => postMessage({ id, outcome });
  importScripts(URL.createObjectURL(new Blob([data])));
};`;

/** A worker of the same kind as the interpreter's, with nothing but the frame's policy around it. */
function policyAlonePage(policy: string): string {
  return `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><script>
const worker = new Worker(URL.createObjectURL(new Blob([${JSON.stringify(PLAIN_WORKER)}])));
worker.onmessage = ({ data }) => parent.postMessage(data, '*');
onmessage = ({ data }) => worker.postMessage(data);
</script>`;
}

/** Plain Pyodide in a worker of the page's own origin. */
const PLAIN_PYTHON = `import { loadPyodide } from './plain/pyodide.mjs';
const ready = loadPyodide();
onmessage = async ({ data: { id, code } }) => {
  const pyodide = await ready;
  try {
    postMessage({ id, outcome: 'returned ' + (await pyodide.runPythonAsync(code)) });
  } catch (error) {
    postMessage({ id, outcome: 'threw ' + String(error).trim().split('\\n').at(-1) });
  }
};`;

export async function openLab(args: readonly string[] = []): Promise<LabSite> {
  const folder = await buildLab();
  const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(
    readFileSync(join(folder, 'sandbox.html'), 'utf8'),
  )?.[1];
  if (!policy) throw new Error('sandbox.html has no policy');
  writeFileSync(join(folder, 'plain-worker.js'), PLAIN_WORKER);
  writeFileSync(join(folder, 'plain-python.js'), PLAIN_PYTHON);
  writeFileSync(join(folder, 'policy-alone.html'), policyAlonePage(policy));
  const files = await startStaticServer(folder, { before: servesSnapshot });
  const { hostname, port } = new URL(files.origin);
  const secure = await startSecureServer((incoming, response) => {
    const { url, method, headers } = incoming;
    const forwarded = request({ hostname, port, path: url, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    forwarded.on('error', () => response.destroy());
    incoming.pipe(forwarded);
  });
  const browser = await chromium.launch({
    executablePath: findChromium() ?? '',
    args: [...chromiumArgs.filter((arg) => arg !== '--disable-quic'), '--ignore-certificate-errors', ...args],
  });
  const page = await browser.newPage({ ignoreHTTPSErrors: true });
  await page.addInitScript(WARM_PYTHON);
  const url = `${secure.origin}/sonde/`;
  await page.goto(url);
  await page.waitForFunction(() => 'lab' in window);
  return {
    page,
    browser,
    url,
    origin: secure.origin,
    hits: (token) => files.hits.filter(({ path }) => path.includes(token)).length,
    close: async () => {
      await browser.close();
      await secure.close();
      await files.close();
      rmSync(folder, { recursive: true });
    },
  };
}
