/** What the search worker does for the page: keeps the index of every corpus, and finds places by it or by a scan. */

import type { FindMode, FindProgress, SearchHit } from '../../core/corpus/library';
import { parseQuery } from '../../core/search/query';
import { signalOf } from '../worker-outcome';
import { corpusRow } from './corpus-reader';
import type { SondeDatabase } from './database';
import { StoredIndex } from './search-index';
import { asPattern, literally, scanCorpus } from './search-scan';
import { corporaThatWait, indexedCorpora, tidyIndex, updateIndex } from './search-update';

export interface SearchRequest {
  readonly corpusId: string;
  readonly query: string;
  readonly mode: FindMode;
  readonly limit: number;
  readonly unfinished: boolean;
}

/** Ports carry cancellation, see worker-outcome. */
export interface SearchApi {
  /** Resolves once it answers at all. */
  ready(): Promise<void>;
  find(
    request: SearchRequest,
    onProgress: (progress: FindProgress) => void,
    cancel: MessagePort,
  ): Promise<SearchHit[]>;
  /** Takes what is new into the index, and lets go of what was removed. `onWork` is called as it goes on. */
  update(change: 'added' | 'removed', onWork: () => void): Promise<void>;
}

/** Every method rejects with SondeError or an AbortError. */
export function createSearchApi(db: SondeDatabase): SearchApi {
  const index = new StoredIndex(db);
  const never = new AbortController().signal;
  return {
    ready: () => Promise.resolve(),
    find: (request, onProgress, cancel) =>
      db.within(() => find(db, index, request, onProgress, signalOf(cancel))),
    update: (change, onWork) =>
      db.within(async () => {
        const waiting = await corporaThatWait(db);
        for (const corpusId of waiting) await updateIndex(db, corpusId, never, onWork);
        const all = change === 'removed' ? await indexedCorpora(db) : waiting;
        for (const corpusId of all) await tidyIndex(db, corpusId, never);
      }),
  };
}

async function find(
  db: SondeDatabase,
  index: StoredIndex,
  { corpusId, query, mode, limit, unfinished }: SearchRequest,
  onProgress: (progress: FindProgress) => void,
  signal: AbortSignal,
): Promise<SearchHit[]> {
  const onShare = (share: number): void => {
    onProgress({ phase: 'indexing', share, hits: [] });
  };
  if (mode === 'words') {
    await Promise.all([corpusRow(db, corpusId), updateIndex(db, corpusId, signal, onShare)]);
    return index.find(corpusId, parseQuery(query, unfinished), limit, signal);
  }
  const wanted = mode === 'exact' ? literally(query) : asPattern(query);
  return wanted ? scanCorpus(db, corpusId, wanted, limit, signal, onProgress) : [];
}
