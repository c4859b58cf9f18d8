/** One REPL over a sandboxed worker: cells in order, stopped in time, and replaced when the worker is lost. */

import { SondeError } from '../../core/errors';
import type { CellResult, FollowUp, Repl, ReplInit, RunCellOptions, SavedVariables } from '../../core/ports';
import type { JobGoods, JobKind, JobResult } from '../../../workers/python/wire';
import { lostCell, stoppedBeforeStart } from './cell-results';
import { Job, type JobAnswers } from './job';
import type { Tool } from '../../core/run/tools';
import type { PackageProvider } from '../../core/python-packages';
import { abortable } from './abortable';
import type { Pool } from './pool';
import type { PythonWorker } from './python-worker';
import { toolProblem, toolsText, TOOLS_MAY_NOT_ASK } from './tools';
import { Turns } from './turns';

/** Reading 100 MB takes well under a second; this is for machines that swap. */
const OPEN_TIMEOUT_MS = 120_000;
/** Computing time for questions about variables, whose `__str__` may be anything. */
const QUESTION_TIMEOUT_MS = 10_000;
/** Python stops by itself a little before. */
const SAVE_TIMEOUT_MS = 6_000;
const RESTORE_TIMEOUT_MS = 20_000;
const TOOLS_TIMEOUT_MS = 10_000;

export class SandboxRepl implements Repl {
  readonly #pool: Pool;
  readonly #init: ReplInit;
  readonly #turns: Turns;
  readonly #closed = new AbortController();
  #answers: JobAnswers;
  #treeId: string | null;
  #worker: Promise<PythonWorker> | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #queued = 0;
  #jobs = 0;
  #variables: Readonly<Record<string, string>> = {};
  /** Names lost since the last cell that could tell the model. */
  #lost: readonly string[] | null = null;

  private constructor(pool: Pool, init: ReplInit, packages: PackageProvider) {
    this.#pool = pool;
    this.#init = init;
    this.#turns = new Turns(init.context);
    this.#treeId = init.treeId ?? null;
    this.#answers = {
      onSubcall: init.onSubcall,
      packages,
      find: (...asked) => this.#turns.find(...asked),
    };
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

  followUp({ context, history, onSubcall, treeId = this.#treeId ?? undefined }: FollowUp): Promise<void> {
    return this.#queue(async () => {
      const worker = await this.#ready();
      this.#turns.add(context, history);
      try {
        await this.#follow(worker, this.#turns.count - 1);
      } catch (error) {
        this.#turns.drop();
        if (!worker.alive || this.#closed.signal.aborted) throw error;
        this.#forget(worker); // some of it may have been done
        throw error;
      }
      this.#answers = { ...this.#answers, onSubcall };
      if (treeId === undefined) return;
      this.#treeId = treeId;
      this.#pool.move(worker, treeId);
    });
  }

  save(): Promise<SavedVariables> {
    return this.#queue(async () => {
      const known = Object.keys(this.#variables);
      const result = await this.#question('save', '', SAVE_TIMEOUT_MS);
      if (result?.kind === 'save' && result.saved) return result.saved;
      const why = result
        ? 'the variables could not be read'
        : 'Python did not answer in time and was replaced';
      return { pickled: new Blob(), names: [], left: Object.fromEntries(known.map((name) => [name, why])) };
    });
  }

  restore({ pickled, names }: SavedVariables): Promise<readonly string[]> {
    return this.#queue(async () => {
      if (names.length === 0 && pickled.size === 0) return [];
      const result = await this.#question('restore', '', RESTORE_TIMEOUT_MS, { pickled });
      return (result?.kind === 'restore' ? result.failed : null) ?? names;
    });
  }

  close(): void {
    if (this.#closed.signal.aborted) return;
    const calm = this.#queued === 0;
    this.#closed.abort();
    this.#worker?.then(
      (worker) => this.#pool.release(worker, calm),
      () => undefined, // there is none to release
    );
  }

  #queue<T>(work: () => Promise<T>): Promise<T> {
    this.#queued++;
    const next = this.#last.then(work, work).finally(() => this.#queued--);
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

  async #question(
    kind: JobKind,
    text: string,
    computeTimeoutMs = QUESTION_TIMEOUT_MS,
    goods?: JobGoods,
  ): Promise<JobResult | null> {
    const worker = await this.#ready();
    const result = await this.#ask(worker, kind, text, computeTimeoutMs, goods);
    if (!result) this.#forget(worker);
    return result;
  }

  /** One job that is no cell. @returns null when the interpreter was lost */
  async #ask(
    worker: PythonWorker,
    kind: JobKind,
    text: string,
    computeTimeoutMs: number,
    goods?: JobGoods,
    answers = this.#answers,
  ): Promise<JobResult | null> {
    const { signal } = this.#closed;
    const job = new Job(this.#pool, worker, answers, ++this.#jobs);
    const options = { computeTimeoutMs, signal, closed: signal, ...(goods && { goods }) };
    return (await job.run(kind, text, options)).result;
  }

  /** The interpreter is gone: remembers what went with it, and gets the next one ready. */
  #forget(worker: PythonWorker): void {
    this.#pool.release(worker, false);
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
      this.#pool.release(current, false);
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
    const { depth = 0, tools = [] } = this.#init;
    const claim = { treeId: this.#treeId, depth };
    const worker = await this.#pool.acquire(claim, this.#closed.signal);
    try {
      const { payload, name } = await this.#turns.first();
      await worker.open(payload, name, depth > 0 && this.#treeId !== null, OPEN_TIMEOUT_MS);
      if (tools.length > 0) await this.#install(worker, tools);
      for (let number = 1; number < this.#turns.count; number++) await this.#follow(worker, number);
      return worker;
    } catch (error) {
      this.#pool.release(worker, false);
      throw error;
    }
  }

  /** @throws SondeError `invalid-argument` that names the tool */
  async #install(worker: PythonWorker, tools: readonly Tool[]): Promise<void> {
    const answers = { ...this.#answers, onSubcall: TOOLS_MAY_NOT_ASK };
    const result = await this.#ask(worker, 'tools', toolsText(tools), TOOLS_TIMEOUT_MS, undefined, answers);
    if (result?.kind === 'tools' && result.failed === null) return;
    throw toolProblem(tools, result?.kind === 'tools' ? result.failed : null);
  }

  /** @throws SondeError `repl-lost` */
  async #follow(worker: PythonWorker, number: number): Promise<void> {
    const { text, goods } = await this.#turns.follow(number);
    const result = await this.#ask(worker, 'follow', text, OPEN_TIMEOUT_MS, goods);
    if (result?.kind === 'follow' && result.problem === null) return;
    const detail = result?.kind === 'follow' ? result.problem : 'the interpreter ended';
    throw new SondeError({
      code: 'repl-lost',
      message: 'Python could not go on to the next question.',
      hint: `It is started anew for it. What happened: ${detail ?? ''}`,
    });
  }
}
