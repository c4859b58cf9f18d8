/** A row of characters of a script without spaces, given pair by pair, and the last one alone. */

import { encode, hashBytes } from './byte-words';
import { LAST, PAIR, type TokenSink } from './token';

export class WideRow {
  readonly #sink: TokenSink;
  readonly #bytes = new Uint8Array(16);
  /** The character before; 0 when there is none. */
  #before = 0;
  #start = 0;

  constructor(sink: TokenSink) {
    this.#sink = sink;
  }

  add(code: number, start: number, end: number): void {
    if (this.#before !== 0) {
      const size = encode(code, this.#bytes, encode(this.#before, this.#bytes, 0));
      this.#sink.token(this.#bytes, size, hashBytes(this.#bytes, 0, size), PAIR, this.#start, end);
    }
    this.#before = code;
    this.#start = start;
  }

  /** Something else stands at `at`. */
  end(at: number): void {
    if (this.#before === 0) return;
    const size = encode(this.#before, this.#bytes, 0);
    this.#before = 0;
    this.#sink.token(this.#bytes, size, hashBytes(this.#bytes, 0, size), LAST, this.#start, at);
  }
}
