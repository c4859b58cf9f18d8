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
const STEP_BYTES = 64 * 1024;
/** Of a damaged file no more than this is searched; what is passed over does not count. */
const MAX_SEARCHED_BYTES = 512 * 1024 ** 2;
/** No program needs a newer version of the format than 6.3 to unpack; anything above is chance. */
const MAX_VERSION = 63;

interface Signature {
  readonly at: number;
  readonly value: number;
}

interface End {
  readonly at: number;
  readonly sizeBytes: number | null;
  readonly crc: number | null;
}

export async function scanForEntries(window: ByteWindow): Promise<ZipRecord[]> {
  return new Scan(window).entries();
}

class Scan {
  readonly #window: ByteWindow;
  #leftBytes = MAX_SEARCHED_BYTES;

  constructor(window: ByteWindow) {
    this.#window = window;
  }

  async entries(): Promise<ZipRecord[]> {
    const list = new RecordList();
    let at = 0;
    for (;;) {
      const header = await this.#nextSignature(at, [LOCAL_HEADER]);
      if (!header) return list.records;
      const found = await this.#recordAt(header.at);
      if (found) list.add(found.record);
      at = found ? found.endAt : header.at + 4;
    }
  }

  async #recordAt(at: number): Promise<{ record: ZipRecord; endAt: number } | null> {
    const fixed = await this.#window.at(at, LOCAL_HEADER_BYTES);
    if (fixed.byteLength < LOCAL_HEADER_BYTES) return null;
    const headerBytes = LOCAL_HEADER_BYTES + fixed.getUint16(26, true) + fixed.getUint16(28, true);
    const isLikely = fixed.getUint8(4) <= MAX_VERSION && fixed.getUint16(26, true) > 0;
    const header = await this.#window.at(at, headerBytes);
    if (!isLikely || header.byteLength < headerBytes) return null;
    const record = localRecord(header, at);
    const dataAt = at + headerBytes;
    const isLater = (record.flags & DESCRIPTOR_FLAG) !== 0 && record.compressedBytes === 0;
    // What was found to end where it says is passed over: an archive inside has headers of its own.
    if (!isLater && (await this.#isBoundary(dataAt + record.compressedBytes)))
      return { record, endAt: dataAt + record.compressedBytes };
    const end = await this.#endOf(dataAt);
    const sizes = {
      compressedBytes: end.at - dataAt,
      sizeBytes: isLater ? end.sizeBytes : record.sizeBytes,
      crc: isLater ? (end.crc ?? 0) : record.crc,
    };
    return { record: { ...record, ...sizes }, endAt: end.at };
  }

  async #isBoundary(at: number): Promise<boolean> {
    if (at === this.#window.file.size) return true;
    const start = await this.#window.at(at, 4);
    const boundaries = [LOCAL_HEADER, CENTRAL_HEADER, DESCRIPTOR];
    return start.byteLength === 4 && boundaries.includes(start.getUint32(0, true));
  }

  /** Where data that begins at `dataAt` ends: at a descriptor that says as much, or else at the next header. */
  async #endOf(dataAt: number): Promise<End> {
    let from = dataAt;
    for (;;) {
      const found = await this.#nextSignature(from, [LOCAL_HEADER, CENTRAL_HEADER, DESCRIPTOR]);
      if (!found) return { at: this.#window.file.size, sizeBytes: null, crc: null };
      const isDescriptor = found.value === DESCRIPTOR;
      // With its signature, or right before the next header without one; sizes of four bytes or of eight.
      const starts = isDescriptor ? [found.at + 4] : [found.at - 12, found.at - 20];
      for (const at of starts) {
        const end = await this.#descriptor(at, at - (isDescriptor ? 4 : 0) - dataAt);
        if (end) return { ...end, at: isDescriptor ? found.at : at };
      }
      if (!isDescriptor) return { at: found.at, sizeBytes: null, crc: null };
      from = found.at + 4;
    }
  }

  /** The descriptor at `at`, when it tells of `compressedBytes`. */
  async #descriptor(at: number, compressedBytes: number): Promise<Omit<End, 'at'> | null> {
    const view = await this.#window.at(at, 20);
    if (compressedBytes < 0 || view.byteLength < 12) return null;
    const crc = view.getUint32(0, true);
    const isLong = view.byteLength === 20 && view.getUint32(8, true) === 0;
    if (view.getUint32(4, true) === compressedBytes && !isLong)
      return { crc, sizeBytes: view.getUint32(8, true) };
    if (view.byteLength < 20 || Number(view.getBigUint64(4, true)) !== compressedBytes) return null;
    return { crc, sizeBytes: Number(view.getBigUint64(12, true)) };
  }

  /** The next of these signatures at or after `from`. */
  async #nextSignature(from: number, wanted: readonly number[]): Promise<Signature | null> {
    for (let start = from; start < this.#window.file.size && this.#leftBytes > 0; start += STEP_BYTES) {
      const view = await this.#window.at(start, STEP_BYTES + 3);
      const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
      for (
        let at = bytes.indexOf(0x50);
        at >= 0 && at + 4 <= bytes.length;
        at = bytes.indexOf(0x50, at + 1)
      ) {
        const value = view.getUint32(at, true);
        if (!wanted.includes(value)) continue;
        this.#leftBytes -= at;
        return { at: start + at, value };
      }
      this.#leftBytes -= STEP_BYTES;
    }
    return null;
  }
}
