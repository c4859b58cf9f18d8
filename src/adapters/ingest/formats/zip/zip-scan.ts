/** Entries of a zip archive without its directory: what local headers can be found, one after the other. */

import type { ByteWindow } from './byte-window';
import {
  CENTRAL_HEADER,
  LOCAL_HEADER,
  LOCAL_HEADER_BYTES,
  RecordList,
  localRecord,
  type ZipRecord,
} from './zip-record';

const DESCRIPTOR = 0x08074b50;
const DESCRIPTOR_FLAG = 8;
const STEP_BYTES = 256 * 1024;
/** Of a damaged file, no more than this is searched. */
const MAX_SCAN_BYTES = 2 * 1024 ** 3;
/** No program needs a newer version of the format than 6.3 to unpack; anything above is chance. */
const MAX_VERSION = 63;

interface Signature {
  readonly at: number;
  readonly value: number;
}

export async function scanForEntries(window: ByteWindow): Promise<ZipRecord[]> {
  const list = new RecordList();
  let at = 0;
  for (;;) {
    const header = await nextSignature(window, at, [LOCAL_HEADER]);
    if (!header) return list.records;
    const record = await recordAt(window, header.at);
    if (record) list.add(record.record);
    at = record ? record.endAt : header.at + 4;
  }
}

async function recordAt(
  window: ByteWindow,
  at: number,
): Promise<{ record: ZipRecord; endAt: number } | null> {
  const fixed = await window.at(at, LOCAL_HEADER_BYTES);
  if (fixed.byteLength < LOCAL_HEADER_BYTES) return null;
  const headerBytes = LOCAL_HEADER_BYTES + fixed.getUint16(26, true) + fixed.getUint16(28, true);
  const isLikely = fixed.getUint8(4) <= MAX_VERSION && fixed.getUint16(26, true) > 0;
  const header = await window.at(at, headerBytes);
  if (!isLikely || header.byteLength < headerBytes) return null;
  const record = localRecord(header, at);
  const dataAt = at + headerBytes;
  const isLater = (record.flags & DESCRIPTOR_FLAG) !== 0 && record.compressedBytes === 0;
  // What was found to end where it says is passed over: an archive inside has headers of its own.
  if (!isLater && (await isBoundary(window, dataAt + record.compressedBytes)))
    return { record, endAt: dataAt + record.compressedBytes };
  const end = await endOf(window, dataAt);
  const sizes = { compressedBytes: end.at - dataAt, sizeBytes: isLater ? end.sizeBytes : record.sizeBytes };
  return { record: { ...record, ...sizes, crc: isLater ? (end.crc ?? 0) : record.crc }, endAt: end.at };
}

async function isBoundary(window: ByteWindow, at: number): Promise<boolean> {
  if (at === window.file.size) return true;
  const start = await window.at(at, 4);
  return (
    start.byteLength === 4 && [LOCAL_HEADER, CENTRAL_HEADER, DESCRIPTOR].includes(start.getUint32(0, true))
  );
}

interface End {
  readonly at: number;
  readonly sizeBytes: number | null;
  readonly crc: number | null;
}

/** Where data that begins at `dataAt` ends: at a descriptor that says as much, or else at the next header. */
async function endOf(window: ByteWindow, dataAt: number): Promise<End> {
  let from = dataAt;
  for (;;) {
    const found = await nextSignature(window, from, [LOCAL_HEADER, CENTRAL_HEADER, DESCRIPTOR]);
    if (!found) return { at: window.file.size, sizeBytes: null, crc: null };
    const isDescriptor = found.value === DESCRIPTOR;
    // With its signature, or right before the next header without one; sizes of four bytes or of eight.
    const starts = isDescriptor ? [found.at + 4] : [found.at - 12, found.at - 20];
    for (const at of starts) {
      const end = await descriptor(window, at, at - (isDescriptor ? 4 : 0) - dataAt);
      if (end) return { ...end, at: isDescriptor ? found.at : at };
    }
    if (!isDescriptor) return { at: found.at, sizeBytes: null, crc: null };
    from = found.at + 4;
  }
}

/** The descriptor at `at`, when it tells of `compressedBytes`. */
async function descriptor(window: ByteWindow, at: number, compressedBytes: number) {
  const view = await window.at(at, 20);
  if (compressedBytes < 0 || view.byteLength < 12) return null;
  const crc = view.getUint32(0, true);
  if (
    view.getUint32(4, true) === compressedBytes &&
    !(view.byteLength >= 20 && view.getUint32(8, true) === 0)
  )
    return { crc, sizeBytes: view.getUint32(8, true) };
  if (view.byteLength < 20 || Number(view.getBigUint64(4, true)) !== compressedBytes) return null;
  return { crc, sizeBytes: Number(view.getBigUint64(12, true)) };
}

/** The next of these signatures at or after `from`. */
async function nextSignature(
  window: ByteWindow,
  from: number,
  wanted: readonly number[],
): Promise<Signature | null> {
  for (let start = from; start < Math.min(window.file.size, MAX_SCAN_BYTES); start += STEP_BYTES) {
    const view = await window.at(start, STEP_BYTES + 3);
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    for (let at = bytes.indexOf(0x50); at >= 0 && at + 4 <= bytes.length; at = bytes.indexOf(0x50, at + 1)) {
      const value = view.getUint32(at, true);
      if (wanted.includes(value)) return { at: start + at, value };
    }
  }
  return null;
}
