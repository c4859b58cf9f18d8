/** The library on the page's side: asks the corpus worker, and never holds a document itself. */

import { expose, proxy, transfer } from 'comlink';
import type { ContextPayload, ContextSource } from '../../core/corpus/context';
import { corpusNameFor } from '../../core/corpus/import-names';
import {
  documentInfo,
  type FileProgress,
  type ImportFile,
  type ImportOptions,
  type ImportResult,
  type Library,
  type StorageReport,
  type StoredDocument,
} from '../../core/corpus/library';
import { SondeError } from '../../core/errors';
import { WorkerHost } from '../worker-host';
import { cancelPort, withOutcomes } from '../worker-outcome';
import { createReaderPlace } from '../readers/reader-place';
import type { CorpusApi } from './corpus-api';
import { createFinder, type Finder } from './finder';
import { indexChanges } from './index-changes';
import type { ImportTarget } from './corpus-import';

/** Reading one row takes milliseconds; a first call may wait for the worker and for another tab to give way. */
const SHORT_MS = 60_000;
/** A pass over everything stored. */
const SCAN_MS = 300_000;
/** An import that reports nothing for this long has hung. */
const SILENT_IMPORT_MS = 120_000;

export function createLibrary(
  host: WorkerHost<CorpusApi> = corpusHost(),
  finder: Finder = createFinder(),
): Library {
  return indexChanges(finder, {
    list: () => host.call((api) => api.list(), { deadlineMs: SHORT_MS }),
    documents: (corpusId) => host.call((api) => api.documents(corpusId), { deadlineMs: SHORT_MS }),
    import: (files, options = {}) => importFiles(host, files, options),
    text: (documentId, range) => host.call((api) => api.text(documentId, range), { deadlineMs: SCAN_MS }),
    structure: (documentId) => host.call((api) => api.structure(documentId), { deadlineMs: SHORT_MS }),
    page: (documentId, request, signal) =>
      withCancel(signal, (port) =>
        host.call((api) => api.page(documentId, request, transfer(port, [port])), {
          deadlineMs: SCAN_MS,
          signal,
        }),
      ),
    unlock: (documentId, password) =>
      host.call((api) => api.unlock(documentId, password), { deadlineMs: SCAN_MS }),
    recognise: (documentId, { language }, onShare, signal) =>
      withCancel(signal, (port) =>
        host.call(
          (api, touch) => {
            const told = proxy((share: number) => {
              touch();
              onShare(share);
            });
            return api.recognise(documentId, language, told, transfer(port, [port]));
          },
          { deadlineMs: SCAN_MS, signal },
        ),
      ),
    exportCorpus: (corpusId, signal) =>
      withCancel(signal, (port) =>
        host.call((api) => api.exportCorpus(corpusId, transfer(port, [port])), {
          deadlineMs: 30 * SCAN_MS,
          signal,
        }),
      ),
    importCorpus: (file) => host.call((api) => api.importCorpus(file), { deadlineMs: 30 * SCAN_MS }),
    context: (corpusId) => openContext(host, finder, corpusId),
    find: (corpusId, query, options, signal) => finder.find(corpusId, query, options, signal),
    locate: (corpusId, quotations) =>
      withCancel(undefined, (port) =>
        host.call((api) => api.locate(corpusId, quotations, transfer(port, [port])), { deadlineMs: SCAN_MS }),
      ),
    rename: (corpusId, name) => host.call((api) => api.rename(corpusId, name), { deadlineMs: SHORT_MS }),
    renameDocument: (documentId, name) =>
      host.call((api) => api.renameDocument(documentId, name), { deadlineMs: SHORT_MS }),
    setCollection: (corpusId, collection) =>
      host.call((api) => api.setCollection(corpusId, collection), { deadlineMs: SHORT_MS }),
    setTags: (documentIds, tags) =>
      host.call((api) => api.setTags(documentIds, tags), { deadlineMs: SHORT_MS }),
    remove: (corpusId) => host.call((api) => api.remove(corpusId), { deadlineMs: SCAN_MS }),
    removeDocument: (documentId) =>
      host.call((api) => api.removeDocument(documentId), { deadlineMs: SCAN_MS }),
    storage,
    persist,
  });
}

/** The worker that owns the documents. One per page; it starts with the first call. */
export function corpusHost(): WorkerHost<CorpusApi> {
  return new WorkerHost<CorpusApi>(() => {
    const worker = new Worker(new URL('../../../workers/corpus.worker.ts', import.meta.url), {
      type: 'module',
      name: 'corpus',
    });
    const { port1, port2 } = new MessageChannel();
    expose(withOutcomes(createReaderPlace()), port1);
    worker.postMessage('readers', [port2]);
    return worker;
  }, 'The library');
}

async function withCancel<T>(
  signal: AbortSignal | undefined,
  use: (port: MessagePort) => Promise<T>,
): Promise<T> {
  const { port, dispose } = cancelPort(signal);
  try {
    return await use(port);
  } finally {
    dispose();
  }
}

function importFiles(
  host: WorkerHost<CorpusApi>,
  files: readonly ImportFile[],
  { corpusId, name, signal, onProgress }: ImportOptions,
): Promise<ImportResult> {
  const target: ImportTarget = corpusId === undefined ? { name: name ?? corpusNameFor(files) } : { corpusId };
  for (const { path, file } of files)
    onProgress?.({ path, state: 'waiting', doneBytes: 0, totalBytes: file.size, problem: null });
  return withCancel(signal, (port) =>
    host.call(
      (api, touch) => {
        const told = proxy((batch: readonly FileProgress[]) => {
          touch();
          for (const progress of batch) onProgress?.(progress);
        });
        return api.import(files, target, told, transfer(port, [port]));
      },
      { deadlineMs: SILENT_IMPORT_MS, signal },
    ),
  );
}

async function openContext(
  host: WorkerHost<CorpusApi>,
  finder: Finder,
  corpusId: string,
): Promise<ContextSource> {
  const all: StoredDocument[] = await host.call((api) => api.documents(corpusId), { deadlineMs: SHORT_MS });
  const readable = all.filter(({ index }) => index >= 0);
  if (readable.length === 0)
    throw new SondeError({
      code: 'empty',
      message: 'There is no readable text in this corpus.',
      hint: 'Add a document to it.',
    });
  const single = readable.length === 1;
  return {
    kind: single ? 'text' : 'documents',
    typeName: single ? 'str' : 'list',
    documents: readable.map(documentInfo),
    chars: readable.reduce((sum, { chars }) => sum + chars, 0),
    open: async (): Promise<ContextPayload> => {
      const { utf8, documents } = await host.call((api) => api.open(corpusId), { deadlineMs: SCAN_MS });
      const [document] = documents;
      if (!single) return { kind: 'documents', utf8, documents };
      return { kind: 'text', utf8, ...(document?.structure && { document }) };
    },
    find: async (query, limit, signal) => {
      const hits = await finder.find(corpusId, query, { mode: 'words', limit }, signal);
      return hits.map(({ span, score }) => ({ ...span, score: score ?? 0 }));
    },
  };
}

async function storage(): Promise<StorageReport> {
  const manager = navigator.storage as StorageManager | undefined; // absent where the page is not served securely
  const estimate = await manager?.estimate();
  return {
    usedBytes: estimate?.usage ?? 0,
    quotaBytes: estimate?.quota ?? 0,
    persisted: (await manager?.persisted()) ?? false,
  };
}

async function persist(): Promise<boolean> {
  const manager = navigator.storage as StorageManager | undefined;
  return (await manager?.persist()) ?? false;
}
