/** Replies to sub-calls in IndexedDB, under the hash of what was asked; those unused for longest give way. */

import type { ReplyCache, ReplyKey } from '../../core/run/reply-cache';
import { replyHash } from './reply-hash';
import type { ReplyRow, SondeDatabase } from './database';

/** Nothing but a later run's speed waits for the disk; the run under way has better use for it. */
const BATCH_MS = 2_000;
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_ROWS = 50_000;
/** Room is made for more than the last reply, so that not every reply has to make room. */
const KEPT_SHARE = 0.9;
/** What a row takes besides the reply. */
const ROW_BYTES = 200;
const encoder = new TextEncoder();
/** The row of `settings` that counts the hits. */
const HITS = 'reply-cache-hits';

export interface ReplyCacheSize {
  readonly replies: number;
  readonly sizeBytes: number;
}

/** The cache with what a person is shown of it, and may do to it. These reject with SondeError; its other parts never. */
export interface KeptReplies extends ReplyCache {
  size(): Promise<ReplyCacheSize>;
  /** Replies taken from it since it was last cleared. */
  hits(): Promise<number>;
  clear(): Promise<void>;
}

export interface ReplyCacheBounds {
  readonly bytes?: number;
  readonly rows?: number;
}

export function createReplyCache(
  db: SondeDatabase,
  { bytes = MOST_BYTES, rows = MOST_ROWS }: ReplyCacheBounds = {},
): KeptReplies {
  return new IdbReplyCache(db, { bytes, rows });
}

class IdbReplyCache implements KeptReplies {
  readonly #db: SondeDatabase;
  readonly #bounds: Required<ReplyCacheBounds>;
  /** Hashes of the rows on disk, as far as this page knows: most look-ups are for none of them. */
  #known: Promise<Set<string>> | null = null;
  /** New or used again, not yet written. */
  #waiting = new Map<string, ReplyRow>();
  /** Replies whose hash is still being made. */
  readonly #hashing = new Set<Promise<void>>();
  #hits = 0;
  /** Measured before the first write, then counted along. */
  #size: ReplyCacheSize | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(db: SondeDatabase, bounds: Required<ReplyCacheBounds>) {
    this.#db = db;
    this.#bounds = bounds;
    globalThis.addEventListener('pagehide', () => void this.#flush());
  }

  async find(keys: readonly ReplyKey[]): Promise<readonly (string | null)[]> {
    try {
      const known = await this.#knownHashes();
      if (known.size === 0 && this.#waiting.size === 0) return keys.map(() => null);
      const hashes = await Promise.all(keys.map(replyHash));
      const rows = new Map<string, ReplyRow>();
      const stored = hashes.filter((hash) => known.has(hash) && !this.#waiting.has(hash));
      if (stored.length > 0)
        for (const row of await this.#db.within(() => this.#db.replies.bulkGet(stored)))
          if (row && typeof row.reply === 'string' && row.reply !== '') rows.set(row.hash, row);
      for (const hash of hashes) {
        const row = this.#waiting.get(hash);
        if (row) rows.set(hash, row);
      }
      this.#used(rows.values());
      return hashes.map((hash) => rows.get(hash)?.reply ?? null);
    } catch {
      return keys.map(() => null); // a store in trouble knows no replies; the run goes on without
    }
  }

  keep(key: ReplyKey, reply: string): void {
    if (reply === '') return;
    const kept = replyHash(key).then((hash) => {
      this.#hashing.delete(kept);
      const sizeBytes = encoder.encode(reply).length + ROW_BYTES;
      if (sizeBytes > this.#bounds.bytes) return;
      const usedAtMs = Date.now();
      this.#waiting.set(hash, { hash, model: key.model, reply, sizeBytes, hits: 0, usedAtMs });
      this.#flushSoon();
    });
    this.#hashing.add(kept);
  }

  async size(): Promise<ReplyCacheSize> {
    await this.#settle();
    return this.#db.within(() => measure(this.#db));
  }

  async hits(): Promise<number> {
    await this.#settle();
    const row = await this.#db.within(() => this.#db.settings.get(HITS));
    return this.#hits + countIn(row?.value);
  }

  async clear(): Promise<void> {
    await Promise.all(this.#hashing);
    this.#waiting.clear();
    this.#hits = 0;
    await this.#flush();
    const { replies, settings } = this.#db;
    await this.#db.within(() =>
      this.#db.transaction('rw', replies, settings, async () => {
        await replies.clear();
        await settings.delete(HITS);
      }),
    );
    this.#known = null;
    this.#size = null;
  }

  #used(rows: Iterable<ReplyRow>): void {
    const usedAtMs = Date.now();
    for (const row of rows) {
      this.#hits++;
      this.#waiting.set(row.hash, { ...row, hits: row.hits + 1, usedAtMs });
    }
    if (this.#waiting.size > 0) this.#flushSoon();
  }

  #knownHashes(): Promise<Set<string>> {
    this.#known ??= this.#db.within(async () => new Set(await this.#db.replies.toCollection().primaryKeys()));
    this.#known.catch(() => (this.#known = null)); // read again the next time
    return this.#known;
  }

  /** Everything kept so far is written. */
  async #settle(): Promise<void> {
    await Promise.all(this.#hashing);
    await this.#flush();
  }

  #flushSoon(): void {
    this.#timer ??= setTimeout(() => void this.#flush(), BATCH_MS);
  }

  /** Never rejects. */
  #flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const rows = [...this.#waiting.values()];
    const hits = this.#hits;
    if (rows.length === 0 && hits === 0) return;
    try {
      const known = await this.#knownHashes();
      const { replies, settings } = this.#db;
      let size = (this.#size ??= await this.#db.within(() => measure(this.#db)));
      await this.#db.within(() =>
        this.#db.transaction('rw', replies, settings, async () => {
          await replies.bulkPut(rows);
          if (hits > 0) {
            const before = countIn((await settings.get(HITS))?.value);
            await settings.put({ key: HITS, value: before + hits });
          }
          const fresh = rows.filter(({ hash }) => !known.has(hash));
          size = added(size, fresh);
          if (this.#isFull(size)) size = await this.#makeRoom();
        }),
      );
      this.#size = size;
      this.#hits -= hits;
      for (const { hash } of rows) known.add(hash);
    } catch {
      // A disk that is full, or gone, keeps no more replies. Nothing but the next run's speed depends on them.
      this.#size = null;
    }
    for (const row of rows) if (this.#waiting.get(row.hash) === row) this.#waiting.delete(row.hash);
  }

  #isFull({ replies, sizeBytes }: ReplyCacheSize): boolean {
    return replies > this.#bounds.rows || sizeBytes > this.#bounds.bytes;
  }

  /** Removes what was not used for longest. @returns what is left */
  async #makeRoom(): Promise<ReplyCacheSize> {
    const rows = await listed(this.#db);
    let sizeBytes = rows.reduce((sum, row) => sum + row.sizeBytes, 0);
    let replies = rows.length;
    const leaving: string[] = [];
    for (const row of rows) {
      if (replies <= this.#bounds.rows * KEPT_SHARE && sizeBytes <= this.#bounds.bytes * KEPT_SHARE) break;
      leaving.push(row.hash);
      sizeBytes -= row.sizeBytes;
      replies--;
    }
    await this.#db.replies.bulkDelete(leaving);
    return { replies, sizeBytes };
  }
}

/** Unused for longest first. Reads the index alone, not the replies. */
async function listed(db: SondeDatabase): Promise<{ hash: string; sizeBytes: number }[]> {
  const rows: { hash: string; sizeBytes: number }[] = [];
  await db.replies.orderBy('[usedAtMs+sizeBytes]').eachKey((key, { primaryKey: hash }) => {
    const sizeBytes: unknown = Array.isArray(key) ? key[1] : null;
    rows.push({ hash, sizeBytes: typeof sizeBytes === 'number' ? sizeBytes : 0 });
  });
  return rows;
}

async function measure(db: SondeDatabase): Promise<ReplyCacheSize> {
  return added({ replies: 0, sizeBytes: 0 }, await listed(db));
}

function added(size: ReplyCacheSize, rows: readonly { readonly sizeBytes: number }[]): ReplyCacheSize {
  const sizeBytes = rows.reduce((sum, row) => sum + row.sizeBytes, size.sizeBytes);
  return { replies: size.replies + rows.length, sizeBytes };
}

function countIn(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}
