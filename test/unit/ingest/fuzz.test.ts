/** Broken files of every format end with what there is in them or with a problem that has a name. A few; `npm run fuzz` tries more. */

import { describe, expect, it } from 'vitest';
import { builtInSeeds } from '../../fuzz/seeds';
import { tryCase } from '../../fuzz/try-case';

const CASES_EACH = 8;
/** On a busy machine; each takes a few milliseconds otherwise. */
const MOST_MS = 10_000;

describe('a file with random damage ends in text or in a named problem', () => {
  const seeds = builtInSeeds();

  it.each(seeds)('$name', { timeout: 60_000 }, async (seed) => {
    for (let number = 1; number <= CASES_EACH; number++) {
      const startedMs = performance.now();
      const { result, detail } = await tryCase(number, [seed]);
      const isSlow = performance.now() - startedMs > MOST_MS;
      expect(result === 'defect' ? detail : isSlow ? 'slow' : '', `case ${number}`).toBe('');
    }
  });
});
