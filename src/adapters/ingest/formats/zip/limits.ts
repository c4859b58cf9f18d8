/** What is refused of a zip archive: methods without a reader, passwords, and everything a zip bomb is made of. */

import { SondeError } from '../../../../core/errors';
import { LOCAL_HEADER_BYTES, type ZipRecord } from './zip-record';

const MiB = 1024 * 1024;
/** Honest files pack at most some 200 to 1, and only small ones do. Deflate itself ends at 1032 to 1. */
const MAX_RATIO = 250;
/** Below this a ratio says nothing: no disk is filled by it. */
const FREE_BYTES_OF_ENTRY = 32 * MiB;
const FREE_BYTES_OF_ARCHIVE = 512 * MiB;
const MAX_BYTES_OF_ARCHIVE = 16 * 1024 * MiB;

const STORED = 0;
const DEFLATE = 8;
const AES = 99;
const ENCRYPTED_FLAG = 1;

const methods: Record<number, string> = {
  1: 'Shrink',
  6: 'Implode',
  9: 'Deflate64',
  12: 'bzip2',
  14: 'LZMA',
  20: 'Zstandard',
  93: 'Zstandard',
  95: 'XZ',
  97: 'WavPack',
  98: 'PPMd',
};

/** @throws SondeError `password`, `unreadable` */
export function refuseUnreadable({ name, method, flags }: ZipRecord): void {
  if ((flags & ENCRYPTED_FLAG) !== 0 || method === AES)
    throw new SondeError({
      code: 'password',
      message: `“${name}” opens with a password only.`,
      hint: 'Unpack the archive with its password and drop the files.',
    });
  if (method === STORED || method === DEFLATE) return;
  const how = methods[method];
  throw new SondeError({
    code: 'unreadable',
    message: `“${name}” is packed ${how === undefined ? 'in an unknown way' : `with ${how}`}, which cannot be read here.`,
    hint: 'Unpack the archive and drop the files.',
  });
}

/**
 * The entries, each once. Entries that share bytes of the file are how a small archive unpacks to a boundless one.
 * @throws SondeError `malformed`
 */
export function refuseOverlaps(records: readonly ZipRecord[]): readonly ZipRecord[] {
  const inOrder = [...records].sort((a, b) => a.headerAt - b.headerAt);
  const twice = new Set<ZipRecord>();
  let before: ZipRecord | undefined;
  for (const record of inOrder) {
    if (before && record.headerAt === before.headerAt && record.name === before.name) twice.add(record);
    else if (before && record.headerAt < before.headerAt + LOCAL_HEADER_BYTES + before.compressedBytes)
      throw new SondeError({
        code: 'malformed',
        message:
          'Files in this archive overlap, as they do in archives that are broken or made to fill a disk.',
        hint: 'Get it again from where it came from, or unpack it and drop the files.',
      });
    else before = record;
  }
  return twice.size === 0 ? records : records.filter((record) => !twice.has(record));
}

export interface PackedSize {
  readonly name: string;
  /** Null where it is not declared. */
  readonly sizeBytes: number | null;
  readonly compressedBytes: number;
}

/** Counts what comes out of an archive. */
export class UnpackBudget {
  #left: number;

  constructor(fileBytes: number) {
    this.#left = Math.min(MAX_BYTES_OF_ARCHIVE, Math.max(FREE_BYTES_OF_ARCHIVE, fileBytes * MAX_RATIO));
  }

  /** @throws SondeError `too-large` when the entry says itself that it is */
  meter({ name, sizeBytes, compressedBytes }: PackedSize, maxBytes: number): EntryMeter {
    if ((sizeBytes ?? 0) > maxBytes) throw tooLarge(name, maxBytes);
    let bytes = 0;
    const spend = (more: number): void => {
      bytes += more;
      this.#left -= more;
      if (bytes > maxBytes) throw tooLarge(name, maxBytes);
      if (bytes > FREE_BYTES_OF_ENTRY && bytes > compressedBytes * MAX_RATIO) throw bomb(name);
      if (this.#left < 0) throw bomb(name);
      if (sizeBytes !== null && bytes > sizeBytes) throw liar(name);
    };
    return {
      add: spend,
      get isWhole() {
        return sizeBytes === null || bytes === sizeBytes;
      },
    };
  }
}

/** Counts what comes out of one entry. */
export interface EntryMeter {
  /** @throws SondeError `too-large`, `malformed` when that is more than there may be */
  add(bytes: number): void;
  /** True once as many bytes came as were declared, or when nothing was declared. */
  readonly isWhole: boolean;
}

function tooLarge(name: string, maxBytes: number): SondeError {
  return new SondeError({
    code: 'too-large',
    message: `“${name}” is larger than ${Math.floor(maxBytes / MiB).toLocaleString('en')} MB when unpacked.`,
    hint: 'Unpack the archive, split the file and drop the parts.',
  });
}

function bomb(name: string): SondeError {
  return new SondeError({
    code: 'too-large',
    message: `“${name}” unpacks to more than ${MAX_RATIO} times its size, as files do that are made to fill a disk.`,
    hint: 'Unpack the archive yourself if you trust it, and drop the files.',
  });
}

function liar(name: string): SondeError {
  return new SondeError({
    code: 'malformed',
    message: `“${name}” is larger than its archive says.`,
    hint: 'Get the archive again; it may be damaged, or made to do harm.',
  });
}
