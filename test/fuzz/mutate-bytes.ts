/** Ways in which bytes go wrong: by accident, on the way, and on purpose. */

import type { Random } from './random';

export type Bytes = Uint8Array<ArrayBuffer>;

export const MAX_BYTES = 2 * 1024 * 1024;

const interesting = [0, 1, 0x7f, 0x80, 0xff, 0x0a, 0x0d, 0x22, 0x3c, 0x3e, 0x5c, 0x7b, 0x7d];
const lengths = [0, 1, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
const numbers = ['0', '-1', '65536', '2147483648', '99999999999999999999', '1e309', '0x10', ''];
const nesting = [
  '<div>',
  '<table><tr><td>',
  '{',
  '[',
  '(',
  '{\\*\\x ',
  '<ul><li>',
  '> ',
  '--b\r\n',
  '\t',
  '"',
  "'",
];

type Mutator = (bytes: Bytes, random: Random, other: Bytes) => Bytes;

const mutators: readonly Mutator[] = [
  function flipBits(bytes, random) {
    const copy = bytes.slice();
    for (let left = random.size(32); left > 0; left--) {
      const at = random.below(copy.length);
      copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
    }
    return copy;
  },
  function setBytes(bytes, random) {
    const copy = bytes.slice();
    for (let left = random.size(8); left > 0; left--)
      copy[random.below(copy.length)] = random.pick(interesting);
    return copy;
  },
  function insertNoise(bytes, random) {
    const noise = Uint8Array.from({ length: random.size(64) }, () => random.below(256));
    return spliced(bytes, random.below(bytes.length + 1), 0, noise);
  },
  function remove(bytes, random) {
    return spliced(bytes, random.below(bytes.length), random.size(bytes.length));
  },
  function truncate(bytes, random) {
    return bytes.slice(0, random.below(bytes.length));
  },
  function swapBlocks(bytes, random) {
    const length = random.size(Math.max(1, bytes.length >> 1));
    const [from, to] = [random.below(bytes.length), random.below(bytes.length)];
    const moved = bytes.slice(from, from + length);
    return spliced(spliced(bytes, from, length), Math.min(to, bytes.length - moved.length), 0, moved);
  },
  function repeatBlock(bytes, random) {
    const at = random.below(bytes.length);
    const block = bytes.slice(at, at + random.size(bytes.length));
    const times = random.size(
      Math.max(1, Math.min(3000, Math.floor((MAX_BYTES - bytes.length) / block.length))),
    );
    return spliced(bytes, at, 0, repeated(block, times));
  },
  function maximiseLength(bytes, random) {
    if (bytes.length < 4) return bytes;
    const copy = bytes.slice();
    const view = new DataView(copy.buffer);
    const at = random.below(copy.length - 3);
    if (random.chance(0.5)) view.setUint32(at, random.pick(lengths), random.chance(0.8));
    else view.setUint16(at, random.pick(lengths) & 0xffff, random.chance(0.8));
    return copy;
  },
  function changeNumber(bytes, random) {
    return replacedWhere(bytes, random, isDigit, random.pick(numbers));
  },
  function nestDeeply(bytes, random) {
    const open = new TextEncoder().encode(random.pick(nesting));
    return spliced(bytes, random.below(bytes.length + 1), 0, repeated(open, random.size(20_000)));
  },
  function growLine(bytes, random) {
    const letter = Uint8Array.of(random.pick([0x20, 0x41, 0x2d, 0x0a, 0x5c, 0xe2]));
    return spliced(bytes, random.below(bytes.length + 1), 0, repeated(letter, random.size(200_000)));
  },
  function spliceOther(bytes, random, other) {
    const from = random.below(other.length);
    const piece = other.slice(from, from + random.size(Math.max(1, other.length)));
    return spliced(bytes, random.below(bytes.length + 1), random.chance(0.5) ? piece.length : 0, piece);
  },
];

/** One to eight changes, mostly few. `other` is what pieces of another file are taken from. */
export function mutateBytes(bytes: Bytes, random: Random, other: Bytes): Bytes {
  let changed = bytes;
  for (let left = random.size(8); left > 0 && changed.length > 0; left--)
    changed = random.pick(mutators)(changed, random, other).slice(0, MAX_BYTES);
  return changed;
}

export function spliced(bytes: Bytes, at: number, removed: number, added?: Uint8Array): Bytes {
  const rest = bytes.subarray(Math.min(bytes.length, at + removed));
  const result = new Uint8Array(at + (added?.length ?? 0) + rest.length);
  result.set(bytes.subarray(0, at));
  if (added) result.set(added, at);
  result.set(rest, at + (added?.length ?? 0));
  return result;
}

function repeated(block: Uint8Array, times: number): Bytes {
  const room = Math.max(0, Math.min(times, Math.floor(MAX_BYTES / Math.max(1, block.length))));
  const result = new Uint8Array(block.length * room);
  for (let i = 0; i < room; i++) result.set(block, i * block.length);
  return result;
}

/** Another text for a stretch of such bytes, the next one after some place. */
function replacedWhere(bytes: Bytes, random: Random, is: (byte: number) => boolean, text: string): Bytes {
  const start = random.below(bytes.length);
  const at = bytes.findIndex((byte, index) => index >= start && is(byte));
  if (at < 0) return bytes;
  let end = at;
  while (is(bytes[end] ?? 0)) end++;
  return spliced(bytes, at, end - at, new TextEncoder().encode(text));
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
