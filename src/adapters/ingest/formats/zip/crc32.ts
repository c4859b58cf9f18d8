/** CRC-32 as zip and gzip use it, eight bytes at a step. */

const POLYNOMIAL = 0xedb88320;

/** `tables[n][byte]`: what a byte does to the sum when `n` more bytes follow it. */
const tables = Array.from({ length: 8 }, () => new Uint32Array(256));
const [t0 = new Uint32Array(), t1 = t0, t2 = t0, t3 = t0, t4 = t0, t5 = t0, t6 = t0, t7 = t0] = tables;
for (let byte = 0; byte < 256; byte++) {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ POLYNOMIAL : sum >>> 1;
  t0[byte] = sum;
}
for (let n = 1; n < 8; n++)
  for (let byte = 0; byte < 256; byte++) {
    const before = tables[n - 1]?.[byte] ?? 0;
    const table = tables[n];
    if (table) table[byte] = (before >>> 8) ^ entry(t0, before & 0xff);
  }

function entry(table: Uint32Array, index: number): number {
  return table[index] ?? 0;
}

/** The sum of `bytes`, unsigned; `before` is that of the bytes that came before them. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let sum = ~before;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length & ~7;
  for (let at = 0; at < whole; at += 8) {
    const low = view.getUint32(at, true) ^ sum;
    const high = view.getUint32(at + 4, true);
    sum =
      entry(t7, low & 0xff) ^
      entry(t6, (low >>> 8) & 0xff) ^
      entry(t5, (low >>> 16) & 0xff) ^
      entry(t4, low >>> 24) ^
      entry(t3, high & 0xff) ^
      entry(t2, (high >>> 8) & 0xff) ^
      entry(t1, (high >>> 16) & 0xff) ^
      entry(t0, high >>> 24);
  }
  for (let at = whole; at < bytes.length; at++)
    sum = entry(t0, (sum ^ (bytes[at] ?? 0)) & 0xff) ^ (sum >>> 8);
  return ~sum >>> 0;
}
