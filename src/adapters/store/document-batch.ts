/** Finished documents on their way into the database: many to a transaction, each with all that belongs to it. */

import type { Mark } from '../../core/corpus/structure';
import { SondeError } from '../../core/errors';
import type { ChunkRow, DocumentRow, SondeDatabase } from './database';
import { removeDocumentRows } from './remove-documents';

/** Documents are held back until there are this many, or this much of them. */
const BATCH_DOCUMENTS = 200;
const BATCH_BYTES = 4 * 1024 * 1024;

export interface FinishedDocument {
  readonly row: DocumentRow;
  /** Chunks not stored yet; those of a large document are on disk already. */
  readonly held: readonly ChunkRow[];
  /** Ends beyond the text are cut to it. */
  readonly marks: readonly Mark[];
  /** The file itself, where it is kept. */
  readonly source: Blob | null;
  /** The document whose place it takes; it is removed with all that belongs to it. */
  readonly before: DocumentRow | null;
}

export class DocumentBatch {
  readonly #db: SondeDatabase;
  readonly #corpusId: string;
  readonly #signal: AbortSignal;
  #held: FinishedDocument[] = [];
  #bytes = 0;
  /** On their way to disk while more are read. */
  #underWay: readonly FinishedDocument[] = [];
  #storing: Promise<void> = Promise.resolve();
  /** Stored, and not told yet. */
  #stored: FinishedDocument[] = [];

  constructor(db: SondeDatabase, corpusId: string, signal: AbortSignal) {
    this.#db = db;
    this.#corpusId = corpusId;
    this.#signal = signal;
  }

  /** What has not been stored yet. */
  get pending(): readonly FinishedDocument[] {
    return [...this.#underWay, ...this.#held];
  }

  /** @returns what has been stored since; often nothing. @throws as `flush`, for what was added before */
  async add(document: FinishedDocument): Promise<readonly FinishedDocument[]> {
    this.#held.push(document);
    this.#bytes += document.row.sizeBytes;
    if (this.#held.length >= BATCH_DOCUMENTS || this.#bytes >= BATCH_BYTES) await this.#storeHeld();
    return this.#takeStored();
  }

  /**
   * Stores all that is held back, and returns what has been stored since it was last told.
   * @throws SondeError `not-found` when the corpus is gone, storage codes; the signal's reason when aborted
   */
  async flush(): Promise<readonly FinishedDocument[]> {
    await this.#storeHeld();
    await this.#storing;
    return this.#takeStored();
  }

  /** Waits for what is on its way to disk, and returns it where it got there. For when the import ends early. */
  async settle(): Promise<readonly FinishedDocument[]> {
    await this.#storing.catch(() => undefined); // the import ends for this or for another reason, which is told
    return this.#takeStored();
  }

  #takeStored(): readonly FinishedDocument[] {
    const stored = this.#stored;
    this.#stored = [];
    return stored;
  }

  /** Begins to store all that is held back, once what came before is stored. */
  async #storeHeld(): Promise<void> {
    await this.#storing;
    this.#signal.throwIfAborted();
    this.#underWay = this.#held;
    this.#held = [];
    this.#bytes = 0;
    this.#storing = this.#store(this.#underWay);
    this.#storing.catch(() => undefined); // met when it is awaited
  }

  /** One transaction. */
  async #store(documents: readonly FinishedDocument[]): Promise<void> {
    if (documents.length === 0) return;
    const db = this.#db;
    const tables = [db.corpora, db.documents, db.chunks, db.structures, db.sources, db.imports];
    await db.within(() =>
      db.transaction('rw', tables, async () => {
        // The corpus may have been removed, here or in another tab, while its files were being read.
        if (!(await db.corpora.get(this.#corpusId))) throw corpusGone();
        await removeDocumentRows(
          db,
          documents.flatMap(({ before }) => before ?? []),
        );
        await store(db, documents);
      }),
    );
    this.#underWay = [];
    this.#stored.push(...documents);
  }
}

async function store(db: SondeDatabase, documents: readonly FinishedDocument[]): Promise<void> {
  await db.chunks.bulkAdd(documents.flatMap(({ held }) => held));
  await db.structures.bulkAdd(
    documents.flatMap(({ row, marks }) => {
      const within = marks.map((mark) => ({ ...mark, end: Math.min(mark.end, row.chars) }));
      return within.length > 0 ? [{ documentId: row.id, marks: within }] : [];
    }),
  );
  await db.sources.bulkAdd(
    documents.flatMap(({ row, source }) => (source ? [{ documentId: row.id, file: source }] : [])),
  );
  await db.documents.bulkAdd(documents.map(({ row }) => row));
  const claimed = documents.filter(({ row, held }) => row.chunks > held.length);
  await db.imports.bulkDelete(claimed.map(({ row }) => row.id));
}

function corpusGone(): SondeError {
  return new SondeError({
    code: 'not-found',
    message: 'The corpus was removed while files were being added to it.',
  });
}
