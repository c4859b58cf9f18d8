/** The copy of the site that works without a network: how much of it is kept, and why it is not all. */

import { toProblem, type Problem } from '../core/errors';

/** The service worker, or anything like it. Methods reject with SondeError. */
export interface OfflineCopyPort {
  register(): Promise<void>;
  survey(): Promise<{
    readonly totalBytes: number;
    readonly missing: readonly { readonly path: string; readonly bytes: number }[];
  }>;
  keep(path: string): Promise<void>;
  tidy(): Promise<void>;
  alone<T>(work: () => Promise<T>): Promise<T>;
  reset(): Promise<void>;
}

export interface OfflinePorts {
  /** Null where there can be none. */
  readonly copy: OfflineCopyPort | null;
  readonly savesData: () => boolean;
  /** Whether the address asks for a page past everything kept (`?no-sw`), which may be broken. Asks only once. */
  readonly takeWayOut: () => boolean;
  /** Why the page should be left alone now; null when it is idle. */
  readonly busy: () => string | null;
}

export type OfflinePhase =
  /** No service worker here: no secure context, a private window, or a version under development. */
  | 'unsupported'
  /** Not looked at yet. */
  | 'starting'
  /** The user saves data, so what is missing waits to be asked for. */
  | 'held'
  | 'filling'
  | 'ready'
  | 'failed'
  /** Removed at the user's wish. */
  | 'removed';

/** After so many files that could not be had, the rest will hardly do better. */
const FAILURES_BORNE = 3;
const LOOK_AGAIN_MS = 1000;

export class OfflineState {
  readonly #ports: OfflinePorts;
  #phase: OfflinePhase = $state.raw('starting');
  #keptBytes = $state.raw(0);
  #totalBytes = $state.raw(0);
  #problem: Problem | null = $state.raw(null);
  #isHurried = false;

  constructor(ports: OfflinePorts) {
    this.#ports = ports;
    if (!ports.copy) this.#phase = 'unsupported';
  }

  get phase(): OfflinePhase {
    return this.#phase;
  }
  get keptBytes(): number {
    return this.#keptBytes;
  }
  /** 0 until known. */
  get totalBytes(): number {
    return this.#totalBytes;
  }
  /** Why the copy is not whole; null unless `failed`. */
  get problem(): Problem | null {
    return this.#problem;
  }

  /** Looks at what is kept and fetches the rest while the page is idle. Never rejects: trouble is in `problem`. */
  start(): Promise<void> {
    if (this.#ports.takeWayOut()) return this.remove();
    return this.#attempt(async (copy) => {
      await copy.register();
      const isWhole = await this.#look(copy);
      if (isWhole) return this.#finish(copy);
      if (this.#ports.savesData()) this.#phase = 'held';
      else await this.#fill(copy);
    });
  }

  /** Fetches what is missing now, whatever else goes on: the user asked for it. */
  keepNow(): Promise<void> {
    this.#isHurried = true;
    return this.#attempt(async (copy) => {
      await copy.register();
      await this.#fill(copy);
    });
  }

  /** Removes the copy; documents, runs and models stay. Never rejects: trouble is in `problem`. */
  remove(): Promise<void> {
    return this.#attempt(async (copy) => {
      await copy.reset();
      this.#keptBytes = 0;
      this.#phase = 'removed';
    });
  }

  async #attempt(work: (copy: OfflineCopyPort) => Promise<void>): Promise<void> {
    const { copy } = this.#ports;
    if (!copy || this.#phase === 'filling') return;
    this.#problem = null;
    try {
      await work(copy);
    } catch (thrown) {
      this.#problem = toProblem(thrown);
      this.#phase = 'failed';
    }
  }

  async #look(copy: OfflineCopyPort): Promise<boolean> {
    const { totalBytes, missing } = await copy.survey();
    this.#totalBytes = totalBytes;
    this.#keptBytes = totalBytes - missing.reduce((sum, { bytes }) => sum + bytes, 0);
    return missing.length === 0;
  }

  async #fill(copy: OfflineCopyPort): Promise<void> {
    this.#phase = 'filling';
    await copy.alone(async () => {
      const { missing } = await copy.survey(); // another tab may have fetched it meanwhile
      await this.#look(copy);
      let failures = 0;
      let first: unknown = null;
      for (const { path, bytes } of missing) {
        await this.#quiet();
        try {
          await copy.keep(path);
          this.#keptBytes += bytes;
        } catch (thrown) {
          first ??= thrown;
          if (++failures >= FAILURES_BORNE) break;
        }
      }
      if (first !== null) throw first;
    });
    await this.#finish(copy);
  }

  async #finish(copy: OfflineCopyPort): Promise<void> {
    this.#keptBytes = this.#totalBytes;
    this.#phase = 'ready';
    await copy.tidy();
  }

  /** A run, an import or a download has the line to itself. */
  async #quiet(): Promise<void> {
    while (!this.#isHurried && this.#ports.busy() !== null)
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}
