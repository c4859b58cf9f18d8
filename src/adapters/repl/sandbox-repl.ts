/** One REPL over a sandboxed worker: cells in order, stopped in time, and replaced when the worker is lost. */

import { SondeError } from '../../core/errors';
import type { ContextPayload } from '../../core/corpus/context';
import type { CellResult, Repl, ReplInit, RunCellOptions } from '../../core/ports';
import type { JobResult } from '../../../workers/python/wire';
import { lostCell, stoppedBeforeStart } from './cell-results';
import { Job, type JobAnswers } from './job';
import type { PackageProvider } from '../../core/python-packages';
import { abortable, type Pool } from './pool';
import type { PythonWorker } from './python-worker';

/** Reading 100 MB takes well under a second; this is for machines that swap. */
const OPEN_TIMEOUT_MS = 120_000;
/** Computing time for questions about variables, whose `__str__` may be anything. */
const QUESTION_TIMEOUT_MS = 10_000;

export class SandboxRepl implements Repl {
  readonly #pool: Pool;
  readonly #init: ReplInit;
  readonly #answers: JobAnswers;
  readonly #closed = new AbortController();
  #payload: ContextPayload | null = null;
  #worker: Promise<PythonWorker> | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #jobs = 0;
  #variables: Readonly<Record<string, string>> = {};
  /** Names lost since the last cell that could tell the model. */
  #lost: readonly string[] | null = null;

  private constructor(pool: Pool, init: ReplInit, packages: PackageProvider) {
    this.#pool = pool;
    this.#init = init;
    this.#answers = { onSubcall: init.onSubcall, packages };
  }

  /** @throws SondeError when no interpreter can be had; the signal's reason when aborted */
  static async open(
    pool: Pool,
    init: ReplInit,
    packages: PackageProvider,
    signal: AbortSignal,
  ): Promise<SandboxRepl> {
    const repl = new SandboxRepl(pool, init, packages);
    const cancel = () => repl.close();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      await abortable(repl.#ready(), signal);
      return repl;
    } catch (error) {
      repl.close();
      throw error;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  run(code: string, options: RunCellOptions): Promise<CellResult> {
    return this.#queue(() => this.#cell(code, options));
  }

  variable(name: string): Promise<string | null> {
    return this.#queue(async () => {
      const result = await this.#question('variable', name);
      return result?.kind === 'variable' ? result.value : null;
    });
  }

  parses(code: string): Promise<boolean> {
    return this.#queue(async () => {
      const result = await this.#question('parses', code);
      return result?.kind === 'parses' && result.value;
    });
  }

  close(): void {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort();
    this.#worker?.then(
      (worker) => this.#pool.release(worker),
      () => undefined, // there is none to release
    );
  }

  #queue<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#last.then(work, work);
    this.#last = next.catch(() => undefined); // told to its caller; the queue goes on
    return next;
  }

  async #cell(code: string, options: RunCellOptions): Promise<CellResult> {
    if (options.signal.aborted) return stoppedBeforeStart(this.#variables);
    const startedAt = performance.now();
    const worker = await this.#ready();
    const job = new Job(this.#pool, worker, this.#answers, ++this.#jobs);
    const end = await job.run('cell', code, { ...options, closed: this.#closed.signal });
    const durationMs = performance.now() - startedAt;
    if (end.result?.kind === 'cell') {
      this.#variables = end.result.cell.variables;
      const lost = this.#lost;
      this.#lost = null;
      return { ...end.result.cell, durationMs, lost };
    }
    this.#forget(worker);
    const lost = this.#lost ?? [];
    this.#lost = null;
    return lostCell({ ...end, durationMs, lost });
  }

  async #question(kind: 'variable' | 'parses', text: string): Promise<JobResult | null> {
    const worker = await this.#ready();
    const job = new Job(this.#pool, worker, this.#answers, ++this.#jobs);
    const { result } = await job.run(kind, text, {
      computeTimeoutMs: QUESTION_TIMEOUT_MS,
      signal: this.#closed.signal,
      closed: this.#closed.signal,
    });
    if (!result) this.#forget(worker);
    return result;
  }

  /** The interpreter is gone: remembers what went with it, and gets the next one ready. */
  #forget(worker: PythonWorker): void {
    this.#pool.release(worker);
    this.#lost = [...new Set([...(this.#lost ?? []), ...Object.keys(this.#variables)])];
    this.#variables = {};
    this.#worker = null;
    if (!this.#closed.signal.aborted) this.#ready().catch(() => undefined); // the next cell asks again, and is told
  }

  /** An interpreter with the context open: the one there is, or a new one. */
  async #ready(): Promise<PythonWorker> {
    if (this.#closed.signal.aborted) {
      throw new SondeError({ code: 'repl-lost', message: 'This Python interpreter was closed.' });
    }
    const current = await this.#worker;
    if (current?.alive) return current;
    if (current) {
      this.#worker = null;
      this.#pool.release(current);
      this.#lost = [...new Set([...(this.#lost ?? []), ...Object.keys(this.#variables)])];
      this.#variables = {};
    }
    if (!this.#worker) {
      const opening = this.#open();
      this.#worker = opening;
      opening.catch(() => {
        if (this.#worker === opening) this.#worker = null;
      });
    }
    return this.#worker;
  }

  async #open(): Promise<PythonWorker> {
    const { context } = this.#init;
    const worker = await this.#pool.acquire(this.#closed.signal);
    try {
      this.#payload ??= await context.open();
      await worker.open(this.#payload, context.documents[0]?.name ?? 'context', OPEN_TIMEOUT_MS);
      return worker;
    } catch (error) {
      this.#pool.release(worker);
      throw error;
    }
  }
}
