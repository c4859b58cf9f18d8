/** A hundred megabytes of text taken into the search index, and `search` in Python over them, cold and warm. */

import type { Page } from 'playwright';
import { openSite, scriptingReady } from '../e2e/harness';
import { median, percentile, type Row } from './figures';

const FILES = 10;
const FILE_BYTES = 10_000_000;
const QUERIES = 15;

export async function measureSearch(): Promise<readonly Row[]> {
  const site = await openSite();
  try {
    const { page } = await site.visit();
    await scriptingReady(page);
    const { corpus, small, importMs, indexedMs } = await importProse(page);
    const cold: number[] = [];
    const warm: number[] = [];
    for (let round = 0; round < 3; round++) {
      await page.reload(); // the search worker begins with nothing in memory
      await scriptingReady(page);
      const times = await search(page, corpus, small, round * QUERIES);
      cold.push(...times.cold);
      warm.push(...times.warm);
    }
    const rate = ((FILES * FILE_BYTES) / 1e3 / indexedMs).toFixed(1);
    return [
      {
        name: '100 MB imported and in the search index',
        measured: indexedMs,
        unit: 'ms',
        floor: null,
        note: `${rate} MB/s in all; the import alone took ${importMs.toFixed(0)} ms`,
      },
      row('search in Python, 100 MB, five words, blocks on disk', cold, 100),
      row('the same again, blocks in memory', warm, 50),
    ];
  } finally {
    await site.close();
  }
}

function row(name: string, times: readonly number[], most: number): Row {
  const note = `95 of 100 within ${percentile(times, 0.95).toFixed(0)} ms`;
  return { name, measured: median(times), unit: 'ms', floor: { most }, note };
}

/** Words as frequent as those of a language are: the n-th comes n times as rarely as the first. */
function importProse(page: Page) {
  return page.evaluate(
    async ({ files, fileBytes }) => {
      let seed = 1;
      const random = () => {
        seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
        return (seed >>> 0) / 2 ** 32;
      };
      const letters = 'etaoinshrdlucmfwypvbgkjqxz';
      const words = Array.from({ length: 60_000 }, () =>
        Array.from(
          { length: 2 + Math.floor(random() * 8) },
          () => letters[Math.floor(random() ** 1.7 * 26)],
        ).join(''),
      );
      const makeFile = (n: number) => {
        const parts: string[] = [];
        for (let size = 0; size < fileBytes;) {
          const word = words[Math.floor(60_000 ** random())] ?? 'the';
          parts.push(random() < 0.08 ? `${word}.` : word);
          size += word.length + 1;
        }
        return new File([parts.join(' ')], `prose-${String(n)}.txt`);
      };
      const all = Array.from({ length: files }, (_, n) => makeFile(n));
      const { corpora, repl } = window.sonde;
      const small = (await corpora.import([new File(['A note.'], 'note.txt')], { name: 'small' })).id;
      const python = await repl({ corpus: small }); // so that its start is not counted below
      python.close();
      const startedAt = performance.now();
      const { id } = await corpora.import(all, { name: 'prose' });
      const importMs = performance.now() - startedAt;
      const reader = await repl({ corpus: id });
      await reader.run('search("nothing of the kind", 1)'); // waits for the index
      const indexedMs = performance.now() - startedAt;
      reader.close();
      localStorage.setItem('bench-words', JSON.stringify(words.slice(0, 30_000)));
      return { corpus: id, small, importMs, indexedMs };
    },
    { files: FILES, fileBytes: FILE_BYTES },
  );
}

/** Milliseconds of each query the first time and the second. */
function search(page: Page, corpus: string, small: string, from: number) {
  return page.evaluate(
    async ({ corpus, small, from, count }) => {
      const words = JSON.parse(localStorage.getItem('bench-words') ?? '[]') as string[]; // put there above
      const queries = Array.from({ length: count }, (_, n) =>
        [9, 70, 400, 3000, 20_000].map((rank) => words[rank + 7 * (from + n)]).join(' '),
      );
      const first = await window.sonde.repl({ corpus: small });
      await first.run('search("note")'); // starts the worker
      first.close();
      const repl = await window.sonde.repl({ corpus });
      const { stdout, stderr } = await repl.run(`
import json, time
def timed(query):
    began = time.perf_counter()
    found = search(query, 10)
    took = (time.perf_counter() - began) * 1000
    assert len(found) == 10
    return took
search("none of these words", 1)
for document in context: len(document)
times = [(timed(query), timed(query)) for query in json.loads(${JSON.stringify(JSON.stringify(queries))})]
print(json.dumps([[cold for cold, _ in times], [warm for _, warm in times]]))`);
      repl.close();
      if (stderr) throw new Error(stderr);
      const [cold = [], warm = []] = JSON.parse(stdout) as number[][]; // printed above
      return { cold, warm };
    },
    { corpus, small, from, count: QUERIES },
  );
}
