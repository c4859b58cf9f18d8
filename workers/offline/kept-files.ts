/**
 * The files of the site kept in Cache storage, each under its path and digest. Versions share what they have in common:
 * a new one fetches only what changed, and a fill that was cut short goes on where it stopped. Files of an older
 * version stay for as long as a page of it is open.
 */

import { fetchChecked, KeepError, sha256 } from './fetch-checked';
import { pageLockPrefix, type OfflineFile, type Survey } from './messages';

const DIGEST_PARAMETER = 'sha256';
/** Not files of the site: the lists of files of the versions, so that one knows what another needs. */
const LISTS = 'sonde-versions/';
const STORED_AT_HEADER = 'x-sonde-stored-at';
const DIGEST_LENGTH = 64;

interface StoredList {
  readonly files: readonly OfflineFile[];
  readonly storedAtMs: number;
  readonly request: Request;
}

export class KeptFiles {
  readonly #files: ReadonlyMap<string, OfflineFile>;
  /** The site's root, ending in a slash. */
  readonly #root: string;
  readonly #cacheName: string;

  constructor(files: readonly OfflineFile[], root: string) {
    this.#files = new Map(files.map((file) => [file.path, file]));
    this.#root = root;
    // Several sites may share an origin, and each looks after its own.
    this.#cacheName = `sonde-offline ${new URL(root).pathname}`;
  }

  get shell(): OfflineFile[] {
    return [...this.#files.values()].filter(({ shell }) => shell);
  }
  get all(): OfflineFile[] {
    return [...this.#files.values()];
  }

  /**
   * The path a request names, relative to the root, when this class may have an answer to it; null for all else.
   * A navigation to the root is one to `index.html`.
   */
  pathOf(url: URL): string | null {
    if (!url.href.startsWith(this.#root)) return null;
    const path = url.pathname.slice(new URL(this.#root).pathname.length) || 'index.html';
    return this.#files.has(path) || /^(assets|python|readers)\//.test(path) ? path : null;
  }

  /**
   * A kept file. `wanted`, when given, is the beginning of the digest of the content wanted: a page of another version
   * names its own sandbox so. Without, a path this version does not have is looked for among those of older ones.
   */
  async find(path: string, wanted = ''): Promise<Response | undefined> {
    const cache = await this.#open();
    const file = this.#files.get(path);
    if (file?.sha256.startsWith(wanted)) return cache.match(this.#key(file));
    const keys = await cache.keys(this.#plain(path), { ignoreSearch: true });
    const key = keys.find(({ url }) => digestIn(url).startsWith(wanted));
    return key && cache.match(key);
  }

  /** A kept document, made sure of; one that was damaged is let go of. */
  async findDocument(path: string): Promise<Response | undefined> {
    const file = this.#files.get(path);
    const found = file && (await this.find(path));
    if (!found) return undefined;
    if ((await sha256(await found.clone().arrayBuffer())) === file.sha256) return found;
    await (await this.#open()).delete(this.#key(file));
    return undefined;
  }

  /** Fetches and keeps a file unless it is there. @throws KeepError */
  async keep(path: string): Promise<void> {
    const file = this.#files.get(path);
    if (!file) throw new KeepError({ reason: 'storage', path, detail: 'not a file of this version' });
    try {
      const cache = await this.#open();
      if (await cache.match(this.#key(file))) return;
      await cache.put(this.#key(file), await fetchChecked(file, this.#root));
    } catch (thrown) {
      if (thrown instanceof KeepError) throw thrown;
      const isFull = thrown instanceof DOMException && thrown.name === 'QuotaExceededError';
      const failure = { reason: isFull ? 'quota' : 'storage', path, detail: String(thrown) } as const;
      throw new KeepError(failure, { cause: thrown });
    }
  }

  async survey(): Promise<Survey> {
    const kept = new Set((await (await this.#open()).keys()).map(({ url }) => url));
    const missing = this.all.filter((file) => !kept.has(this.#key(file)));
    return {
      entry: entryOf(this.all),
      totalBytes: this.all.reduce((sum, { bytes }) => sum + bytes, 0),
      missing: missing.map(({ path, bytes }) => ({ path, bytes })),
    };
  }

  /** Whether the version before this one was kept whole, so that this one has to be before it takes its place. */
  async wasWhole(): Promise<boolean> {
    const newest = (await this.#lists()).toSorted((a, b) => b.storedAtMs - a.storedAtMs)[0];
    if (!newest) return false;
    const kept = new Set((await (await this.#open()).keys()).map(({ url }) => url));
    return newest.files.every((file) => kept.has(this.#key(file)));
  }

  /** Stores the list of this version's files. */
  async remember(): Promise<void> {
    const headers = { [STORED_AT_HEADER]: String(Date.now()), 'content-type': 'application/json' };
    const list = new Response(JSON.stringify(this.all), { headers });
    await (await this.#open()).put(await this.#listKey(), list);
  }

  /**
   * Removes what no version needs: neither this one, nor one a page runs (`locks` are the names of the locks held), nor
   * the one that was stored last, which may be on its way in.
   */
  async tidy(locks: readonly string[]): Promise<void> {
    const cache = await this.#open();
    const own = await this.#listKey();
    const lists = await this.#lists();
    const newest = Math.max(...lists.map(({ storedAtMs }) => storedAtMs));
    const prefix = pageLockPrefix(this.#root);
    const entries = locks.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
    const needed = lists.filter(
      ({ files, storedAtMs, request }) =>
        request.url === own || storedAtMs === newest || entries.includes(entryOf(files)),
    );
    const keys = new Set(
      needed.flatMap(({ files, request }) => [request.url, ...files.map((file) => this.#key(file))]),
    );
    for (const file of this.all) keys.add(this.#key(file));
    for (const request of await cache.keys()) if (!keys.has(request.url)) await cache.delete(request);
  }

  async #lists(): Promise<StoredList[]> {
    const cache = await this.#open();
    const requests = (await cache.keys()).filter(({ url }) => url.startsWith(this.#plain(LISTS)));
    const lists = requests.map(async (request): Promise<StoredList | null> => {
      const response = await cache.match(request);
      if (!response) return null;
      const files = (await response.json()) as OfflineFile[]; // written by `remember`, of this or another version
      return { files, storedAtMs: Number(response.headers.get(STORED_AT_HEADER)), request };
    });
    return (await Promise.all(lists)).filter((list) => list !== null);
  }

  #open(): Promise<Cache> {
    return caches.open(this.#cacheName);
  }

  #plain(path: string): string {
    return new URL(path, this.#root).href;
  }

  #key({ path, sha256 }: OfflineFile): string {
    return `${this.#plain(path)}?${DIGEST_PARAMETER}=${sha256}`;
  }

  async #listKey(): Promise<string> {
    const text = this.all.map((file) => this.#key(file)).join('\n');
    return this.#plain(LISTS + (await sha256(new TextEncoder().encode(text).buffer)));
  }
}

/** The script the page of a version starts with: the first one of its list. */
export function entryOf(files: readonly OfflineFile[]): string {
  return files.find(({ path, shell }) => shell && /^assets\/.*\.js$/.test(path))?.path ?? '';
}

function digestIn(url: string): string {
  return url.slice(-DIGEST_LENGTH);
}
