import { describe, expect, test } from 'vitest';
import { readDocument } from '../../../src/adapters/ingest/read-document';

function read(file: File, path = file.name): Promise<unknown> {
  const sink = { write: () => undefined, restart: () => undefined };
  return readDocument(file, path, sink, new AbortController().signal, () => undefined);
}

function bytes(binary: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

describe('files that cannot be read as text', () => {
  test('noise is refused', async () => {
    const noise = Array.from({ length: 512 }, (_, i) => String.fromCharCode((i * 7919) % 256)).join('');
    await expect(read(new File([bytes(noise)], 'data.bin'))).rejects.toMatchObject({
      code: 'unreadable',
      message: 'This does not look like text.',
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

  test('kinds by name', async () => {
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
  });
});
