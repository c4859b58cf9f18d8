/** Reads small ranges of stored text by their bytes: of a large chunk, only what is wanted leaves the disk. */

import type { TextRange } from '../../core/search/passage-window';
import { ByteCache } from './byte-cache';
import type { ChunkRow, DocumentRow, SondeDatabase } from './database';
import { CHUNK_BYTES } from './storing-sink';

/** Handles of large chunks take little; small chunks lie in the row itself. */
const CACHE_BYTES = 4 * 1024 * 1024;
const HANDLE_BYTES = 500;

export class RangeReader {
  readonly #db: SondeDatabase;
  readonly #chunks = new ByteCache<ChunkRow>(CACHE_BYTES);
  /** Who types a question word by word comes to the same passages again and again. */
  readonly #read = new ByteCache<Uint8Array>(CACHE_BYTES);

  constructor(db: SondeDatabase) {
    this.#db = db;
  }

  /** The bytes of each range, null for documents that are gone; and the rows of the documents. */
  async read(
    ranges: readonly TextRange[],
  ): Promise<{ texts: (Uint8Array | null)[]; rows: ReadonlyMap<string, DocumentRow> }> {
    const ids = [...new Set(ranges.map(({ documentId }) => documentId))];
    const [found, texts] = await Promise.all([this.#db.documents.bulkGet(ids), this.#texts(ranges)]);
    const rows = new Map(found.flatMap((row) => (row ? [[row.id, row] as const] : [])));
    return { texts: texts.map((text, at) => (rows.has(ranges[at]?.documentId ?? '') ? text : null)), rows };
  }

  async #texts(ranges: readonly TextRange[]): Promise<(Uint8Array | null)[]> {
    const texts = ranges.map((range) => this.#read.get(keyOfRange(range)) ?? null);
    const missing = ranges.filter((_, at) => !texts[at]);
    await this.#load(missing.flatMap((range) => indexesOf(range).map((index) => ({ range, index }))));
    return Promise.all(ranges.map((range, at) => texts[at] ?? this.#bytes(range)));
  }

  async #bytes(range: TextRange): Promise<Uint8Array | null> {
    const all = new Uint8Array(range.byteEnd - range.byteStart);
    let filled = 0;
    for (const index of indexesOf(range)) {
      const chunk = this.#chunks.get(keyOf(range.documentId, index));
      if (!chunk) continue;
      const from = Math.max(range.byteStart, chunk.byteStart);
      const to = Math.min(range.byteEnd, chunk.byteStart + chunk.bytes);
      if (from >= to) continue;
      all.set(await sliceOf(chunk, from - chunk.byteStart, to - chunk.byteStart), from - range.byteStart);
      filled += to - from;
    }
    if (filled !== all.length) return null;
    this.#read.set(keyOfRange(range), all, all.length + HANDLE_BYTES);
    return all;
  }

  async #load(wanted: readonly { readonly range: TextRange; readonly index: number }[]): Promise<void> {
    const keys = new Map<string, [string, number]>();
    for (const { range, index } of wanted) {
      const key = keyOf(range.documentId, index);
      if (!this.#chunks.get(key)) keys.set(key, [range.documentId, index]);
    }
    if (keys.size === 0) return;
    const rows = await this.#db.chunks.bulkGet([...keys.values()]);
    for (const row of rows)
      if (row)
        this.#chunks.set(
          keyOf(row.documentId, row.index),
          row,
          row.utf8 instanceof Blob ? HANDLE_BYTES : row.bytes + HANDLE_BYTES,
        );
  }
}

/** The chunks a range can lie in: each begins at most three bytes for each before it ahead of its even place. */
function indexesOf({ byteStart, byteEnd }: TextRange): number[] {
  const first = Math.floor(byteStart / CHUNK_BYTES);
  const last = Math.floor((byteEnd + 3 * (first + 2)) / CHUNK_BYTES);
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

function keyOfRange({ documentId, byteStart, byteEnd }: TextRange): string {
  return `${documentId}:${byteStart}-${byteEnd}`;
}

function keyOf(documentId: string, index: number): string {
  return `${documentId}:${index}`;
}

async function sliceOf({ utf8 }: ChunkRow, from: number, to: number): Promise<Uint8Array> {
  return utf8 instanceof Blob
    ? new Uint8Array(await utf8.slice(from, to).arrayBuffer())
    : utf8.subarray(from, to);
}
