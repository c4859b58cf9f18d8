/**
 * Brings the search index of a corpus up to its documents: texts that wait are read back and indexed, segment by
 * segment; those of documents that are gone are let go of, and small segments are merged into larger ones.
 *
 * Documents stored by an import, by a corpus file or before there was an index all come the same way: by the
 * `unindexedFrom` of their row, which moves on in the transaction that stores the segment. Whatever breaks off goes on
 * from there.
 */

import { newId } from '../new-id';
import { measureUtf8 } from '../../core/corpus/utf8-chunks';
import { SegmentBuilder } from '../../core/search/segment-builder';
import { mergeSegments } from '../../core/search/segment-merge';
import type { Segment } from '../../core/search/segment';
import { OPENED_AT_ONCE } from './corpus-reader';
import type { ChunkRow, DocumentRow, IndexSegmentRow, SondeDatabase } from './database';
import { withIndexLock } from './search-locks';
import { segmentsToMerge } from './search-tiers';

/** A transaction over more of them would keep others waiting. */
const MOST_DOCUMENTS = 2000;

/** @param onShare told how much of what waits is done, from 0 to 1 */
export async function updateIndex(
  db: SondeDatabase,
  corpusId: string,
  signal: AbortSignal,
  onShare: (share: number) => void,
): Promise<void> {
  if ((await waiting(db, corpusId).count()) === 0) return;
  await withIndexLock(signal, async () => {
    const rows = await waiting(db, corpusId).toArray();
    await new IndexUpdate(db, corpusId, signal, onShare).run(rows.sort((a, b) => a.position - b.position));
  });
}

/** Corpora with documents that are not in the index yet. */
export async function corporaThatWait(db: SondeDatabase): Promise<string[]> {
  const rows = await db.documents.orderBy('[corpusId+unindexedFrom]').keys();
  return [...new Set(rows.map((key) => String((key as unknown as [string, number])[0])))]; // the key of that index
}

export async function indexedCorpora(db: SondeDatabase): Promise<string[]> {
  return (await db.indexSegments.orderBy('corpusId').uniqueKeys()).map(String);
}

function waiting(db: SondeDatabase, corpusId: string) {
  return db.documents
    .where('[corpusId+unindexedFrom]')
    .between([corpusId, 0], [corpusId, Infinity], true, true);
}

class IndexUpdate {
  readonly #db: SondeDatabase;
  readonly #corpusId: string;
  readonly #signal: AbortSignal;
  readonly #onShare: (share: number) => void;
  #builder = new SegmentBuilder();
  /** Documents all of which is in the segment that is being built, or in those before it. */
  #done: string[] = [];
  #doneBytes = 0;
  #totalBytes = 0;

  constructor(db: SondeDatabase, corpusId: string, signal: AbortSignal, onShare: (share: number) => void) {
    this.#db = db;
    this.#corpusId = corpusId;
    this.#signal = signal;
    this.#onShare = onShare;
  }

  async run(rows: readonly DocumentRow[]): Promise<void> {
    this.#totalBytes = rows.reduce((sum, row) => sum + row.sizeBytes - (row.unindexedFrom ?? 0), 0);
    for (let at = 0; at < rows.length; at += OPENED_AT_ONCE) {
      const group = rows.slice(at, at + OPENED_AT_ONCE);
      const firsts = await this.#db.chunks.bulkGet(group.map(({ id }): [string, number] => [id, 0]));
      for (const [i, row] of group.entries()) await this.#add(row, firsts[i]);
    }
    await this.#store(null);
  }

  /** A piece that is missing belongs to a document that was removed meanwhile: what is indexed of it is never shown. */
  async #add(row: DocumentRow, first: ChunkRow | undefined): Promise<void> {
    let from = row.unindexedFrom ?? 0;
    let begun = false;
    for (let index = 0; index < row.chunks; index++) {
      const chunk = index === 0 ? first : await this.#db.chunks.get([row.id, index]);
      if (!chunk) break;
      if (chunk.byteStart + chunk.bytes <= from) continue;
      this.#signal.throwIfAborted();
      const utf8 = await bytesOf(chunk);
      for (let at = from - chunk.byteStart; at < utf8.length;) {
        if (!begun) this.#begin(row, chunk, utf8, at);
        begun = true;
        const took = this.#builder.feed(utf8.subarray(at));
        at += took;
        from += took;
        this.#doneBytes += took;
        if (at === utf8.length) break;
        this.#builder.end();
        await this.#store({ id: row.id, from });
        begun = false;
      }
      this.#onShare(this.#doneBytes / this.#totalBytes);
    }
    if (begun) this.#builder.end();
    this.#done.push(row.id);
    if (this.#builder.isFull || this.#done.length >= MOST_DOCUMENTS) await this.#store(null);
  }

  #begin(row: DocumentRow, chunk: ChunkRow, utf8: Uint8Array, at: number): void {
    const before = at === 0 ? 0 : measureUtf8(utf8.subarray(0, at)).chars;
    this.#builder.begin(row.id, chunk.charStart + before, chunk.byteStart + at);
  }

  /** Stores the segment, and in the same transaction how far its documents are indexed now. */
  async #store(partly: { readonly id: string; readonly from: number } | null): Promise<void> {
    const segment = this.#builder.isEmpty ? null : this.#builder.finish();
    const done = this.#done;
    this.#builder = new SegmentBuilder();
    this.#done = [];
    if (!segment && done.length === 0) return;
    const db = this.#db;
    this.#signal.throwIfAborted();
    await db.transaction('rw', db.corpora, db.documents, db.indexSegments, db.indexBlocks, async () => {
      if (!(await db.corpora.get(this.#corpusId))) return; // removed meanwhile
      if (segment) await addSegment(db, this.#corpusId, segment);
      // An update does not bring back a document that was removed meanwhile.
      await db.documents.bulkUpdate(done.map((key) => ({ key, changes: { unindexedFrom: undefined } })));
      if (partly) await db.documents.update(partly.id, { unindexedFrom: partly.from });
    });
  }
}

async function bytesOf({ utf8 }: ChunkRow): Promise<Uint8Array> {
  return utf8 instanceof Blob ? new Uint8Array(await utf8.arrayBuffer()) : utf8;
}

async function addSegment(db: SondeDatabase, corpusId: string, segment: Segment): Promise<void> {
  const { blocks, ...rest } = segment;
  const id = newId();
  await db.indexSegments.add({ id, corpusId, ...rest });
  await db.indexBlocks.bulkAdd(blocks.map((bytes, index) => ({ segmentId: id, index, bytes })));
}

/** Lets go of what is indexed of documents that are gone, and merges small segments. */
export async function tidyIndex(db: SondeDatabase, corpusId: string, signal: AbortSignal): Promise<void> {
  await withIndexLock(signal, async () => {
    const there = new Set(await db.documents.where('corpusId').equals(corpusId).primaryKeys());
    const isThere = (documentId: string): boolean => there.has(documentId);
    for (;;) {
      signal.throwIfAborted();
      const segments = await db.indexSegments.where('corpusId').equals(corpusId).toArray();
      const old = segmentsToMerge(segments, isThere);
      if (old.length === 0) return;
      await replaceSegments(db, corpusId, old, isThere);
    }
  });
}

async function replaceSegments(
  db: SondeDatabase,
  corpusId: string,
  old: readonly IndexSegmentRow[],
  isThere: (documentId: string) => boolean,
): Promise<void> {
  const whole: Segment[] = [];
  for (const row of old) {
    const blocks = await db.indexBlocks
      .where('[segmentId+index]')
      .between([row.id, 0], [row.id, Infinity])
      .toArray();
    whole.push({ ...row, blocks: blocks.map(({ bytes }) => bytes) });
  }
  const merged = mergeSegments(whole, isThere);
  await db.transaction('rw', db.indexSegments, db.indexBlocks, async () => {
    if (merged.bucketBytes.length > 0) await addSegment(db, corpusId, merged);
    await dropSegments(db, old);
  });
}

async function dropSegments(db: SondeDatabase, rows: readonly IndexSegmentRow[]): Promise<void> {
  await db.indexSegments.bulkDelete(rows.map(({ id }) => id));
  await db.indexBlocks.bulkDelete(
    rows.flatMap(({ id, firstWords }) => firstWords.map((_, index): [string, number] => [id, index])),
  );
}

/** Takes the index of a corpus away. Call it within a transaction over its two tables. */
export async function dropIndex(db: SondeDatabase, corpusId: string): Promise<void> {
  await dropSegments(db, await db.indexSegments.where('corpusId').equals(corpusId).toArray());
}
