/** What one cell asks packages for: numbered, bounded, answered once, and aborted with the cell. */

import { toProblem } from '../../core/errors';
import type { PackageAnswer, PackageAsk, PackageProvider } from '../../core/python-packages';
import { WIRE_LIMITS, type FromWorker } from '../../../workers/python/wire';

type Ask = Extract<FromWorker, { type: 'package' }>;

/** There is nobody to ask: nothing can be installed. */
export const NO_PACKAGES: PackageProvider = {
  provide: ({ kind }) =>
    Promise.resolve(kind === 'name' ? { status: 'refused', reason: '' } : { status: 'unknown' }),
};

/** Unpacking takes the interpreter's time, and must not count as the cell's. */
const INSTALL_MS = 3_000;
const INSTALL_MS_PER_MB = 400;

export class CellPackages {
  readonly #provider: PackageProvider;
  readonly #answer: (ask: number, answer: PackageAnswer | null) => void;
  readonly #abort = new AbortController();
  #inFlight = 0;
  #last = 0;
  /** Until when the interpreter may be busy with what it was handed, in ms of `performance.now()`. */
  #installingUntil = 0;

  constructor(provider: PackageProvider, answer: (ask: number, answer: PackageAnswer | null) => void) {
    this.#provider = provider;
    this.#answer = answer;
  }

  /** Passes an ask on. False when it cannot be genuine: a number seen before, or far too many at once. */
  accept(ask: Ask): boolean {
    if (this.#abort.signal.aborted) return true; // crossed with the abort; nobody waits for it
    if (ask.ask <= this.#last || this.#inFlight >= WIRE_LIMITS.packageAsksInFlight) return false;
    this.#last = ask.ask;
    void this.#perform(ask);
    return true;
  }

  /** True while Python may be waiting for a package, or putting one in place. */
  get waiting(): boolean {
    return this.#inFlight > 0 || performance.now() < this.#installingUntil;
  }

  abort(): void {
    this.#abort.abort();
  }

  async #perform({ ask, kind, name }: Ask): Promise<void> {
    this.#inFlight++;
    const answer = await this.#ask({ kind, name });
    this.#inFlight--;
    if (answer?.status === 'loaded') this.#expectInstalling(answer);
    this.#answer(ask, answer);
  }

  /** Once a package: an interpreter that asks for the same again has it already. */
  readonly #handed = new Set<string>();

  #expectInstalling({ wheels }: Extract<PackageAnswer, { status: 'loaded' }>): void {
    const fresh = wheels.filter(({ name }) => !this.#handed.has(name));
    if (fresh.length === 0) return;
    for (const { name } of fresh) this.#handed.add(name);
    const megabytes = fresh.reduce((sum, { bytes }) => sum + bytes.size, 0) / 1e6;
    const now = performance.now();
    this.#installingUntil = Math.max(now, this.#installingUntil) + INSTALL_MS + megabytes * INSTALL_MS_PER_MB;
  }

  async #ask(ask: PackageAsk): Promise<PackageAnswer | null> {
    const { signal } = this.#abort;
    try {
      const answer = await this.#provider.provide(ask, signal);
      return signal.aborted ? null : answer;
    } catch (error) {
      return signal.aborted ? null : { status: 'refused', reason: toProblem(error).message };
    }
  }
}
