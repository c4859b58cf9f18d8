/** Interpreters between two runs of a tree: renewed, kept a while for the next, given up after that. */

import { closedProblem } from './python-starter';
import type { PythonWorker } from './python-worker';

/** How long a tree's interpreter is kept for its next child. */
const IDLE_MS = 5_000;

interface Idle {
  readonly worker: PythonWorker;
  readonly treeId: string;
  readonly timer: ReturnType<typeof setTimeout>;
}

export class IdleWorkers {
  /** Eldest first. */
  #idle: Idle[] = [];

  get size(): number {
    return this.#idle.length;
  }

  add(worker: PythonWorker, treeId: string): void {
    const timer = setTimeout(() => this.#remove(idle).terminate(closedProblem()), IDLE_MS);
    const idle: Idle = { worker, treeId, timer };
    this.#idle.push(idle);
  }

  /** One of the tree, for its next run; null when there is none. */
  take(treeId: string | null): PythonWorker | null {
    const used = this.#idle.find((idle) => idle.treeId === treeId);
    return used ? this.#remove(used) : null;
  }

  endEldest(): void {
    const eldest = this.#idle[0];
    if (eldest) this.#remove(eldest).terminate(closedProblem());
  }

  /** Ends those of a tree, or all. */
  end(treeId?: string): void {
    for (const idle of this.#idle.filter((one) => treeId === undefined || one.treeId === treeId))
      this.#remove(idle).terminate(closedProblem());
  }

  #remove(idle: Idle): PythonWorker {
    clearTimeout(idle.timer);
    this.#idle = this.#idle.filter((other) => other !== idle);
    return idle.worker;
  }
}
