/** Gathers progress, so that thousands of files do not send thousands of messages to the page. */

import type { FileProgress } from '../../core/corpus/library';

const INTERVAL_MS = 100;

export class ProgressBatcher {
  readonly #send: (batch: readonly FileProgress[]) => void;
  /** The latest of each file. */
  readonly #waiting = new Map<string, FileProgress>();
  #sentAtMs = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(send: (batch: readonly FileProgress[]) => void) {
    this.#send = send;
  }

  push(progress: FileProgress): void {
    this.#waiting.set(progress.path, progress);
    const dueMs = this.#sentAtMs + INTERVAL_MS - performance.now();
    if (dueMs <= 0) this.flush();
    else
      this.#timer ??= setTimeout(() => {
        this.flush();
      }, dueMs);
  }

  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#waiting.size === 0) return;
    this.#send([...this.#waiting.values()]);
    this.#waiting.clear();
    this.#sentAtMs = performance.now();
  }
}
