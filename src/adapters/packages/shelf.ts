/** The shelf packages are taken from: this page's memory, then what is kept on the device, then the host allowed. */

import { SondeError } from '../../core/errors';
import type {
  KeptPackage,
  PackageAnswer,
  PackageAsk,
  PackageConsent,
  PackageFetch,
  PackageProvider,
  Packages,
  Wheel,
} from '../../core/python-packages';
import { fetchWheel, unavailable, type Fetch } from './fetch-wheel';
import { keptWheels, type KeptWheels } from './kept-wheels';
import { PackageLock, type LockedPackage } from './lock';
import { SharedWork } from './shared-work';

/** The largest wheels of the list have some tens of megabytes. */
const MAX_FILE_BYTES = 256_000_000;
const SILENCE_MS = 30_000;

export interface ShelfOptions {
  readonly lock: () => Promise<PackageLock>;
  readonly kept: KeptWheels;
  /** Where packages come from; ends in a slash. Read anew for every fetch. */
  readonly baseUrl: () => string;
  readonly fetch: Fetch;
  readonly maxFileBytes?: number;
  readonly silenceMs?: number;
  /** Whether there may be a connection; the browser's own opinion by default. */
  readonly online?: () => boolean;
  /** All that is being fetched now, whenever that changes. */
  readonly onProgress?: (fetching: readonly PackageFetch[]) => void;
  /** What is kept has changed; `name` when that one could not be kept. */
  readonly onKept?: (notKept: string | null) => void;
}

/** The shelf of Pyodide's own packages, kept in this browser. */
export function packageShelf(options: Omit<ShelfOptions, 'lock' | 'kept'>): PackageShelf {
  let reading: Promise<PackageLock> | null = null;
  const lock = () => (reading ??= readLock());
  const readLock = async () => new PackageLock((await import('virtual:sonde-packages')).default);
  return new PackageShelf({ ...options, lock, kept: keptWheels(lock) });
}

export class PackageShelf implements Packages {
  readonly #options: ShelfOptions;
  #lock: Promise<PackageLock> | null = null;
  readonly #wheels = new SharedWork<Blob>();
  readonly #fetching = new Map<string, PackageFetch>();

  constructor(options: ShelfOptions) {
    this.#options = options;
  }

  provider(consent: PackageConsent): PackageProvider {
    return { provide: (ask, signal) => this.#provide(ask, consent, signal) };
  }

  async kept(): Promise<KeptPackage[]> {
    await this.#readLock();
    return this.#options.kept.list();
  }

  async remove(name: string): Promise<void> {
    const entry = (await this.#readLock()).named(name);
    if (entry) this.#wheels.forget(entry.fileName);
    await this.#options.kept.remove(name);
    this.#options.onKept?.(null);
  }

  async #provide(ask: PackageAsk, consent: PackageConsent, signal: AbortSignal): Promise<PackageAnswer> {
    try {
      const lock = await this.#readLock();
      const wanted = ask.kind === 'import' ? lock.importing(ask.name) : lock.named(ask.name);
      if (!wanted) return { status: 'unknown' };
      const entries = lock.closure(wanted);
      const absent = await this.#absent(entries);
      if (absent.length > 0) await this.#askFor(wanted, absent, consent, signal);
      return { status: 'loaded', wheels: await this.#takeAll(entries, signal) };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (error instanceof SondeError && error.code === 'package-unavailable') {
        return { status: 'refused', reason: error.message };
      }
      throw error;
    }
  }

  async #askFor(
    wanted: LockedPackage,
    absent: readonly LockedPackage[],
    consent: PackageConsent,
    signal: AbortSignal,
  ): Promise<void> {
    const { name, version } = wanted;
    if (!(this.#options.online ?? (() => navigator.onLine))()) {
      throw unavailable(`${absent[0]?.name ?? name} is not kept on this device and there is no connection`);
    }
    const { host } = new URL(this.#options.baseUrl());
    const others = absent.filter((entry) => entry !== wanted).map((entry) => entry.name);
    if (await consent.allows({ host, name, version, others }, signal)) return;
    throw unavailable(`the user has not allowed packages from ${host}`);
  }

  async #absent(entries: readonly LockedPackage[]): Promise<LockedPackage[]> {
    const here = await Promise.all(
      entries.map(async (entry) => this.#wheels.has(entry.fileName) || (await this.#options.kept.has(entry))),
    );
    return entries.filter((_, at) => !here[at]);
  }

  /** One that cannot be had ends the others. */
  async #takeAll(entries: readonly LockedPackage[], signal: AbortSignal): Promise<Wheel[]> {
    const failed = new AbortController();
    const either = AbortSignal.any([signal, failed.signal]);
    const taking = entries.map(async (entry): Promise<Wheel> => {
      const { name, fileName, target } = entry;
      const bytes = await this.#wheels.share(fileName, (shared) => this.#find(entry, shared), either);
      return { name, fileName, target, bytes };
    });
    try {
      return await Promise.all(taking);
    } finally {
      failed.abort();
    }
  }

  async #find(entry: LockedPackage, signal: AbortSignal): Promise<Blob> {
    const kept = await this.#options.kept.load(entry);
    if (kept) return kept;
    const { fetch, onKept } = this.#options;
    const fetched = await fetchWheel(
      entry,
      {
        fetch,
        baseUrl: this.#options.baseUrl(),
        maxBytes: this.#options.maxFileBytes ?? MAX_FILE_BYTES,
        silenceMs: this.#options.silenceMs ?? SILENCE_MS,
        onProgress: (receivedBytes, totalBytes) => {
          this.#fetching.set(entry.name, { name: entry.name, receivedBytes, totalBytes });
          this.#tellProgress();
        },
      },
      signal,
    ).finally(() => {
      if (this.#fetching.delete(entry.name)) this.#tellProgress();
    });
    const isKept = await this.#options.kept.save(entry, fetched);
    onKept?.(isKept ? null : entry.name);
    return fetched;
  }

  #tellProgress(): void {
    this.#options.onProgress?.([...this.#fetching.values()]);
  }

  #readLock(): Promise<PackageLock> {
    this.#lock ??= this.#options.lock().catch((error: unknown) => {
      this.#lock = null; // the next ask tries again
      throw unavailable('the list of packages could not be read', error);
    });
    return this.#lock;
  }
}
