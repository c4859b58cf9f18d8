/** Tells how far the markup of a workbook has been gone through, and shows its reader to be alive where no row comes of it. */

import type { DocumentBuilder } from '../document-builder';
import type { ReaderInput } from '../reader';

const BEAT_CHARS = 512 * 1024;

export class Pulse {
  readonly #input: Pick<ReaderInput, 'progress' | 'signal'>;
  readonly #out: DocumentBuilder;
  readonly #total: number;
  #done = 0;
  #since = 0;

  /** `total` is in bytes as declared, what is passed in characters: near enough to show. */
  constructor(input: Pick<ReaderInput, 'progress' | 'signal'>, out: DocumentBuilder, total: number) {
    this.#input = input;
    this.#out = out;
    this.#total = Math.max(1, total);
  }

  /** @throws the signal's reason when the user has cancelled */
  async passed(chars: number): Promise<void> {
    this.#done += chars;
    this.#since += chars;
    if (this.#since < BEAT_CHARS) return;
    this.#since = 0;
    this.#input.signal.throwIfAborted();
    this.#input.progress(Math.min(this.#done, this.#total), this.#total);
    await this.#out.flush();
  }
}
