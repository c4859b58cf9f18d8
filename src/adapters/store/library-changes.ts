/** Tells every open tab, this one included, that the library has changed, whoever changed it. */

import type { Library } from '../../core/corpus/library';

const CHANNEL = 'sonde-library';

/** The same library; what it changes is told to everybody who listens. Also when it fails: a part may have been stored. */
export function announceChanges(library: Library): Library {
  const channel = new BroadcastChannel(CHANNEL);
  const told = async <T>(act: Promise<T>): Promise<T> => {
    try {
      return await act;
    } finally {
      channel.postMessage(null);
    }
  };
  return {
    ...library,
    import: (files, options) => told(library.import(files, options)),
    importCorpus: (file) => told(library.importCorpus(file)),
    unlock: (documentId, password) => told(library.unlock(documentId, password)),
    recognise: (...args) => told(library.recognise(...args)),
    setCollection: (corpusId, collection) => told(library.setCollection(corpusId, collection)),
    setTags: (documentIds, tags) => told(library.setTags(documentIds, tags)),
    rename: (corpusId, name) => told(library.rename(corpusId, name)),
    renameDocument: (documentId, name) => told(library.renameDocument(documentId, name)),
    remove: (corpusId) => told(library.remove(corpusId)),
    removeDocument: (documentId) => told(library.removeDocument(documentId)),
  };
}

/** Calls back after each change, for as long as the page is there. */
export function onLibraryChanged(callback: () => void): void {
  new BroadcastChannel(CHANNEL).addEventListener('message', callback);
}
