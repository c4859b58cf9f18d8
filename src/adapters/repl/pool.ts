/** Interpreters ready to use: fresh ones, one warm spare, and those a tree of runs has used and may use again. */

import { abortable } from './abortable';
import { IdleWorkers } from './idle-workers';
import { Places } from './places';
import type { PythonSite } from './python-files';
import { closedProblem, PythonStarter } from './python-starter';
import type { PythonWorker } from './python-worker';
import type { SnapshotStore } from './snapshot-store';
import { Turnaround } from './turnaround';

const WARM_AFTER_MS = 1_000;
/** A renewal takes some 15 ms; an interpreter that needs this long is better replaced. */
const RENEW_TIMEOUT_MS = 2_000;
/** Starts at once: each keeps a core busy, and more of them would only slow each other and the page down. */
const STARTS = Math.max(1, Math.min(4, navigator.hardwareConcurrency - 1));
/** The first start brings in the files of Python too: no start is taken for longer than this. */
const FIRST_START_MS = 1_000;
/** A child run that asks a model at a distance takes longer than this. */
const SOON_MS = 150;
/** How often it is asked whether waiting still beats starting. */
const LOOK_EVERY_MS = 20;

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

export class InterpreterPool implements Pool {
  readonly #starter: PythonStarter;
  readonly #width: number;
  readonly #places: Places;
  readonly #live = new Map<PythonWorker, Claim>();
  readonly #waiting = new Set<PythonWorker>();
  readonly #wanted: Wanted[] = [];
  readonly #idle = new IdleWorkers();
  #spare: PythonWorker | null = null;
  readonly #turnaround = new Turnaround();
  #starting = 0;
  /** What the last start took. */
  #startMs = FIRST_START_MS;
  #looking: ReturnType<typeof setTimeout> | undefined;
  #warming: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  /** @param onFull told when somebody has to wait for a place: who keeps one without need may give it up */
  constructor(
    site: PythonSite,
    snapshots: SnapshotStore,
    width: number,
    onFull: () => void = () => undefined,
  ) {
    this.#starter = new PythonStarter(site, snapshots);
    this.#width = width;
    this.#places = new Places(width, onFull);
  }

  async acquire(claim: Claim, signal: AbortSignal): Promise<PythonWorker> {
    await this.#places.take(claim.depth, signal);
    try {
      for (;;) {
        const worker = await this.#supply(claim, signal);
        if (!worker.alive) continue; // died while it was a spare
        this.#live.set(worker, claim);
        this.#count(worker, claim);
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
    const { depth, treeId } = claim;
    if (depth === 0 || treeId === null || !calm || !worker.alive) {
      worker.terminate(closedProblem());
      this.#places.leave();
      if (treeId !== null) this.#turnaround.lost(worker, treeId);
      if (depth === 0 && treeId !== null) this.#endTree(treeId);
    } else void this.#renew(worker, treeId);
  }

  move(worker: PythonWorker, treeId: string): void {
    const claim = this.#live.get(worker);
    if (claim) this.#live.set(worker, { ...claim, treeId });
  }

  waiting(worker: PythonWorker, forChildren: boolean): void {
    const claim = this.#live.get(worker);
    if (forChildren && claim) this.#waiting.add(worker);
    else this.#waiting.delete(worker);
    if (claim) this.#count(worker, claim);
    this.#places.waiting = this.#waiting.size;
  }

  warm(): void {
    if (!this.#closed && !this.#spare && this.#starting === 0) void this.#boot();
  }

  /** The next spare is made once the run that took this one is under way: starting it keeps a core busy. */
  #warmLater(): void {
    clearTimeout(this.#warming);
    this.#warming = setTimeout(() => {
      if (this.#places.taken + this.#idle.size < this.#width) this.warm();
    }, WARM_AFTER_MS);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#warming);
    clearTimeout(this.#looking);
    for (const worker of this.#live.keys()) worker.terminate(closedProblem());
    this.#live.clear();
    this.#idle.end();
    this.#starter.close();
    this.#spare = null;
    for (const { reject } of this.#wanted.splice(0)) reject(closedProblem());
  }

  /** One its tree has used before, the spare, or whichever of the two is there first. */
  async #supply({ treeId }: Claim, signal: AbortSignal): Promise<PythonWorker> {
    signal.throwIfAborted();
    if (this.#closed) throw closedProblem();
    const used = this.#idle.take(treeId);
    if (used) return used;
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

  /**
   * A start keeps a core busy for as long as many short runs take together: while interpreters come back sooner than
   * that, those who wait get one of them.
   */
  #startMore(): void {
    clearTimeout(this.#looking);
    while (this.#starting < Math.min(STARTS, this.#wanted.length)) {
      if (!this.#takesLong()) {
        this.#looking = setTimeout(() => this.#startMore(), LOOK_EVERY_MS);
        return;
      }
      if (this.#idle.size + this.#places.taken > this.#width) this.#idle.endEldest();
      void this.#boot();
    }
  }

  #takesLong(): boolean {
    const now = performance.now();
    // With every core busy, a start slows those down that would come back.
    const costMs = this.#live.size > navigator.hardwareConcurrency ? 3 * this.#startMs : this.#startMs;
    const wanting = new Map<string | null, number>();
    for (const { treeId } of this.#wanted) wanting.set(treeId, (wanting.get(treeId) ?? 0) + 1);
    return [...wanting].some(([treeId, count]) => {
      if (treeId === null) return true;
      // As many as the cores bear beside the page, each back at once: the cores are what all of them wait for.
      if (this.#turnaround.keepsBusy(treeId, STARTS, SOON_MS, now)) return false;
      return this.#turnaround.waitMs(treeId, count, now) > costMs * (this.#starting + 1);
    });
  }

  /** Interpreters of child runs that wait for nobody come back for others of their tree. */
  #count(worker: PythonWorker, { treeId, depth }: Claim): void {
    if (depth === 0 || treeId === null) return;
    if (this.#waiting.has(worker)) this.#turnaround.lost(worker, treeId);
    else this.#turnaround.left(worker, treeId, performance.now());
  }

  /** A spare that fails is no one's problem yet; whoever asks next starts anew and hears of it. */
  async #boot(): Promise<void> {
    this.#starting++;
    try {
      const startedAt = performance.now();
      const worker = await this.#starter.boot();
      this.#startMs = Math.min(FIRST_START_MS, performance.now() - startedAt);
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

  /** Nobody else may have what it used. */
  #endTree(treeId: string): void {
    this.#turnaround.forget(treeId);
    this.#idle.end(treeId);
  }

  /** Takes it back to what it was, and keeps it for its tree. It has its place until that is done. */
  async #renew(worker: PythonWorker, treeId: string): Promise<void> {
    const fit = await worker.renew(RENEW_TIMEOUT_MS);
    const goesOn = [...this.#live.values()].some((claim) => claim.treeId === treeId);
    if (fit && goesOn && worker.alive && !this.#closed) {
      this.#turnaround.cameBack(worker, treeId, performance.now());
      this.#keep(worker, treeId);
    } else {
      this.#turnaround.lost(worker, treeId);
      worker.terminate(closedProblem());
    }
    this.#places.leave();
  }

  #keep(worker: PythonWorker, treeId: string): void {
    const at = this.#wanted.findIndex((wanted) => wanted.treeId === treeId);
    const next = at < 0 ? undefined : this.#wanted.splice(at, 1)[0];
    if (next) return next.resolve(worker);
    this.#idle.add(worker, treeId);
  }
}
