/** Bytes and numbers of seven bits a byte, written one after the other into an array that grows. */

import { doubled } from './byte-words';

export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  constructor(sizeBytes = 1024) {
    this.#bytes = new Uint8Array(sizeBytes);
  }

  get length(): number {
    return this.#length;
  }

  /** A non-negative integer below 2^31. */
  number(value: number): void {
    if (this.#length + 5 > this.#bytes.length) this.#bytes = doubled(this.#bytes, Uint8Array);
    while (value >= 0x80) {
      this.#bytes[this.#length++] = (value & 0x7f) | 0x80;
      value >>>= 7;
    }
    this.#bytes[this.#length++] = value;
  }

  bytes(from: Uint8Array): void {
    while (this.#length + from.length > this.#bytes.length) this.#bytes = doubled(this.#bytes, Uint8Array);
    this.#bytes.set(from, this.#length);
    this.#length += from.length;
  }

  /** What was written, as a view that is good until more is. */
  view(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  /** A copy of what was written; the writer begins anew. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  clear(): void {
    this.#length = 0;
  }
}
