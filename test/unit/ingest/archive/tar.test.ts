/** Tar archives of every age, whole and damaged. */

import { describe, expect, it } from 'vitest';
import { readTar } from '../../../../src/adapters/ingest/formats/archive/tar';
import { joined, paxData, rawTar, type RawTarEntry } from '../../../fixtures/raw-archives';
import { problemOf } from '../../../fixtures/read-with';
import { contents, lost, unpacked } from '../../../fixtures/unpacked';

const end = new Uint8Array(1024);

describe('a tar archive', () => {
  const long = `${'deep/'.repeat(30)}file.txt`;

  it.each<[string, RawTarEntry[], string]>([
    ['of POSIX', [{ name: 'a.txt', prefix: 'some/folder', data: 'x' }], 'some/folder/a.txt'],
    ['of before POSIX', [{ name: 'a.txt', magic: 'none', type: '\0', data: 'x' }], 'a.txt'],
    ['of GNU, where no prefix is', [{ name: 'a.txt', magic: 'gnu', prefix: '7654321', data: 'x' }], 'a.txt'],
    [
      'of GNU with a long name',
      [
        { name: '././@LongLink', type: 'L', data: `${long}\0` },
        { name: 'cut', data: 'x' },
      ],
      long,
    ],
    [
      'with an extended header',
      [
        { name: 'pax', type: 'x', data: paxData({ path: long, mtime: '1.5' }) },
        { name: 'cut', data: 'x' },
      ],
      long,
    ],
    ['with a size in bytes', [{ name: 'a.txt', data: 'x', binarySize: true }], 'a.txt'],
  ])('%s gives its files', async (_, entries, path) => {
    const read = await unpacked(readTar, joined(rawTar(entries), end));
    expect(await contents(read)).toEqual({ [path]: 'x' });
    expect(read.problem).toBeNull();
  });

  it('takes a size from an extended header, and only for the next file', async () => {
    const read = await unpacked(
      readTar,
      joined(
        rawTar([
          { name: 'pax', type: 'x', data: paxData({ size: '3' }) },
          { name: 'a', data: 'one', sizeBytes: 0 },
          { name: 'b', data: 'two' },
        ]),
        end,
      ),
    );
    expect(await contents(read)).toEqual({ a: 'one', b: 'two' });
  });

  it('gives hard links what they share, and counts what has nothing in it', async () => {
    const read = await unpacked(
      readTar,
      joined(
        rawTar([
          { name: 'folder/', type: '5' },
          { name: 'a', data: 'one' },
          { name: 'b', type: '1', target: 'a' },
          { name: 'c', type: '1', target: 'gone' },
          { name: 'd', type: '2', target: 'a' },
          { name: 'e', type: '6' },
        ]),
        end,
      ),
    );
    expect(await contents(read)).toEqual({ a: 'one', b: 'one' });
    expect(lost(read)).toEqual({ c: 'unreadable' });
    expect(read.losses).toEqual([{ what: 'embedded-files', count: 2 }]);
  });

  it('does not give out a large file by a thousand links', async () => {
    const links = Array.from({ length: 1000 }, (_, i) => ({ name: `b${i}`, type: '1', target: 'a' }));
    const read = await unpacked(
      readTar,
      joined(rawTar([{ name: 'a', data: new Uint8Array(3_000_000) }, ...links]), end),
    );
    expect(read.children.length).toBeGreaterThan(1);
    expect(read.lostChildren.length).toBeGreaterThan(500);
    expect(new Set(Object.values(lost(read)))).toEqual(new Set(['too-large']));
  });

  it('says of sparse files that they cannot be read, and goes on behind them', async () => {
    const read = await unpacked(
      readTar,
      joined(
        rawTar([
          { name: 'old', type: 'S', magic: 'gnu', data: 'data' },
          { name: 'pax', type: 'x', data: paxData({ 'GNU.sparse.major': '1', 'GNU.sparse.name': 'new' }) },
          { name: 'GNUSparseFile.1/new', data: 'data' },
          { name: 'c', data: 'x' },
        ]),
        end,
      ),
    );
    expect(await contents(read)).toEqual({ c: 'x' });
    expect(lost(read)).toEqual({ old: 'unreadable', new: 'unreadable' });
  });

  it('says which file it was cut off in', async () => {
    const whole = rawTar([
      { name: 'a', data: 'one' },
      { name: 'b', data: 'x'.repeat(2000) },
    ]);
    const read = await unpacked(readTar, whole.slice(0, 2500));
    expect(await contents(read)).toEqual({ a: 'one' });
    expect(lost(read)).toEqual({ b: 'malformed' });
    expect(read.problem?.code).toBe('malformed');
  });

  it('goes on behind damage', async () => {
    const files = rawTar(['a', 'b', 'c'].map((name) => ({ name, data: name })));
    files.fill(0x2a, 1024, 1024 + 300);
    const read = await unpacked(readTar, joined(files, end));
    expect(await contents(read)).toEqual({ a: 'a', c: 'c' });
    expect(read.problem?.code).toBe('malformed');
  });

  it('is broken when there is nothing of one in it', async () => {
    const noise = new Blob([new Uint8Array(2000).fill(7)]);
    expect(await problemOf(readTar, noise)).toMatchObject({ code: 'malformed' });
    expect(await problemOf(readTar, new Blob([end]))).toMatchObject({ code: 'empty' });
  });
});
