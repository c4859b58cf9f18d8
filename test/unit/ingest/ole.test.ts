import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Ole } from '../../../src/adapters/ingest/formats/ole';
import { oleRefusal } from '../../../src/adapters/ingest/formats/ole-refusal';
import { oleFile } from '../../fixtures/ole-file';
import { dataPath } from '../../fixtures/shared-data';

const small = Uint8Array.from({ length: 100 }, (_, at) => at);
const large = Uint8Array.from({ length: 9000 }, (_, at) => (at * 7) % 256);

describe('a compound file', () => {
  test('gives its streams by their paths, small and large', async () => {
    const file = oleFile({
      WordDocument: large,
      '1Table': small,
      'ObjectPool/Contents': small,
      Empty: new Uint8Array(),
    });
    const ole = await Ole.open(new Blob([file]));
    expect([...ole.names].sort()).toEqual(['1Table', 'Empty', 'ObjectPool/Contents', 'WordDocument']);
    expect(await ole.stream('WordDocument')).toEqual(large);
    expect(await ole.stream('1table')).toEqual(small);
    expect(await ole.stream('ObjectPool/Contents')).toEqual(small);
    expect(await ole.stream('Empty')).toEqual(new Uint8Array());
    expect(await ole.stream('Nothing')).toBeNull();
  });

  test.each([
    ['WordDocument', 'word', 'unreadable'],
    ['Workbook', 'excel', 'unreadable'],
    ['PowerPoint Document', 'powerpoint', 'unreadable'],
    ['__properties_version1.0', 'outlook', 'unreadable'],
    ['EncryptedPackage', 'encrypted', 'password'],
    ['Contents', 'other', 'unreadable'],
  ])('with %s at its root is %s', async (name, kind, code) => {
    const ole = await Ole.open(new Blob([oleFile({ 'inner/WordDocument': small, [name]: small })]));
    expect(ole.kind).toBe(kind);
    expect(oleRefusal(ole.kind)).toMatchObject({ code, hint: expect.stringContaining('save') as string });
  });

  test('whose streams are longer than the file says so', async () => {
    const file = oleFile({ WordDocument: large });
    await expect(Ole.open(new Blob([file.subarray(0, 2000)]))).rejects.toMatchObject({ code: 'malformed' });
    await expect(Ole.open(new Blob([file.subarray(0, 100)]))).rejects.toMatchObject({ code: 'malformed' });
    await expect(Ole.open(new Blob(['no compound file'.repeat(99)]))).rejects.toMatchObject({
      code: 'malformed',
    });
  });

  test('that goes in circles is read to an end', async () => {
    const file = oleFile({ a: small, b: small });
    const at = 512 + [...Array(20).keys()].findIndex((sector) => file[512 + sector * 512] === 0x52) * 512;
    const view = new DataView(file.buffer);
    view.setUint32(at + 128 + 68, 1, true); // `a` is its own left neighbour
    expect((await Ole.open(new Blob([file]))).names).toEqual(['a', 'b']);
    const fatAt = file.length - 512;
    for (let sector = 0; sector < 4; sector++) view.setUint32(fatAt + sector * 4, 0, true);
    expect((await Ole.open(new Blob([file]))).names).toEqual(['a', 'b']);
  });

  const locked = dataPath('documents/docx/testWORD_protected_passtika.docx');
  test.skipIf(locked === null)(
    'of a real document with a password is told (needs the real documents)',
    async () => {
      const ole = await Ole.open(new Blob([readFileSync(locked ?? '')]));
      expect(ole.kind).toBe('encrypted');
    },
  );
});
