import { expect, test } from 'vitest';
import { cdp } from 'vitest/browser';
import { createLibrary } from '../../../src/adapters/store/library';
import { generateSample } from '../../../src/core/corpus/sample';

const MB = 1e6;

async function pageHeapBytes(): Promise<number> {
  await cdp().send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp().send('Runtime.getHeapUsage');
  return usedSize;
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const startedMs = performance.now();
  const result = await work();
  console.info(`${what}: ${Math.round(performance.now() - startedMs)} ms`);
  return result;
}

/** A hundred megabytes of prose as a file: handles to the same piece, so that the page does not hold it either. */
function largeFile(): { file: File; last: string } {
  const prose = generateSample()
    .filter(({ path }) => path.endsWith('.txt'))
    .map(({ text }) => text)
    .join('\n');
  const piece = new Blob([prose]);
  const last = 'And so the very last keeper put out the very last lamp — quietly.';
  const pieces = Array.from({ length: Math.ceil((100 * MB) / piece.size) }, () => piece);
  return { file: new File([...pieces, `\n${last}\n`], 'large.txt'), last };
}

test('a hundred megabytes go through the library while the page holds next to nothing', async () => {
  const library = createLibrary();
  const { file, last } = largeFile();
  const before = await pageHeapBytes();
  let highest = before;
  let ticks = 0;
  const { corpus, documents } = await timed(`import of ${(file.size / MB).toFixed(0)} MB`, () =>
    library.import([{ path: 'large.txt', file }], {
      onProgress: () => {
        if (++ticks % 5 === 0) void pageHeapBytes().then((bytes) => (highest = Math.max(highest, bytes)));
      },
    }),
  );
  const [document] = documents;
  const payload = await timed('context', async () => (await library.context(corpus.id)).open());
  expect(payload.utf8.size).toBe(file.size);

  const end = document?.chars ?? 0;
  const tail = await timed('a page of text at the end', () =>
    library.text(document?.id ?? '', { start: end - 3000, end }),
  );
  expect(tail.endsWith(`${last}\n`)).toBe(true);

  const hits = await timed('search to the end', () =>
    library.find(corpus.id, 'VERY LAST LAMP', { mode: 'exact', limit: 10 }),
  );
  expect(hits).toHaveLength(1);
  const absent = Array.from(
    { length: 19 },
    (_, i) => `this sentence number ${i} was never written by anybody here`,
  );
  const spans = await timed('20 quotations, 19 of them nowhere', () =>
    library.locate(
      corpus.id,
      [...absent, 'the very last keeper put out the very last lamp'].map((text) => ({ text, hint: null })),
    ),
  );
  expect(spans.map((span) => span !== null)).toEqual([...absent.map(() => false), true]);

  highest = Math.max(highest, await pageHeapBytes());
  console.info(`page heap grew by ${((highest - before) / MB).toFixed(1)} MB at most`);
  expect(highest - before).toBeLessThan(32 * MB);
  await timed('remove', () => library.remove(corpus.id));
});
