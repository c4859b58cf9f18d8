/** Finds and reads the directory at the end of a zip archive, wherever the archive begins and whatever follows it. */

import { SondeError } from '../../../../core/errors';
import type { ByteWindow } from './byte-window';
import {
  CENTRAL_HEADER,
  CENTRAL_HEADER_BYTES,
  LOCAL_HEADER,
  RecordList,
  centralRecord,
  type ZipListing,
} from './zip-record';
import { scanForEntries } from './zip-scan';

const END_RECORD = 0x06054b50;
const END_RECORD_BYTES = 22;
const ZIP64_LOCATOR = 0x07064b50;
const ZIP64_LOCATOR_BYTES = 20;
const ZIP64_END_RECORD = 0x06064b50;
const ZIP64_END_RECORD_BYTES = 56;
const MAX_COMMENT_BYTES = 0xffff;
/** What may follow an archive: a block of zeros, a signature. */
const TRAILING_BYTES = 64 * 1024;
/** A header with the longest name and extra field there can be. */
const MAX_CENTRAL_BYTES = CENTRAL_HEADER_BYTES + 2 * 0xffff;
/** More than this look like an end record in no archive that was not made to keep its reader busy. */
const MAX_CANDIDATES = 32;

interface Directory {
  readonly at: number;
  readonly sizeBytes: number;
  readonly entries: number;
  /** Bytes that lie before the archive: a program that unpacks itself, say. */
  readonly shift: number;
}

/** @throws SondeError `malformed` when there is no archive in it, `too-large` */
export async function listEntries(window: ByteWindow): Promise<ZipListing> {
  const directory = await findDirectory(window);
  const listed = directory ? await readDirectory(window, directory) : null;
  if (listed && !listed.isRecovered && listed.records.length > 0) return listed;
  // Broken off or overwritten: what is there can still be found by its own headers.
  const found = await scanForEntries(window);
  const records = listed && listed.records.length > found.length ? listed.records : found;
  if (records.length > 0) return { records, isRecovered: true };
  if (listed) return listed; // an archive of nothing
  throw new SondeError({
    code: 'malformed',
    message: 'This zip file is broken: its list of files is missing, and no file can be found in it.',
    hint: 'It may not have been downloaded to its end. Get it again.',
  });
}

async function findDirectory(window: ByteWindow): Promise<Directory | null> {
  const fileBytes = window.file.size;
  const from = Math.max(0, fileBytes - END_RECORD_BYTES - MAX_COMMENT_BYTES - TRAILING_BYTES);
  const tail = await window.at(from, fileBytes - from);
  // The window moves on when a candidate is looked at.
  const bytes = new Uint8Array(tail.buffer, tail.byteOffset, tail.byteLength).slice();
  const copy = new DataView(bytes.buffer);
  let candidates = 0;
  for (let at = bytes.length - END_RECORD_BYTES; at >= 0 && candidates < MAX_CANDIDATES; at--) {
    if (copy.getUint32(at, true) !== END_RECORD) continue;
    if (at + END_RECORD_BYTES + copy.getUint16(at + 20, true) > bytes.length) continue;
    candidates++;
    const isLast = at + END_RECORD_BYTES + copy.getUint16(at + 20, true) === bytes.length;
    const found = await directoryOf(window, new DataView(bytes.buffer, at, END_RECORD_BYTES), from + at);
    // With something before and something after, it may be an archive within one that has lost its end.
    if (found && (isLast || found.shift === 0 || !(await beginsWithEntry(window)))) return found;
  }
  return null;
}

async function beginsWithEntry(window: ByteWindow): Promise<boolean> {
  const start = await window.at(0, 4);
  return start.byteLength === 4 && start.getUint32(0, true) === LOCAL_HEADER;
}

/** The directory that an end record found at `endAt` tells of; null when there is none where it says. */
async function directoryOf(window: ByteWindow, end: DataView, endAt: number): Promise<Directory | null> {
  const plain = {
    entries: end.getUint16(10, true),
    sizeBytes: end.getUint32(12, true),
    offset: end.getUint32(16, true),
    endAt,
  };
  for (const said of [await largeEnd(window, endAt), plain]) {
    if (!said) continue;
    const { entries, sizeBytes, offset } = said;
    if (entries === 0) return { at: said.endAt, sizeBytes: 0, entries: 0, shift: 0 };
    // Right before its end record, or where it says it is.
    for (const at of new Set([said.endAt - sizeBytes, offset])) {
      const start = await window.at(at, 4);
      if (start.byteLength === 4 && start.getUint32(0, true) === CENTRAL_HEADER)
        return { at, sizeBytes, entries, shift: at - offset };
    }
  }
  return null;
}

/** The end record of a large archive, which lies before the plain one. */
async function largeEnd(window: ByteWindow, endAt: number) {
  const locator = await window.at(endAt - ZIP64_LOCATOR_BYTES, ZIP64_LOCATOR_BYTES);
  if (locator.byteLength < ZIP64_LOCATOR_BYTES || locator.getUint32(0, true) !== ZIP64_LOCATOR) return null;
  const said = Number(locator.getBigUint64(8, true));
  for (const at of [said, endAt - ZIP64_LOCATOR_BYTES - ZIP64_END_RECORD_BYTES]) {
    const end = await window.at(at, ZIP64_END_RECORD_BYTES);
    if (end.byteLength < ZIP64_END_RECORD_BYTES || end.getUint32(0, true) !== ZIP64_END_RECORD) continue;
    return {
      entries: Number(end.getBigUint64(32, true)),
      sizeBytes: Number(end.getBigUint64(40, true)),
      offset: Number(end.getBigUint64(48, true)),
      endAt: at,
    };
  }
  return null;
}

/** The entries up to the first that is not one. */
async function readDirectory(window: ByteWindow, { at, entries, shift }: Directory): Promise<ZipListing> {
  const list = new RecordList();
  let next = at;
  for (;;) {
    // Waiting for each of a hundred thousand headers would take longer than reading them.
    if (!window.holds(next, MAX_CENTRAL_BYTES)) await window.at(next, MAX_CENTRAL_BYTES);
    const left = Math.min(MAX_CENTRAL_BYTES, window.file.size - next);
    if (left < CENTRAL_HEADER_BYTES || !window.holds(next, left)) break;
    const header = window.held(next, left);
    if (header.getUint32(0, true) !== CENTRAL_HEADER) break;
    const more = header.getUint16(28, true) + header.getUint16(30, true);
    if (left < CENTRAL_HEADER_BYTES + more) break;
    list.add(centralRecord(window.held(next, CENTRAL_HEADER_BYTES + more), shift));
    next += CENTRAL_HEADER_BYTES + more + header.getUint16(32, true);
  }
  // Some programs count in 16 bits what they write more of.
  return { records: list.records, isRecovered: list.records.length % 0x10000 !== entries % 0x10000 };
}
