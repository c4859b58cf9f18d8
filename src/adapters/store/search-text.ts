/** Reads small ranges of stored text by their bytes: of a large chunk, only what is wanted leaves the disk. */

import type { TextRange } from '../../core/search/passage-window';
import { ByteCache } from './byte-cache';
import type { ChunkRow, DocumentRow, SondeDatabase } from './database';
import { CHUNK_BYTES } from './storing-sink';

/** Handles of large chunks take little; small chunks lie in the row itself. */
const CACHE_BYTES = 4 * 1024 * 1024;
const HANDLE_BYTES = 500;
/** A large chunk is read by parts: Chromium takes longer to cut one out than to read it, so they are cut once. */
const PART_BYTES = 64 * 1024;
/** Of a quarter of a gigabyte of text. */
const MOST_PARTS = 4096;

export class RangeReader {
  readonly #db: SondeDatabase;
  readonly #chunks = new ByteCache<ChunkRow>(CACHE_BYTES);
  /** Handles of parts of large chunks. */
  readonly #parts = new ByteCache<Blob>(MOST_PARTS);
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

  /** Cuts large chunks of these documents into parts, as far as there is room, until `isWanted` says no. */
  async readAhead(documentIds: readonly string[], isWanted: () => boolean): Promise<void> {
    const rows = await this.#db.documents.bulkGet([...documentIds]);
    let parts = 0;
    for (const row of rows)
      for (let index = 0; index < (row?.chunks ?? 0); index++) {
        const chunk = row && (await this.#db.chunks.get([row.id, index]));
        if (!(chunk?.utf8 instanceof Blob)) continue;
        parts += Math.ceil(chunk.bytes / PART_BYTES);
        if (parts > MOST_PARTS || !isWanted()) return;
        for (let part = 0; part * PART_BYTES < chunk.bytes; part++) this.#part(chunk, chunk.utf8, part);
        await new Promise((resolve) => setTimeout(resolve)); // a search that came meanwhile goes first
      }
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
      const target = all.subarray(from - range.byteStart, to - range.byteStart);
      await this.#copy(chunk, from - chunk.byteStart, target);
      filled += to - from;
    }
    if (filled !== all.length) return null;
    this.#read.set(keyOfRange(range), all, all.length + HANDLE_BYTES);
    return all;
  }

  /** Fills `target` with the bytes of a chunk that begin at `from`. */
  async #copy(chunk: ChunkRow, from: number, target: Uint8Array): Promise<void> {
    const { utf8 } = chunk;
    if (!(utf8 instanceof Blob)) {
      target.set(utf8.subarray(from, from + target.length));
      return;
    }
    const to = from + target.length;
    for (let at = from; at < to;) {
      const part = Math.floor(at / PART_BYTES);
      const end = Math.min(to, (part + 1) * PART_BYTES);
      const bytes = new Uint8Array(await this.#part(chunk, utf8, part).arrayBuffer());
      target.set(bytes.subarray(at - part * PART_BYTES, end - part * PART_BYTES), at - from);
      at = end;
    }
  }

  #part({ documentId, index }: ChunkRow, utf8: Blob, part: number): Blob {
    const key = `${keyOf(documentId, index)}:${part}`;
    const cut = this.#parts.get(key) ?? utf8.slice(part * PART_BYTES, (part + 1) * PART_BYTES);
    this.#parts.set(key, cut, 1);
    return cut;
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
