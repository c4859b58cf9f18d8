/** The stored index of a corpus as it is asked: segments and blocks are read when needed, and kept while there is room. */

import { BLOCK_BYTES, blockOf, findBeginning, findWord } from '../../core/search/blocks';
import { startsWith } from '../../core/search/byte-words';
import { findWords, type Lookup, type TextIndex } from '../../core/search/find-words';
import { joinPostings, type Postings } from '../../core/search/postings';
import type { Query } from '../../core/search/query';
import { searched, type SearchedSegment } from '../../core/search/segment';
import type { SearchHit } from '../../core/corpus/library';
import { ByteCache } from './byte-cache';
import type { DocumentRow, IndexSegmentRow, SondeDatabase } from './database';
import { RangeReader } from './search-text';

const BLOCK_CACHE_BYTES = 48 * 1024 * 1024;
const SEGMENT_CACHE_BYTES = 64 * 1024 * 1024;
/** Blocks read ahead in one go: a search that comes meanwhile waits for no more of them. */
const AHEAD_AT_ONCE = 32;
/** With more documents they are small, and lie in their rows. */
const MOST_DOCUMENTS_AHEAD = 1000;
/** Blocks that are looked at for the words with one beginning. */
const MOST_BLOCKS = 8;

interface OpenSegment {
  readonly id: string;
  readonly firstWords: readonly Uint8Array[];
  readonly searched: SearchedSegment;
}

export class StoredIndex {
  readonly #db: SondeDatabase;
  readonly #ranges: RangeReader;
  /** Segments never change, so what was read of them stays true. */
  readonly #segments = new ByteCache<OpenSegment>(SEGMENT_CACHE_BYTES);
  readonly #blocks = new ByteCache<Uint8Array>(BLOCK_CACHE_BYTES);
  /** The segments that were read ahead last: those of the corpus that is being searched. */
  #ahead: readonly OpenSegment[] = [];

  constructor(db: SondeDatabase) {
    this.#db = db;
    this.#ranges = new RangeReader(db);
  }

  /** The passages that fit best. Only what is indexed is looked at. */
  async find(corpusId: string, query: Query, limit: number, signal: AbortSignal): Promise<SearchHit[]> {
    for (let again = false; ; again = true) {
      try {
        const segments = await this.#open(corpusId);
        const hits = await this.#find(segments, query, limit, signal);
        this.#readAhead(segments).catch(() => undefined); // whatever it is, a search meets it again and tells
        return hits;
      } catch (thrown) {
        // Another tab has merged segments while this one was reading them.
        if (again || !(thrown instanceof SegmentGone)) throw thrown;
      }
    }
  }

  async #find(
    segments: readonly OpenSegment[],
    query: Query,
    limit: number,
    signal: AbortSignal,
  ): Promise<SearchHit[]> {
    const rows = new Map<string, DocumentRow>();
    const index: TextIndex = {
      segments: segments.map((segment) => segment.searched),
      postings: (lookups) => this.#postings(segments, lookups),
      read: async (ranges) => {
        const read = await this.#ranges.read(ranges);
        for (const [id, row] of read.rows) rows.set(id, row);
        return read.texts;
      },
    };
    const hits = await findWords(index, query, limit, signal);
    const place = (id: string): number => rows.get(id)?.position ?? 0;
    return hits
      .toSorted((a, b) => b.score - a.score || place(a.documentId) - place(b.documentId) || a.start - b.start)
      .map(({ documentId, start, end, score, text, highlights }) => ({
        span: { documentId, start, end },
        documentName: rows.get(documentId)?.name ?? '',
        before: '',
        match: text,
        after: '',
        score,
        highlights,
      }));
  }

  async #open(corpusId: string): Promise<OpenSegment[]> {
    const db = this.#db;
    const ids = await db.indexSegments.where('corpusId').equals(corpusId).primaryKeys();
    const opened = new Map<string, OpenSegment>();
    for (const id of ids) {
      const segment = this.#segments.get(id);
      if (segment) opened.set(id, segment);
    }
    const missing = ids.filter((id) => !opened.has(id));
    const rows = missing.length > 0 ? await db.indexSegments.bulkGet(missing) : [];
    for (const row of rows) {
      if (!row) throw new SegmentGone();
      const segment = openSegment(row);
      opened.set(row.id, segment);
      this.#segments.set(row.id, segment, row.bucketBytes.length * 7 + row.stretches.length * 150 + 4000);
    }
    return ids.flatMap((id) => opened.get(id) ?? []);
  }

  async #postings(
    segments: readonly OpenSegment[],
    lookups: readonly Lookup[],
  ): Promise<(Postings | null)[][]> {
    const wanted = segments.map((segment) => lookups.map((lookup) => blocksFor(segment, lookup)));
    const blocks = await this.#load(
      wanted.flatMap((numbers, at) =>
        numbers.flat().map((index): [string, number] => [segments[at]?.id ?? '', index]),
      ),
    );
    return wanted.map((numbers, at) =>
      lookups.map((lookup, which) => {
        const found = (numbers[which] ?? []).flatMap((index) => {
          const block = blocks.get(keyOf(segments[at]?.id ?? '', index));
          if (!block) return [];
          return lookup.beginning
            ? findBeginning(block, lookup.beginning)
            : (findWord(block, lookup.stem.bytes) ?? []);
        });
        return found.length > 0 ? joinPostings(found) : null;
      }),
    );
  }

  /** Who searches once searches again: the blocks of a corpus that fits in memory are there for the next words. */
  async #readAhead(segments: readonly OpenSegment[]): Promise<void> {
    const keys = segments.flatMap(({ id, firstWords }) =>
      firstWords.map((_, index): [string, number] => [id, index]),
    );
    const isKnown = segments.every((segment) => this.#ahead.includes(segment));
    if (isKnown || keys.length * BLOCK_BYTES > BLOCK_CACHE_BYTES * 0.8) return;
    this.#ahead = segments;
    const isWanted = () => this.#ahead === segments;
    for (let at = 0; at < keys.length && isWanted(); at += AHEAD_AT_ONCE)
      await this.#load(keys.slice(at, at + AHEAD_AT_ONCE));
    const documents = new Set(
      segments.flatMap(({ searched }) => searched.stretches.map((one) => one.documentId)),
    );
    if (documents.size <= MOST_DOCUMENTS_AHEAD) await this.#ranges.readAhead([...documents], isWanted);
  }

  async #load(keys: readonly [string, number][]): Promise<ReadonlyMap<string, Uint8Array>> {
    const loaded = new Map<string, Uint8Array>();
    const missing = new Map<string, [string, number]>();
    for (const [id, index] of keys) {
      const key = keyOf(id, index);
      const block = this.#blocks.get(key);
      if (block) loaded.set(key, block);
      else missing.set(key, [id, index]);
    }
    if (missing.size === 0) return loaded;
    for (const row of await this.#db.indexBlocks.bulkGet([...missing.values()])) {
      if (!row) throw new SegmentGone();
      const key = keyOf(row.segmentId, row.index);
      loaded.set(key, row.bytes);
      this.#blocks.set(key, row.bytes, row.bytes.length);
    }
    return loaded;
  }
}

class SegmentGone extends Error {}

function openSegment(row: IndexSegmentRow): OpenSegment {
  const encoder = new TextEncoder();
  return {
    id: row.id,
    firstWords: row.firstWords.map((word) => encoder.encode(word)),
    searched: searched(row),
  };
}

/** Numbers of the blocks that may have the word. */
function blocksFor({ firstWords }: OpenSegment, { stem, beginning }: Lookup): number[] {
  const first = blockOf(firstWords, beginning?.bytes ?? stem.bytes);
  const numbers = first < 0 ? [] : [first];
  if (!beginning) return numbers;
  for (let next = first + 1; numbers.length < MOST_BLOCKS; next++) {
    const word = firstWords[next];
    if (!word || !startsWith(word, beginning.bytes)) break;
    numbers.push(next);
  }
  return numbers;
}

function keyOf(segmentId: string, index: number): string {
  return `${segmentId}:${index}`;
}
