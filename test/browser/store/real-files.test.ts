import { afterAll, describe, expect, test } from 'vitest';
import { createLibrary } from '../../../src/adapters/store/library';

const library = createLibrary();

async function sharedFile(path: string): Promise<File | null> {
  const response = await fetch(`/test-data/documents/${path}`);
  return response.ok ? new File([await response.blob()], path.split('/').at(-1) ?? path) : null;
}

const book = await sharedFile('text/2701-0.txt');
const reason = book ? '' : ' (no shared data here)';
const imported: string[] = [];

afterAll(async () => {
  for (const id of imported) await library.remove(id);
});

async function textOf(path: string): Promise<{ text: string; encoding: string; bytes: Uint8Array }> {
  const file = await sharedFile(path);
  if (!file) throw new Error(`${path} is missing from the test data`);
  const { corpus, documents } = await library.import([{ path, file }]);
  imported.push(corpus.id);
  const [document] = documents;
  return {
    text: await library.text(document?.id ?? ''),
    encoding: document?.encoding ?? '',
    bytes: new Uint8Array(await file.arrayBuffer()),
  };
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

describe.skipIf(!book)(`real files${reason}`, () => {
  test('Moby-Dick is kept to the byte, and says "whale" 1230 times', async () => {
    const { text, encoding, bytes } = await textOf('text/2701-0.txt');
    expect(encoding).toBe('utf-8');
    expect(text.match(/\bwhale\b/gi)?.length).toBe(1230);
    const mark = bytes[0] === 0xef ? 3 : 0;
    expect(sameBytes(new TextEncoder().encode(text), bytes.subarray(mark))).toBe(true);
  });

  test('its sentences are found although the lines break elsewhere', async () => {
    const corpusId = imported[0] ?? '';
    const quotes = [
      'Call me Ishmael. Some years ago—never mind how long precisely—having little or no money in my purse',
      'It is not down in any map; true places never are.',
      'Call me Ahab. Some years ago',
    ];
    const spans = await library.locate(
      corpusId,
      quotes.map((text) => ({ text, hint: null })),
    );
    expect(spans.map((span) => span !== null)).toEqual([true, true, false]);
    const [first] = spans;
    if (first)
      expect(await library.text(first.documentId, first)).toMatch(/^Call me Ishmael\.[^]*in my\s+purse$/);
  });

  test.each([
    ['text/fake-text-utf-16.txt', 'utf-16'],
    ['text/fake-text-utf-16-be.txt', 'utf-16be'],
  ])('%s', async (path, label) => {
    const { text, bytes } = await textOf(path);
    const little = label === 'utf-16' ? 'utf-16le' : label;
    expect(text).toBe(new TextDecoder(bytes[0] === 0xfe ? 'utf-16be' : little).decode(bytes));
    expect(text).not.toContain('\ufffd');
  });

  test('text/fake-text-utf-32.txt says the same as its UTF-16 sister', async () => {
    const [wide, wider] = [
      await textOf('text/fake-text-utf-16.txt'),
      await textOf('text/fake-text-utf-32.txt'),
    ];
    expect(wider.encoding).toMatch(/^utf-32/);
    expect(wider.text.trim()).toBe(wide.text.trim());
  });

  test('text/multi-language.txt, in one of the older encodings, keeps its accents', async () => {
    const { text, bytes } = await textOf('text/multi-language.txt');
    expect(text).toBe(new TextDecoder('windows-1252').decode(bytes));
  });

  test.each([
    'text/testTXTNonASCIIUTF8.txt',
    'csv/csv-with-escaped-commas.csv',
    'csv/csv-with-line-delimiter.csv',
    'csv/csv-with-long-lines.csv',
    'csv/empty.csv',
    'csv/empty_crlf.csv',
    'csv/long-sample.csv',
    'csv/verylong-sample.csv',
  ])('%s is kept to the byte', async (path) => {
    const { text, bytes } = await textOf(path);
    const mark = bytes[0] === 0xef && bytes[1] === 0xbb ? 3 : 0;
    expect(sameBytes(new TextEncoder().encode(text), bytes.subarray(mark))).toBe(true);
  });
});
