/** Gzip files of one member and of many, and what is in them. */

import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readGzip } from '../../../../src/adapters/ingest/formats/archive/gzip';
import { joined, rawTar } from '../../../fixtures/raw-archives';
import { problemOf } from '../../../fixtures/read-with';
import { contents, unpacked } from '../../../fixtures/unpacked';

const end = new Uint8Array(1024);

/** For a machine that has other work. */
const timeout = 30_000;

describe('a gzip file', () => {
  const tar = joined(rawTar([{ name: 'a/b.txt', data: 'x' }]), end);

  it.each([
    ['logs/access.log.gz', 'access.log'],
    ['drawing.svgz', 'drawing.svg'],
    ['download', 'original.csv'],
    ['download.gz', 'original.csv'],
  ])('%s holds one file, called %s', async (path, name) => {
    const [header, body] = [gzipSync('text').subarray(0, 10), gzipSync('text').subarray(10)];
    header[3] = 8;
    const named = joined(header, new TextEncoder().encode('original.csv\0'), body);
    expect(await contents(await unpacked(readGzip, named, path))).toEqual({ [name]: 'text' });
  });

  it('that holds a tar archive is the folder in it, whatever it is called', async () => {
    for (const path of ['a.tar.gz', 'a.tgz', 'download'])
      expect(await contents(await unpacked(readGzip, gzipSync(tar), path))).toEqual({ 'a/b.txt': 'x' });
  });

  it('may have many members, and zeros behind them', { timeout }, async () => {
    const members = Array.from({ length: 1000 }, (_, i) => gzipSync(`${i},`));
    const read = await unpacked(readGzip, joined(...members, new Uint8Array(500)), 'a.txt.gz');
    expect(await contents(read)).toEqual({
      'a.txt': Array.from({ length: 1000 }, (_, i) => `${i},`).join(''),
    });
    expect(read.problem).toBeNull();
  });

  it('that is cut off gives what can be unpacked, and says so', async () => {
    const whole = gzipSync(Array.from({ length: 20_000 }, (_, i) => `line ${i}\n`).join(''));
    const read = await unpacked(readGzip, whole.subarray(0, whole.length >> 1), 'a.log.gz');
    const text = (await contents(read))['a.log'] ?? '';
    expect(text.startsWith('line 0\nline 1\n')).toBe(true);
    expect(text.length).toBeGreaterThan(10_000);
    expect(read.problem?.code).toBe('malformed');
  });

  it('whose sum is another is told to be damaged', async () => {
    const whole = gzipSync('text');
    whole.writeUInt32LE(1, whole.length - 8);
    const read = await unpacked(readGzip, joined(whole, gzipSync('more')), 'a.gz');
    expect(read.problem?.code).toBe('malformed');
  });

  it('that unpacks to a thousand times its size is stopped', { timeout }, async () => {
    const bomb = new Blob([gzipSync(new Uint8Array(34 * 1024 * 1024), { level: 9 })]);
    expect(await problemOf(readGzip, bomb)).toMatchObject({ code: 'too-large' });
  });

  it('with nothing in it, or of which nothing can be had, is told so', async () => {
    expect(await problemOf(readGzip, new Blob([gzipSync('')]))).toMatchObject({ code: 'empty' });
    expect(await problemOf(readGzip, new Blob(['\x1f\x8b and a letter']))).toMatchObject({
      code: 'malformed',
    });
  });
});
