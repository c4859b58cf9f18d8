/** Cells that real models wrote, with the output the reference REPL gave them. Some logs kept no errors. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asChild, cell, factory, noCalls, openParent, openRepl } from './harness';
import { pairsContext, recordedCells } from './test-data';

const logs = await recordedCells();
const repls = factory();
beforeAll(() => openParent(repls));
afterAll(() => repls.close());

const title = logs ? 'recorded cells' : 'recorded cells (skipped: no test data here)';

describe.skipIf(!logs)(title, () => {
  it.for((logs ?? []).map((log, at) => ({ ...log, at })))('log $at: $log', async (log) => {
    const context = log.context_file ? await pairsContext() : (log.context ?? '');
    const repl = await openRepl(repls, context, noCalls, asChild);
    if (log.context_var !== 'context') await cell(repl, `${log.context_var} = context`);
    for (const [at, { code, stdout }] of log.cells.entries()) {
      const result = await cell(repl, code);
      expect(result.stdout, `cell ${at}`).toBe(stdout);
    }
    repl.close();
  });
});
