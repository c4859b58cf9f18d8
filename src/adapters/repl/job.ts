/** One job in a worker, from the page's side: its calls, its output, its deadline, and its end in good time. */

import { SondeError } from '../../core/errors';
import type { RunCellOptions, SubcallHandler } from '../../core/ports';
import {
  WIRE_LIMITS,
  type FromWorker,
  type JobGoods,
  type JobKind,
  type JobResult,
} from '../../../workers/python/wire';
import { pageClock } from '../platform/clock';
import type { PackageProvider } from '../../core/python-packages';
import { CellFinds, type FindPassages } from './finds';
import { CellPackages } from './package-asks';
import type { Pool } from './pool';
import type { PythonWorker } from './python-worker';
import { CellCalls } from './subcalls';

/** How long a stopped cell may take to wind up before its interpreter is replaced: Stop is done within a second. */
const STOP_GRACE_MS = 750;
/** The same for a cell over its time, counted from when it should have ended. */
const TIMEOUT_GRACE_MS = 2_500;
const WATCH_EVERY_MS = 500;
/** Looks in a row that must find a ping unanswered: after a sleep the answer may be just behind the first of them. */
const SILENT_LOOKS = 3;

/** Who answers what Python asks for. */
export interface JobAnswers {
  readonly onSubcall: SubcallHandler;
  readonly packages: PackageProvider;
  readonly find: FindPassages;
}

export interface JobEnd {
  /** Null when the interpreter was lost. */
  readonly result: JobResult | null;
  readonly reason: 'timeout' | 'stop' | SondeError;
  /** What it had printed, as far as it was told. */
  readonly streamed: string;
  readonly computeMs: number;
}

export interface JobOptions extends RunCellOptions {
  /** The REPL is closed: nothing more is to be waited for. */
  readonly closed: AbortSignal;
  readonly goods?: JobGoods;
}

export class Job {
  readonly #worker: PythonWorker;
  readonly #number: number;
  readonly #calls: CellCalls;
  readonly #packages: CellPackages;
  readonly #finds: CellFinds;
  #streamed = '';
  #computeMs = 0;
  /** When the first ping was sent that has not been answered yet. */
  #pingedAt: number | null = null;
  #pausedBeforeMs = 0;
  #silentLooks = 0;
  #forged = 0;

  constructor(pool: Pool, worker: PythonWorker, answers: JobAnswers, number: number) {
    this.#worker = worker;
    this.#number = number;
    this.#calls = new CellCalls(
      answers.onSubcall,
      (call, values) => worker.send({ type: 'reply', call, values }),
      (waiting) => pool.waiting(worker, waiting),
    );
    this.#packages = new CellPackages(answers.packages, (ask, answer) =>
      worker.send({ type: 'package', ask, answer }),
    );
    this.#finds = new CellFinds(answers.find, (ask, places) => worker.send({ type: 'found', ask, places }));
  }

  /** Resolves, never rejects, when the job is done or its interpreter lost. */
  async run(kind: JobKind, text: string, options: JobOptions): Promise<JobEnd> {
    const worker = this.#worker;
    const { signal, closed, computeTimeoutMs, goods } = options;
    const lost = worker.ended.then((reason) => ({ result: null, reason }));
    const done = new Promise<JobResult>((resolve) => {
      worker.listener = (message) => this.#receive(message, options, resolve);
    });
    let grace: ReturnType<typeof setTimeout> | undefined;
    const forced = new Promise<'timeout' | 'stop'>((resolve) => {
      const stop = () => {
        this.#abort();
        worker.interrupt(this.#number);
        grace ??= setTimeout(() => resolve('stop'), STOP_GRACE_MS);
      };
      signal.addEventListener('abort', stop, { once: true });
      closed.addEventListener('abort', () => resolve('stop'), { once: true });
      void done.then(() => signal.removeEventListener('abort', stop));
      if (signal.aborted) queueMicrotask(stop); // after the job has been sent
      this.#watch(computeTimeoutMs, () => resolve('timeout'));
    });
    worker.send({
      type: 'job',
      job: this.#number,
      kind,
      text,
      computeTimeoutMs,
      generation: worker.generation,
      ...(goods && { goods }),
    });
    const end = await Promise.race([
      done.then((result) => ({ result, reason: 'stop' as const })),
      forced.then((reason) => ({ result: null, reason })),
      lost,
    ]);
    clearTimeout(grace);
    this.#stopWatching();
    this.#abort();
    worker.listener = null;
    return { ...end, streamed: this.#streamed, computeMs: this.#computeMs };
  }

  #abort(): void {
    this.#calls.abort();
    this.#packages.abort();
    this.#finds.abort();
  }

  #stopWatching: () => void = () => undefined;

  /**
   * C code never looks at the interrupt: only unanswered pings tell, once the time is up. What the worker says of its
   * time may be forged: with no call in flight it has nothing to wait for but its own sleep, and that has an end too.
   * A page in the background looks less often and a computer may sleep, so the time between two looks says nothing by
   * itself.
   */
  #watch(computeTimeoutMs: number, expired: () => void): void {
    let lookedAt = pageClock.now();
    let unaskedMs = 0;
    const look = () => {
      const now = pageClock.now();
      if (this.#packages.waiting) this.#pingedAt = null;
      else if (!this.#calls.waiting && !this.#finds.waiting)
        unaskedMs += Math.min(now - lookedAt, 2 * WATCH_EVERY_MS);
      lookedAt = now;
      const computedMs = Math.max(this.#computeMs + this.#silentMs(now), unaskedMs - computeTimeoutMs);
      if (computedMs > computeTimeoutMs + TIMEOUT_GRACE_MS) return expired();
      if (this.#pingedAt === null) {
        this.#pingedAt = now;
        this.#pausedBeforeMs = pageClock.pausedMs();
        this.#silentLooks = 0;
      }
      this.#worker.send({ type: 'ping' });
      this.#stopWatching = pageClock.after(WATCH_EVERY_MS, look);
    };
    this.#stopWatching = pageClock.after(WATCH_EVERY_MS, look);
  }

  /** How long it has not answered, as far as it could have. */
  #silentMs(now: number): number {
    if (this.#pingedAt === null || ++this.#silentLooks < SILENT_LOOKS) return 0;
    return now - this.#pingedAt - (pageClock.pausedMs() - this.#pausedBeforeMs);
  }

  #receive(message: FromWorker, options: JobOptions, resolve: (result: JobResult) => void): void {
    if (!('job' in message) || message.job !== this.#number) return this.#suspect();
    switch (message.type) {
      case 'call':
        if (!this.#calls.accept(message)) this.#suspect();
        break;
      case 'package':
        if (!this.#packages.accept(message)) this.#suspect();
        break;
      case 'find':
        if (!this.#finds.accept(message)) this.#suspect();
        break;
      case 'output':
        if (this.#streamed.length < WIRE_LIMITS.stdoutChars) this.#streamed += message.text;
        options.onOutput?.(message.text);
        break;
      case 'pong':
        this.#pingedAt = null;
        this.#computeMs = message.computeMs;
        break;
      case 'done':
        resolve(message.result);
        break;
    }
  }

  /** Messages for no job of ours: a few can cross with an end, many cannot. */
  #suspect(): void {
    this.#forged++;
    if (this.#forged < 100) return;
    this.#worker.terminate(
      new SondeError({
        code: 'repl-protocol',
        message:
          'Python was stopped because it sent messages that cannot be genuine. Its variables are gone.',
        hint: 'The next cell gets a fresh interpreter.',
      }),
    );
  }
}
