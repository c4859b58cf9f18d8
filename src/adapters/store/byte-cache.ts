/** Keeps what was read last, up to so many bytes. */

export class ByteCache<T> {
  readonly #mostBytes: number;
  /** In the order of their last use. */
  readonly #entries = new Map<string, { readonly value: T; readonly sizeBytes: number }>();
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  get(key: string): T | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  set(key: string, value: T, sizeBytes: number): void {
    this.#bytes += sizeBytes - (this.#entries.get(key)?.sizeBytes ?? 0);
    this.#entries.delete(key);
    this.#entries.set(key, { value, sizeBytes });
    for (const [oldest, entry] of this.#entries) {
      if (this.#bytes <= this.#mostBytes) return;
      this.#bytes -= entry.sizeBytes;
      this.#entries.delete(oldest);
    }
  }
}
