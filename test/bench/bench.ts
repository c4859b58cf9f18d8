/** All measurements, one after the other, each in a browser of its own, as one table. */

import { measureBatch } from './batch';
import { measureBeyondMemory } from './beyond-memory';
import { measureChildren } from './children';
import { measureCorpus } from './corpus';
import { measureFirstLoad, FIRST_LOAD_LIMIT_BYTES } from '../fixtures/first-load';
import { print, type Row } from './figures';
import { measureManyCalls } from './many-calls';
import { measureLargeImports } from './large-imports';
import { measureReading } from './reading';
import { measureRepl } from './repl';
import { measureSearch } from './search';

const MEASUREMENTS: readonly (() => Promise<readonly Row[]>)[] = [
  measureRepl,
  measureBatch,
  measureChildren,
  measureManyCalls,
  measureCorpus,
  measureReading,
  measureSearch,
  measureBeyondMemory,
  measureLargeImports,
  async () => {
    const { sentBytes } = await measureFirstLoad();
    return [
      {
        name: 'first load before Python, compressed',
        measured: sentBytes / 1000,
        unit: 'KB',
        floor: { most: FIRST_LOAD_LIMIT_BYTES / 1000 },
      },
    ];
  },
];

/** @returns the exit code: 1 when a floor is missed */
export async function bench(): Promise<number> {
  const rows: Row[] = [];
  for (const measure of MEASUREMENTS) rows.push(...(await measure()));
  return print(rows) ? 0 : 1;
}
