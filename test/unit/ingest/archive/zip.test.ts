/** Zip archives: real ones entry by entry, and all the places and ways they are written in. */

import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Zip } from '../../../../src/adapters/ingest/formats/zip';
import { crc32 } from '../../../../src/adapters/ingest/formats/zip/crc32';
import { toProblem } from '../../../../src/core/errors';
import {
  bytesOf,
  extraOf,
  fields,
  joined,
  rawZip,
  type RawEntry,
  type RawZipOptions,
} from '../../../fixtures/raw-archives';
import { dataPath } from '../../../fixtures/shared-data';

const folder = dataPath('documents/zip');

interface Expected {
  name: string;
  size: number;
  dir: boolean;
  encrypted: boolean;
  sha256?: string;
  error?: string;
}

/** Names that Python 3.11 reads from the field for older programs although one in Unicode stands beside it. */
const unicodeBeside: Record<string, string> = { '_15.txt': '€15.txt' };

describe.skipIf(folder === null)('real zip files (skipped where the shared data is not there)', () => {
  const names = readdirSync(folder ?? '.').filter((name) => name.endsWith('.zip'));
  it.each(names)('%s has the names and bytes that Python finds in it', async (name) => {
    const path = join(folder ?? '', name);
    const zip = await Zip.open(new Blob([readFileSync(path)]));
    const expected = JSON.parse(readFileSync(`${path}.expected.json`, 'utf8')) as Expected[];
    const found = await Promise.all(
      zip.entries.map(async (entry) => ({
        name: entry.name,
        size: entry.sizeBytes,
        dir: entry.isFolder,
        encrypted: entry.isEncrypted,
        got: await zip.bytes(entry).then(sha256, (thrown: unknown) => String(thrown)),
      })),
    );
    expect(found).toEqual(
      expected.map(({ name: expectedName, size, dir, encrypted, sha256: digest, error }) => ({
        name: unicodeBeside[expectedName] ?? expectedName,
        size,
        dir,
        encrypted,
        got: error === undefined ? digest : expect.stringMatching(/SondeError: .*(?:password|unknown way)/),
      })),
    );
  });
});

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

describe('where a zip archive lies in its file', () => {
  const two = [
    { name: 'a.txt', data: 'first' },
    { name: 'b/c.txt', data: 'second '.repeat(50), method: 8 },
  ];

  it.each<[string, RawZipOptions]>([
    ['as it should', {}],
    ['after a program that unpacks it', { before: new Uint8Array(3000).fill(0x50) }],
    ['with a comment', { comment: 'made with care PK' }],
    ['with something after it', { after: new Uint8Array(40_000) }],
    ['in the large format', { zip64: true }],
    ['in the large format, after something', { zip64: true, before: new Uint8Array(77) }],
  ])('is found %s', async (_, options) => {
    const zip = await Zip.open(new Blob([rawZip(two, options)]));
    expect(zip.problem).toBeNull();
    expect(await texts(zip)).toEqual({ 'a.txt': 'first', 'b/c.txt': 'second '.repeat(50) });
  });

  it('may be beyond four gigabytes', async () => {
    const far = 6 * 1024 ** 3;
    const entry = { name: 'far.txt', data: 'still here', zip64: true, headerAt: far };
    const local = rawZip([entry], { noDirectory: true });
    const whole = rawZip([entry], { zip64: true });
    const directory = whole.slice(local.length);
    // What says where the directory is lies 56 + 8 + 8 bytes before the end, in two places.
    const view = new DataView(directory.buffer);
    const endRecord = directory.length - 22 - 20 - 56;
    view.setBigUint64(endRecord + 48, BigInt(far + local.length), true);
    view.setBigUint64(directory.length - 22 - 12, BigInt(far + local.length + endRecord), true);
    const zip = await Zip.open(new FarBlob(far, joined(local, directory)));
    expect(await texts(zip)).toEqual({ 'far.txt': 'still here' });
  });

  it('is no zip when nothing of one is in it', async () => {
    expect(await problemOf(new Blob(['PK\x03\x04 and then a letter to a friend']))).toBe('malformed');
    expect((await Zip.open(new Blob([rawZip([])]))).entries).toEqual([]);
  });
});

describe('a zip archive whose directory is gone', () => {
  const three = [
    { name: 'a.txt', data: 'first' },
    { name: 'inner.zip', data: rawZip([{ name: 'not-mine.txt', data: 'x' }]) },
    { name: 'c.txt', data: 'third '.repeat(100), method: 8 },
  ];

  it.each([false, true])(
    'gives its files by their own headers (sizes after the data: %s)',
    async (descriptor) => {
      const zip = await Zip.open(
        new Blob([
          rawZip(descriptor ? three.toSpliced(1, 1).map((entry) => ({ ...entry, descriptor })) : three, {
            noDirectory: true,
          }),
        ]),
      );
      expect(zip.problem?.code).toBe('malformed');
      const found = await texts(zip);
      expect(Object.keys(found)).toEqual(descriptor ? ['a.txt', 'c.txt'] : ['a.txt', 'inner.zip', 'c.txt']);
      expect(found['c.txt']).toBe('third '.repeat(100));
    },
  );

  it('gives the files before the place where it was cut off, and says which is not whole', async () => {
    const whole = rawZip(three, { noDirectory: true });
    const zip = await Zip.open(new Blob([whole.slice(0, -10)]));
    expect(await texts(zip)).toMatchObject({ 'a.txt': 'first', 'c.txt': 'malformed' });
  });

  it('is read as far as its directory goes, when more of it is to be had than by headers', async () => {
    const zip = await Zip.open(new Blob([rawZip(three, { entries: 9 })]));
    expect(zip.problem?.code).toBe('malformed');
    expect(zip.entries.map(({ name }) => name)).toEqual(['a.txt', 'inner.zip', 'c.txt']);
  });
});

describe('names in a zip archive', () => {
  const latin = Uint8Array.from([0x81, 0x2e, 0x74, 0x78, 0x74]); // `ü.txt` in code page 437

  it.each<[string, RawEntry, string]>([
    ['in UTF-8 that is declared', { name: 'ü.txt', flags: 0x800 }, 'ü.txt'],
    ['in UTF-8 that is not, from a Mac', { name: 'u\u0308.txt', system: 3 }, 'u\u0308.txt'],
    ['in code page 437', { name: latin, system: 0 }, 'ü.txt'],
    ['in code page 437, from Unix', { name: latin, system: 3 }, 'ü.txt'],
    ['with separators of Windows', { name: 'a\\b.txt', system: 0 }, 'a/b.txt'],
    ['with what Unix takes for a letter', { name: 'a\\b.txt', system: 3 }, 'a\\b.txt'],
    ['up to a NUL', { name: 'a.txt\0.exe' }, 'a.txt'],
    ['with Unicode beside them', { name: '_.txt', extra: unicodePath('_.txt', '€.txt') }, '€.txt'],
    [
      'with Unicode that was left behind by a rename',
      { name: 'b.txt', extra: unicodePath('_.txt', '€.txt') },
      'b.txt',
    ],
  ])('%s', async (_, entry, expected) => {
    const zip = await Zip.open(new Blob([rawZip([entry])]));
    expect(zip.entries[0]?.name).toBe(expected);
  });

  it('are found in any case, and the last of equal ones counts', async () => {
    const zip = await Zip.open(
      new Blob([
        rawZip([
          { name: '/Word\\Document.xml', data: '1' },
          { name: 'x', data: '2' },
          { name: 'x', data: '3' },
        ]),
      ]),
    );
    const [document, x] = [zip.find('word/document.xml'), zip.find('x')];
    expect(document && (await zip.text(document))).toBe('1');
    expect(x && (await zip.text(x))).toBe('3');
    expect(zip.find('y')).toBeUndefined();
  });
});

/** Gigabytes of nothing, and then something. */
class FarBlob extends Blob {
  readonly #before: number;

  constructor(before: number, bytes: Uint8Array<ArrayBuffer>) {
    super([bytes]);
    this.#before = before;
  }

  override get size(): number {
    return this.#before + super.size;
  }

  override slice(start = 0, end = this.size): Blob {
    const zeros = new Uint8Array(Math.max(0, Math.min(end, this.#before) - start));
    const at = (place: number): number => Math.max(0, place - this.#before);
    return new Blob([zeros, super.slice(at(start), at(end))]);
  }
}

function unicodePath(plain: string, unicode: string): Uint8Array {
  return extraOf(0x7075, joined(fields([1, 1], [4, crc32(bytesOf(plain))]), bytesOf(unicode)));
}

async function texts(zip: Zip): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  for (const entry of zip.entries)
    all[entry.name] = await zip.text(entry).catch((thrown: unknown) => toProblem(thrown).code);
  return all;
}

async function problemOf(file: Blob): Promise<string> {
  return Zip.open(file).then(
    () => 'opened',
    (thrown: unknown) => toProblem(thrown).code,
  );
}
