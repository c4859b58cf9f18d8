/** A corpus as one blob: the texts, and behind them what they are made of. */

import type { DocumentSlice } from '../../core/corpus/context';
import type { Structure } from '../../core/corpus/structure';
import { chunkKeys, missing, OPENED_AT_ONCE, readableRows, withFirstChunks } from './corpus-reader';
import type { DocumentRow, SondeDatabase } from './database';

/** UTF-8, and where each document lies in it. */
export interface CorpusBlob {
  readonly utf8: Blob;
  readonly documents: readonly DocumentSlice[];
}

/** Composes the documents with text into one blob, without reading them. Behind the texts lie their structures. */
export async function corpusBlob(db: SondeDatabase, corpusId: string): Promise<CorpusBlob> {
  const rows = await readableRows(db, corpusId);
  const parts: (Blob | Uint8Array<ArrayBuffer>)[] = [];
  const documents: DocumentSlice[] = [];
  let at = 0;
  for await (const { row, first } of withFirstChunks(db, rows)) {
    const { id, name, chars, sizeBytes, chunks } = row;
    parts.push(first.utf8);
    if (chunks > 1) {
      const rest = await db.chunks.bulkGet(chunkKeys(row).slice(1));
      parts.push(...rest.map((chunk) => (chunk ?? missing(name)).utf8));
    }
    documents.push({ id, name, chars, byteStart: at, byteEnd: at + sizeBytes });
    at += sizeBytes;
  }
  const texts = new Blob(parts);
  if (texts.size !== at) missing('this corpus');
  const structures = await structureBlobs(db, rows);
  for (const [index, blob] of structures.entries()) {
    const document = documents[index];
    if (!blob || !document) continue;
    documents[index] = { ...document, structure: { byteStart: at, byteEnd: at + blob.size } };
    at += blob.size;
  }
  return { utf8: new Blob([texts, ...structures.filter((blob) => blob !== null)]), documents };
}

/** The structure of each document as JSON, null where there is nothing to tell. A few are in memory at a time. */
async function structureBlobs(db: SondeDatabase, rows: readonly DocumentRow[]): Promise<(Blob | null)[]> {
  const blobs: (Blob | null)[] = [];
  for (let at = 0; at < rows.length; at += OPENED_AT_ONCE) {
    const group = rows.slice(at, at + OPENED_AT_ONCE);
    const found = await db.structures.bulkGet(group.map(({ id }) => id));
    for (const [index, { metadata, losses }] of group.entries()) {
      const marks = found[index]?.marks ?? [];
      const isBare = marks.length === 0 && losses.length === 0 && Object.keys(metadata).length === 0;
      blobs.push(isBare ? null : new Blob([structureJson({ marks, metadata, losses })]));
    }
  }
  return blobs;
}

/** JSON without half surrogates: Python would read them, and then fail to print them. */
function structureJson(structure: Structure): string {
  const json = JSON.stringify(structure);
  if (!/\\ud[89a-f]/.test(json)) return json;
  return JSON.stringify(structure, (_, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed() : value,
  );
}
