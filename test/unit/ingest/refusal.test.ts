import { describe, expect, test } from 'vitest';
import { readDocument } from '../../../src/adapters/ingest/read-document';

function read(file: File, path = file.name): Promise<unknown> {
  const sink = { write: () => undefined, restart: () => undefined };
  return readDocument(file, path, sink, new AbortController().signal, () => undefined);
}

function bytes(binary: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

describe('what is not text is refused in words', () => {
  test.each([
    ['report.pdf', '%PDF-1.7\n%âãÏÓ', 'PDF files cannot be read yet.'],
    ['letter.docx', 'PK\x03\x04\x14\0\x06\0', 'Word files cannot be read yet.'],
    ['all.zip', 'PK\x03\x04\x14\0\x06\0', 'Zip archives cannot be read yet.'],
    ['photo.txt', '\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'Images cannot be read yet.'],
    ['photo.jpg', '\xff\xd8\xff\xe0\0\x10JFIF', 'Images cannot be read yet.'],
    ['log.gz', '\x1f\x8b\x08\0\0\0\0\0', 'Archives cannot be read yet.'],
    ['old.doc', '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0', 'Old Office files cannot be read yet.'],
    ['letter.rtf', '{\\rtf1\\ansi Hello}', 'Rich Text (RTF) files cannot be read yet.'],
    [
      'data.bin',
      Array.from({ length: 512 }, (_, i) => String.fromCharCode((i * 7919) % 256)).join(''),
      'This does not look like text.',
    ],
  ])('%s', async (name, content, message) => {
    await expect(read(new File([bytes(content)], name))).rejects.toMatchObject({
      code: 'unreadable',
      message,
    });
  });

  test('text that only begins like a picture is read', async () => {
    await expect(read(new File(['BMW and MZ are names of makers'], 'a.txt'))).resolves.toMatchObject({
      kind: 'text',
    });
    await expect(read(new File(['RIFF raff and ID3 tags'], 'a.txt'))).resolves.toMatchObject({
      kind: 'text',
    });
  });

  test('an empty file, and one that holds nothing but a mark', async () => {
    await expect(read(new File([], 'a.txt'))).rejects.toMatchObject({ code: 'empty' });
    await expect(read(new File([bytes('\xef\xbb\xbf')], 'a.txt'))).rejects.toMatchObject({ code: 'empty' });
  });

  test('a file that can no longer be read', async () => {
    // What a browser does when the file on disk was changed or removed since it was dropped.
    class GoneFile extends File {
      override slice(): Blob {
        return this;
      }
      override arrayBuffer(): Promise<ArrayBuffer> {
        return Promise.reject(new DOMException('changed', 'NotReadableError'));
      }
    }
    const file = new GoneFile(['gone'], 'gone.txt');
    await expect(read(file)).rejects.toMatchObject({ code: 'unreadable', hint: 'Drop it again.' });
  });

  test('kinds by name, and HTML without one by its beginning', async () => {
    const kinds = {
      'a.md': 'markdown',
      'b.TSV': 'tsv',
      'c.jsonl': 'jsonl',
      'd.py': 'code',
      'e.log': 'log',
      README: 'text',
    };
    for (const [name, kind] of Object.entries(kinds))
      await expect(read(new File(['some text'], name))).resolves.toMatchObject({ kind });
    await expect(read(new File(['<!DOCTYPE html><p>x'], 'page'))).resolves.toMatchObject({ kind: 'html' });
  });
});
