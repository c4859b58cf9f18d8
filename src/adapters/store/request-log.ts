/** The log of requests in IndexedDB: rows and totals in one transaction, each distinct text of a run once. */

import { toProblem, type Problem } from '../../core/errors';
import { addTotals, countRequest, totalOf } from '../../core/disclosure/counts';
import type { Departure, DeparturePart, SentPart, SentRequest } from '../../core/disclosure/departure';
import type { HostTotal, RequestLog, RunMark } from '../../core/disclosure/request-log';
import type { SentTextRow, SondeDatabase } from './database';
import { parseDeparture, parseMark, parseTotal } from './request-schema';

const BATCH_MS = 250;
/** Unsaved runs whose requests stay in memory. */
const KEPT_UNSAVED = 8;

/** A run of this page. */
interface Tree {
  mark: RunMark;
  readonly keep: boolean;
  next: number;
  /** Hashes of the texts stored so far. */
  readonly stored: Set<string>;
  /** What is not on disk: waiting to be written, or, of a run that is not kept, all. */
  waiting: Waiting[];
  removed: boolean;
  changed: boolean;
}

interface Waiting {
  readonly row: Omit<Departure, 'parts'>;
  readonly parts: readonly SentPart[];
  /** Made when first needed. */
  hashed?: Promise<Hashed>;
}

interface Hashed {
  readonly row: Departure;
  readonly texts: readonly { readonly hash: string; readonly text: string }[];
}

/** `onProblem` hears of the first failure of each run; the run itself goes on, its mark incomplete. */
export function createRequestLog(db: SondeDatabase, onProblem: (problem: Problem) => void): RequestLog {
  return new IdbRequestLog(db, onProblem);
}

class IdbRequestLog implements RequestLog {
  readonly #db: SondeDatabase;
  readonly #onProblem: (problem: Problem) => void;
  readonly #trees = new Map<string, Tree>();
  readonly #listeners = new Set<(treeId: string | null) => void>();
  #totals = new Map<string, HostTotal>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(db: SondeDatabase, onProblem: (problem: Problem) => void) {
    this.#db = db;
    this.#onProblem = onProblem;
    globalThis.addEventListener('pagehide', () => void this.#flush());
    globalThis.document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden') void this.#flush();
    });
  }

  begin(treeId: string, { keep }: { readonly keep: boolean }): void {
    const mark: RunMark = { treeId, startedAtMs: Date.now(), state: 'open', complete: true, hosts: [] };
    const fresh = { mark, keep, next: 0, stored: new Set<string>(), waiting: [], removed: false };
    this.#trees.set(treeId, { ...fresh, changed: true });
    const unsaved = [...this.#trees.values()].filter((tree) => !tree.keep && tree.mark.state === 'closed');
    for (const tree of unsaved.slice(0, Math.max(0, unsaved.length - KEPT_UNSAVED)))
      this.#trees.delete(tree.mark.treeId);
    if (keep) void this.#flush();
    this.#tell(treeId);
  }

  async goOn(treeId: string): Promise<void> {
    const [row, last] = await this.#db.within(() =>
      Promise.all([this.#db.marks.get(treeId), this.#rows(treeId).last()]),
    );
    const mark = parseMark(row);
    this.begin(treeId, { keep: true });
    const tree = this.#trees.get(treeId);
    if (!tree) return;
    const complete = mark?.complete === true && mark.state === 'closed';
    tree.mark = { ...tree.mark, ...mark, state: 'open', complete };
    tree.next = (last?.seq ?? -1) + 1;
    tree.changed = true;
  }

  note(request: SentRequest): void {
    const { host, purpose } = request;
    this.#totals.set(host, addTotals(this.#totals.get(host), totalOf(request)));
    for (const tree of this.#treesOf(request)) {
      const { origin, parts, ...facts } = request;
      const { treeId } = tree.mark;
      const complete = tree.mark.complete && request.bodyBytes !== null && purpose !== 'other';
      tree.mark = { ...tree.mark, complete, hosts: countRequest(tree.mark.hosts, request) };
      tree.changed = true;
      const row = { ...facts, treeId, seq: tree.next++, ...nodeOf(origin) };
      tree.waiting.push({ row, parts });
      this.#tell(treeId);
    }
    this.#tell(null);
    this.#timer ??= setTimeout(() => void this.#flush(), BATCH_MS);
  }

  async end(treeId: string): Promise<void> {
    const tree = this.#trees.get(treeId);
    if (!tree) return;
    tree.mark = { ...tree.mark, state: 'closed' };
    tree.changed = true;
    await this.#flush();
    tree.stored.clear();
    this.#tell(treeId);
  }

  async mark(treeId: string): Promise<RunMark | null> {
    const tree = this.#trees.get(treeId);
    if (tree) return tree.mark;
    return this.#db.within(async () => parseMark(await this.#db.marks.get(treeId)));
  }

  async departures(treeId: string): Promise<Departure[]> {
    await this.#flush();
    const tree = this.#trees.get(treeId);
    const waiting = tree ? await Promise.all(tree.waiting.map(async (one) => (await hashed(one)).row)) : [];
    if (tree && !tree.keep) return waiting;
    const rows = await this.#db.within(() => this.#rows(treeId).toArray());
    const stored = rows.map(parseDeparture).filter((row) => row !== null);
    // What was waiting a moment ago may have been written since.
    const bySeq = new Map([...waiting, ...stored].map((row) => [row.seq, row]));
    return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
  }

  async texts(treeId: string, hashes: Iterable<string>): Promise<Map<string, string>> {
    await this.#flush();
    const found = new Map<string, string>();
    for (const one of this.#trees.get(treeId)?.waiting ?? [])
      for (const { hash, text } of (await hashed(one)).texts) found.set(hash, text);
    const keys = [...hashes]
      .filter((hash) => !found.has(hash))
      .map((hash): [string, string] => [treeId, hash]);
    const rows = await this.#db.within(() => this.#db.sentTexts.bulkGet(keys));
    for (const row of rows) if (typeof row?.text === 'string') found.set(row.hash, row.text);
    return found;
  }

  async remove(treeId: string): Promise<void> {
    const tree = this.#trees.get(treeId);
    if (tree) tree.removed = true;
    await this.#flush();
    this.#trees.delete(treeId);
    const { marks, requests, sentTexts, traces } = this.#db;
    await this.#db.within(() =>
      this.#db.transaction('rw', marks, requests, sentTexts, traces, async () => {
        await marks.delete(treeId);
        await traces.delete(treeId);
        await this.#rows(treeId).delete();
        await sentTexts.where('[treeId+hash]').between([treeId, ''], [treeId, '\uffff']).delete();
      }),
    );
  }

  async totals(): Promise<HostTotal[]> {
    await this.#flush();
    const rows = await this.#db.within(() => this.#db.hosts.toArray());
    const stored = rows.map(parseTotal).filter((total) => total !== null);
    const all = new Map(stored.map((total) => [total.host, total]));
    // What could not be written is counted all the same.
    for (const [host, total] of this.#totals) all.set(host, addTotals(all.get(host), total));
    return [...all.values()].sort((a, b) => b.bodyBytes - a.bodyBytes || b.requests - a.requests);
  }

  async clearTotals(): Promise<void> {
    await this.#flush();
    this.#totals.clear();
    await this.#db.within(() => this.#db.hosts.clear());
    this.#tell(null);
  }

  watch(listener: (treeId: string | null) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(treeId: string | null): void {
    for (const listener of this.#listeners) listener(treeId);
  }

  /** The run a request belongs to. One that names none, but may belong to any, counts against each that goes on. */
  #treesOf({ origin, purpose }: SentRequest): Tree[] {
    const own = origin && this.#trees.get(origin.treeId);
    if (origin) return own ? [own] : [];
    if (purpose === 'list' || purpose === 'test') return [];
    return [...this.#trees.values()].filter(({ mark }) => mark.state === 'open');
  }

  #rows(treeId: string) {
    return this.#db.requests.where('[treeId+seq]').between([treeId, 0], [treeId, Infinity]);
  }

  /** Never rejects. */
  #flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const totals = this.#totals;
    const trees = [...this.#trees.values()].filter((tree) => tree.keep && tree.changed && !tree.removed);
    if (totals.size === 0 && trees.length === 0) return;
    this.#totals = new Map();
    try {
      const batches = await Promise.all(trees.map(takeBatch));
      const { marks, requests, sentTexts, hosts } = this.#db;
      await this.#db.within(() =>
        this.#db.transaction('rw', marks, requests, sentTexts, hosts, async () => {
          for (const { mark, rows, texts } of batches) {
            await marks.put(mark);
            await requests.bulkPut(rows);
            await sentTexts.bulkPut(texts);
          }
          for (const [host, total] of totals)
            await hosts.put(addTotals(parseTotal(await hosts.get(host)), total));
        }),
      );
    } catch (thrown) {
      for (const [host, total] of totals) this.#totals.set(host, addTotals(this.#totals.get(host), total));
      this.#failed(trees, thrown);
    }
  }

  /** What was lost is not tried again: the run's record is incomplete from here on, and says so. */
  #failed(trees: readonly Tree[], thrown: unknown): void {
    const first = trees.filter(({ mark }) => mark.complete);
    for (const tree of trees) tree.mark = { ...tree.mark, complete: false };
    for (const { mark } of first) this.#tell(mark.treeId);
    if (first.length > 0) this.#onProblem(toProblem(thrown));
  }
}

/** What of a run is to be written, its texts hashed. */
async function takeBatch(tree: Tree): Promise<{ mark: RunMark; rows: Departure[]; texts: SentTextRow[] }> {
  const { waiting, mark } = tree;
  tree.waiting = [];
  tree.changed = false;
  const rows: Departure[] = [];
  const texts: SentTextRow[] = [];
  for (const one of waiting) {
    const { row, texts: own } = await hashed(one);
    rows.push(row);
    for (const { hash, text } of own) {
      if (tree.stored.has(hash)) continue;
      tree.stored.add(hash);
      texts.push({ treeId: mark.treeId, hash, text });
    }
  }
  return { mark, rows, texts };
}

function nodeOf(origin: SentRequest['origin']): Pick<Departure, 'runId' | 'nodeId'> {
  return { runId: origin?.runId ?? null, nodeId: origin?.nodeId ?? null };
}

function hashed(waiting: Waiting): Promise<Hashed> {
  return (waiting.hashed ??= withHashes(waiting));
}

async function withHashes({ row, parts }: Waiting): Promise<Hashed> {
  const texts = await Promise.all(parts.map(async ({ text }) => ({ hash: await hashOf(text), text })));
  const named = parts.map(({ role, text }, i): DeparturePart => ({
    role,
    hash: texts[i]?.hash ?? '',
    length: text.length,
  }));
  return { row: { ...row, parts: named }, texts };
}

/** SHA-256: what model-written code sends must not be able to pass for another text. */
async function hashOf(text: string): Promise<string> {
  const subtle = crypto.subtle as SubtleCrypto | undefined; // absent where the page is not served securely
  if (!subtle) return crypto.randomUUID(); // stored anew each time
  const digest = await subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
