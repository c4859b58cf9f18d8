/** Zip archives that are broken or made to do harm. */

import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Zip } from '../../../../src/adapters/ingest/formats/zip';
import { crc32 } from '../../../../src/adapters/ingest/formats/zip/crc32';
import { toProblem } from '../../../../src/core/errors';
import { bytesOf, fields, rawZip, type RawEntry } from '../../../fixtures/raw-archives';

/** For a machine that has other work. */
const timeout = 30_000;

describe('a zip archive that is broken or made to do harm', () => {
  const zeros = deflateRawSync(new Uint8Array(34 * 1024 * 1024), { level: 9 });
  const bomb = { name: 'zeros', method: 8, data: new Uint8Array() };

  it('is stopped when an entry unpacks to a thousand times its size', { timeout }, async () => {
    const archive = patchData(bomb, zeros, 34 * 1024 * 1024);
    expect(archive.length).toBeLessThan(100_000);
    expect(await codesOf(archive)).toEqual({ zeros: 'too-large' });
  });

  it('is stopped when an entry is larger than it says', { timeout }, async () => {
    expect(await codesOf(patchData(bomb, zeros, 10))).toEqual({ zeros: 'malformed' });
  });

  it('is stopped when an entry is larger than the reader takes', async () => {
    const zip = await Zip.open(new Blob([rawZip([{ name: 'a', data: 'x'.repeat(5000), method: 8 }])]));
    const [entry] = zip.entries;
    await expect(entry && zip.bytes(entry, 4999)).rejects.toMatchObject({ code: 'too-large' });
    await expect(entry && zip.text(entry, 5000)).resolves.toHaveLength(5000);
  });

  it('is refused when its entries share bytes', async () => {
    const kernel = { name: 'a', data: 'x'.repeat(1000) };
    const quoted = [kernel, { name: 'b', data: 'y', headerAt: 20 }];
    expect(await problemOf(new Blob([rawZip(quoted)]))).toBe('malformed');
    const same = [kernel, { name: 'b', headerAt: 0 }, { name: 'c', headerAt: 0 }];
    expect(await problemOf(new Blob([rawZip(same)]))).toBe('malformed');
  });

  it('is refused when it lists more files than can be held', { timeout }, async () => {
    const entry = rawZip([{ name: 'a' }]).subarray(31, 31 + 47);
    const many = 200_001;
    const archive = new Uint8Array(many * entry.length + 22);
    for (let i = 0; i < many; i++) archive.set(entry, i * entry.length);
    const size = many * entry.length;
    archive.set(fields([4, 0x06054b50], [4, 0], [2, many], [2, many], [4, size], [4, 0], [2, 0]), size);
    expect(await problemOf(new Blob([archive]))).toBe('too-large');
  });

  it.each<[string, RawEntry, string]>([
    ['with a password', { name: 'a', flags: 1 }, 'password'],
    ['with a password, as WinZip has it', { name: 'a', method: 99 }, 'password'],
    ['in Deflate64', { name: 'a', method: 9, data: 'x' }, 'unreadable'],
    ['with another sum', { name: 'a', data: 'x', crc: 1 }, 'malformed'],
    ['shorter than declared', { name: 'a', data: 'x', sizeBytes: 2 }, 'malformed'],
    ['not where it should be', { name: 'a', data: 'x', headerAt: 7 }, 'malformed'],
  ])('says what is wrong with an entry %s', async (_, entry, code) => {
    expect(await codesOf(rawZip([entry]))).toEqual({ a: code });
  });

  it('takes data that something follows, as some programs write it', async () => {
    const packed = deflateRawSync('all of it');
    const padded = new Uint8Array([...packed, 1, 2, 3]);
    const archive = patchData({ name: 'a', crc: crc32(bytesOf('all of it')) }, padded, 9);
    expect(await codesOf(archive)).toEqual({ a: 'all of it' });
  });

  it.each([0, 0x55, 0xff])('says that deflated data is broken where bytes became %i', async (byte) => {
    const archive = rawZip([{ name: 'a', data: randomText, method: 8 }]);
    archive.fill(byte, 200, 260);
    expect(await codesOf(archive)).toEqual({ a: 'malformed' });
  });
});

const randomText = Array.from({ length: 400 }, (_, i) => (i * 7919) % 1009).join(' ');

/** An archive of one entry with these bytes as its deflated data. */
function patchData(entry: RawEntry, packed: Uint8Array, sizeBytes: number): Uint8Array<ArrayBuffer> {
  const whole = rawZip([{ ...entry, method: 0, data: packed, sizeBytes }]);
  const at = whole.length - 22 - 46 - bytesOf(entry.name).length;
  whole[8] = 8;
  whole[at + 10] = 8;
  return whole;
}

async function texts(zip: Zip): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  for (const entry of zip.entries)
    all[entry.name] = await zip.text(entry).catch((thrown: unknown) => toProblem(thrown).code);
  return all;
}

async function codesOf(archive: Uint8Array<ArrayBuffer>): Promise<Record<string, string>> {
  return texts(await Zip.open(new Blob([archive])));
}

async function problemOf(file: Blob): Promise<string> {
  return Zip.open(file).then(
    () => 'opened',
    (thrown: unknown) => toProblem(thrown).code,
  );
}
