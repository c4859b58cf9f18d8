/** What was found in each run, kept so that it need not be looked for twice: stretches only, no text. */

import * as v from 'valibot';
import type { TraceStore } from '../../core/disclosure/all-time';
import type { SondeDatabase } from './database';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const traceSchema = v.object({
  complete: v.boolean(),
  exposures: v.array(v.object({ documentId: v.string(), to: v.string(), ranges: v.array(count) })),
});

export function createTraceStore(db: SondeDatabase): TraceStore {
  return {
    read: (treeId) =>
      db.within(async () => {
        const parsed = v.safeParse(traceSchema, await db.traces.get(treeId));
        return parsed.success ? parsed.output : null; // a row of another version is found anew
      }),
    keep: (trace) =>
      db.within(() =>
        db.transaction('rw', db.marks, db.traces, async () => {
          // A run that was removed meanwhile, or is in memory only, leaves nothing behind.
          if (await db.marks.get(trace.treeId)) await db.traces.put(trace);
        }),
      ),
  };
}
