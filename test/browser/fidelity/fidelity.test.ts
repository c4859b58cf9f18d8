/** Every real document at hand through the library as the app has it. `npm run fidelity` prints the table. */

import { afterAll, describe, expect, test } from 'vitest';
import { corpusHost, createLibrary } from '../../../src/adapters/store/library';
import type { StoredDocument } from '../../../src/core/corpus/library';
import { orderShare, type Measure } from './measures';
import { DOCUMENTS, judge, manifest, type ManifestEntry, type ReadFile } from './truth';

const entries = await manifest();
const library = createLibrary(corpusHost());
const table: string[][] = [];

async function read(entry: ManifestEntry): Promise<ReadFile> {
  const blob = await (await fetch(`${DOCUMENTS}/${entry.file}`)).blob();
  const { corpus, documents } = await library.import([
    { path: entry.file, file: new File([blob], entry.file.split('/').at(-1) ?? '') },
  ]);
  let first: StoredDocument | undefined = documents[0];
  if (first?.problem?.code === 'password' && first.hasSource && entry.password !== undefined)
    first = await library.unlock(first.id, entry.password);
  const id = first && first.index >= 0 ? first.id : null;
  const text = id === null ? '' : await library.text(id);
  const { marks } = id === null ? { marks: [] } : await library.structure(id);
  const all = await library.documents(corpus.id);
  await library.remove(corpus.id);
  return { entry, library, documents: all, text, marks };
}

function note({ entry, documents, text }: ReadFile, measure: Measure | null, ms: number): void {
  const problem = documents.find((document) => document.problem)?.problem;
  table.push([
    entry.file,
    documents[0]?.kind ?? '',
    measure ? `${measure.of} ${(100 * measure.share).toFixed(1)} %` : `${String(text.length)} characters`,
    measure?.detail ?? '',
    problem ? `${problem.code}: ${problem.message}` : '',
    `${String(Math.round(ms))} ms`,
  ]);
}

describe.skipIf(entries === null)('real documents (skipped where they are not beside the project)', () => {
  test.each(entries ?? [])('$file', async (entry) => {
    const startedAt = performance.now();
    const file = await read(entry);
    const measure = await judge(file);
    note(file, measure, performance.now() - startedAt);
    // Never silent: text, files inside, or a reason.
    const said =
      file.text.trim() !== '' || file.documents.some(({ problem, index }) => problem ?? index >= 0);
    expect(said).toBe(true);
    if (measure) expect(measure.share, measure.detail).toBeGreaterThanOrEqual(measure.floor);
    if (entry.pages !== undefined && file.text !== '')
      expect(file.marks.filter(({ kind }) => kind === 'page').length).toBe(entry.pages);
  });
});

afterAll(() => {
  const widths = [46, 9, 18, 44, 60, 8];
  const lines = table.map((row) =>
    row.map((cell, i) => cell.slice(0, widths[i]).padEnd(widths[i] ?? 0)).join('  '),
  );
  if (lines.length > 0) console.log(`\n${lines.join('\n')}\n`);
});

test('words are compared as often as they are there, in order or not', async () => {
  const { recallOf, wordsOf } = await import('./measures');
  expect(recallOf(['a', 'a', 'b'], ['b', 'a']).missing).toEqual(['a']);
  expect(wordsOf('The “whale”, 2nd-hand ﬁsh')).toEqual(['the', 'whale', '2nd', 'hand', 'fish']);
  expect(orderShare('one two three four five six', 'one two three four five x six')).toBe(0.5);
});
