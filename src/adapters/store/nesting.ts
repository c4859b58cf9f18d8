/** Bounds on files found in files: a small file that unpacks to more than any device holds is stopped in time. */

import { SondeError } from '../../core/errors';

const MAX_DEPTH = 8;
const MAX_FILES = 300_000;
/** Bytes that may come out of a file: a few gigabytes of any, and more of a large one. */
const MIN_BYTES = 4_000_000_000;
const MAX_GROWTH = 50;

/** What may still come out of one dropped file, at any depth. */
export class Nesting {
  readonly #left: { files: number; bytes: number };
  readonly #depth: number;

  private constructor(left: { files: number; bytes: number }, depth: number) {
    this.#left = left;
    this.#depth = depth;
  }

  static of(sizeBytes: number): Nesting {
    return new Nesting({ files: MAX_FILES, bytes: Math.max(MIN_BYTES, sizeBytes * MAX_GROWTH) }, 0);
  }

  /** For a file found in this one. @throws SondeError `too-large` when there has been enough */
  inner(sizeBytes: number): Nesting {
    if (this.#depth >= MAX_DEPTH)
      throw new SondeError({
        code: 'too-large',
        message: `This lies in a file in a file, ${String(MAX_DEPTH)} deep, and is left packed.`,
        hint: 'Unpack it and drop what is in it.',
      });
    this.#left.files--;
    this.#left.bytes -= sizeBytes;
    if (this.#left.files < 0 || this.#left.bytes < 0)
      throw new SondeError({
        code: 'too-large',
        message: 'More comes out of this archive than can be taken in; what came before is kept.',
        hint: 'Unpack it and drop the parts you need.',
      });
    return new Nesting(this.#left, this.#depth + 1);
  }
}
