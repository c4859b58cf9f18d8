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

const MEASUREMENTS: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  repl: measureRepl,
  batch: measureBatch,
  children: measureChildren,
  'many-calls': measureManyCalls,
  corpus: measureCorpus,
  reading: measureReading,
  search: measureSearch,
  'beyond-memory': measureBeyondMemory,
  'large-imports': measureLargeImports,
  'first-load': async () => {
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
};

/**
 * @param names of the measurements to take; none: all
 * @returns the exit code: 1 when a floor is missed or a measurement could not be taken
 */
export async function bench(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !(name in MEASUREMENTS));
  if (unknown.length > 0) {
    console.error(
      `No such measurement: ${unknown.join(', ')}. There are ${Object.keys(MEASUREMENTS).join(', ')}.`,
    );
    return 1;
  }
  const rows: Row[] = [];
  const failed: string[] = [];
  for (const [name, measure] of Object.entries(MEASUREMENTS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    try {
      rows.push(...(await measure()));
    } catch (thrown) {
      console.error(thrown);
      failed.push(name);
    }
  }
  const holds = print(rows);
  if (failed.length > 0) console.error(`Not measured, for the errors above: ${failed.join(', ')}`);
  return holds && failed.length === 0 ? 0 : 1;
}
