/** Where a word stands, as bytes: the buckets of a segment in ascending order, each with how often it stands there. */

import type { ByteWriter } from './byte-writer';

export interface Postings {
  /** Ascending. */
  readonly buckets: Uint32Array;
  /** As many; at most 255 each. */
  readonly counts: Uint8Array;
}

/** Writes postings one by one, in ascending order. */
export class PostingsWriter {
  readonly #out: ByteWriter;
  #next = 0;
  #count = 0;

  constructor(out: ByteWriter) {
    this.#out = out;
  }

  /** How many were written since `begin`. */
  get count(): number {
    return this.#count;
  }

  begin(): void {
    this.#out.clear();
    this.#next = 0;
    this.#count = 0;
  }

  /** Most words stand once in a bucket: the lowest bit says that there is more to say. */
  add(bucket: number, count: number): void {
    const gap = bucket - this.#next;
    if (count === 1) this.#out.number(gap << 1);
    else {
      this.#out.number((gap << 1) | 1);
      this.#out.number(Math.min(count, 255) - 2);
    }
    this.#next = bucket + 1;
    this.#count++;
  }
}

/** `count` postings from `at` on. */
export function readPostings(bytes: Uint8Array, at: number, count: number): Postings {
  const buckets = new Uint32Array(count);
  const counts = new Uint8Array(count);
  let next = 0;
  for (let index = 0; index < count; index++) {
    let byte = bytes[at++] ?? 0;
    let value = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      byte = bytes[at++] ?? 0;
      value |= (byte & 0x7f) << shift;
    }
    const bucket = next + (value >>> 1);
    let often = 1;
    if ((value & 1) === 1) {
      byte = bytes[at++] ?? 0;
      often = (byte & 0x7f) + 2;
      if (byte >= 0x80) often += (bytes[at++] ?? 0) << 7;
    }
    buckets[index] = bucket;
    counts[index] = often;
    next = bucket + 1;
  }
  return { buckets, counts };
}

/** All together, for a word looked for in several forms. The short ones first: a long one is gone through once. */
export function joinPostings(all: readonly Postings[]): Postings {
  const none = { buckets: new Uint32Array(), counts: new Uint8Array() };
  return all.toSorted((a, b) => a.buckets.length - b.buckets.length).reduce(joinTwo, none);
}

function joinTwo(a: Postings, b: Postings): Postings {
  if (a.buckets.length === 0) return b;
  const buckets = new Uint32Array(a.buckets.length + b.buckets.length);
  const counts = new Uint8Array(buckets.length);
  let size = 0;
  for (let i = 0, j = 0; i < a.buckets.length || j < b.buckets.length; size++) {
    const [left, right] = [a.buckets[i] ?? Infinity, b.buckets[j] ?? Infinity];
    let count = 0;
    if (left <= right) count += a.counts[i++] ?? 0;
    if (right <= left) count += b.counts[j++] ?? 0;
    buckets[size] = Math.min(left, right);
    counts[size] = Math.min(255, count);
  }
  return { buckets: buckets.slice(0, size), counts: counts.slice(0, size) };
}
