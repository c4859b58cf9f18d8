/** Archives as folders of files: which of them come out, under which paths, and what is said of the others. */

import { describe, expect, it } from 'vitest';
import { harmlessPath, UniquePaths } from '../../../../src/adapters/ingest/formats/archive/harmless-path';
import { readZip } from '../../../../src/adapters/ingest/formats/archive/zip-archive';
import { rawZip } from '../../../fixtures/raw-archives';
import { problemOf } from '../../../fixtures/read-with';
import { contents, lost, unpacked } from '../../../fixtures/unpacked';

describe('a zip archive as a folder', () => {
  it('gives every file, and tells of each that cannot be had', async () => {
    const read = await unpacked(
      readZip,
      rawZip([
        { name: 'folder/' },
        { name: 'folder/a.txt', data: 'first', method: 8 },
        { name: 'secret.txt', data: 'xxxxxxxxxxxx', flags: 1 },
        { name: 'odd.txt', data: 'x', method: 14 },
        { name: 'broken.txt', data: 'x', crc: 7 },
        { name: 'inner.zip', data: rawZip([{ name: 'b.txt' }]) },
      ]),
    );
    expect(read.text).toBe('');
    expect(await contents(read)).toMatchObject({ 'folder/a.txt': 'first', 'inner.zip': expect.any(String) });
    expect(read.children).toHaveLength(2);
    expect(lost(read)).toEqual({
      'secret.txt': 'password',
      'odd.txt': 'unreadable',
      'broken.txt': 'malformed',
    });
    expect(read.problem).toBeNull();
  });

  it('says that files may be missing when its directory is damaged', async () => {
    const read = await unpacked(readZip, rawZip([{ name: 'a.txt', data: 'x' }], { noDirectory: true }));
    expect(await contents(read)).toEqual({ 'a.txt': 'x' });
    expect(read.problem?.code).toBe('malformed');
  });

  it('leaves out what systems drop and what its .gitignore says', async () => {
    const names = [
      '__MACOSX/._a.txt',
      'src/.DS_Store',
      'src/a.txt',
      '.git/config',
      'node_modules/x.js',
      'src/~$a.docx',
      'a.log',
      'keep.log',
    ];
    const read = await unpacked(
      readZip,
      rawZip([
        { name: '.gitignore', data: 'node_modules/\n*.log\n!keep.log\n', method: 8 },
        ...names.map((name) => ({ name, data: 'x' })),
      ]),
    );
    expect(Object.keys(await contents(read))).toEqual(['.gitignore', 'src/a.txt', 'keep.log']);
    expect(read.losses).toEqual([{ what: 'ignored-files', count: 2 }]);
  });

  it('has nothing in it when there are only folders or droppings', async () => {
    expect(await problemOf(readZip, new Blob([rawZip([{ name: 'a/' }])]))).toMatchObject({ code: 'empty' });
    expect(await problemOf(readZip, new Blob([rawZip([{ name: '.DS_Store' }])]))).toMatchObject({
      code: 'empty',
      message: expect.stringContaining('only files of the system') as string,
    });
  });
});

describe('paths out of an archive', () => {
  it.each([
    ['../../etc/passwd', 'etc/passwd'],
    ['/etc/passwd', 'etc/passwd'],
    ['C:\\Windows\\system.ini', 'Windows/system.ini'],
    ['c:/a.txt', 'a.txt'],
    ['..\\..\\a.txt', 'a.txt'],
    ['\\\\server\\share\\a.txt', 'server/share/a.txt'],
    ['a/./b//c.txt', 'a/b/c.txt'],
    ['a\\b.txt', 'a\\b.txt'],
    ['', 'unnamed'],
    ['../..', 'unnamed'],
    ['   ', 'unnamed'],
    ['a\0b\n.txt', 'a_b_.txt'],
    ['exe.\u202efdp.txt', 'exe._fdp.txt'],
    ['docs/CON.txt', 'docs/_CON.txt'],
    ['console.txt', 'console.txt'],
    ['\ud800.txt', '\ufffd.txt'],
    ['日本語/ü😀.txt', '日本語/ü😀.txt'],
    ['__proto__', '__proto__'],
  ])('%j becomes %j', (name, path) => {
    expect(harmlessPath(name)).toBe(path);
  });

  it('are of bounded length and keep their endings', () => {
    const long = harmlessPath(`${'a'.repeat(5000)}.docx`);
    expect(long).toMatch(/^a+…\.docx$/);
    expect(long.length).toBe(200);
    expect(harmlessPath('x/'.repeat(100_000)).length).toBeLessThan(2000);
    expect(harmlessPath(`${'y'.repeat(150)}/`.repeat(40) + 'z.txt').length).toBeLessThan(2000);
  });

  it('are each given once', () => {
    const paths = new UniquePaths();
    const taken = ['a.txt', 'a.txt', 'a (2).txt', 'a.txt', 'b', 'b'].map((path) => paths.take(path));
    expect(taken).toEqual(['a.txt', 'a (2).txt', 'a (2) (2).txt', 'a (3).txt', 'b', 'b (2)']);
  });

  it('never lose a file, whatever they were', async () => {
    const names = ['../a.txt', '/a.txt', 'a.txt', 'C:/a.txt', '..'];
    const read = await unpacked(readZip, rawZip(names.map((name) => ({ name, data: name }))));
    expect(await contents(read)).toEqual({
      'a.txt': '../a.txt',
      'a (2).txt': '/a.txt',
      'a (3).txt': 'a.txt',
      'a (4).txt': 'C:/a.txt',
      unnamed: '..',
    });
  });
});
