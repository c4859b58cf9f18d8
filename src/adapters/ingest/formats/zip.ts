/**
 * Zip archives, read entry by entry from a file of any size. What an archive says of itself is checked, never trusted:
 * every entry is counted and summed as it is unpacked, and entries that share their bytes are refused.
 */

import { SondeError, type Problem } from '../../../core/errors';
import { byteOrderMark, declaredEncoding } from '../encoding';
import { fileBlocks } from '../file-blocks';
import { blobOf } from './archive/blob-of';
import { ByteWindow } from './zip/byte-window';
import { crc32 } from './zip/crc32';
import { inflated, inflatedInMemory } from './zip/inflate';
import { refuseOverlaps, refuseUnreadable, UnpackBudget } from './zip/limits';
import { listEntries } from './zip/zip-directory';
import { LOCAL_HEADER, LOCAL_HEADER_BYTES, type ZipListing, type ZipRecord } from './zip/zip-record';

export interface ZipEntry {
  /** As the archive has it, with `/` between folders. It may be anything: see `harmlessPath` before it is used as one. */
  readonly name: string;
  readonly isFolder: boolean;
  readonly isEncrypted: boolean;
  /** As declared. */
  readonly sizeBytes: number;
  readonly compressedBytes: number;
}

const MiB = 1024 * 1024;
/** What is held in memory in one piece. */
const MAX_BYTES = 256 * MiB;
const MAX_TEXT_BYTES = 128 * MiB;
const MAX_BLOB_BYTES = 4096 * MiB;
/** Packed entries up to here are read with their neighbours. */
const SMALL_BYTES = 64 * 1024;
const ENCRYPTED_FLAG = 1;
const DEFLATE = 8;

export class Zip {
  readonly entries: readonly ZipEntry[];
  /** Something to warn of: the directory was damaged, so entries may be missing. */
  readonly problem: Problem | null;
  readonly #window: ByteWindow;
  readonly #records = new Map<ZipEntry, ZipRecord>();
  readonly #byName = new Map<string, ZipEntry>();
  readonly #byFoldedName = new Map<string, ZipEntry>();
  readonly #budget: UnpackBudget;

  private constructor(window: ByteWindow, { records, isRecovered }: ZipListing) {
    this.#window = window;
    this.#budget = new UnpackBudget(window.file.size);
    this.problem = isRecovered ? damagedDirectory : null;
    for (const record of records) {
      const entry: ZipEntry = {
        name: record.name,
        isFolder: record.name.endsWith('/'),
        isEncrypted: (record.flags & ENCRYPTED_FLAG) !== 0,
        sizeBytes: record.sizeBytes ?? 0,
        compressedBytes: record.compressedBytes,
      };
      this.#records.set(entry, record);
      // Of equal names the last counts: that is how an archive is added to.
      this.#byName.set(entry.name, entry);
      this.#byFoldedName.set(folded(entry.name), entry);
    }
    this.entries = [...this.#records.keys()];
  }

  /** @throws SondeError `malformed`, `too-large` (an archive made to fill a disk, or of too many files) */
  static async open(file: Blob): Promise<Zip> {
    const window = new ByteWindow(file);
    const listing = await listEntries(window);
    return new Zip(window, { ...listing, records: refuseOverlaps(listing.records) });
  }

  /** By its exact name, or else in any case, with or without a `/` before it. */
  find(name: string): ZipEntry | undefined {
    return this.#byName.get(name) ?? this.#byFoldedName.get(folded(name));
  }

  /** All of an entry, which is at most `maxBytes` large. @throws SondeError `malformed`, `password`, `unreadable`, `too-large` */
  async bytes(entry: ZipEntry, maxBytes = MAX_BYTES): Promise<Uint8Array<ArrayBuffer>> {
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    for await (const piece of this.pieces(entry, maxBytes)) pieces.push(piece);
    const [only] = pieces;
    return only && pieces.length === 1 ? only : joined(pieces);
  }

  /** As `bytes`, decoded as its byte order mark or XML declaration says, or else from UTF-8. */
  async text(entry: ZipEntry, maxBytes = MAX_TEXT_BYTES): Promise<string> {
    const bytes = await this.bytes(entry, maxBytes);
    return new TextDecoder(xmlEncoding(bytes)).decode(bytes);
  }

  /** As `bytes`, for an entry that need not fit into memory. */
  blob(entry: ZipEntry, maxBytes = MAX_BLOB_BYTES): Promise<Blob> {
    return blobOf(this.pieces(entry, maxBytes));
  }

  /** An entry piece by piece. What is wrong with all of it is found, and thrown, after its last. */
  async *pieces(entry: ZipEntry, maxBytes = MAX_BLOB_BYTES): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const record = this.#records.get(entry);
    if (!record) throw new RangeError(`${entry.name} is not an entry of this archive`);
    refuseUnreadable(record);
    const meter = this.#budget.meter(record, maxBytes);
    const data = await this.#packed(record);
    const pieces = record.method === DEFLATE ? inflatedPieces(data, broken(record).message) : blocksOf(data);
    let sum = 0;
    const isSound = (): boolean => meter.isWhole && (record.sizeBytes === null || sum === record.crc);
    try {
      for await (const piece of pieces) {
        meter.add(piece.length);
        sum = crc32(piece, sum);
        yield piece;
      }
    } catch (thrown) {
      // Browsers stumble over what follows the data in its stretch, when all of it has come already.
      if (record.sizeBytes === null || !isSound()) throw thrown;
    }
    if (!isSound()) throw new SondeError(broken(record));
  }

  /** The stretch of the file that holds an entry's data; its bytes where that is shorter than asking for them later. */
  async #packed(record: ZipRecord): Promise<Blob | Uint8Array<ArrayBuffer>> {
    const header = await this.#window.at(record.headerAt, LOCAL_HEADER_BYTES);
    if (header.byteLength < LOCAL_HEADER_BYTES || header.getUint32(0, true) !== LOCAL_HEADER)
      throw new SondeError(broken(record));
    const at = record.headerAt + LOCAL_HEADER_BYTES + header.getUint16(26, true) + header.getUint16(28, true);
    if (record.compressedBytes > SMALL_BYTES) return this.#window.file.slice(at, at + record.compressedBytes);
    const { buffer, byteOffset, byteLength } = await this.#window.at(at, record.compressedBytes);
    return new Uint8Array(buffer, byteOffset, byteLength).slice();
  }
}

const damagedDirectory: Problem = {
  code: 'malformed',
  message: 'The archive is damaged: its list of files could not be read, so some may be missing.',
  hint: 'Get it again when you can; it may not have been downloaded to its end.',
};

function broken({ name }: ZipRecord): Problem {
  return {
    code: 'malformed',
    message: `“${name}” is broken in its archive: what is unpacked is not what was packed.`,
    hint: 'Get the archive again; it may not have been downloaded to its end.',
  };
}

function inflatedPieces(
  data: Blob | Uint8Array<ArrayBuffer>,
  message: string,
): AsyncIterable<Uint8Array<ArrayBuffer>> | Iterable<Uint8Array<ArrayBuffer>> {
  return data instanceof Blob ? inflated(data, 'deflate-raw', message) : inflatedInMemory(data, message);
}

function blocksOf(
  data: Blob | Uint8Array<ArrayBuffer>,
): AsyncIterable<Uint8Array<ArrayBuffer>> | Iterable<Uint8Array<ArrayBuffer>> {
  return data instanceof Blob ? fileBlocks(data, new AbortController().signal) : [data];
}

function joined(pieces: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

function folded(name: string): string {
  return name
    .replaceAll('\\', '/')
    .replace(/^(?:\.?\/)+/, '')
    .toLowerCase();
}

/** UTF-16 shows without a mark, too: XML begins with `<`. */
function xmlEncoding(bytes: Uint8Array): string {
  const marked = byteOrderMark(bytes);
  if (marked && !marked.name.startsWith('utf-32')) return marked.name;
  if (bytes[0] === 0x3c && bytes[1] === 0) return 'utf-16le';
  if (bytes[0] === 0 && bytes[1] === 0x3c) return 'utf-16be';
  return declaredEncoding(bytes) ?? 'utf-8';
}
