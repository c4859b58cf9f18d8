/** A hundred megabytes of text taken into the search index, and `search` in Python over them. */

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
    const opening: number[] = [];
    const first: number[] = [];
    const again: number[] = [];
    for (let round = 0; round < 3; round++) {
      await page.reload(); // the search worker begins with nothing in memory
      await scriptingReady(page);
      const times = await search(page, corpus, small, round * QUERIES);
      opening.push(times.opening);
      first.push(...times.first);
      again.push(...times.again);
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
      {
        name: 'search in Python, 100 MB, the first one after the page was opened',
        measured: median(opening),
        unit: 'ms',
        floor: null,
      },
      row('search in Python, 100 MB, five words never asked for before', first),
      row('the same again', again),
    ];
  } finally {
    await site.close();
  }
}

function row(name: string, times: readonly number[]): Row {
  const note = `95 of 100 within ${percentile(times, 0.95).toFixed(0)} ms`;
  return { name, measured: median(times), unit: 'ms', floor: { most: 50 }, note };
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

/** Milliseconds of the first query of all, and of each of the others the first time and the second. */
function search(page: Page, corpus: string, small: string, from: number) {
  return page.evaluate(
    async ({ corpus, small, from, count }) => {
      const words = JSON.parse(localStorage.getItem('bench-words') ?? '[]') as string[]; // put there above
      const queries = Array.from({ length: count }, (_, n) =>
        [9, 70, 400, 3000, 20_000].map((rank) => words[rank + 7 * (from + n)]).join(' '),
      );
      const other = await window.sonde.repl({ corpus: small });
      await other.run('search("note")'); // starts the worker
      other.close();
      const repl = await window.sonde.repl({ corpus });
      const { stdout, stderr } = await repl.run(`
import json, time
def timed(query):
    began = time.perf_counter()
    found = search(query, 10)
    took = (time.perf_counter() - began) * 1000
    assert len(found) == 10
    return took
for document in context: len(document)
opening, *queries = json.loads(${JSON.stringify(JSON.stringify(queries))})
opened = timed(opening)
time.sleep(2) # as a reader does before the next question
times = [(timed(query), timed(query)) for query in queries]
print(json.dumps([[opened], [first for first, _ in times], [again for _, again in times]]))`);
      repl.close();
      if (stderr) throw new Error(stderr);
      const [[opening = NaN] = [], first = [], again = []] = JSON.parse(stdout) as number[][]; // printed above
      return { opening, first, again };
    },
    { corpus, small, from, count: QUERIES },
  );
}
