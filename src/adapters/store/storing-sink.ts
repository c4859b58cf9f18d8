/** Takes the text of one document and stores it in chunks; a small one is held until its row is written. */

import type { TextSink } from '../ingest/file-facts';
import { Utf8Chunker, type TextChunk, type TextMeasure } from '../../core/corpus/utf8-chunks';
import type { ChunkRow, SondeDatabase } from './database';
import type { ImportClaims } from './import-claims';

/** No chunk is larger, and all but the last are at most three bytes smaller. */
export const CHUNK_BYTES = 2 * 1024 * 1024;
/** Chunks up to this size are stored in their row. */
const INLINE_BYTES = 64 * 1024;

export interface StoredText {
  readonly size: TextMeasure;
  readonly chunks: number;
  /** The one chunk of a small document, not stored yet; empty for a large one. */
  readonly held: readonly ChunkRow[];
}

export class StoringSink implements TextSink {
  readonly #db: SondeDatabase;
  readonly #claims: ImportClaims;
  readonly #documentId: string;
  #chunker = new Utf8Chunker(CHUNK_BYTES);
  #chunks = 0;
  #onDisk = false;

  constructor(db: SondeDatabase, claims: ImportClaims, documentId: string) {
    this.#db = db;
    this.#claims = claims;
    this.#documentId = documentId;
  }

  async write(utf8: Uint8Array<ArrayBuffer>): Promise<void> {
    const chunks = this.#chunker.push(utf8);
    if (chunks.length > 0) await this.#store(chunks);
  }

  async restart(): Promise<void> {
    await this.discard();
    this.#chunker = new Utf8Chunker(CHUNK_BYTES);
    this.#chunks = 0;
  }

  async end(): Promise<StoredText> {
    const last = this.#chunker.end();
    const size = this.#chunker.total;
    if (!this.#onDisk) return { size, chunks: last.length, held: last.map((chunk) => this.#row(chunk)) };
    await this.#store(last);
    return { size, chunks: this.#chunks, held: [] };
  }

  /** Removes what has gone to disk. */
  async discard(): Promise<void> {
    if (!this.#onDisk) return;
    this.#onDisk = false;
    await this.#db.within(() => this.#claims.drop(this.#documentId));
  }

  async #store(chunks: readonly TextChunk[]): Promise<void> {
    await this.#db.within(async () => {
      if (!this.#onDisk) await this.#claims.claim(this.#documentId);
      this.#onDisk = true;
      await this.#db.chunks.bulkAdd(chunks.map((chunk) => this.#row(chunk)));
    });
    this.#chunks += chunks.length;
  }

  #row({ index, utf8, start, size }: TextChunk): ChunkRow {
    return {
      documentId: this.#documentId,
      index,
      utf8: utf8.length <= INLINE_BYTES ? utf8 : new Blob([utf8]),
      byteStart: start.bytes,
      charStart: start.chars,
      unitStart: start.units,
      lineStart: start.lines,
      bytes: size.bytes,
      chars: size.chars,
      units: size.units,
    };
  }
}
