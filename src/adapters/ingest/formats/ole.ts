/**
 * The files inside an OLE compound file, the container of Word, Excel, PowerPoint and Outlook before 2007, of Office
 * documents with a password, and of objects embedded in newer ones. The layout is Microsoft's [MS-CFB]. Every chain of
 * sectors is bounded by the size of the file, so that one that goes in circles ends.
 */

import { SondeError } from '../../../core/errors';

/** What wrote the file, told from the streams at its root. */
export type OleKind = 'word' | 'excel' | 'powerpoint' | 'outlook' | 'encrypted' | 'other';

const SIGNATURE = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
const HEADER_BYTES = 512;
const ENTRY_BYTES = 128;
const MINI_SECTOR_BYTES = 64;
const MAX_REGULAR_SECTOR = 0xfffffffa;
const NO_ENTRY = 0xffffffff;
/** FAT sectors named in the header itself; the rest are listed in sectors of their own. */
const HEADER_FAT_SECTORS = 109;
/** Of the directory and of the small sectors' chains: far more than any document has. */
const MAX_TABLE_BYTES = 16 * 1024 * 1024;
const MAX_STREAM_BYTES = 512 * 1024 * 1024;

const KINDS: readonly (readonly [stream: string, kind: OleKind])[] = [
  ['EncryptedPackage', 'encrypted'],
  ['\u0009DRMContent', 'encrypted'],
  ['WordDocument', 'word'],
  ['Workbook', 'excel'],
  ['Book', 'excel'],
  ['PowerPoint Document', 'powerpoint'],
  ['__properties_version1.0', 'outlook'],
];

interface DirectoryEntry {
  readonly name: string;
  readonly type: 'storage' | 'stream' | 'root' | 'unused';
  readonly left: number;
  readonly right: number;
  readonly child: number;
  readonly startSector: number;
  readonly sizeBytes: number;
}

export class Ole {
  readonly #file: Blob;
  readonly #sectorBytes: number;
  readonly #miniCutoffBytes: number;
  #fat: Uint32Array<ArrayBuffer> = new Uint32Array();
  #miniFat: Uint32Array<ArrayBuffer> = new Uint32Array();
  #miniStream: Uint8Array<ArrayBuffer> | null = null;
  #root: DirectoryEntry | null = null;
  readonly #streams = new Map<string, DirectoryEntry>();
  readonly #storages: string[] = [];

  private constructor(file: Blob, header: DataView) {
    const sectorShift = header.getUint16(30, true);
    if (sectorShift !== 9 && sectorShift !== 12) throw damaged();
    this.#file = file;
    this.#sectorBytes = 1 << sectorShift;
    this.#miniCutoffBytes = Math.min(header.getUint32(56, true), 65_536);
  }

  static async isOle(file: Blob): Promise<boolean> {
    const head = new Uint8Array(await file.slice(0, 8).arrayBuffer());
    return SIGNATURE.every((byte, at) => head[at] === byte);
  }

  /** @throws SondeError `malformed` when this is no compound file, or a broken one. */
  static async open(file: Blob): Promise<Ole> {
    if (file.size < HEADER_BYTES || !(await Ole.isOle(file))) throw damaged();
    const header = new DataView(await file.slice(0, HEADER_BYTES).arrayBuffer());
    const ole = new Ole(file, header);
    await ole.#readAllocation(header);
    await ole.#readDirectory(header.getUint32(48, true));
    return ole;
  }

  /** Every stream by its path, folders separated by `/`. */
  get names(): readonly string[] {
    return [...this.#streams.keys()];
  }

  /** Every folder by its path. */
  get storages(): readonly string[] {
    return this.#storages;
  }

  get kind(): OleKind {
    return KINDS.find(([name]) => this.has(name))?.[1] ?? 'other';
  }

  has(name: string): boolean {
    return this.#entry(name) !== undefined;
  }

  /** The bytes of a stream by its path, in any case; null when there is none of this name. */
  async stream(name: string, maxBytes = MAX_STREAM_BYTES): Promise<Uint8Array<ArrayBuffer> | null> {
    const entry = this.#entry(name);
    if (!entry) return null;
    if (entry.sizeBytes > maxBytes)
      throw new SondeError({
        code: 'too-large',
        message: 'A part inside this file is too large to be read.',
      });
    const isMini = entry.sizeBytes < this.#miniCutoffBytes;
    const bytes = isMini
      ? await this.#miniChain(entry.startSector, entry.sizeBytes)
      : await this.#chain(entry.startSector, entry.sizeBytes);
    if (bytes.length < entry.sizeBytes) throw damaged();
    return bytes;
  }

  #entry(name: string): DirectoryEntry | undefined {
    const exact = this.#streams.get(name);
    if (exact) return exact;
    const wanted = name.toLowerCase();
    for (const [path, entry] of this.#streams) if (path.toLowerCase() === wanted) return entry;
    return undefined;
  }

  async #readAllocation(header: DataView): Promise<void> {
    const inFile = Math.ceil(this.#file.size / this.#sectorBytes);
    const perSector = this.#sectorBytes / 4;
    const fatSectors: number[] = [];
    const wanted = Math.min(header.getUint32(44, true), Math.ceil(inFile / perSector) + 1);
    for (let at = 0; at < HEADER_FAT_SECTORS && fatSectors.length < wanted; at++)
      fatSectors.push(header.getUint32(76 + at * 4, true));
    let next = header.getUint32(68, true);
    while (next < MAX_REGULAR_SECTOR && fatSectors.length < wanted) {
      const list = words(await this.#sector(next));
      for (const sector of list.subarray(0, perSector - 1))
        if (fatSectors.length < wanted) fatSectors.push(sector);
      next = list[perSector - 1] ?? NO_ENTRY;
    }
    this.#fat = words(await this.#sectors(fatSectors));
    const miniFatStart = header.getUint32(60, true);
    if (miniFatStart < MAX_REGULAR_SECTOR)
      this.#miniFat = words(await this.#chain(miniFatStart, MAX_TABLE_BYTES));
  }

  async #readDirectory(start: number): Promise<void> {
    const bytes = await this.#chain(start, MAX_TABLE_BYTES);
    const count = Math.floor(bytes.length / ENTRY_BYTES);
    const entries = Array.from({ length: count }, (_, at) =>
      directoryEntry(bytes.subarray(at * ENTRY_BYTES, (at + 1) * ENTRY_BYTES)),
    );
    const root = entries[0];
    if (root?.type !== 'root') throw damaged();
    this.#root = root;
    this.#gather(entries, root.child);
  }

  /** Siblings are a binary tree, folders have a tree below them; each entry counts once, whatever the links say. */
  #gather(entries: readonly DirectoryEntry[], firstChild: number): void {
    const seen = new Set<number>();
    const open: { at: number; path: string }[] = [{ at: firstChild, path: '' }];
    for (let place = open.pop(); place; place = open.pop()) {
      const { at, path } = place;
      const entry = entries[at];
      if (!entry || seen.has(at)) continue;
      seen.add(at);
      open.push({ at: entry.right, path }, { at: entry.left, path });
      if (entry.type === 'stream') this.#streams.set(path + entry.name, entry);
      if (entry.type !== 'storage') continue;
      this.#storages.push(path + entry.name);
      open.push({ at: entry.child, path: `${path}${entry.name}/` });
    }
  }

  /** The first bytes of a chain of sectors: fewer where it ends before. */
  async #chain(start: number, mostBytes: number): Promise<Uint8Array<ArrayBuffer>> {
    const most = Math.min(Math.ceil(mostBytes / this.#sectorBytes), this.#fat.length);
    const bytes = await this.#sectors(followed(this.#fat, start, most));
    return bytes.subarray(0, Math.min(mostBytes, bytes.length));
  }

  async #miniChain(start: number, sizeBytes: number): Promise<Uint8Array<ArrayBuffer>> {
    const root = this.#root;
    if (!root) throw damaged();
    this.#miniStream ??= await this.#chain(root.startSector, root.sizeBytes);
    const out = new Uint8Array(sizeBytes);
    let filled = 0;
    for (const sector of followed(this.#miniFat, start, Math.ceil(sizeBytes / MINI_SECTOR_BYTES))) {
      const from = sector * MINI_SECTOR_BYTES;
      const piece = this.#miniStream.subarray(from, from + Math.min(MINI_SECTOR_BYTES, sizeBytes - filled));
      out.set(piece, filled);
      filled += piece.length;
    }
    return out.subarray(0, filled);
  }

  #sector(sector: number): Promise<Uint8Array<ArrayBuffer>> {
    return this.#sectors([sector]);
  }

  /** Neighbouring sectors are read at one go. A last sector may be short. */
  async #sectors(sectors: readonly number[]): Promise<Uint8Array<ArrayBuffer>> {
    const parts: Blob[] = [];
    for (let at = 0; at < sectors.length;) {
      const first = sectors[at] ?? 0;
      let run = 1;
      while (sectors[at + run] === first + run) run++;
      // The header takes up the place of the sector before the first, however long sectors are.
      const from = (first + 1) * this.#sectorBytes;
      if (from >= this.#file.size) throw damaged();
      parts.push(this.#file.slice(from, from + run * this.#sectorBytes));
      at += run;
    }
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  }
}

function followed(table: Uint32Array, start: number, most: number): number[] {
  const sectors: number[] = [];
  for (let at = start; at < MAX_REGULAR_SECTOR && sectors.length < most; at = table[at] ?? NO_ENTRY)
    sectors.push(at);
  return sectors;
}

function words(bytes: Uint8Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const count = Math.floor(bytes.length / 4);
  const view = new DataView(bytes.buffer, bytes.byteOffset, count * 4);
  return Uint32Array.from({ length: count }, (_, at) => view.getUint32(at * 4, true));
}

const ENTRY_TYPES: Readonly<Record<number, DirectoryEntry['type']>> = {
  1: 'storage',
  2: 'stream',
  5: 'root',
};

function directoryEntry(bytes: Uint8Array<ArrayBuffer>): DirectoryEntry {
  const view = new DataView(bytes.buffer, bytes.byteOffset, ENTRY_BYTES);
  const nameBytes = Math.min(64, view.getUint16(64, true));
  return {
    name: new TextDecoder('utf-16le').decode(bytes.subarray(0, Math.max(0, nameBytes - 2))),
    type: ENTRY_TYPES[view.getUint8(66)] ?? 'unused',
    left: view.getUint32(68, true),
    right: view.getUint32(72, true),
    child: view.getUint32(76, true),
    startSector: view.getUint32(116, true),
    sizeBytes: view.getUint32(120, true),
  };
}

function damaged(): SondeError {
  return new SondeError({
    code: 'malformed',
    message: 'This file is damaged: the container that Office wrote cannot be followed.',
    hint: 'Open it in the program that made it, save it anew, and drop that.',
  });
}
