/** Interpreters ready to use: one frame, one snapshot, one warm spare, and no more than the device bears. */

import { SondeError } from '../../core/errors';
import type { PythonSite } from './python-files';
import { PythonWorker, startFailure } from './python-worker';
import { SandboxFrame } from './sandbox-frame';
import type { SnapshotStore } from './snapshot-store';

const BOOT_TIMEOUT_MS = 90_000;
const WARM_AFTER_MS = 1_000;

/** Interpreters at once for a device: each takes 45–110 MB, and the page wants some for itself. */
export function poolWidth(deviceMemoryGiB: number | undefined): number {
  return Math.max(2, Math.min(24, Math.floor((deviceMemoryGiB ?? 4) * 2)));
}

export interface Pool {
  /** A fresh interpreter without a context. Waits for a free place when the pool is at its width. */
  acquire(signal: AbortSignal): Promise<PythonWorker>;
  /** Gives up an interpreter for good; its variables are gone. */
  release(worker: PythonWorker): void;
  /** Says whether an interpreter waits for child runs, which need interpreters themselves. */
  waiting(worker: PythonWorker, forChildren: boolean): void;
  /** Gets a spare ready, without waiting for it. */
  warm(): void;
  close(): void;
}

interface Started {
  readonly frame: SandboxFrame;
  /** Whether the frame has a snapshot to start from. */
  hasSnapshot: boolean;
}

export class InterpreterPool implements Pool {
  readonly #site: PythonSite;
  readonly #snapshots: SnapshotStore;
  readonly #width: number;
  readonly #live = new Set<PythonWorker>();
  readonly #waiting = new Set<PythonWorker>();
  readonly #queue: (() => void)[] = [];
  #started: Promise<Started> | null = null;
  #frame: SandboxFrame | null = null;
  #spare: Promise<PythonWorker> | null = null;
  #warming: ReturnType<typeof setTimeout> | undefined;
  #taken = 0;
  #closed = false;

  constructor(site: PythonSite, snapshots: SnapshotStore, width: number) {
    this.#site = site;
    this.#snapshots = snapshots;
    this.#width = width;
  }

  async acquire(signal: AbortSignal): Promise<PythonWorker> {
    await this.#place(signal);
    try {
      for (;;) {
        signal.throwIfAborted();
        const taken = this.#take();
        const worker = await abortable(taken, signal).catch((error: unknown) => {
          if (signal.aborted) this.#spare ??= taken; // still good for whoever comes next
          throw error;
        });
        if (!worker.alive) continue; // died while it was a spare
        this.#live.add(worker);
        this.#warmLater();
        return worker;
      }
    } catch (error) {
      this.#leave();
      throw error;
    }
  }

  release(worker: PythonWorker): void {
    if (!this.#live.delete(worker)) return;
    this.#waiting.delete(worker);
    worker.terminate(closedProblem());
    this.#leave();
  }

  waiting(worker: PythonWorker, forChildren: boolean): void {
    if (forChildren && this.#live.has(worker)) this.#waiting.add(worker);
    else this.#waiting.delete(worker);
    this.#admit();
  }

  warm(): void {
    if (this.#closed || this.#spare) return;
    const spare = this.#boot();
    this.#spare = spare;
    // A spare that fails is no one's problem yet; whoever asks next starts anew and hears of it.
    const forget = () => {
      if (this.#spare === spare) this.#spare = null;
    };
    spare.then((worker) => void worker.ended.then(forget), forget);
  }

  /** The next spare is made once the run that took this one is under way: starting it keeps a core busy. */
  #warmLater(): void {
    clearTimeout(this.#warming);
    this.#warming = setTimeout(() => {
      if (this.#taken < this.#width) this.warm();
    }, WARM_AFTER_MS);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#warming);
    for (const worker of this.#live) worker.terminate(closedProblem());
    this.#live.clear();
    this.#frame?.close();
    this.#spare = null;
    this.#started = null;
  }

  #take(): Promise<PythonWorker> {
    const worker = this.#spare ?? this.#boot();
    this.#spare = null;
    return worker;
  }

  /** Takes one of the pool's places, waiting for its turn. */
  async #place(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#free) {
      this.#taken++;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const turn = () => {
        signal.removeEventListener('abort', give);
        resolve();
      };
      const give = () => {
        this.#queue.splice(this.#queue.indexOf(turn), 1);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', give, { once: true });
      this.#queue.push(turn);
    });
  }

  /** Over the width only when everyone waits for children: else parents would wait for places they hold. */
  get #free(): boolean {
    return this.#taken < this.#width || this.#waiting.size >= this.#taken;
  }

  #leave(): void {
    this.#taken--;
    this.#admit();
  }

  #admit(): void {
    while (this.#queue.length > 0 && this.#free) {
      this.#taken++;
      this.#queue.shift()?.();
    }
  }

  async #boot(): Promise<PythonWorker> {
    if (this.#closed) throw closedProblem();
    const started = await this.#start();
    if (started.hasSnapshot) {
      try {
        return await this.#bootWorker(started, 'load');
      } catch (error) {
        if (!started.frame.alive) throw error;
        // The snapshot is bad, whatever else may be: never try it again.
        started.hasSnapshot = false;
        started.frame.handInSnapshot(null);
        await this.#snapshots.remove();
      }
    }
    return this.#bootWorker(started, 'plain');
  }

  async #bootWorker(started: Started, mode: 'load' | 'plain'): Promise<PythonWorker> {
    const worker = new PythonWorker(started.frame, mode);
    try {
      await worker.expect('booted', BOOT_TIMEOUT_MS);
      return worker;
    } catch (error) {
      const problem = startFailure(
        error instanceof SondeError ? (error.hint ?? error.message) : String(error),
        error,
      );
      worker.terminate(problem);
      throw problem;
    }
  }

  #start(): Promise<Started> {
    if (this.#started && this.#frame?.alive === false) this.#started = null;
    if (!this.#started) {
      const started = this.#startFrame();
      this.#started = started;
      started.catch(() => {
        if (this.#started === started) this.#started = null;
      });
    }
    return this.#started;
  }

  async #startFrame(): Promise<Started> {
    const [frame, files, stored] = await Promise.all([
      this.#site.frame().then((html) => SandboxFrame.create(html)),
      this.#site.files(),
      this.#snapshots.load(),
    ]);
    this.#frame = frame;
    if (this.#closed) frame.close();
    frame.handIn(files);
    const snapshot = stored ?? (await this.#makeSnapshot(frame));
    frame.handInSnapshot(snapshot);
    return { frame, hasSnapshot: snapshot !== null };
  }

  /** A snapshot of a worker that has run nothing but our own files; null when it cannot be made. */
  async #makeSnapshot(frame: SandboxFrame): Promise<Blob | null> {
    const maker = new PythonWorker(frame, 'make');
    try {
      const { snapshot } = await maker.expect('snapshot', BOOT_TIMEOUT_MS);
      void this.#snapshots.save(snapshot);
      return snapshot;
    } catch {
      return null; // workers start plainly, which takes longer; a plain start that fails too is reported
    } finally {
      maker.terminate(closedProblem());
    }
  }
}

function closedProblem(): SondeError {
  return new SondeError({ code: 'repl-lost', message: 'This Python interpreter was closed.' });
}

/** The result, or the signal's reason as soon as it is aborted. */
export function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    if (signal.aborted) abort();
  });
}
