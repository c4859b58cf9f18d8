/** What the corpus worker does for the page: everything that touches files and their text. */

import { newId } from '../new-id';
import { SondeError } from '../../core/errors';
import type { Span } from '../../core/corpus/context';
import type { Exposure, SentTexts } from '../../core/disclosure/exposure';
import type {
  CorpusInfo,
  FileProgress,
  ImportFile,
  Quotation,
  SearchHit,
  StoredDocument,
} from '../../core/corpus/library';
import type { Structure } from '../../core/corpus/structure';
import { signalOf } from '../worker-outcome';
import {
  chunkKeys,
  corpusBlob,
  corpusInfo,
  corpusRow,
  documentRows,
  listCorpora,
  notFound,
  readStructure,
  readText,
  storedDocuments,
  type CorpusBlob,
} from './corpus-reader';
import { locateQuotations, searchCorpus } from './corpus-search';
import { traceCorpus } from './corpus-trace';
import { CorpusWriter } from './corpus-writer';
import type { CorpusRow, DocumentRow, SondeDatabase } from './database';
import { removeAbandoned } from './import-claims';
import { ProgressBatcher } from './progress-batcher';

export interface ImportResult {
  readonly corpus: CorpusInfo;
  readonly documents: StoredDocument[];
}

/** Where the files go: into a corpus that is there, or a new one of this name. */
export type ImportTarget = { readonly corpusId: string } | { readonly name: string };

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
  open(corpusId: string): Promise<CorpusBlob>;
  search(corpusId: string, query: string, limit: number, cancel: MessagePort): Promise<SearchHit[]>;
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
export function createCorpusApi(db: SondeDatabase): CorpusApi {
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
      within(() => importFiles(db, files, target, onProgress, signalOf(cancel))),
    text: (documentId, range) => within(() => readText(db, documentId, range)),
    structure: (documentId) => within(() => readStructure(db, documentId)),
    open: (corpusId) =>
      within(async () => {
        const corpus = await corpusBlob(db, corpusId);
        if (corpus.documents.length === 0) throw noText();
        return corpus;
      }),
    search: (corpusId, query, limit, cancel) =>
      within(() => searchCorpus(db, corpusId, query, limit, signalOf(cancel))),
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

async function importFiles(
  db: SondeDatabase,
  files: readonly ImportFile[],
  target: ImportTarget,
  onProgress: (batch: readonly FileProgress[]) => void,
  signal: AbortSignal,
): Promise<ImportResult> {
  const isNew = 'name' in target;
  const corpus: CorpusRow = isNew
    ? { id: newId(), name: requireName(target.name), createdAtMs: Date.now(), collection: null }
    : await corpusRow(db, target.corpusId);
  if (isNew) await db.corpora.add(corpus);
  const progress = new ProgressBatcher(onProgress);
  const writer = new CorpusWriter(db, corpus, signal, (one) => {
    progress.push(one);
  });
  try {
    const stored = new Set((await writer.run(files)).map(({ id }) => id));
    const rows = await documentRows(db, corpus.id);
    return {
      corpus: corpusInfo(corpus, rows),
      documents: storedDocuments(rows).filter(({ id }) => stored.has(id)),
    };
  } catch (thrown) {
    // A new corpus that got nothing is not left behind as an empty shell.
    if (isNew && (await db.documents.where('corpusId').equals(corpus.id).count()) === 0)
      await db.corpora.delete(corpus.id);
    throw thrown;
  } finally {
    progress.flush();
  }
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
  await db.transaction('rw', [db.corpora, db.documents, db.chunks, db.structures, db.sources], async () => {
    await db.corpora.delete(corpusId);
    await removeDocuments(db, await documentRows(db, corpusId));
  });
}

async function removeDocument(db: SondeDatabase, documentId: string): Promise<void> {
  await db.transaction('rw', db.documents, db.chunks, db.structures, db.sources, async () => {
    const row = await db.documents.get(documentId);
    if (row) await removeDocuments(db, [row]);
  });
}

async function removeDocuments(db: SondeDatabase, rows: readonly DocumentRow[]): Promise<void> {
  const ids = rows.map(({ id }) => id);
  await db.documents.bulkDelete(ids);
  await db.structures.bulkDelete(ids);
  await db.sources.bulkDelete(ids);
  await db.chunks.bulkDelete(rows.flatMap(chunkKeys));
}

function requireName(name: string): string {
  const trimmed = name.trim();
  if (trimmed === '') throw new SondeError({ code: 'invalid-argument', message: 'A name cannot be empty.' });
  return trimmed;
}

function noText(): SondeError {
  return new SondeError({
    code: 'empty',
    message: 'There is no readable text in this corpus.',
    hint: 'Add a document to it.',
  });
}
