/** Packages in one interpreter: asks the page for them, and hands its bytes to Pyodide's own installer, each once. */

import type { PyodideAPI } from 'pyodide';
import type { PyProxy } from 'pyodide/ffi';
import { internals } from './boot';
import type { Interrupts } from './interrupt';
import type { PackageAnswer, PackageAsk, Wheel } from '../../src/core/python-packages';
import type { FromWorker } from './wire';

/** What Python is told, as JSON. */
interface Told {
  readonly status: PackageAnswer['status'];
  readonly reason: string;
}

export class PackageLoader {
  readonly #interrupts: Interrupts;
  readonly #send: (message: FromWorker) => void;
  readonly #asks = new Map<number, (told: string | undefined) => void>();
  readonly #installed = new Set<string>();
  #touched = false;
  #pyodide: PyodideAPI | null = null;
  /** One after the other: two threads may ask for packages that share a dependency. */
  #last: Promise<unknown> = Promise.resolve();
  #ids = 0;

  constructor(interrupts: Interrupts, send: (message: FromWorker) => void) {
    this.#interrupts = interrupts;
    this.#send = send;
  }

  attach(pyodide: PyodideAPI): void {
    this.#pyodide = pyodide;
  }

  /** True when nothing was put in place, and nothing is about to be. */
  get untouched(): boolean {
    return this.#asks.size === 0 && !this.#touched;
  }

  /** True while a cell waits for a package. */
  get waiting(): boolean {
    return this.#asks.size > 0;
  }

  /** What Python suspends on: JSON of what became of it, undefined when interrupted. */
  ask(job: number | null, kind: PackageAsk['kind'], name: string): Promise<string | undefined> {
    this.#interrupts.clock.leave();
    if (job === null || this.#interrupts.reason !== null) return Promise.resolve(undefined);
    const ask = ++this.#ids;
    return new Promise((settle) => {
      this.#asks.set(ask, settle);
      this.#send({ type: 'package', job, ask, kind, name: name.slice(0, 200) });
    });
  }

  /** The page has answered; null when the ask was aborted. Never rejects. */
  async answer(ask: number, answer: PackageAnswer | null): Promise<void> {
    const told = answer && (await this.#carryOut(answer));
    const settle = this.#asks.get(ask);
    this.#asks.delete(ask);
    settle?.(told ? JSON.stringify(told) : undefined);
  }

  interrupt(): void {
    for (const settle of this.#asks.values()) settle(undefined);
    this.#asks.clear();
  }

  async #carryOut(answer: PackageAnswer): Promise<Told> {
    if (answer.status === 'refused') return answer;
    if (answer.status === 'unknown') return { status: 'unknown', reason: '' };
    const installing = this.#last.then(() => this.#install(answer.wheels));
    this.#last = installing.catch(() => undefined); // told below, to the one who asked
    try {
      await installing;
      return { status: 'loaded', reason: '' };
    } catch (error) {
      return { status: 'refused', reason: `it could not be put in place: ${lastLine(error)}` };
    }
  }

  async #install(wheels: readonly Wheel[]): Promise<void> {
    const pyodide = this.#pyodide;
    if (!pyodide) throw new Error('Python is not ready');
    const { install, package_loader: loader } = internals(pyodide)._api;
    const missing = wheels.filter(({ name }) => !this.#installed.has(name));
    this.#touched ||= missing.length > 0;
    for (const { name, fileName, target, bytes } of missing) {
      const buffer = new Uint8Array(new FileReaderSync().readAsArrayBuffer(bytes));
      await install(buffer, fileName, loader.get_install_dir(target), new Map([['INSTALLER', 'sonde']]));
      this.#installed.add(name);
    }
    if (missing.length === 0) return;
    const importlib = pyodide.pyimport('importlib') as PyProxy & { invalidate_caches(): void };
    importlib.invalidate_caches(); // the finders remember what the folder held before
    importlib.destroy();
  }
}

/** Python's errors come with their traceback; what happened is in its last line. */
function lastLine(error: unknown): string {
  return String(error).trim().split('\n').at(-1)?.slice(0, 300) ?? '';
}
