/** What the headers of a zip archive say of one entry. Nothing of it is to be trusted. */

import { SondeError } from '../../../../core/errors';
import { entryName, extraField } from './zip-names';

export interface ZipRecord {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  /** Null where nothing in the archive says it. */
  readonly sizeBytes: number | null;
  readonly compressedBytes: number;
  /** Where its local header begins. */
  readonly headerAt: number;
}

export interface ZipListing {
  readonly records: readonly ZipRecord[];
  /** True when the directory is damaged or missing and the entries were found by looking for them. */
  readonly isRecovered: boolean;
}

export const LOCAL_HEADER = 0x04034b50;
export const CENTRAL_HEADER = 0x02014b50;
export const LOCAL_HEADER_BYTES = 30;
export const CENTRAL_HEADER_BYTES = 46;

const ZIP64 = 0x0001;
const UNSAID = 0xffffffff;
const MAX_ENTRIES = 200_000;
/** Names and extra fields of all entries together, in bytes: what is held in memory of an archive. */
const MAX_NAMES_BYTES = 64 * 1024 * 1024;

/** Gathers entries up to what can be held. */
export class RecordList {
  readonly records: ZipRecord[] = [];
  #namesBytes = 0;

  /** @throws SondeError `too-large` */
  add(record: ZipRecord): void {
    this.#namesBytes += record.name.length;
    if (this.records.length >= MAX_ENTRIES || this.#namesBytes > MAX_NAMES_BYTES)
      throw new SondeError({
        code: 'too-large',
        message: `There are more than ${MAX_ENTRIES.toLocaleString('en')} files in this archive.`,
        hint: 'Unpack it and drop the folders that matter.',
      });
    this.records.push(record);
  }
}

/** `header` is an entry of the directory, whole with its name and extra field. `shift`: bytes before the archive. */
export function centralRecord(header: DataView, shift: number): ZipRecord {
  const nameLength = header.getUint16(28, true);
  const flags = header.getUint16(8, true);
  const extra = part(header, CENTRAL_HEADER_BYTES + nameLength, header.getUint16(30, true));
  const bytes = bytesOf(part(header, CENTRAL_HEADER_BYTES, nameLength));
  const large = largeSizes(extra, [
    header.getUint32(24, true),
    header.getUint32(20, true),
    header.getUint32(42, true),
  ]);
  return {
    name: entryName({ bytes, extra, flags, system: header.getUint8(5) }),
    flags,
    method: header.getUint16(10, true),
    crc: header.getUint32(16, true),
    sizeBytes: large[0],
    compressedBytes: large[1],
    headerAt: large[2] + shift,
  };
}

/** `header` is a local header, whole with its name and extra field, found at `at`. */
export function localRecord(header: DataView, at: number): ZipRecord {
  const nameLength = header.getUint16(26, true);
  const flags = header.getUint16(6, true);
  const extra = part(header, LOCAL_HEADER_BYTES + nameLength, header.getUint16(28, true));
  const bytes = bytesOf(part(header, LOCAL_HEADER_BYTES, nameLength));
  const large = largeSizes(extra, [header.getUint32(22, true), header.getUint32(18, true), 0]);
  return {
    name: entryName({ bytes, extra, flags, system: null }),
    flags,
    method: header.getUint16(8, true),
    crc: header.getUint32(14, true),
    sizeBytes: large[0],
    compressedBytes: large[1],
    headerAt: at,
  };
}

/** Sizes and offset, taken from the Zip64 field, in its order, where the plain ones say to look there. */
function largeSizes(extra: DataView, plain: [number, number, number]): [number, number, number] {
  if (!plain.includes(UNSAID)) return plain;
  const field = extraField(extra, ZIP64);
  let at = 0;
  const [size, compressed, offset] = plain.map((value) => {
    if (value !== UNSAID || !field || at + 8 > field.byteLength) return value;
    at += 8;
    return Number(field.getBigUint64(at - 8, true));
  });
  return [size ?? 0, compressed ?? 0, offset ?? 0];
}

function part(view: DataView, start: number, length: number): DataView {
  const end = Math.min(view.byteLength, start + length);
  return new DataView(view.buffer, view.byteOffset + Math.min(start, end), Math.max(0, end - start));
}

function bytesOf(view: DataView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
