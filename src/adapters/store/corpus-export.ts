/** A whole corpus as one file: a zip that any program opens, with texts, structure and the files kept for their pages. */

import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { SondeError } from '../../core/errors';
import { chunkKeys, corpusRow, documentRows } from './corpus-reader';
import {
  CORPUS_FILE_FORMAT,
  CORPUS_FILE_LIST,
  CORPUS_FILE_VERSION,
  type CorpusFile,
  type CorpusFileDocument,
} from './corpus-file-schema';
import type { DocumentRow, SondeDatabase } from './database';

/** Sizes in a plain zip are 32 bits wide; some is left for headers. */
const MAX_FILE_BYTES = 4_000_000_000;
/** Finished pieces are put into a Blob, which need not be in memory, once there is this much. */
const PIECE_BYTES = 16_000_000;

/** @throws SondeError `not-found`; `too-large` for more than one file can hold; the signal's reason when aborted */
export async function exportCorpus(db: SondeDatabase, corpusId: string, signal: AbortSignal): Promise<Blob> {
  const corpus = await corpusRow(db, corpusId);
  const rows = await documentRows(db, corpusId);
  const file = new ZipBlob();
  const documents: CorpusFileDocument[] = [];
  for (const [index, row] of rows.entries()) {
    signal.throwIfAborted();
    documents.push(await addDocument(db, file, row, String(index + 1).padStart(6, '0')));
  }
  const list: CorpusFile = {
    format: CORPUS_FILE_FORMAT,
    version: CORPUS_FILE_VERSION,
    name: corpus.name,
    collection: corpus.collection,
    documents,
  };
  await file.add(CORPUS_FILE_LIST, [new Blob([JSON.stringify(list)])]);
  return file.end();
}

async function addDocument(
  db: SondeDatabase,
  file: ZipBlob,
  row: DocumentRow,
  number: string,
): Promise<CorpusFileDocument> {
  const { name, path, chars, sizeBytes, sourceBytes, encoding, kind, problem, fingerprint } = row;
  const [structure, source] = await Promise.all([db.structures.get(row.id), db.sources.get(row.id)]);
  const entries = {
    text: row.chunks > 0 ? `texts/${number}.txt` : null,
    marks: structure ? `marks/${number}.json` : null,
    source: source ? `files/${number}` : null,
  };
  if (entries.text) await file.add(entries.text, chunksOf(db, row));
  if (entries.marks) await file.add(entries.marks, [new Blob([JSON.stringify(structure?.marks)])]);
  if (entries.source && source) await file.add(entries.source, [source.file], 'as it is');
  const { metadata, losses, tags } = row;
  return {
    ...{ name, path, chars, sizeBytes, sourceBytes, encoding, kind, problem, fingerprint },
    ...{ metadata, losses: [...losses], tags: [...tags] },
    ...entries,
  };
}

async function* chunksOf(
  db: SondeDatabase,
  row: DocumentRow,
): AsyncGenerator<Blob | Uint8Array<ArrayBuffer>> {
  for (const key of chunkKeys(row)) {
    const chunk = await db.chunks.get(key);
    if (chunk) yield chunk.utf8;
  }
}

/** A zip written piece by piece into Blobs, never held as a whole. */
class ZipBlob {
  readonly #zip: Zip;
  #blobs: Blob[] = [];
  #pieces: Uint8Array<ArrayBuffer>[] = [];
  #pieceBytes = 0;
  #totalBytes = 0;
  #failure: unknown = null;

  constructor() {
    this.#zip = new Zip((error, data) => {
      if (error) this.#failure = error;
      else this.#take(data as Uint8Array<ArrayBuffer>); // fflate makes its arrays itself
    });
  }

  async add(
    name: string,
    parts: Iterable<Blob> | AsyncIterable<Blob | Uint8Array<ArrayBuffer>>,
    how: 'packed' | 'as it is' = 'packed',
  ): Promise<void> {
    const entry = how === 'packed' ? new ZipDeflate(name, { level: 4 }) : new ZipPassThrough(name);
    this.#zip.add(entry);
    for await (const part of parts) {
      const blob = part instanceof Blob ? part : new Blob([part]);
      for (let at = 0; at < blob.size; at += PIECE_BYTES) {
        entry.push(new Uint8Array(await blob.slice(at, at + PIECE_BYTES).arrayBuffer()));
        if (this.#totalBytes > MAX_FILE_BYTES) throw tooLarge();
      }
    }
    entry.push(new Uint8Array(), true);
    if (this.#failure) throw this.#failure as Error;
  }

  end(): Blob {
    this.#zip.end();
    return new Blob([...this.#blobs, ...this.#pieces], { type: 'application/zip' });
  }

  #take(data: Uint8Array<ArrayBuffer>): void {
    this.#pieces.push(data);
    this.#pieceBytes += data.length;
    this.#totalBytes += data.length;
    if (this.#pieceBytes < PIECE_BYTES) return;
    this.#blobs.push(new Blob(this.#pieces));
    this.#pieces = [];
    this.#pieceBytes = 0;
  }
}

function tooLarge(): SondeError {
  return new SondeError({
    code: 'too-large',
    message: 'This corpus is larger than one file can hold: four gigabytes, packed.',
    hint: 'Put its documents into several corpora and export those.',
  });
}
