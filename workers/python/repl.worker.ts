/** The Python worker: boots from what the frame hands it, then does one job at a time for the page. */

import type { PyProxy } from 'pyodide/ffi';
import type { PyodideAPI } from 'pyodide';
import { doBetween, slicesOf } from './between';
import { BlobBytes, Bridge } from './bridge';
import { internals, startInterpreter } from './boot';
import { cut, withinLimits } from './bounds';
import { Interrupts } from './interrupt';
import { dropPowers } from './powers';
import { Lives, Pristine } from './pristine';
import {
  WIRE_LIMITS,
  type CellOutcome,
  type FromWorker,
  type JobResult,
  type ToWorker,
  type WorkerBoot,
  type WorkerSignal,
} from './wire';

/** The Python side, `sonde.runtime`. */
interface Runtime extends PyProxy {
  start(bridge: unknown): void;
  renew(): void;
  open_context(kind: string, slices: string, name: string): void;
  wake(): void;
  readonly run_cell: Suspendable;
  readonly variable: Suspendable;
  readonly parses: Suspendable;
  readonly between: Suspendable;
}

/** A Python function called with a stack of its own, so that it may wait. */
interface Suspendable {
  callPromising(...texts: string[]): Promise<string>;
}

/** What is needed of Python, taken out once: a proxy made later would not outlive a renewal. */
type Functions = Pick<
  Runtime,
  'renew' | 'open_context' | 'wake' | 'run_cell' | 'variable' | 'parses' | 'between'
>;

/** How often a cell that computes nothing is looked at for deadlock, and how many looks make sure. */
const DEADLOCK_LOOK_MS = 300;
const DEADLOCK_LOOKS = 3;

class ReplWorker {
  readonly #port: MessagePort;
  readonly #interrupts: Interrupts;
  readonly #bridge: Bridge;
  readonly #lives = new Lives();
  #pyodide: PyodideAPI | null = null;
  #runtime: Functions | null = null;
  #idle: (() => boolean) | null = null;
  #pristine: Pristine | null = null;
  #generation = 0;
  #awaitingSignal: (() => void)[] = [];
  #toldAt = 0;

  constructor(port: MessagePort, signalUrl: string) {
    this.#port = port;
    this.#interrupts = new Interrupts(signalUrl, {
      onInterrupt: () => this.#bridge.interrupt(),
      onTick: () => this.#tick(),
    });
    this.#bridge = new Bridge(this.#interrupts, (message) => this.#send(message));
  }

  async boot(boot: WorkerBoot): Promise<void> {
    try {
      const { pyodide, snapshot } = await this.#lives.watch(() =>
        startInterpreter(boot, (error) => this.#fail(error)),
      );
      if (snapshot) {
        // A worker that made a snapshot has its globals wrapped for recording; it is done.
        this.#send({ type: 'snapshot', snapshot });
        return;
      }
      dropPowers();
      this.#bridge.packages.attach(pyodide);
      const runtime = pyodide.pyimport('sonde.runtime') as Runtime;
      ({ idle: this.#idle } = pyodide.pyimport('sonde.threads') as { idle: () => boolean });
      runtime.start(this.#bridge.face());
      internals(pyodide).setInterruptBuffer(this.#interrupts.buffer());
      this.#pyodide = pyodide;
      const { renew, open_context, wake, run_cell, variable, parses, between } = runtime;
      this.#runtime = { renew, open_context, wake, run_cell, variable, parses, between };
      this.#port.onmessage = ({ data }: MessageEvent<ToWorker>) => this.#receive(data);
      this.#port.onmessageerror = () => this.#fail('a message could not be read');
      this.#send({ type: 'booted' });
    } catch (error) {
      this.#fail(error);
    }
  }

  signal({ url, generation }: WorkerSignal): void {
    this.#interrupts.signalUrl = url;
    this.#generation = generation;
    for (const resume of this.#awaitingSignal.splice(0)) resume();
  }

  #send(message: FromWorker): void {
    this.#port.postMessage(message);
  }

  #fail(error: unknown): void {
    this.#send({
      type: 'failed',
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  }

  #receive(message: ToWorker): void {
    switch (message.type) {
      case 'open':
        try {
          this.#open(message);
          this.#send({ type: 'opened' });
        } catch (error) {
          this.#fail(error);
        }
        break;
      case 'renew':
        try {
          this.#send({ type: 'renewed', fit: this.#renew() });
        } catch (error) {
          this.#fail(error);
        }
        break;
      case 'job':
        this.#job(message).catch((error: unknown) => this.#fail(error));
        break;
      case 'reply':
        this.#bridge.reply(message.call, message.values);
        break;
      case 'package':
        void this.#bridge.packages.answer(message.ask, message.answer);
        break;
      case 'found':
        this.#bridge.finds.answer(message.ask, message.places);
        break;
      case 'interrupt':
        // Messages arrive only while Python waits: wake it, and cancel what awaits on its event loop.
        if (this.#bridge.job === message.job) {
          this.#interrupts.request('stop');
          this.#runtime?.wake();
        }
        break;
      case 'ping':
        this.#pong();
        break;
    }
  }

  #open({ context, name, keep }: Extract<ToWorker, { type: 'open' }>): void {
    if (keep && this.#pyodide) this.#pristine ??= new Pristine(this.#pyodide, this.#lives);
    this.#bridge.sources.set(0, new BlobBytes(context.utf8));
    this.#runtime?.open_context(context.kind, slicesOf(context, name), name);
  }

  /** Anything that still waits could wake up in the life after this one: such an interpreter is given up. */
  #renew(): boolean {
    if (!this.#bridge.quiet || this.#idle?.() !== true || !this.#pristine?.restore()) return false;
    this.#bridge.forget();
    this.#runtime?.renew();
    return true;
  }

  async #job(message: Extract<ToWorker, { type: 'job' }>): Promise<void> {
    const runtime = this.#runtime;
    if (!runtime) throw new Error('a job came before Python was ready');
    // The signal of an earlier cancel may still be on its way; polling the old one would stop this job.
    while (this.#generation < message.generation) {
      await new Promise<void>((resume) => this.#awaitingSignal.push(resume));
    }
    const watch = setInterval(() => this.#watchDeadlock(), DEADLOCK_LOOK_MS);
    this.#stuckLooks = 0;
    this.#interrupts.clock.reset();
    this.#bridge.job = message.job;
    this.#bridge.figures = [];
    this.#interrupts.arm(message.computeTimeoutMs);
    try {
      const result = await this.#perform(runtime, message);
      this.#send({ type: 'done', job: message.job, result });
    } finally {
      clearInterval(watch);
      this.#interrupts.disarm();
      this.#bridge.job = null;
    }
  }

  async #perform(
    runtime: Functions,
    { kind, text, goods = {} }: Extract<ToWorker, { type: 'job' }>,
  ): Promise<JobResult> {
    switch (kind) {
      case 'cell': {
        const outcome = JSON.parse(await runtime.run_cell.callPromising(text)) as CellOutcome;
        const { figures } = this.#bridge;
        const computeMs = this.#interrupts.clock.elapsedMs();
        return {
          kind,
          cell: withinLimits({ ...outcome, computeMs, ...(figures.length > 0 && { figures }) }),
        };
      }
      case 'variable': {
        const value = JSON.parse(await runtime.variable.callPromising(text)) as string | null;
        return { kind, value: value && cut(value, WIRE_LIMITS.answerChars) };
      }
      case 'parses':
        return { kind, value: JSON.parse(await runtime.parses.callPromising(text)) as boolean };
      case 'follow':
      case 'tools':
      case 'save':
      case 'restore':
        return doBetween(kind, text, goods, this.#bridge, (...texts) =>
          runtime.between.callPromising(...texts),
        );
    }
  }

  #stuckLooks = 0;

  #watchDeadlock(): void {
    const stuck = this.#bridge.stuck && this.#idle?.() === true;
    this.#stuckLooks = stuck ? this.#stuckLooks + 1 : 0;
    if (this.#stuckLooks >= DEADLOCK_LOOKS) this.#bridge.breakDeadlock();
  }

  #pong(): void {
    this.#send({ type: 'pong', job: this.#bridge.job, computeMs: this.#interrupts.clock.elapsedMs() });
  }

  #tick(): void {
    const now = performance.now();
    if (now - this.#toldAt < 1000) return;
    this.#toldAt = now;
    this.#pong();
  }
}

let repl: ReplWorker | null = null;

self.onmessage = ({ data, ports }: MessageEvent<WorkerBoot | WorkerSignal>) => {
  const port = ports[0];
  if (data.type === 'signal') repl?.signal(data);
  else if (port && !repl) {
    repl = new ReplWorker(port, data.signalUrl);
    void repl.boot(data);
  }
};
