/** What starting, asking and reading cost, as ratios to plain Pyodide and to CPython in the same run. */

import manifest from 'virtual:sonde-python';
import { afterAll, describe, expect, it } from 'vitest';
import { InterpreterPool } from '../../src/adapters/repl/pool';
import { pythonSite } from '../../src/adapters/repl/python-files';
import { snapshotStore } from '../../src/adapters/repl/snapshot-store';
import type { ContextSource } from '../../src/core/corpus/context';
import { cell, echoCalls, factory, openRepl } from '../browser/repl/harness';

const signal = new AbortController().signal;
const site = pythonSite(`${location.origin}/`);
const snapshots = snapshotStore(site.pyodideVersion, site.runtimeHash);
const repls = factory({ width: 4 });
afterAll(() => repls.close());

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** Plain `loadPyodide` in a worker of the page: the same files, from the HTTP cache, compiled while they stream. */
async function plainStart(): Promise<number> {
  const source = `onmessage = async ({ data: { loader, glue, wasm, stdlib } }) => {
    try {
      const { loadPyodide } = await import(loader);
      const { default: createPyodideModule } = await import(glue);
      const fetchAny = self.fetch;
      self.fetch = (url) => fetchAny(String(url).endsWith('.wasm') ? wasm : url);
      const lockFileContents = JSON.stringify({ info: { abi_version: '2026_0', arch: 'wasm32', platform: 'emscripten', python: '3.14.2' }, packages: {} });
      await loadPyodide({ indexURL: loader.replace(/[^/]*$/, ''), stdLibURL: stdlib, createPyodideModule, lockFileContents, packageBaseUrl: loader });
      postMessage(null);
    } catch (error) {
      postMessage(String(error));
    }
  };`;
  const worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })), {
    type: 'module',
  });
  try {
    return await timed(async () => {
      const problem = await new Promise<string | null>((resolve) => {
        worker.onmessage = ({ data }: MessageEvent<string | null>) => resolve(data);
        const urls = Object.entries(manifest.urls).map(([key, url]) => [
          key,
          new URL(url, location.origin).href,
        ]);
        worker.postMessage(Object.fromEntries(urls));
      });
      if (problem !== null) throw new Error(problem);
    });
  } finally {
    worker.terminate();
  }
}

describe('starting', () => {
  it('a fresh interpreter from the snapshot takes at most a quarter of plain Pyodide', async () => {
    // Of width one there is never a spare: every interpreter is a fresh one.
    const pool = new InterpreterPool(site, snapshots, 1);
    pool.release(await pool.acquire({ treeId: null, depth: 0 }, signal), false);
    await plainStart();
    const plain: number[] = [];
    const fresh: number[] = [];
    for (let round = 0; round < 5; round++) {
      plain.push(await plainStart());
      fresh.push(
        await timed(async () => {
          pool.release(await pool.acquire({ treeId: null, depth: 0 }, signal), false);
        }),
      );
    }
    pool.close();
    const ratio = median(fresh) / median(plain);
    console.log(
      `fresh ${median(fresh).toFixed(0)} ms, plain ${median(plain).toFixed(0)} ms, ratio ${ratio.toFixed(3)}`,
    );
    expect(ratio).toBeLessThanOrEqual(0.25);
  });

  it('a warm spare is there within 20 ms', async () => {
    (await openRepl(repls)).close();
    const times: number[] = [];
    for (let round = 0; round < 5; round++) {
      await new Promise((resolve) => setTimeout(resolve, 1500));
      times.push(await timed(async () => (await openRepl(repls, 'text')).close()));
    }
    console.log(`warm spare ${median(times).toFixed(1)} ms (${times.map((ms) => ms.toFixed(1)).join(', ')})`);
    expect(median(times)).toBeLessThanOrEqual(20);
  });
});

describe('asking', () => {
  it('an instant model takes at most 1.5 ms a round trip', async () => {
    const repl = await openRepl(repls, '', echoCalls);
    const code = 'for _ in range(1000): llm_query("p")';
    await cell(repl, code);
    const times: number[] = [];
    for (let round = 0; round < 5; round++) times.push((await cell(repl, code)).durationMs / 1000);
    repl.close();
    console.log(`round trip ${median(times).toFixed(3)} ms`);
    expect(median(times)).toBeLessThanOrEqual(1.5);
  });
});

const SIZE = 100_000_000;

/** A blob that lives in IndexedDB, as a corpus does: in chunks, put together as one handle. */
async function storedBlob(): Promise<() => Promise<Blob>> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open('bench', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('chunks');
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('no database'));
  });
  const line = 'The quick brown fox jumps over the lazy dog, and so it goes on.\n';
  const chunk = new Blob([line.repeat(2 ** 15)]);
  const count = Math.ceil(SIZE / chunk.size);
  const done = (transaction: IDBTransaction) =>
    new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onerror = reject;
    });
  const writing = database.transaction('chunks', 'readwrite');
  for (let at = 0; at < count; at++) writing.objectStore('chunks').put(chunk, at);
  await done(writing);
  return () =>
    new Promise((resolve, reject) => {
      const request = database.transaction('chunks').objectStore('chunks').getAll() as IDBRequest<Blob[]>;
      request.onsuccess = () => resolve(new Blob(request.result).slice(0, SIZE));
      request.onerror = () => reject(request.error ?? new Error('unreadable'));
    });
}

function heapBytes(): number {
  const { memory } = performance as Performance & { memory?: { usedJSHeapSize: number } };
  return memory?.usedJSHeapSize ?? NaN;
}

describe('reading', () => {
  it('100 MB from IndexedDB into a str takes at most six times what CPython takes for the file', async () => {
    const { ms: cpythonMs } = (await (await fetch(`/cpython-read?bytes=${SIZE}`)).json()) as { ms: number };
    const stored = await storedBlob();
    const source: ContextSource = {
      kind: 'text',
      typeName: 'str',
      documents: [{ id: 'd', name: 'd', chars: SIZE }],
      chars: SIZE,
      open: async () => ({ kind: 'text', utf8: await stored() }),
    };
    const times: number[] = [];
    const heapBefore = heapBytes();
    for (let round = 0; round < 3; round++) {
      await new Promise((resolve) => setTimeout(resolve, 1500)); // a spare gets ready
      let repl: Awaited<ReturnType<typeof openRepl>> | undefined;
      times.push(await timed(async () => (repl = await openRepl(repls, source))));
      if (!repl) throw new Error('no REPL');
      expect((await cell(repl, 'print(len(context), type(context).__name__)')).stdout).toBe(`${SIZE} str\n`);
      repl.close();
    }
    const grown = (heapBytes() - heapBefore) / 1e6;
    const ratio = median(times) / cpythonMs;
    console.log(
      `100 MB in ${median(times).toFixed(0)} ms, CPython ${cpythonMs.toFixed(0)} ms, ratio ${ratio.toFixed(2)}, heap +${grown.toFixed(1)} MB`,
    );
    expect(ratio).toBeLessThanOrEqual(6);
    expect(grown).toBeLessThan(32);
  });
});
