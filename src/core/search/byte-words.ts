/** Words as UTF-8 bytes: their order, their hash, and a table that numbers them. */

export const HASH_SEED = 0x811c9dc5 | 0;
export const HASH_FACTOR = 0x01000193;

export function hashBytes(bytes: Uint8Array, from: number, to: number): number {
  let hash = HASH_SEED;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), HASH_FACTOR);
  return hash;
}

export function encodedSize(code: number): number {
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

/** Writes a code point as UTF-8. @returns where the next may go */
export function encode(code: number, into: Uint8Array, at: number): number {
  const size = encodedSize(code);
  if (size === 1) {
    into[at] = code;
    return at + 1;
  }
  for (let back = size - 1; back > 0; back--) {
    into[at + back] = 0x80 | (code & 0x3f);
    code >>= 6;
  }
  into[at] = ((0xf00 >> size) & 0xff) | code;
  return at + size;
}

/** The order of the bytes, which is that of the code points. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

export function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  if (bytes.length < prefix.length) return false;
  for (let at = 0; at < prefix.length; at++) if (bytes[at] !== prefix[at]) return false;
  return true;
}

/** Numbers words from 0 as they come. An open table over one arena: no object for a word. */
export class WordTable {
  #slots = new Int32Array(1 << 15).fill(-1);
  #hashes = new Int32Array(1 << 14);
  /** Where each word begins in the arena; one more than there are words. */
  #starts = new Uint32Array((1 << 14) + 1);
  #arena = new Uint8Array(1 << 17);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Bytes of all words together. */
  get sizeBytes(): number {
    return this.#starts[this.#count] ?? 0;
  }

  /** The number of the word, or -1. */
  find(bytes: Uint8Array, length: number, hash: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (let found = slots[slot] ?? -1; found >= 0; found = slots[slot] ?? -1) {
      if (this.#hashes[found] === hash && this.#is(found, bytes, length)) return found;
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  /** The number of the word, a new one when it was not there. */
  number(bytes: Uint8Array, length: number, hash: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (let found = slots[slot] ?? -1; found >= 0; found = slots[slot] ?? -1) {
      if (this.#hashes[found] === hash && this.#is(found, bytes, length)) return found;
      slot = (slot + 1) & mask;
    }
    slots[slot] = this.#count;
    return this.#add(bytes, length, hash);
  }

  /** A view, good until the next word is added. */
  bytes(word: number): Uint8Array {
    return this.#arena.subarray(this.#starts[word] ?? 0, this.#starts[word + 1] ?? 0);
  }

  /** All words in the order of their bytes. */
  sorted(): Uint32Array {
    const order = Uint32Array.from({ length: this.#count }, (_, word) => word);
    const heads = new Float64Array(this.#count); // six bytes, exact in a double: few words need a second look
    for (let word = 0; word < this.#count; word++) heads[word] = this.#head(word);
    return order.sort((a, b) => {
      const difference = (heads[a] ?? 0) - (heads[b] ?? 0);
      return difference !== 0 ? difference : compareBytes(this.bytes(a), this.bytes(b));
    });
  }

  #head(word: number): number {
    const start = this.#starts[word] ?? 0;
    const end = this.#starts[word + 1] ?? 0;
    let head = 0;
    for (let at = start; at < start + 6; at++) head = head * 256 + (at < end ? (this.#arena[at] ?? 0) : 0);
    return head;
  }

  #is(word: number, bytes: Uint8Array, length: number): boolean {
    const start = this.#starts[word] ?? 0;
    if ((this.#starts[word + 1] ?? 0) - start !== length) return false;
    for (let at = 0; at < length; at++) if (this.#arena[start + at] !== bytes[at]) return false;
    return true;
  }

  #add(bytes: Uint8Array, length: number, hash: number): number {
    const word = this.#count++;
    const start = this.#starts[word] ?? 0;
    while (start + length > this.#arena.length) this.#arena = doubled(this.#arena, Uint8Array);
    this.#arena.set(bytes.subarray(0, length), start);
    if (this.#count + 1 > this.#starts.length) this.#starts = doubled(this.#starts, Uint32Array);
    if (this.#count > this.#hashes.length) this.#hashes = doubled(this.#hashes, Int32Array);
    this.#starts[word + 1] = start + length;
    this.#hashes[word] = hash;
    if (this.#count * 2 > this.#slots.length) this.#rehash();
    return word;
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 4).fill(-1);
    const mask = slots.length - 1;
    for (let word = 0; word < this.#count; word++) {
      const hash = this.#hashes[word] ?? 0;
      let slot = (hash ^ (hash >>> 15)) & mask;
      while ((slots[slot] ?? -1) >= 0) slot = (slot + 1) & mask;
      slots[slot] = word;
    }
    this.#slots = slots;
  }
}

export function doubled<A extends Uint8Array | Uint32Array | Int32Array>(
  array: A,
  kind: new (length: number) => A,
): A {
  const larger = new kind(array.length * 2);
  larger.set(array);
  return larger;
}
