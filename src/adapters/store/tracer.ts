/** Spans of documents in sent texts, on the page's side: asks the corpus worker, portion by portion. */

import { transfer } from 'comlink';
import { batchesOf, mergeExposures } from '../../core/disclosure/batches';
import type { Exposure, ExposureTracer } from '../../core/disclosure/exposure';
import type { WorkerHost } from '../worker-host';
import { cancelPort } from '../worker-outcome';
import type { CorpusApi } from './corpus-api';

/** One pass over everything stored. */
const PASS_MS = 300_000;

export function createTracer(host: WorkerHost<CorpusApi>): ExposureTracer {
  return {
    async trace(corpusId, sent, signal) {
      const passes: Exposure[][] = [];
      for (const batch of batchesOf(sent)) {
        const { port, dispose } = cancelPort(signal);
        try {
          passes.push(
            await host.call((api) => api.trace(corpusId, batch, transfer(port, [port])), {
              deadlineMs: PASS_MS,
              signal,
            }),
          );
        } finally {
          dispose();
        }
      }
      return mergeExposures(passes);
    },
  };
}
