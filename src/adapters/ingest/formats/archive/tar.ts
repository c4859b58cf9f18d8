/** Tar archives as folders of files. Their files are stretches of the archive, so nothing is copied. */

import { SondeError, type Problem } from '../../../../core/errors';
import type { DocumentBuilder } from '../document-builder';
import type { FormatReader, ReaderInput } from '../reader';
import { ByteWindow } from '../zip/byte-window';
import { UnpackBudget } from '../zip/limits';
import { BLOCK, decodeName, paxRecords, tarHeader, type TarHeader } from './tar-header';
import { unpack, type Packed } from './unpacking';

const MAX_FILES = 200_000;
/** Of names and extended headers; honest ones are a few hundred bytes. */
const MAX_EXTENSION_BYTES = 1024 * 1024;

/** A container itself has no text: every file in it is a child. */
export const readTar: FormatReader = (input, out) => unpackTar(input.file, input, out);

/** `archive` is the tar itself, `input` what it came in. @throws as a `FormatReader` does */
export async function unpackTar(archive: Blob, input: ReaderInput, out: DocumentBuilder): Promise<void> {
  const listing = new TarListing(archive);
  await listing.read(input.signal);
  if (listing.isDamaged) out.warn(damaged);
  // Symbolic links, pipes and devices: there is nothing in them to read.
  out.lost('embedded-files', listing.specialFiles);
  if (listing.isDamaged && listing.files.length === 0) throw new SondeError(damaged);
  await unpack(listing.files, input, out);
}

/** What headers before a file's own say of it. */
interface Extension {
  readonly name?: string;
  readonly target?: string;
  readonly records: ReadonlyMap<string, string>;
}

const NOTHING: Extension = { records: new Map() };

class TarListing {
  readonly files: Packed[] = [];
  isDamaged = false;
  specialFiles = 0;
  readonly #window: ByteWindow;
  readonly #budget: UnpackBudget;
  /** Where hard links find what they share. */
  readonly #data = new Map<string, Blob>();
  #extension = NOTHING;
  #forAll: ReadonlyMap<string, string> = new Map();

  constructor(archive: Blob) {
    this.#window = new ByteWindow(archive);
    this.#budget = new UnpackBudget(archive.size);
  }

  async read(signal: AbortSignal): Promise<void> {
    let at = 0;
    while (at < this.#window.file.size) {
      signal.throwIfAborted();
      const block = await this.#bytes(at, BLOCK);
      const header = tarHeader(block);
      if (header) at = await this.#take(header, at + BLOCK);
      else if (block.length === BLOCK && block.every((byte) => byte === 0)) return;
      else {
        // Damaged: the next block that is a header goes on.
        this.isDamaged = true;
        at += BLOCK;
      }
    }
  }

  async #bytes(at: number, length: number): Promise<Uint8Array> {
    const view = await this.#window.at(at, length);
    return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  }

  /** Takes what a header tells of; answers where the next one is. */
  async #take(header: TarHeader, dataAt: number): Promise<number> {
    if ('xXgLK'.includes(header.type)) {
      await this.#extend(header, dataAt);
      return dataAt + padded(header.sizeBytes);
    }
    const records = new Map([...this.#forAll, ...this.#extension.records]);
    const name = this.#extension.name ?? records.get('GNU.sparse.name') ?? records.get('path') ?? header.name;
    const target = this.#extension.target ?? records.get('linkpath') ?? header.target;
    const sizeBytes = paxSize(records) ?? header.sizeBytes;
    this.#extension = NOTHING;
    const isSparse = header.type === 'S' || [...records.keys()].some((key) => key.startsWith('GNU.sparse.'));
    // A name that ends in `/` is a folder in archives from before there was a type for it.
    if (header.type === '5' || header.type === 'D' || name.endsWith('/')) return dataAt + folderData(header);
    if (header.type === '1') this.#addLink(name, target);
    else if ('2346'.includes(header.type)) this.specialFiles++;
    else if (header.type === 'V') return dataAt;
    else if (isSparse || header.type === 'M')
      this.#add(name, () => fail(isSparse ? sparse(name) : partial(name)));
    else this.#addFile(name, dataAt, sizeBytes);
    if ('12346'.includes(header.type)) return dataAt;
    const extraMaps = header.type === 'S' ? await this.#sparseMaps(dataAt) : 0;
    return dataAt + extraMaps + padded(sizeBytes);
  }

  #addFile(name: string, dataAt: number, sizeBytes: number): void {
    const data = this.#window.file.slice(dataAt, dataAt + sizeBytes);
    if (data.size < sizeBytes) {
      this.isDamaged = true;
      this.#add(name, () => fail(brokenOff(name)));
      return;
    }
    this.#data.set(name, data);
    this.#add(name, () => Promise.resolve(data));
  }

  /** A second name of a file. Thousands of a large one would be a bomb. */
  #addLink(name: string, target: string): void {
    const data = this.#data.get(target);
    if (!data) {
      this.#add(name, () => fail(deadLink(name, target)));
      return;
    }
    this.#data.set(name, data);
    this.#add(name, () => {
      const meter = this.#budget.meter({ name, sizeBytes: null, compressedBytes: data.size }, Infinity);
      meter.add(data.size);
      return Promise.resolve(data);
    });
  }

  #add(name: string, open: () => Promise<Blob>): void {
    if (this.files.length >= MAX_FILES)
      throw new SondeError({
        code: 'too-large',
        message: `There are more than ${MAX_FILES.toLocaleString('en')} files in this archive.`,
        hint: 'Unpack it and drop the folders that matter.',
      });
    this.files.push({ name, open });
  }

  async #extend({ type, sizeBytes }: TarHeader, dataAt: number): Promise<void> {
    const bytes = await this.#bytes(dataAt, Math.min(sizeBytes, MAX_EXTENSION_BYTES));
    if (bytes.length < sizeBytes) this.isDamaged = true;
    const nul = bytes.indexOf(0);
    const text = decodeName(nul < 0 ? bytes : bytes.subarray(0, nul));
    if (type === 'g') this.#forAll = paxRecords(bytes);
    else if (type === 'L') this.#extension = { ...this.#extension, name: text };
    else if (type === 'K') this.#extension = { ...this.#extension, target: text };
    else this.#extension = { ...this.#extension, records: paxRecords(bytes) };
  }

  /** Bytes of the maps that follow an old sparse header, each of which says whether one more does. */
  async #sparseMaps(dataAt: number): Promise<number> {
    const header = await this.#bytes(dataAt - BLOCK, BLOCK);
    let more = header[482] === 1;
    let length = 0;
    while (more && dataAt + length < this.#window.file.size) {
      more = (await this.#bytes(dataAt + length, BLOCK))[504] === 1;
      length += BLOCK;
    }
    return length;
  }
}

function padded(sizeBytes: number): number {
  return Math.ceil(sizeBytes / BLOCK) * BLOCK;
}

/** Folders have no data, but a listing of one has, and some programs say a size and mean none. */
function folderData({ type, sizeBytes }: TarHeader): number {
  return type === 'D' ? padded(sizeBytes) : 0;
}

function paxSize(records: ReadonlyMap<string, string>): number | null {
  const said = records.get('size');
  return said !== undefined && /^\d{1,15}$/.test(said) ? Number(said) : null;
}

function fail(problem: Problem): Promise<never> {
  return Promise.reject(new SondeError(problem));
}

const damaged: Problem = {
  code: 'malformed',
  message: 'The archive is damaged, so files may be missing.',
  hint: 'Get it again when you can; it may not have been downloaded to its end.',
};

function sparse(name: string): Problem {
  return {
    code: 'unreadable',
    message: `“${name}” is stored with its holes left out (a sparse file), which cannot be read here.`,
    hint: 'Unpack the archive and drop the files.',
  };
}

function partial(name: string): Problem {
  return {
    code: 'unreadable',
    message: `“${name}” is a part of a file that began in another archive.`,
    hint: 'Unpack all volumes together and drop the files.',
  };
}

function brokenOff(name: string): Problem {
  return {
    code: 'malformed',
    message: `“${name}” is not whole: the archive ends before it does.`,
    hint: 'Get the archive again; it may not have been downloaded to its end.',
  };
}

function deadLink(name: string, target: string): Problem {
  return { code: 'unreadable', message: `“${name}” is a link to “${target}”, which is not in the archive.` };
}
