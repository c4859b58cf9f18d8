/** Has the search index follow what changes in the library: in the background, while an import is still under way. */

import type { Library } from '../../core/corpus/library';
import type { Finder } from './finder';

/** What an import has stored is taken in this often. */
const WHILE_IMPORTING_MS = 3_000;

/** The same library; the index is told of what comes and goes. Also when it fails: a part may have been stored. */
export function indexChanges(finder: Finder, library: Library): Library {
  const followed = async <T>(change: 'added' | 'removed', act: Promise<T>): Promise<T> => {
    try {
      return await act;
    } finally {
      finder.changed(change);
    }
  };
  return {
    ...library,
    import: (files, options = {}) => {
      let toldAt = performance.now();
      const onProgress: NonNullable<typeof options.onProgress> = (progress) => {
        options.onProgress?.(progress);
        if (progress.state !== 'stored' || performance.now() - toldAt < WHILE_IMPORTING_MS) return;
        toldAt = performance.now();
        finder.changed('added');
      };
      return followed('added', library.import(files, { ...options, onProgress }));
    },
    importCorpus: (file) => followed('added', library.importCorpus(file)),
    unlock: (documentId, password) => followed('removed', library.unlock(documentId, password)),
    recognise: (...args) => followed('removed', library.recognise(...args)),
    removeDocument: (documentId) => followed('removed', library.removeDocument(documentId)),
  };
}
