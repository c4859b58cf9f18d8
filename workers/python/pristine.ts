/**
 * Takes an interpreter back to what it was before its first cell, in place: its memory is copied back, and what lives
 * outside of the memory (JavaScript values Python holds, files, open streams) is taken back too. A few milliseconds,
 * against hundreds for a new one.
 */

import type { PyodideAPI } from 'pyodide';
import { filesOf, type Files } from './pristine-files';

/** Memory may have grown by this much: an interpreter that read a large corpus is given up, and its memory with it. */
const MAX_GROWTH_BYTES = 64 * 2 ** 20;

/** What the glue around the wasm keeps for itself. The version is pinned, and the tests would notice. */
interface Glue {
  /** A new view after the memory has grown. */
  readonly HEAPU8: Uint8Array<ArrayBuffer>;
  /** The table of JavaScript values; which of its places are taken, and by how many, is kept in memory. */
  __hiwire_get(index: number): unknown;
  __hiwire_set(index: number, value: unknown): number;
  /** Values that are never given up; throws past the end. */
  __hiwire_immortal_get(index: number): unknown;
  _emscripten_stack_get_current(): number;
}

/** Counts lives, so that what was registered in an earlier one is not given back to the memory of this one. */
export class Lives {
  #current = 0;

  next(): void {
    this.#current++;
  }

  /**
   * While `load` runs, whoever makes a `FinalizationRegistry` gets one that forgets what an earlier life registered.
   * Pyodide makes one: it lowers the count of the Python object behind each proxy that was collected.
   */
  async watch<T>(load: () => Promise<T>): Promise<T> {
    const { FinalizationRegistry: Original } = self;
    const current = () => this.#current;
    self.FinalizationRegistry = class<Held> extends Original<{ life: number; held: Held }> {
      constructor(cleanup: (held: Held) => void) {
        super(({ life, held }) => {
          if (life === current()) cleanup(held);
        });
      }

      override register(target: WeakKey, held: unknown, token?: WeakKey): void {
        super.register(target, { life: current(), held: held as Held }, token);
      }
    } as unknown as FinalizationRegistryConstructor; // holds more than it is asked to
    try {
      return await load();
    } finally {
      self.FinalizationRegistry = Original;
    }
  }
}

export class Pristine {
  readonly #glue: Glue;
  readonly #files: Files;
  readonly #lives: Lives;
  readonly #memory: Uint8Array<ArrayBuffer>;
  readonly #values: readonly unknown[];
  /** Which place a value has: filled as values are first seen. */
  readonly #places: Map<unknown, unknown> | null;
  readonly #placed: readonly (readonly [unknown, unknown])[];
  readonly #stack: number;

  /** Remembers the interpreter as it is. No cell may have run, and nothing may wait in it. */
  constructor(pyodide: PyodideAPI, lives: Lives) {
    // `_module` is not in the types; see Glue.
    const { _module: glue } = pyodide as unknown as { _module: Glue };
    this.#glue = glue;
    this.#lives = lives;
    this.#files = filesOf(pyodide.FS);
    this.#memory = glue.HEAPU8.slice();
    this.#values = readAll((index) => glue.__hiwire_get(index));
    const immortal = readAll((index) => glue.__hiwire_immortal_get(index));
    this.#places = immortal.find((value) => value instanceof Map) ?? null;
    this.#placed = [...(this.#places ?? [])];
    this.#stack = glue._emscripten_stack_get_current();
  }

  /**
   * @returns false when it cannot be taken back, and must be given up. The caller has made sure that nothing waits in
   * it, and that no package was put in place.
   */
  restore(): boolean {
    const glue = this.#glue;
    const memory = glue.HEAPU8;
    if (memory.length > this.#memory.length + MAX_GROWTH_BYTES) return false;
    if (this.#places === null || glue._emscripten_stack_get_current() !== this.#stack) return false;
    if (!this.#files.restore()) return false;
    this.#lives.next();
    memory.set(this.#memory);
    memory.fill(0, this.#memory.length);
    const now = readAll((index) => glue.__hiwire_get(index)).length;
    for (let index = 0; index < now; index++) glue.__hiwire_set(index, this.#values[index] ?? null);
    this.#places.clear();
    for (const [value, place] of this.#placed) this.#places.set(value, place);
    return true;
  }
}

/** All values of a table that throws past its end. */
function readAll(get: (index: number) => unknown): unknown[] {
  const values: unknown[] = [];
  for (;;) {
    try {
      values.push(get(values.length));
    } catch {
      return values;
    }
  }
}
