/** Interpreters ready to use: fresh ones, one warm spare, and those a tree of runs has used and may use again. */

import { Places } from './places';
import type { PythonSite } from './python-files';
import { closedProblem, PythonStarter } from './python-starter';
import type { PythonWorker } from './python-worker';
import type { SnapshotStore } from './snapshot-store';

const WARM_AFTER_MS = 1_000;
/** A renewal takes some 15 ms; an interpreter that needs this long is better replaced. */
const RENEW_TIMEOUT_MS = 2_000;
/** How long a tree's interpreter is kept for its next child. */
const IDLE_MS = 5_000;
/** Starts at once: each keeps a core busy, and more of them would only slow each other and the page down. */
const STARTS = Math.max(1, Math.min(4, navigator.hardwareConcurrency - 1));

/** Interpreters at once for a device: each takes 75–140 MB, and the page wants some for itself. */
export function poolWidth(deviceMemoryGiB: number | undefined): number {
  return Math.max(2, Math.min(24, Math.floor((deviceMemoryGiB ?? 4) * 2)));
}

/** Who wants an interpreter. `treeId` null: nothing it is used for is handed on. */
export interface Claim {
  readonly treeId: string | null;
  /** 0: the root run, with whose interpreter the tree ends. */
  readonly depth: number;
}

export interface Pool {
  /** An interpreter without a context. Waits for a free place when the pool is at its width. */
  acquire(claim: Claim, signal: AbortSignal): Promise<PythonWorker>;
  /** Gives up an interpreter; its variables are gone. @param calm no job is under way in it */
  release(worker: PythonWorker, calm: boolean): void;
  /** The next question of a conversation is a tree of its own. */
  move(worker: PythonWorker, treeId: string): void;
  /** Says whether an interpreter waits for child runs, which need interpreters themselves. */
  waiting(worker: PythonWorker, forChildren: boolean): void;
  /** Gets a spare ready, without waiting for it. */
  warm(): void;
  close(): void;
}

interface Wanted {
  readonly treeId: string | null;
  readonly resolve: (worker: PythonWorker) => void;
  readonly reject: (reason: unknown) => void;
}

interface Idle {
  readonly worker: PythonWorker;
  readonly treeId: string;
  readonly timer: ReturnType<typeof setTimeout>;
}

export class InterpreterPool implements Pool {
  readonly #starter: PythonStarter;
  readonly #width: number;
  readonly #places: Places;
  readonly #live = new Map<PythonWorker, Claim>();
  readonly #waiting = new Set<PythonWorker>();
  readonly #wanted: Wanted[] = [];
  #idle: Idle[] = [];
  #spare: PythonWorker | null = null;
  #starting = 0;
  #warming: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(site: PythonSite, snapshots: SnapshotStore, width: number) {
    this.#starter = new PythonStarter(site, snapshots);
    this.#width = width;
    this.#places = new Places(width);
  }

  async acquire(claim: Claim, signal: AbortSignal): Promise<PythonWorker> {
    await this.#places.take(claim.depth, signal);
    try {
      for (;;) {
        const worker = await this.#supply(claim, signal);
        if (!worker.alive) continue; // died while it was a spare
        this.#live.set(worker, claim);
        this.#warmLater();
        return worker;
      }
    } catch (error) {
      this.#places.leave();
      throw error;
    }
  }

  release(worker: PythonWorker, calm: boolean): void {
    const claim = this.#live.get(worker);
    if (!claim) return;
    this.#live.delete(worker);
    this.#waiting.delete(worker);
    this.#places.waiting = this.#waiting.size;
    if (claim.depth === 0 || claim.treeId === null || !calm || !worker.alive) {
      worker.terminate(closedProblem());
      this.#places.leave();
      if (claim.depth === 0 && claim.treeId !== null) this.#discard(claim.treeId);
    } else void this.#renew(worker, claim.treeId);
  }

  move(worker: PythonWorker, treeId: string): void {
    const claim = this.#live.get(worker);
    if (claim) this.#live.set(worker, { ...claim, treeId });
  }

  waiting(worker: PythonWorker, forChildren: boolean): void {
    if (forChildren && this.#live.has(worker)) this.#waiting.add(worker);
    else this.#waiting.delete(worker);
    this.#places.waiting = this.#waiting.size;
  }

  warm(): void {
    if (!this.#closed && !this.#spare && this.#starting === 0) void this.#boot();
  }

  /** The next spare is made once the run that took this one is under way: starting it keeps a core busy. */
  #warmLater(): void {
    clearTimeout(this.#warming);
    this.#warming = setTimeout(() => {
      if (this.#places.taken + this.#idle.length < this.#width) this.warm();
    }, WARM_AFTER_MS);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#warming);
    for (const worker of this.#live.keys()) worker.terminate(closedProblem());
    this.#live.clear();
    for (const { worker } of this.#idle) worker.terminate(closedProblem());
    this.#idle = [];
    this.#starter.close();
    this.#spare = null;
    for (const { reject } of this.#wanted.splice(0)) reject(closedProblem());
  }

  /** One its tree has used before, the spare, or whichever of the two is there first. */
  async #supply({ treeId }: Claim, signal: AbortSignal): Promise<PythonWorker> {
    signal.throwIfAborted();
    if (this.#closed) throw closedProblem();
    const used = this.#idle.find((idle) => idle.treeId === treeId);
    if (used) return this.#unidle(used);
    const spare = this.#spare;
    this.#spare = null;
    if (spare) return spare;
    const supplied = new Promise<PythonWorker>((resolve, reject) => {
      this.#wanted.push({ treeId, resolve, reject });
    });
    const wanted = this.#wanted.at(-1);
    this.#startMore();
    return abortable(supplied, signal).catch((error: unknown) => {
      const at = this.#wanted.findIndex((one) => one === wanted);
      if (at >= 0) this.#wanted.splice(at, 1);
      else
        supplied.then(
          (worker) => worker.terminate(closedProblem()),
          () => undefined,
        ); // crossed with the abort
      throw error;
    });
  }

  #startMore(): void {
    while (this.#starting < Math.min(STARTS, this.#wanted.length)) {
      const eldest = this.#idle[0];
      if (eldest && this.#idle.length + this.#places.taken > this.#width)
        this.#unidle(eldest).terminate(closedProblem());
      void this.#boot();
    }
  }

  /** A spare that fails is no one's problem yet; whoever asks next starts anew and hears of it. */
  async #boot(): Promise<void> {
    this.#starting++;
    try {
      const worker = await this.#starter.boot();
      this.#starting--;
      this.#hand(worker);
    } catch (error) {
      this.#starting--;
      this.#wanted.shift()?.reject(error);
    }
    if (!this.#closed) this.#startMore();
  }

  /** A fresh interpreter, for whoever waits longest or as the spare. */
  #hand(worker: PythonWorker): void {
    const next = this.#wanted.shift();
    if (next) return next.resolve(worker);
    if (this.#closed || this.#spare) return worker.terminate(closedProblem());
    this.#spare = worker;
    void worker.ended.then(() => {
      if (this.#spare === worker) this.#spare = null;
    });
  }

  /** Takes it back to what it was, and keeps it for its tree. It has its place until that is done. */
  async #renew(worker: PythonWorker, treeId: string): Promise<void> {
    const fit = await worker.renew(RENEW_TIMEOUT_MS);
    const goesOn = [...this.#live.values()].some((claim) => claim.treeId === treeId);
    if (fit && goesOn && worker.alive && !this.#closed) this.#keep(worker, treeId);
    else worker.terminate(closedProblem());
    this.#places.leave();
  }

  #keep(worker: PythonWorker, treeId: string): void {
    const at = this.#wanted.findIndex((wanted) => wanted.treeId === treeId);
    const next = at < 0 ? undefined : this.#wanted.splice(at, 1)[0];
    if (next) return next.resolve(worker);
    const timer = setTimeout(() => this.#unidle(idle).terminate(closedProblem()), IDLE_MS);
    const idle: Idle = { worker, treeId, timer };
    this.#idle.push(idle);
  }

  #unidle(idle: Idle): PythonWorker {
    clearTimeout(idle.timer);
    this.#idle = this.#idle.filter((other) => other !== idle);
    return idle.worker;
  }

  /** A tree has ended: nobody else may have what it used. */
  #discard(treeId: string): void {
    for (const idle of this.#idle.filter((one) => one.treeId === treeId))
      this.#unidle(idle).terminate(closedProblem());
  }
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
