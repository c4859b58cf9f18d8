/** Starts Python: the sandboxed frame with its files, once, and interpreters in it from a memory snapshot. */

import { SondeError } from '../../core/errors';
import type { PythonSite } from './python-files';
import { PythonWorker, startFailure } from './python-worker';
import { SandboxFrame } from './sandbox-frame';
import type { SnapshotStore } from './snapshot-store';

const BOOT_TIMEOUT_MS = 90_000;

interface Started {
  readonly frame: SandboxFrame;
  /** Whether the frame has a snapshot to start from. */
  hasSnapshot: boolean;
}

export class PythonStarter {
  readonly #site: PythonSite;
  readonly #snapshots: SnapshotStore;
  #started: Promise<Started> | null = null;
  #frame: SandboxFrame | null = null;
  #closed = false;

  constructor(site: PythonSite, snapshots: SnapshotStore) {
    this.#site = site;
    this.#snapshots = snapshots;
  }

  /** A fresh interpreter without a context. @throws SondeError `repl-start` */
  async boot(): Promise<PythonWorker> {
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

  close(): void {
    this.#closed = true;
    this.#frame?.close();
    this.#started = null;
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

export function closedProblem(): SondeError {
  return new SondeError({ code: 'repl-lost', message: 'This Python interpreter was closed.' });
}
