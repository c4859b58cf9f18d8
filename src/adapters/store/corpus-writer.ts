/** Imports files into a corpus: small ones many to a transaction, large ones chunk by chunk. Runs in the corpus worker. */

import { newId } from '../new-id';
import { SondeError, isAbort, toProblem, type Problem } from '../../core/errors';
import { BARE, type FileProgress, type ImportFile } from '../../core/corpus/library';
import { NOTHING, type TextMeasure } from '../../core/corpus/utf8-chunks';
import { readDocument } from '../ingest/read-document';
import type { ChunkRow, CorpusRow, DocumentRow, SondeDatabase } from './database';
import { ImportClaims } from './import-claims';
import { StoringSink } from './storing-sink';

/** Finished documents are held back until there are this many, or this much of them. */
const BATCH_DOCUMENTS = 200;
const BATCH_BYTES = 4 * 1024 * 1024;
/** Files read at the same time; small ones are mostly waiting for the disk. */
const READERS = 6;
/** Larger files are not read beside others that are waiting their turn. */
const LARGE_BYTES = 4 * 1024 * 1024;

/** What reading a file came to, before it has a place in the corpus. */
interface ReadFile {
  readonly documentId: string;
  readonly item: ImportFile;
  readonly size: TextMeasure;
  readonly chunks: number;
  /** Chunks not stored yet; those of a large document are on disk already. */
  readonly held: readonly ChunkRow[];
  readonly encoding: string;
  readonly kind: string;
  readonly fingerprint: string | null;
  readonly problem: Problem | null;
}

type Report = (progress: FileProgress) => void;

export class CorpusWriter {
  readonly #db: SondeDatabase;
  readonly #corpus: CorpusRow;
  readonly #signal: AbortSignal;
  readonly #report: Report;
  readonly #claims: ImportClaims;
  readonly #stored: DocumentRow[] = [];
  readonly #names = new Set<string>();
  /** Name of the first document with a fingerprint. */
  readonly #known = new Map<string, string>();
  #position = 0;
  #batch: { row: DocumentRow; read: ReadFile }[] = [];
  #batchBytes = 0;

  constructor(db: SondeDatabase, corpus: CorpusRow, signal: AbortSignal, report: Report) {
    this.#db = db;
    this.#corpus = corpus;
    this.#signal = signal;
    this.#report = report;
    this.#claims = new ImportClaims(db);
  }

  /**
   * Stores the files in the order given.
   * @throws SondeError `quota` and other storage codes; an AbortError when cancelled. What was stored by then stays.
   */
  async run(files: readonly ImportFile[]): Promise<DocumentRow[]> {
    await this.#loadCorpus();
    // One file that cannot be stored ends the readers working ahead of it.
    const stop = new AbortController();
    const readers = new ReadAhead(files, (item) =>
      this.#read(item, AbortSignal.any([this.#signal, stop.signal])),
    );
    try {
      for (let read = await readers.next(); read; read = await readers.next()) await this.#add(read);
      await this.#flush();
      return this.#stored;
    } catch (thrown) {
      stop.abort();
      await this.#dropText([...(await readers.unused()), ...this.#batch.map(({ read }) => read)]);
      for (const item of files.slice(this.#stored.length)) this.#tell(item, 'cancelled', 0, null);
      throw isAbort(thrown) ? thrown : this.#withCount(thrown, files.length);
    } finally {
      this.#claims.release();
    }
  }

  async #loadCorpus(): Promise<void> {
    const rows = await this.#db.documents.where('corpusId').equals(this.#corpus.id).toArray();
    for (const row of rows.sort((a, b) => a.position - b.position)) {
      this.#position = Math.max(this.#position, row.position + 1);
      this.#names.add(row.name);
      if (row.fingerprint !== null && !this.#known.has(row.fingerprint))
        this.#known.set(row.fingerprint, row.name);
    }
  }

  /** Never rejects for what is wrong with a file: that becomes its problem. */
  async #read(item: ImportFile, signal: AbortSignal): Promise<ReadFile> {
    const documentId = newId();
    const text = new StoringSink(this.#db, this.#claims, documentId);
    try {
      this.#tell(item, 'reading', 0, null);
      const facts = await readDocument(item.file, item.path, text, signal, (done) => {
        this.#tell(item, 'reading', done, null);
      });
      const stored = await text.end();
      if (stored.size.bytes === 0)
        throw new SondeError({ code: 'empty', message: 'There is no text in this file.' });
      return { documentId, item, ...facts, ...stored };
    } catch (thrown) {
      await text.discard();
      if (signal.aborted || isStorageTrouble(thrown)) throw thrown;
      const nothing = { encoding: '', kind: '', fingerprint: null, size: NOTHING, chunks: 0, held: [] };
      return { documentId, item, ...nothing, problem: toProblem(thrown) };
    }
  }

  async #add(read: ReadFile): Promise<void> {
    const { documentId, item, size, chunks, encoding, kind, fingerprint, problem } = read;
    const name = this.#freeName(item.path);
    const duplicateOf = fingerprint === null ? null : (this.#known.get(fingerprint) ?? null);
    if (fingerprint !== null && duplicateOf === null) this.#known.set(fingerprint, name);
    const row: DocumentRow = {
      id: documentId,
      corpusId: this.#corpus.id,
      position: this.#position++,
      name,
      path: item.path,
      chars: size.chars,
      sourceBytes: item.file.size,
      sizeBytes: size.bytes,
      chunks,
      encoding,
      kind,
      problem,
      fingerprint,
      duplicateOf,
      ...BARE,
    };
    this.#batch.push({ row, read });
    this.#batchBytes += size.bytes;
    if (this.#batch.length >= BATCH_DOCUMENTS || this.#batchBytes >= BATCH_BYTES) await this.#flush();
  }

  /** One transaction for everything held back; only then is it told as stored. */
  async #flush(): Promise<void> {
    this.#signal.throwIfAborted();
    if (this.#batch.length === 0) return;
    const db = this.#db;
    const rows = this.#batch.map(({ row }) => row);
    await db.within(() =>
      db.transaction('rw', db.corpora, db.documents, db.chunks, db.imports, async () => {
        // The corpus may have been removed, here or in another tab, while its files were being read.
        if (!(await db.corpora.get(this.#corpus.id))) throw corpusGone();
        await db.chunks.bulkAdd(this.#batch.flatMap(({ read }) => read.held));
        await db.documents.bulkAdd(rows);
        await db.imports.bulkDelete(rows.map(({ id }) => id));
      }),
    );
    this.#stored.push(...rows);
    for (const { row, read } of this.#batch)
      this.#tell(read.item, row.chunks === 0 ? 'problem' : 'stored', row.sourceBytes, row.problem);
    this.#batch = [];
    this.#batchBytes = 0;
  }

  /** Text of documents that got no row must not stay behind. */
  async #dropText(reads: readonly ReadFile[]): Promise<void> {
    for (const { documentId, chunks, held } of reads)
      if (chunks > held.length) await this.#claims.drop(documentId);
  }

  /** Names stand in citations, so no two documents of a corpus share one. */
  #freeName(path: string): string {
    let name = path;
    for (let n = 2; this.#names.has(name); n++) name = `${path} (${n})`;
    this.#names.add(name);
    return name;
  }

  #tell(
    { path, file }: ImportFile,
    state: FileProgress['state'],
    doneBytes: number,
    problem: Problem | null,
  ): void {
    this.#report({ path, state, doneBytes, totalBytes: file.size, problem });
  }

  #withCount(thrown: unknown, total: number): unknown {
    if (!(thrown instanceof SondeError) || thrown.code !== 'quota') return thrown;
    const message = `There is no room left for this site on the disk. ${this.#stored.length} of ${total} files were stored and are kept.`;
    return new SondeError({ ...toProblem(thrown), message }, { cause: thrown });
  }
}

/** Keeps a few files being read while the first is waited for; gives them back in order. */
class ReadAhead {
  readonly #files: readonly ImportFile[];
  readonly #read: (item: ImportFile) => Promise<ReadFile>;
  readonly #ahead: Promise<ReadFile>[] = [];
  #started = 0;

  constructor(files: readonly ImportFile[], read: (item: ImportFile) => Promise<ReadFile>) {
    this.#files = files;
    this.#read = read;
  }

  async next(): Promise<ReadFile | null> {
    this.#refill();
    const first = this.#ahead[0];
    if (!first) return null;
    const read = await first;
    void this.#ahead.shift(); // settled above
    return read;
  }

  /** Resolves when nothing is being read any more, to what was read but never asked for. */
  async unused(): Promise<ReadFile[]> {
    this.#started = this.#files.length;
    const ends = await Promise.allSettled(this.#ahead);
    return ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
  }

  #refill(): void {
    while (this.#ahead.length < READERS && this.#started < this.#files.length) {
      const item = this.#files[this.#started];
      if (!item || (this.#ahead.length > 0 && item.file.size > LARGE_BYTES)) return;
      this.#started++;
      const reading = this.#read(item);
      reading.catch(() => undefined); // met when its turn comes
      this.#ahead.push(reading);
    }
  }
}

function isStorageTrouble(thrown: unknown): boolean {
  return (
    thrown instanceof SondeError && ['quota', 'storage-blocked', 'storage-outdated'].includes(thrown.code)
  );
}

function corpusGone(): SondeError {
  return new SondeError({
    code: 'not-found',
    message: 'The corpus was removed while files were being added to it.',
  });
}
