/** Reads corpora back: lists, ranges of text, structures, and windows for whoever scans it all. */

import { SondeError } from '../../core/errors';
import type { CorpusInfo, StoredDocument } from '../../core/corpus/library';
import type { Structure } from '../../core/corpus/structure';
import { CharCounter, pairBoundary, unitIndex } from '../../core/corpus/positions';
import type { ChunkRow, CorpusRow, DocumentRow, SondeDatabase } from './database';

/** A stretch of a document decoded, with what came before it and what follows. */
export interface TextWindow {
  readonly text: string;
  /** UTF-16 indexes into `text`: matches that begin in `[from, to)` belong to this window and to no other. */
  readonly from: number;
  readonly to: number;
  /** Code-point offset in the document of a UTF-16 index of `text`; ask in ascending order. */
  readonly charAt: (unit: number) => number;
}

export async function corpusRow(db: SondeDatabase, corpusId: string): Promise<CorpusRow> {
  const row = await db.corpora.get(corpusId);
  if (!row) throw notFound('corpus');
  return row;
}

/** In reading order. */
export async function documentRows(db: SondeDatabase, corpusId: string): Promise<DocumentRow[]> {
  const rows = await db.documents.where('corpusId').equals(corpusId).toArray();
  return rows.sort((a, b) => a.position - b.position);
}

export async function readableRows(db: SondeDatabase, corpusId: string): Promise<DocumentRow[]> {
  await corpusRow(db, corpusId);
  return (await documentRows(db, corpusId)).filter(({ chunks }) => chunks > 0);
}

export async function listCorpora(db: SondeDatabase): Promise<CorpusInfo[]> {
  const [corpora, documents] = await Promise.all([db.corpora.toArray(), db.documents.toArray()]);
  const byCorpus = Map.groupBy(documents, ({ corpusId }) => corpusId);
  return corpora
    .sort((a, b) => b.createdAtMs - a.createdAtMs)
    .map((row) => corpusInfo(row, byCorpus.get(row.id) ?? []));
}

export function corpusInfo(row: CorpusRow, documents: readonly DocumentRow[]): CorpusInfo {
  return {
    ...row,
    documents: documents.length,
    chars: documents.reduce((sum, { chars }) => sum + chars, 0),
    sizeBytes: documents.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  };
}

/** `index` counts the documents with text, as Python's list does; the others have -1. */
export function storedDocuments(rows: readonly DocumentRow[]): StoredDocument[] {
  let next = 0;
  return rows.map(({ position: _, chunks, fingerprint: __, unindexedFrom: ___, ...row }) => ({
    ...row,
    index: chunks > 0 ? next++ : -1,
  }));
}

/** The text of a range of code points, the whole document without one. Only the chunks it touches are read. */
export async function readText(
  db: SondeDatabase,
  documentId: string,
  range?: { readonly start: number; readonly end: number },
): Promise<string> {
  const row = await db.documents.get(documentId);
  if (!row) throw notFound('document');
  const start = Math.max(0, range?.start ?? 0);
  const end = Math.min(row.chars, range?.end ?? row.chars);
  if (start >= end) return '';
  const first = await db.chunks
    .where('[documentId+charStart]')
    .between([documentId, 0], [documentId, start], true, true)
    .last();
  if (!first) return '';
  const pieces: string[] = [];
  for (let index = first.index; index < row.chunks; index++) {
    const chunk = index === first.index ? first : await chunkAt(db, row, index);
    if (chunk.charStart >= end) break;
    const text = await decode(chunk);
    const plain = chunk.chars === chunk.units;
    const from = Math.max(0, start - chunk.charStart);
    const to = Math.min(chunk.chars, end - chunk.charStart);
    pieces.push(plain ? text.slice(from, to) : text.slice(unitIndex(text, from), unitIndex(text, to)));
  }
  return pieces.join('');
}

export async function readStructure(db: SondeDatabase, documentId: string): Promise<Structure> {
  const [row, structure] = await Promise.all([db.documents.get(documentId), db.structures.get(documentId)]);
  if (!row) throw notFound('document');
  return { marks: structure?.marks ?? [], metadata: row.metadata, losses: row.losses };
}

/**
 * Decodes a document window by window. Each begins `before` units ahead of its own stretch and reaches `after` beyond it
 * (less at the ends of the document), so that nothing shorter than `after` is cut in two.
 */
export async function* textWindows(
  db: SondeDatabase,
  { row, first }: OpenedDocument,
  before: number,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<TextWindow> {
  let carried = '';
  let carriedFrom = 0;
  let carriedPlain = true;
  let chars = 0;
  let ahead = decoded(first);
  for (let index = 0; index < row.chunks; index++) {
    const chunk = await ahead;
    signal.throwIfAborted();
    const isLast = index === row.chunks - 1;
    if (!isLast) {
      ahead = chunkAt(db, row, index + 1).then(decoded);
      ahead.catch(() => undefined); // met when it is awaited; the reader may stop before that
    }
    const text = carried + chunk.text;
    const plain: boolean = carriedPlain && chunk.plain;
    const to = isLast ? text.length : pairBoundary(text, Math.max(carriedFrom, text.length - after));
    const counter = new CharCounter(text, plain);
    const base = chars;
    yield { text, from: carriedFrom, to, charAt: (unit) => base + counter.at(unit) };
    const keep = pairBoundary(text, Math.max(0, to - before));
    chars = base + new CharCounter(text, plain).at(keep);
    carried = text.slice(keep);
    carriedFrom = to - keep;
    carriedPlain = plain || carried.length === 0;
  }
}

/** A document with text, and the beginning of it. */
export interface OpenedDocument {
  readonly row: DocumentRow;
  readonly first: ChunkRow;
}

/** Documents opened in passing are fetched many at once: a request each would take most of the time. */
export const OPENED_AT_ONCE = 64;

/** The first chunk of each document, in order. */
export async function* withFirstChunks(
  db: SondeDatabase,
  rows: readonly DocumentRow[],
): AsyncGenerator<OpenedDocument> {
  for (let at = 0; at < rows.length; at += OPENED_AT_ONCE) {
    const group = rows.slice(at, at + OPENED_AT_ONCE);
    const firsts = await db.chunks.bulkGet(group.map(({ id }): [string, number] => [id, 0]));
    for (const [i, row] of group.entries()) yield { row, first: firsts[i] ?? missing(row.name) };
  }
}

/** Keys of all chunks of a document. */
export function chunkKeys({ id, chunks }: DocumentRow): [string, number][] {
  return Array.from({ length: chunks }, (_, index) => [id, index]);
}

async function chunkAt(db: SondeDatabase, row: DocumentRow, index: number): Promise<ChunkRow> {
  return (await db.chunks.get([row.id, index])) ?? missing(row.name);
}

/** `plain`: without astral characters, so that code points and UTF-16 units are the same. */
async function decoded(chunk: ChunkRow): Promise<{ text: string; plain: boolean }> {
  return { text: await decode(chunk), plain: chunk.chars === chunk.units };
}

/** Chunks end between code points, so each decodes by itself. A U+FEFF at the start of one is text. */
async function decode({ utf8 }: ChunkRow): Promise<string> {
  const bytes = utf8 instanceof Blob ? await utf8.arrayBuffer() : utf8;
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

export function notFound(what: 'corpus' | 'document'): SondeError {
  return new SondeError({ code: 'not-found', message: `This ${what} is not in the library any more.` });
}

export function missing(name: string): never {
  throw new SondeError({
    code: 'not-found',
    message: `Part of the stored text of ${name} is missing.`,
    hint: 'Remove it and drop the file again.',
  });
}
