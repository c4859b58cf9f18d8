/**
 * Search on the page's side: one worker for the index, and another for regular expressions, because one of those can
 * run for ever and is stopped with its worker.
 */

import { proxy, transfer } from 'comlink';
import type { FindOptions, FindProgress, SearchHit } from '../../core/corpus/library';
import { SondeError } from '../../core/errors';
import { WorkerHost } from '../worker-host';
import { cancelPort } from '../worker-outcome';
import type { SearchApi, SearchRequest } from './search-api';

/** A worker that says nothing for this long has hung; while it works it tells how far it is. */
const SILENT_MS = 120_000;
/** No pattern in its senses takes this long for one window of text. */
const SILENT_PATTERN_MS = 3_000;

export interface Finder {
  find(corpusId: string, query: string, options: FindOptions, signal?: AbortSignal): Promise<SearchHit[]>;
  /** Documents have come, or gone: the index follows, in the background. */
  changed(change: 'added' | 'removed'): void;
}

export function createFinder(
  words: WorkerHost<SearchApi> = searchHost(),
  patterns: WorkerHost<SearchApi> = searchHost(),
): Finder {
  return {
    async find(corpusId, query, options, signal) {
      const { mode, limit, unfinished = false } = options;
      const request = { corpusId, query, mode, limit, unfinished };
      if (mode !== 'pattern') return find(words, request, options, SILENT_MS, signal);
      // The time a worker takes to start is not the pattern's.
      await patterns.call((api) => api.ready(), { deadlineMs: SILENT_MS, signal });
      return find(patterns, request, options, SILENT_PATTERN_MS, signal, tooSlow());
    },
    changed(change) {
      words
        .call((api, touch) => api.update(change, proxy(touch)), { deadlineMs: SILENT_MS })
        .catch(() => undefined); // whatever it is, the next search comes to it again and tells
    },
  };
}

/** One worker; it starts with the first call. */
function searchHost(): WorkerHost<SearchApi> {
  return new WorkerHost<SearchApi>(
    () =>
      new Worker(new URL('../../../workers/search.worker.ts', import.meta.url), {
        type: 'module',
        name: 'search',
      }),
    'The search',
  );
}

async function find(
  host: WorkerHost<SearchApi>,
  request: SearchRequest,
  { onProgress }: FindOptions,
  deadlineMs: number,
  signal: AbortSignal | undefined,
  silence?: SondeError,
): Promise<SearchHit[]> {
  const { port, dispose } = cancelPort(signal);
  try {
    return await host.call(
      (api, touch) => {
        const told = proxy((progress: FindProgress) => {
          touch();
          if (!signal?.aborted) onProgress?.(progress);
        });
        return api.find(request, told, transfer(port, [port]));
      },
      { deadlineMs, signal, silence },
    );
  } finally {
    dispose();
  }
}

function tooSlow(): SondeError {
  return new SondeError({
    code: 'invalid-argument',
    message: 'This regular expression takes too long on these documents, so it was stopped.',
    hint: 'Repetitions inside repetitions, such as (a+)+, are the usual cause. Search for words instead, or make it simpler.',
  });
}
