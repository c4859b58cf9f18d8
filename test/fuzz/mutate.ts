/** A file of some format, changed: its bytes, or what is packed in it, packed again so that a reader gets that far. */

import { gunzipSync, gzipSync, strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { mutateBytes, type Bytes } from './mutate-bytes';
import { mutateMarkup } from './mutate-markup';
import type { Random } from './random';
import type { Seed } from './seeds';

export function mutate({ bytes, format }: Seed, random: Random, other: Bytes): Bytes {
  if (format === 'zip' && random.chance(0.7))
    return mutateParts(bytes, random, other) ?? mutateBytes(bytes, random, other);
  if (format === 'gzip' && random.chance(0.5))
    return new Uint8Array(gzipSync(mutateBytes(new Uint8Array(gunzipSync(bytes)), random, other)));
  if (isMarkup(bytes) && random.chance(0.5)) return toBytes(mutateMarkup(strFromU8(bytes), random));
  return mutateBytes(bytes, random, other);
}

/** Null when the file does not unpack. */
function mutateParts(bytes: Bytes, random: Random, other: Bytes): Bytes | null {
  const parts = partsOf(bytes);
  const names = Object.keys(parts ?? {});
  if (!parts || names.length === 0) return null;
  for (let left = random.size(4); left > 0; left--) {
    const name = random.pick(names);
    const part = parts[name];
    if (!part) continue;
    const kind = random.below(10);
    if (kind === 0) parts[name] = undefined;
    else if (kind === 1) parts[random.pick(names)] = part;
    else if (kind === 2) parts[name] = mutateBytes(part, random, other);
    else
      parts[name] = isMarkup(part)
        ? toBytes(mutateMarkup(strFromU8(part), random))
        : mutateBytes(part, random, other);
  }
  const kept = Object.entries(parts).flatMap(([name, part]) => (part ? [[name, part] as const] : []));
  return new Uint8Array(zipSync(Object.fromEntries(kept), { level: 1 }));
}

function partsOf(bytes: Bytes): Record<string, Bytes | undefined> | null {
  try {
    const entries = Object.entries(unzipSync(bytes));
    return Object.fromEntries(entries.map(([name, part]) => [name, new Uint8Array(part)]));
  } catch {
    return null; // what is not whole to begin with is changed as bytes
  }
}

function isMarkup(bytes: Bytes): boolean {
  const start = bytes.subarray(0, 4096);
  return (
    start.length > 10 &&
    start.filter((byte) => byte === 0x3c).length > start.length / 300 &&
    !start.includes(0)
  );
}

function toBytes(text: string): Bytes {
  return new Uint8Array(strToU8(text.toWellFormed()));
}
