/** A hundred megabytes of text, from IndexedDB to a Python \`str\`, beside CPython reading the file; and the page's heap. */

import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CDPSession, Page } from 'playwright';
import { openSite, scratchFolder, scriptingReady } from '../e2e/harness';
import { median, type Row } from './figures';

const SIZE_BYTES = 100_000_000;
const ROUNDS = 5;

/** Lines of ordinary text, most of them ASCII, none alike. */
function makeText(): Buffer {
  const lines: string[] = [];
  for (let n = 0, size = 0; size < SIZE_BYTES / 100; n++) {
    const line = `${n}: The quick brown fox jumps over the lazy dog, and nobody minds; it is a habit by now.\n`;
    lines.push(line);
    size += line.length;
  }
  const block = Buffer.from(lines.join(''));
  return Buffer.concat(Array<Buffer>(100).fill(block)).subarray(0, SIZE_BYTES);
}

export async function measureCorpus(): Promise<readonly Row[]> {
  const folder = scratchFolder();
  const file = join(folder, 'hundred-megabytes.txt');
  writeFileSync(file, makeText());
  const site = await openSite();
  try {
    const { page } = await site.visit();
    await scriptingReady(page);
    const corpus = await importFile(page, file);
    const heap = await page.context().newCDPSession(page);
    const loads: { tookMs: number; grownBytes: number; peakBytes: number }[] = [];
    for (let round = 0; round <= ROUNDS; round++) loads.push(await load(page, heap, corpus));
    const counted = loads.slice(1); // the first one starts Python
    const tookMs = median(counted.map((one) => one.tookMs));
    const cpythonMs = readWithCPython(file);
    const megabytes = (read: 'grownBytes' | 'peakBytes') =>
      Math.max(...counted.map((one) => one[read])) / 1_000_000;
    return [
      {
        name: '100 MB from IndexedDB to a str',
        measured: tookMs,
        unit: 'ms',
        floor: cpythonMs === null ? null : { reference: cpythonMs, factor: 6 },
        note:
          cpythonMs === null ? 'no python3 here: nothing to compare with' : 'beside CPython reading the file',
      },
      {
        name: "growth of the page's heap with it loaded",
        measured: Math.max(0, megabytes('grownBytes')),
        unit: 'MB',
        floor: { most: 32 },
        note: `at most ${megabytes('peakBytes').toFixed(1)} MB at any time, garbage included`,
      },
    ];
  } finally {
    await site.close();
    rmSync(folder, { recursive: true });
  }
}

/** Adds the file to the library as a user does, through the file's own handle. @returns the corpus */
async function importFile(page: Page, file: string): Promise<string> {
  await page.evaluate(() => {
    const input = Object.assign(document.createElement('input'), { type: 'file', id: 'bench-file' });
    document.body.append(input);
  });
  await page.setInputFiles('#bench-file', file);
  return page.evaluate(async () => {
    const input = document.querySelector<HTMLInputElement>('#bench-file');
    const { id, documents } = await window.sonde.corpora.import([...(input?.files ?? [])], { name: 'bench' });
    input?.remove();
    if (documents[0]?.problem) throw new Error(documents[0].problem);
    return id;
  });
}

/** Bytes of the page's heap: JavaScript's own, and what it holds outside of it. */
async function heapBytes(heap: CDPSession): Promise<number> {
  const usage = (await heap.send('Runtime.getHeapUsage')) as Record<string, number>;
  return (
    (usage['usedSize'] ?? NaN) + (usage['backingStorageSize'] ?? 0) + (usage['embedderHeapUsedSize'] ?? 0)
  );
}

async function load(page: Page, heap: CDPSession, corpus: string) {
  await page.waitForTimeout(1500); // until the spare is warm
  await heap.send('HeapProfiler.collectGarbage');
  const before = await heapBytes(heap);
  let peak = before;
  let loading = true;
  const watching = (async () => {
    while (loading) peak = Math.max(peak, await heapBytes(heap));
  })();
  const tookMs = await page.evaluate(async (corpus) => {
    const startedAt = performance.now();
    const repl = await window.sonde.repl({ corpus });
    const { stdout, stderr } = await repl.run('print(type(context).__name__, len(context))');
    const tookMs = performance.now() - startedAt;
    if (!/ 100000000\n$/.test(stdout)) throw new Error(`not read: ${stdout}${stderr}`);
    Object.assign(window, { benchRepl: repl });
    return tookMs;
  }, corpus);
  loading = false;
  await watching;
  await heap.send('HeapProfiler.collectGarbage');
  const after = await heapBytes(heap);
  await page.evaluate(() => (window as unknown as { benchRepl: { close(): void } }).benchRepl.close()); // set above
  return { tookMs, grownBytes: after - before, peakBytes: peak - before };
}

/** Median milliseconds of CPython reading the same file to a \`str\`; null where there is none. */
function readWithCPython(file: string): number | null {
  const code = `
import sys, time
times = []
for n in range(${ROUNDS + 1}):
    began = time.perf_counter()
    with open(sys.argv[1], encoding="utf-8", newline="") as file:
        text = file.read()
    times.append((time.perf_counter() - began) * 1000)
    del text
print(sorted(times[1:])[len(times[1:]) // 2])`;
  const { status, stdout } = spawnSync('python3', ['-c', code, file], { encoding: 'utf8' });
  return status === 0 ? Number(stdout) : null;
}
