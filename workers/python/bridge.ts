/** What Python can ask of JavaScript: wait, be woken, call a model, read the context, show output. */

import type { Figure } from '../../src/core/ports';
import { Finds } from './finds';
import type { Interrupts } from './interrupt';
import { PackageLoader } from './packages';
import type { PackageAsk } from '../../src/core/python-packages';
import type { FromWorker } from './wire';

const WOKEN = 1;
const TIMED_OUT = 0;
const DEADLOCK = 2;

/** setTimeout's longest delay. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** Texts of documents that are kept in an interpreter besides those it is looking at, and their share of the memory. */
const TEXT_ROOM_BYTES = 512e6;
const TEXT_ROOM_SHARE = 1 / 16;

interface Wait {
  readonly settle: (outcome: number | undefined) => void;
  readonly interruptible: boolean;
  readonly timed: boolean;
}

interface Call {
  readonly settle: (values: readonly string[] | undefined) => void;
}

/** Bytes read in slices; the worker holds only the handle. */
export interface SlicedBytes {
  read(start: number, end: number): Uint8Array;
}

export class Bridge {
  readonly #interrupts: Interrupts;
  readonly #send: (message: FromWorker) => void;
  readonly #waits = new Map<number, Wait>();
  readonly #woken = new Set<number>();
  readonly #calls = new Map<number, Call>();
  #drained: (() => void)[] = [];
  #tokens = 0;
  #callIds = 0;
  readonly packages: PackageLoader;
  readonly finds: Finds;
  /** What the running cell has drawn. */
  figures: Figure[] = [];
  /** What the running job has saved. */
  saved: Blob | null = null;
  job: number | null = null;
  /** What Python may read: the contexts, by their number, and what a job was handed besides. */
  readonly sources = new Map<number, SlicedBytes>();

  constructor(interrupts: Interrupts, send: (message: FromWorker) => void) {
    this.#interrupts = interrupts;
    this.#send = send;
    this.packages = new PackageLoader(interrupts, send);
    this.finds = new Finds(interrupts, send);
  }

  /** The functions Python gets: an object of their own, so that nothing else comes along. */
  face(): Record<string, (...args: never[]) => unknown> {
    const { clock } = this.#interrupts;
    return {
      enter: () => clock.enter(),
      leave: () => clock.leave(),
      disarm: () => this.#interrupts.disarm(),
      reason: () => this.#interrupts.reason ?? undefined,
      active: () => this.job !== null,
      park: () => ++this.#tokens,
      wake: (token: number) => this.#wake(token),
      wait: (token: number, timeoutMs: number, interruptible: boolean) =>
        this.#wait(token, timeoutMs, interruptible),
      call: (kind: 'llm' | 'rlm', prompts: string[], contexts?: string[], model?: string, schema?: string) =>
        this.#call(kind, prompts, contexts, model, schema),
      calling: () => this.#calls.size > 0,
      drained: () => this.#drain(),
      package: (kind: PackageAsk['kind'], name: string) => this.packages.ask(this.job, kind, name),
      find: (context: number, query: string, limit: number) =>
        this.finds.ask(this.job, context, query, limit),
      figure: (png: PyBytes, alt: string) => this.#figure(png, alt),
      output: (text: string) => this.#output(text),
      read: (source: number, start: number, end: number, target: PyBytes) =>
        this.#read(source, start, end, target),
      save: (bytes: PyBytes) => this.#save(bytes),
      room: () => textRoomBytes(),
    };
  }

  /** True when nothing of Python waits for anything: no stack is set aside that could come back. */
  get quiet(): boolean {
    const waiting = this.#waits.size + this.#calls.size + this.#drained.length;
    return this.job === null && waiting === 0 && !this.finds.waiting && this.packages.untouched;
  }

  /** Python begins anew: what belonged to the life before is let go. */
  forget(): void {
    this.#woken.clear();
    this.sources.clear();
    this.figures = [];
    this.saved = null;
  }

  /** Values of a call the page has answered; null when it was aborted. */
  reply(call: number, values: readonly string[] | null): void {
    const pending = this.#calls.get(call);
    this.#calls.delete(call);
    pending?.settle(values ?? undefined);
    if (this.#calls.size === 0) this.#release();
  }

  /** Wakes all calls, sleeps and waits of the cell with "interrupted". */
  interrupt(): void {
    for (const { settle } of this.#calls.values()) settle(undefined);
    this.#calls.clear();
    this.packages.interrupt();
    this.finds.interrupt();
    this.#release();
    for (const wait of [...this.#waits.values()]) if (wait.interruptible) wait.settle(undefined);
  }

  /** True when the cell waits, and neither a call nor a timer is there to wake it. */
  get stuck(): boolean {
    if (this.#interrupts.clock.running || this.#calls.size > 0) return false;
    if (this.packages.waiting || this.finds.waiting) return false;
    const waits = [...this.#waits.values()];
    return waits.length > 0 && !waits.some((wait) => wait.timed);
  }

  breakDeadlock(): void {
    for (const wait of [...this.#waits.values()]) if (wait.interruptible) wait.settle(DEADLOCK);
  }

  #wake(token: number): void {
    const wait = this.#waits.get(token);
    if (wait) wait.settle(WOKEN);
    else this.#woken.add(token);
  }

  #wait(token: number, timeoutMs: number, interruptible: boolean): Promise<number | undefined> {
    this.#interrupts.clock.leave();
    if (this.#woken.delete(token)) return Promise.resolve(WOKEN);
    if (interruptible && this.#interrupted) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const timed = timeoutMs >= 0;
      const timer = timed
        ? setTimeout(() => settle(TIMED_OUT), Math.min(timeoutMs, MAX_DELAY_MS))
        : undefined;
      const settle = (outcome: number | undefined) => {
        clearTimeout(timer);
        this.#waits.delete(token);
        resolve(outcome);
      };
      this.#waits.set(token, { settle, interruptible, timed });
    });
  }

  get #interrupted(): boolean {
    return this.#interrupts.reason !== null;
  }

  #call(
    kind: 'llm' | 'rlm',
    prompts: string[],
    contexts: string[] | undefined,
    model: string | undefined,
    schema: string | undefined,
  ): Promise<readonly string[] | undefined> {
    const { job } = this;
    this.#interrupts.clock.leave();
    if (job === null || this.#interrupted) return Promise.resolve(undefined);
    const call = ++this.#callIds;
    return new Promise((settle) => {
      this.#calls.set(call, { settle });
      this.#send({
        type: 'call',
        job,
        call,
        kind,
        prompts,
        contexts: contexts ?? null,
        model: model ?? null,
        ...(schema !== undefined && { schema }),
      });
    });
  }

  /** Resolves to 1 once no call is in flight, to undefined when interrupted. */
  #drain(): Promise<number | undefined> {
    this.#interrupts.clock.leave();
    return new Promise((resolve) => {
      this.#drained.push(() => resolve(this.#interrupted ? undefined : WOKEN));
      if (this.#calls.size === 0) this.#release();
    });
  }

  /** After the microtasks of the replies: the threads that got them run first, and may call again. */
  #release(): void {
    const waiting = this.#drained;
    this.#drained = [];
    if (waiting.length > 0) setTimeout(() => waiting.forEach((resume) => resume()), 0);
  }

  #output(text: string): void {
    if (this.job !== null) this.#send({ type: 'output', job: this.job, text });
  }

  #figure(png: PyBytes, alt: string): void {
    const view = png.getBuffer('u8');
    try {
      this.figures.push({ mime: 'image/png', bytes: view.data.slice(), alt });
    } finally {
      view.release();
    }
  }

  #save(pickled: PyBytes): void {
    const view = pickled.getBuffer('u8');
    try {
      this.saved = new Blob([view.data]);
    } finally {
      view.release();
    }
  }

  #read(source: number, start: number, end: number, target: PyBytes): void {
    const bytes = this.sources.get(source)?.read(start, end);
    if (!bytes) throw new Error('there is nothing of that number to read');
    const view = target.getBuffer('u8');
    try {
      view.data.set(bytes);
    } finally {
      view.release();
    }
  }
}

/** A Python buffer as Pyodide hands it over. */
interface PyBytes {
  getBuffer(type: 'u8'): { readonly data: Uint8Array<ArrayBuffer>; release(): void };
}

/** Reads slices synchronously: allowed in workers, and the bytes never leave this process twice. */
export class BlobBytes implements SlicedBytes {
  readonly #blob: Blob;

  constructor(blob: Blob) {
    this.#blob = blob;
  }

  read(start: number, end: number): Uint8Array {
    return new Uint8Array(new FileReaderSync().readAsArrayBuffer(this.#blob.slice(start, end)));
  }
}

/** Less where the device has little memory; browsers tell no more than 8 GB or so, and some nothing. */
function textRoomBytes(): number {
  const { deviceMemory } = navigator as Navigator & { readonly deviceMemory?: number };
  return Math.min(TEXT_ROOM_BYTES, (deviceMemory ?? Infinity) * 1e9 * TEXT_ROOM_SHARE);
}
