/** Small reads all over a file that may be far larger than memory, with the neighbourhood of the last one at hand. */

import { readBytes } from '../../file-blocks';

const WINDOW_BYTES = 512 * 1024;

export class ByteWindow {
  readonly file: Blob;
  #start = 0;
  #bytes = new Uint8Array();

  constructor(file: Blob) {
    this.file = file;
  }

  /** A view of the bytes from `start`, fewer than `length` where the file ends. Good until the next call. */
  async at(start: number, length: number): Promise<DataView<ArrayBuffer>> {
    const end = Math.min(this.file.size, start + length);
    if (start < 0 || start >= end) return new DataView(new ArrayBuffer(0));
    if (!this.holds(start, end - start)) {
      this.#bytes = await readBytes(this.file, start, start + Math.max(length, WINDOW_BYTES));
      this.#start = start;
    }
    return this.held(start, Math.min(end - start, this.#bytes.length - (start - this.#start)));
  }

  /** Whether these bytes are at hand, so that `held` gives them without waiting. */
  holds(start: number, length: number): boolean {
    return start >= this.#start && start + length <= this.#start + this.#bytes.length;
  }

  held(start: number, length: number): DataView<ArrayBuffer> {
    return new DataView(this.#bytes.buffer, start - this.#start, Math.max(0, length));
  }
}
