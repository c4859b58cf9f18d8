/** Imports files into a corpus: small ones many to a transaction, large ones chunk by chunk. Runs in the corpus worker. */

import { SondeError, isAbort, toProblem, type Problem } from '../../core/errors';
import type { FileProgress, ImportFile, ImportSummary } from '../../core/corpus/library';
import type { Readers } from '../readers/readers';
import { DocumentBatch, type FinishedDocument } from './document-batch';
import {
  FileImport,
  isStorageTrouble,
  type QueuedFile,
  type ReadFile,
  type ReadOptions,
} from './file-import';
import type { Mark, MarkKind } from '../../core/corpus/structure';
import type { CorpusRow, DocumentRow, SondeDatabase } from './database';
import { ImportClaims } from './import-claims';
import { ImportQueue } from './import-queue';
import { Nesting } from './nesting';

export class CorpusWriter {
  readonly #db: SondeDatabase;
  readonly #corpus: CorpusRow;
  readonly #readers: Readers;
  readonly #signal: AbortSignal;
  readonly #report: (progress: FileProgress) => void;
  readonly #claims: ImportClaims;
  readonly #batch: DocumentBatch;
  readonly #stored: DocumentRow[] = [];
  readonly #names = new Set<string>();
  /** Name of the first document with a fingerprint. */
  readonly #known = new Map<string, string>();
  /** What was there before this import, by path. */
  readonly #before = new Map<string, DocumentRow>();
  #position = 0;
  #unchanged = 0;
  #replaced = 0;
  /** Files in archives that their `.gitignore` names. */
  #leftOut = 0;

  constructor(
    db: SondeDatabase,
    corpus: CorpusRow,
    readers: Readers,
    signal: AbortSignal,
    report: (progress: FileProgress) => void,
  ) {
    this.#db = db;
    this.#corpus = corpus;
    this.#readers = readers;
    this.#signal = signal;
    this.#report = report;
    this.#claims = new ImportClaims(db);
    this.#batch = new DocumentBatch(db, corpus.id, signal);
  }

  get summary(): ImportSummary {
    return { unchanged: this.#unchanged, replaced: this.#replaced, leftOut: this.#leftOut };
  }

  /**
   * Stores the files in the order given, those found inside a file right after it.
   * @throws SondeError `quota` and other storage codes; an AbortError when cancelled. What was stored by then stays.
   */
  async run(files: readonly ImportFile[]): Promise<DocumentRow[]> {
    await this.#loadCorpus();
    // One file that cannot be stored ends the reading of those ahead of it.
    const stop = new AbortController();
    const signal = AbortSignal.any([this.#signal, stop.signal]);
    const queue = new ImportQueue<QueuedFile, ReadFile>(files.map(queued), (item) =>
      this.#read(item, signal),
    );
    try {
      for (let read = await queue.next(); read; read = await queue.next()) {
        queue.insert(read.found);
        await this.#add(read);
      }
      this.#tellStored(await this.#batch.flush());
      return this.#stored;
    } catch (thrown) {
      stop.abort();
      const unused = await queue.unused();
      this.#tellStored(await this.#batch.settle());
      await this.#dropText(unused);
      const stored = new Set(this.#stored.map(({ path }) => path));
      for (const item of files.filter(({ path }) => !stored.has(path)))
        this.#tell(queued(item), 'cancelled', 0, null);
      throw isAbort(thrown) ? thrown : this.#withCount(thrown, files.length);
    } finally {
      this.#claims.release();
    }
  }

  /**
   * Reads a kept file again, in the place of what came of it before.
   * @throws SondeError as reading it does: nothing changes then
   */
  async readAgain(before: DocumentRow, file: Blob, options: ReadOptions): Promise<DocumentRow> {
    await this.#loadCorpus();
    const item = queued({ path: before.path, file });
    try {
      const reading = new FileImport(this.#db, this.#claims, this.#readers, item, before, options);
      const read = await reading.read(this.#signal, (doneBytes) => {
        this.#tell(item, 'reading', doneBytes, null);
      });
      const { problem } = read.facts;
      if (read.size.bytes === 0 && problem) throw new SondeError(problem);
      const document = this.#finished(read);
      await this.#batch.add(document);
      await this.#batch.flush();
      return document.row;
    } catch (thrown) {
      await this.#batch.settle();
      await this.#dropText([]);
      throw thrown;
    } finally {
      this.#claims.release();
    }
  }

  async #loadCorpus(): Promise<void> {
    const rows = await this.#db.documents.where('corpusId').equals(this.#corpus.id).toArray();
    for (const row of rows.sort((a, b) => a.position - b.position)) {
      this.#position = Math.max(this.#position, row.position + 1);
      this.#names.add(row.name);
      this.#before.set(row.path, row);
      if (row.fingerprint !== null && !this.#known.has(row.fingerprint))
        this.#known.set(row.fingerprint, row.name);
    }
  }

  #read(item: QueuedFile, signal: AbortSignal): Promise<ReadFile> {
    const before = this.#before.get(item.path) ?? null;
    this.#before.delete(item.path); // a second file of this path in the same import is one of its own
    const reading = new FileImport(this.#db, this.#claims, this.#readers, item, before);
    return reading.read(signal, (doneBytes) => {
      this.#tell(item, 'reading', doneBytes, null);
    });
  }

  async #add(read: ReadFile): Promise<void> {
    for (const { what, count } of read.facts.losses) if (what === 'ignored-files') this.#leftOut += count;
    if (read.outcome === 'document') {
      this.#tellStored(await this.#batch.add(this.#finished(read)));
      return;
    }
    if (read.outcome === 'unchanged') this.#unchanged++;
    this.#tell(read.item, 'stored', read.item.sizeBytes, null);
  }

  #finished(read: ReadFile): FinishedDocument {
    const { item, facts, held, before } = read;
    const source = facts.keepSource ? item.file : null;
    return { row: this.#rowOf(read, source !== null), held, marks: facts.marks, source, before };
  }

  #rowOf({ documentId, item, facts, size, chunks, before }: ReadFile, hasSource: boolean): DocumentRow {
    const { encoding, kind, fingerprint, problem, metadata, losses, marks } = facts;
    const name = before?.name ?? this.#freeName(item.path);
    const known = fingerprint === null ? undefined : this.#known.get(fingerprint);
    if (fingerprint !== null && known === undefined) this.#known.set(fingerprint, name);
    return {
      id: documentId,
      corpusId: this.#corpus.id,
      position: before?.position ?? this.#position++,
      name,
      path: item.path,
      chars: size.chars,
      sourceBytes: item.sizeBytes,
      sizeBytes: size.bytes,
      chunks,
      encoding,
      kind,
      problem,
      fingerprint,
      duplicateOf: known === undefined || known === name ? null : known,
      metadata,
      losses,
      pages: countOf(marks, 'page'),
      slides: countOf(marks, 'slide'),
      sheets: countOf(marks, 'sheet'),
      tags: before?.tags ?? [],
      hasSource,
    };
  }

  #tellStored(documents: readonly FinishedDocument[]): void {
    for (const { row, before } of documents) {
      this.#stored.push(row);
      if (before) this.#replaced++;
      const { path, chunks, sourceBytes, problem } = row;
      const state = chunks === 0 ? 'problem' : 'stored';
      this.#report({ path, state, doneBytes: sourceBytes, totalBytes: sourceBytes, problem });
    }
  }

  /** Text of documents that got no row must not stay behind. */
  async #dropText(unused: readonly ReadFile[]): Promise<void> {
    const pending = this.#batch.pending.map(({ row: { id, chunks }, held }) => ({ id, chunks, held }));
    const never = unused.map(({ documentId, chunks, held }) => ({ id: documentId, chunks, held }));
    for (const { id, chunks, held } of [...never, ...pending])
      if (chunks > held.length) await this.#claims.drop(id);
  }

  /** Names stand in citations, so no two documents of a corpus share one. */
  #freeName(path: string): string {
    let name = path;
    for (let n = 2; this.#names.has(name); n++) name = `${path} (${n})`;
    this.#names.add(name);
    return name;
  }

  #tell(
    { path, sizeBytes }: QueuedFile,
    state: FileProgress['state'],
    doneBytes: number,
    problem: Problem | null,
  ): void {
    this.#report({ path, state, doneBytes, totalBytes: sizeBytes, problem });
  }

  #withCount(thrown: unknown, total: number): unknown {
    if (!isStorageTrouble(thrown) || thrown.code !== 'quota') return thrown;
    const message = `There is no room left for this site on the disk. ${this.#stored.length} of ${total} files were stored and are kept.`;
    return new SondeError({ ...toProblem(thrown), message }, { cause: thrown });
  }
}

function queued({ path, file }: { readonly path: string; readonly file: Blob }): QueuedFile {
  return { path, file, sizeBytes: file.size, problem: null, nesting: Nesting.of(file.size) };
}

function countOf(marks: readonly Mark[], kind: MarkKind): number {
  return marks.reduce((count, mark) => (mark.kind === kind ? count + 1 : count), 0);
}
