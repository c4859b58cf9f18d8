/** Imports of a size that must not show on the page: a gigabyte of text, fifty thousand small files. */

import { createWriteStream, rmSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import type { CDPSession, Page } from 'playwright';
import { openSite, scratchFolder, scriptingReady } from '../e2e/harness';
import { makeText } from './documents';
import { addInput } from './reading';
import type { Row } from './figures';

const GIGABYTE = 1_000_000_000;
const SMALL_FILES = 50_000;

export async function measureLargeImports(): Promise<readonly Row[]> {
  const folder = scratchFolder();
  const site = await openSite();
  try {
    const { page } = await site.visit();
    await scriptingReady(page);
    await addInput(page);
    const heap = await page.context().newCDPSession(page);
    const file = join(folder, 'gigabyte.txt');
    await writeGigabyte(file);
    const large = await watched(page, heap, async () => {
      await page.setInputFiles('#bench-file', file);
      return importChosen(page);
    });
    const small = await watched(page, heap, () => importSmallFiles(page));
    const rate = (ms: number, amount: number) => (amount / ms) * 1000;
    return [
      {
        name: 'import: text of 1 GB',
        measured: large.tookMs,
        unit: 'ms',
        floor: null,
        note: `${rate(large.tookMs, GIGABYTE / 1e6).toFixed(0)} MB/s`,
      },
      heapRow("growth of the page's heap meanwhile", large.peakBytes),
      {
        name: 'import: 50,000 small files',
        measured: small.tookMs,
        unit: 'ms',
        floor: null,
        note: `${rate(small.tookMs, SMALL_FILES).toFixed(0)} files/s`,
      },
      heapRow("growth of the page's heap meanwhile, files included", small.peakBytes),
    ];
  } finally {
    await site.close();
    rmSync(folder, { recursive: true });
  }
}

function heapRow(name: string, bytes: number): Row {
  return { name, measured: bytes / 1e6, unit: 'MB', floor: { most: 100 }, note: 'garbage included' };
}

async function writeGigabyte(path: string): Promise<void> {
  const out = createWriteStream(path);
  const block = makeText(10_000_000);
  for (let n = 0; n < GIGABYTE / 10_000_000; n++)
    if (!out.write(block.replace('0. ', `${String(n)}-0. `).slice(0, 10_000_000))) await once(out, 'drain');
  out.end();
  await once(out, 'finish');
}

function importChosen(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const input = document.querySelector<HTMLInputElement>('#bench-file');
    const startedAt = performance.now();
    const { id, documents } = await window.sonde.corpora.import([...(input?.files ?? [])], { name: 'bench' });
    const tookMs = performance.now() - startedAt;
    if (documents[0]?.problem) throw new Error(documents[0].problem);
    await window.sonde.corpora.remove(id);
    return tookMs;
  });
}

function importSmallFiles(page: Page): Promise<number> {
  return page.evaluate(async (count) => {
    const text = 'A few lines of text, as a note or a source file has them.\n'.repeat(20);
    const files = Array.from(
      { length: count },
      (_, n) => new File([`${String(n)} ${text}`], `note-${String(n)}.txt`),
    );
    const startedAt = performance.now();
    const { id, documents } = await window.sonde.corpora.import(files, { name: 'bench' });
    const tookMs = performance.now() - startedAt;
    if (documents.length !== count)
      throw new Error(`${String(documents.length)} of ${String(count)} were stored`);
    await window.sonde.corpora.remove(id);
    return tookMs;
  }, SMALL_FILES);
}

/** Runs `work` and tells by how much the page's heap grew at most. */
async function watched(
  page: Page,
  heap: CDPSession,
  work: () => Promise<number>,
): Promise<{ tookMs: number; peakBytes: number }> {
  await heap.send('HeapProfiler.collectGarbage');
  const usage = async () => ((await heap.send('Runtime.getHeapUsage')) as { usedSize: number }).usedSize;
  const before = await usage();
  let peak = before;
  let isRunning = true;
  const watching = (async () => {
    while (isRunning) {
      peak = Math.max(peak, await usage());
      await page.waitForTimeout(200);
    }
  })();
  try {
    return { tookMs: await work(), peakBytes: peak - before };
  } finally {
    isRunning = false;
    await watching;
  }
}
