/** What the corpus worker does for the page: everything that touches files and their text. */

import { SondeError } from '../../core/errors';
import type { Span } from '../../core/corpus/context';
import type { Exposure, SentTexts } from '../../core/disclosure/exposure';
import type {
  CorpusInfo,
  FileProgress,
  ImportFile,
  ImportResult,
  PageImage,
  PageRequest,
  Quotation,
  StoredDocument,
} from '../../core/corpus/library';
import type { Structure } from '../../core/corpus/structure';
import type { Readers } from '../readers/readers';
import { signalOf } from '../worker-outcome';
import {
  corpusRow,
  documentRows,
  listCorpora,
  notFound,
  readStructure,
  readText,
  storedDocuments,
} from './corpus-reader';
import { corpusBlob, type CorpusBlob } from './corpus-blob';
import { locateQuotations } from './corpus-search';
import { traceCorpus } from './corpus-trace';
import { exportCorpus } from './corpus-export';
import { importCorpus } from './corpus-file-import';
import { CorpusImports, requireName, type ImportTarget } from './corpus-import';
import type { SondeDatabase } from './database';
import { removeAbandoned } from './import-claims';
import { readPage } from './document-page';
import { dropIndex } from './search-update';
import { removeDocumentRows } from './remove-documents';

/** Ports carry cancellation, see worker-outcome. */
export interface CorpusApi {
  list(): Promise<CorpusInfo[]>;
  documents(corpusId: string): Promise<StoredDocument[]>;
  import(
    files: readonly ImportFile[],
    target: ImportTarget,
    onProgress: (batch: readonly FileProgress[]) => void,
    cancel: MessagePort,
  ): Promise<ImportResult>;
  text(documentId: string, range?: { readonly start: number; readonly end: number }): Promise<string>;
  structure(documentId: string): Promise<Structure>;
  page(documentId: string, request: PageRequest, cancel: MessagePort): Promise<PageImage>;
  unlock(documentId: string, password: string): Promise<StoredDocument>;
  recognise(
    documentId: string,
    language: string,
    onShare: (share: number) => void,
    cancel: MessagePort,
  ): Promise<StoredDocument>;
  exportCorpus(corpusId: string, cancel: MessagePort): Promise<Blob>;
  importCorpus(file: Blob): Promise<CorpusInfo>;
  open(corpusId: string): Promise<CorpusBlob>;
  locate(corpusId: string, quotations: readonly Quotation[], cancel: MessagePort): Promise<(Span | null)[]>;
  trace(corpusId: string, sent: readonly SentTexts[], cancel: MessagePort): Promise<Exposure[]>;
  rename(corpusId: string, name: string): Promise<void>;
  renameDocument(documentId: string, name: string): Promise<void>;
  setCollection(corpusId: string, collection: string | null): Promise<void>;
  setTags(documentIds: readonly string[], tags: readonly string[]): Promise<void>;
  remove(corpusId: string): Promise<void>;
  removeDocument(documentId: string): Promise<void>;
}

/** Every method rejects with SondeError or an AbortError. */
export function createCorpusApi(db: SondeDatabase, readers: Readers): CorpusApi {
  const imports = new CorpusImports(db, readers);
  let swept: Promise<void> | null = null;
  /** Runs on the open database, after what dead imports left behind has been removed once. */
  const within = <T>(work: () => Promise<T>): Promise<T> =>
    db.within(async () => {
      swept ??= removeAbandoned(db).catch((thrown: unknown) => {
        swept = null; // the next call tries again
        throw thrown;
      });
      await swept;
      return work();
    });
  return {
    list: () => within(() => listCorpora(db)),
    documents: (corpusId) =>
      within(async () => {
        await corpusRow(db, corpusId);
        return storedDocuments(await documentRows(db, corpusId));
      }),
    import: (files, target, onProgress, cancel) =>
      within(() => imports.import(files, target, onProgress, signalOf(cancel))),
    text: (documentId, range) => within(() => readText(db, documentId, range)),
    structure: (documentId) => within(() => readStructure(db, documentId)),
    page: (documentId, request, cancel) =>
      within(() =>
        readPage(db, readers, documentId, request, imports.passwordOf(documentId), signalOf(cancel)),
      ),
    unlock: (documentId, password) => within(() => imports.unlock(documentId, password)),
    recognise: (documentId, language, onShare, cancel) =>
      within(() => imports.recognise(documentId, language, onShare, signalOf(cancel))),
    exportCorpus: (corpusId, cancel) => within(() => exportCorpus(db, corpusId, signalOf(cancel))),
    importCorpus: (file) => within(() => importCorpus(db, file)),
    open: (corpusId) =>
      within(async () => {
        const corpus = await corpusBlob(db, corpusId);
        if (corpus.documents.length === 0) throw noText();
        return corpus;
      }),
    locate: (corpusId, quotations, cancel) =>
      within(() => locateQuotations(db, corpusId, quotations, signalOf(cancel))),
    trace: (corpusId, sent, cancel) => within(() => traceCorpus(db, corpusId, sent, signalOf(cancel))),
    rename: (corpusId, name) =>
      within(async () => {
        if ((await db.corpora.update(corpusId, { name: requireName(name) })) === 0)
          await corpusRow(db, corpusId);
      }),
    renameDocument: (documentId, name) => within(() => renameDocument(db, documentId, requireName(name))),
    setCollection: (corpusId, collection) =>
      within(async () => {
        await db.corpora.update(corpusId, { collection: collection?.trim() || null });
      }),
    setTags: (documentIds, tags) => within(() => setTags(db, documentIds, tags)),
    remove: (corpusId) => within(() => removeCorpus(db, corpusId)),
    removeDocument: (documentId) => within(() => removeDocument(db, documentId)),
  };
}

async function renameDocument(db: SondeDatabase, documentId: string, name: string): Promise<void> {
  await db.transaction('rw', db.documents, async () => {
    const row = await db.documents.get(documentId);
    if (!row) throw notFound('document');
    const others = await db.documents.where('corpusId').equals(row.corpusId).toArray();
    if (others.some((other) => other.id !== documentId && other.name === name))
      throw new SondeError({
        code: 'invalid-argument',
        message: `There is a document named ${name} in this corpus already.`,
        hint: 'Choose another name.',
      });
    await db.documents.update(documentId, { name });
  });
}

async function setTags(
  db: SondeDatabase,
  documentIds: readonly string[],
  tags: readonly string[],
): Promise<void> {
  const distinct = [...new Set(tags.map((tag) => tag.trim()).filter((tag) => tag !== ''))].sort();
  await db.documents.bulkUpdate(documentIds.map((key) => ({ key, changes: { tags: distinct } })));
}

async function removeCorpus(db: SondeDatabase, corpusId: string): Promise<void> {
  const index = [db.indexSegments, db.indexBlocks];
  const tables = [db.corpora, db.documents, db.chunks, db.structures, db.sources, ...index];
  await db.transaction('rw', tables, async () => {
    await db.corpora.delete(corpusId);
    await dropIndex(db, corpusId);
    await removeDocumentRows(db, await documentRows(db, corpusId));
  });
}

async function removeDocument(db: SondeDatabase, documentId: string): Promise<void> {
  await db.transaction('rw', db.documents, db.chunks, db.structures, db.sources, async () => {
    const row = await db.documents.get(documentId);
    if (row) await removeDocumentRows(db, [row]);
  });
}

function noText(): SondeError {
  return new SondeError({
    code: 'empty',
    message: 'There is no readable text in this corpus.',
    hint: 'Add a document to it.',
  });
}
