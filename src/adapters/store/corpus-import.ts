/** Files into corpora: imports, and kept files read again with a password or with the words in their pictures. */

import { newId } from '../new-id';
import { SondeError } from '../../core/errors';
import type { FileProgress, ImportFile, ImportResult, StoredDocument } from '../../core/corpus/library';
import { leaveOutIgnored } from '../ingest/ignored-paths';
import type { Readers } from '../readers/readers';
import { corpusInfo, corpusRow, documentRows, notFound, storedDocuments } from './corpus-reader';
import { CorpusWriter } from './corpus-writer';
import type { ReadOptions } from './file-import';
import type { CorpusRow, SondeDatabase } from './database';
import { ProgressBatcher } from './progress-batcher';

/** Where the files go: into a corpus that is there, or a new one of this name. */
export type ImportTarget = { readonly corpusId: string } | { readonly name: string };

export class CorpusImports {
  readonly #db: SondeDatabase;
  readonly #readers: Readers;
  /** Typed in this session, by document; kept nowhere else. */
  readonly #passwords = new Map<string, string>();

  constructor(db: SondeDatabase, readers: Readers) {
    this.#db = db;
    this.#readers = readers;
  }

  passwordOf(documentId: string): string | null {
    return this.#passwords.get(documentId) ?? null;
  }

  async import(
    files: readonly ImportFile[],
    target: ImportTarget,
    onProgress: (batch: readonly FileProgress[]) => void,
    signal: AbortSignal,
  ): Promise<ImportResult> {
    const db = this.#db;
    const isNew = 'name' in target;
    const corpus: CorpusRow = isNew
      ? { id: newId(), name: requireName(target.name), createdAtMs: Date.now(), collection: null }
      : await corpusRow(db, target.corpusId);
    if (isNew) await db.corpora.add(corpus);
    const progress = new ProgressBatcher(onProgress);
    const writer = new CorpusWriter(db, corpus, this.#readers, signal, (one) => {
      progress.push(one);
    });
    try {
      const { kept, leftOut } = await leaveOutIgnored(files, ({ file }) => file.text());
      const stored = new Set((await writer.run(kept)).map(({ id }) => id));
      const rows = await documentRows(db, corpus.id);
      return {
        corpus: corpusInfo(corpus, rows),
        documents: storedDocuments(rows).filter(({ id }) => stored.has(id)),
        summary: { ...writer.summary, leftOut: leftOut + writer.summary.leftOut },
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

  /** @throws SondeError `password` when it is wrong; nothing changes then */
  async unlock(documentId: string, password: string): Promise<StoredDocument> {
    const document = await this.#readAgain(documentId, { password, ocr: null }, new AbortController().signal);
    this.#passwords.set(document.id, password);
    return document;
  }

  recognise(
    documentId: string,
    language: string,
    onShare: (share: number) => void,
    signal: AbortSignal,
  ): Promise<StoredDocument> {
    const options = { password: this.passwordOf(documentId), ocr: language };
    return this.#readAgain(documentId, options, signal, onShare);
  }

  async #readAgain(
    documentId: string,
    options: ReadOptions,
    signal: AbortSignal,
    onShare: (share: number) => void = () => undefined,
  ): Promise<StoredDocument> {
    const db = this.#db;
    const [row, source] = await Promise.all([db.documents.get(documentId), db.sources.get(documentId)]);
    if (!row || !source) throw notFound('document');
    const corpus = await corpusRow(db, row.corpusId);
    const writer = new CorpusWriter(db, corpus, this.#readers, signal, ({ doneBytes, totalBytes }) => {
      if (doneBytes > 0) onShare(doneBytes / totalBytes);
    });
    const stored = await writer.readAgain(row, source.file, options);
    const rows = await documentRows(db, row.corpusId);
    const document = storedDocuments(rows).find(({ id }) => id === stored.id);
    if (!document) throw notFound('document');
    return document;
  }
}

/** The trimmed name. @throws SondeError `invalid-argument` when nothing is left of it */
export function requireName(name: string): string {
  const trimmed = name.trim();
  if (trimmed === '') throw new SondeError({ code: 'invalid-argument', message: 'A name cannot be empty.' });
  return trimmed;
}
