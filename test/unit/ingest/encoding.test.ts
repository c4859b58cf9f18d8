import { describe, expect, test } from 'vitest';
import { LEGACY } from '../../fixtures/legacy-encodings';
import type { FileFacts } from '../../../src/adapters/ingest/file-facts';
import { readDocument } from '../../../src/adapters/ingest/read-document';

/** Reads bytes as the library would, without storing them. */
async function read(
  bytes: Uint8Array<ArrayBuffer>,
  path = 'file.txt',
): Promise<FileFacts & { text: string }> {
  let pieces: Uint8Array<ArrayBuffer>[] = [];
  const sink = {
    write: (utf8: Uint8Array<ArrayBuffer>) => void pieces.push(utf8.slice()),
    restart: () => void (pieces = []),
  };
  const facts = await readDocument(
    new File([bytes], path),
    path,
    sink,
    new AbortController().signal,
    () => undefined,
  );
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
    await new Blob(pieces).arrayBuffer(),
  );
  return { ...facts, text };
}

function wide(text: string, unitBytes: 2 | 4, littleEndian: boolean, mark: boolean): Uint8Array<ArrayBuffer> {
  const units =
    unitBytes === 2
      ? Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))
      : Array.from(text, (char) => char.codePointAt(0) ?? 0);
  if (mark) units.unshift(0xfeff);
  const view = new DataView(new ArrayBuffer(units.length * unitBytes));
  for (const [i, unit] of units.entries())
    if (unitBytes === 2) view.setUint16(i * 2, unit, littleEndian);
    else view.setUint32(i * 4, unit, littleEndian);
  return new Uint8Array(view.buffer);
}

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const samples = {
  English: 'The keeper wrote: nothing to report,\r\nand signed it.\n',
  mixed: 'Łódź, Ærø, 港口, гавань, 🙂 and 𝄞.\n',
  Russian: 'Вчера днём смотритель маяка заметил незнакомое судно.\n',
  Japanese: '明日の朝、港に船が着きます。積荷は茶と米です。\n次の船は来週です。\n',
};

describe('UTF-16 and UTF-32', () => {
  for (const [language, text] of Object.entries(samples))
    for (const unitBytes of [2, 4] as const)
      for (const littleEndian of [true, false]) {
        const name = `utf-${unitBytes * 8}${littleEndian ? 'le' : 'be'}`;
        test(`${name} with a mark: ${language}`, async () => {
          const found = await read(wide(text, unitBytes, littleEndian, true));
          expect([found.encoding, found.text, found.problem]).toEqual([name, text, null]);
        });
        test(`${name} without a mark: ${language}`, async () => {
          const found = await read(wide(text, unitBytes, littleEndian, false));
          expect([found.encoding, found.text, found.problem]).toEqual([name, text, null]);
        });
      }

  test('pieces that end inside a character are put together, in files of several blocks', async () => {
    const text = 'x🙂é'.repeat(500_000);
    for (const unitBytes of [2, 4] as const) {
      const found = await read(wide(text, unitBytes, true, true));
      expect(found.text === text).toBe(true);
    }
  });

  test('half a character at the end is told and shown as �', async () => {
    const cut = await read(wide('ends badly 🙂', 4, true, true).slice(0, -1));
    expect(cut.text).toBe('ends badly \ufffd');
    expect(cut.problem?.code).toBe('malformed');
  });
});

describe('UTF-8', () => {
  test('a byte order mark is not text, a later one is', async () => {
    const found = await read(utf8('\ufeffa \ufeff b'));
    expect(found.text).toBe('a \ufeff b');
  });

  test('every byte is kept: CRLF, NUL, unassigned and private characters', async () => {
    const text = 'a\r\nb\0c\rd\u0085\u2028\ue000\u{10ffff} and enough words for the NUL to be an exception';
    const found = await read(utf8(text));
    expect([found.text, found.encoding, found.problem]).toEqual([text, 'utf-8', null]);
  });

  test('one broken byte among many sound ones is damage, not another encoding', async () => {
    const bytes = utf8('Ærø, Łódź, 港口 — all of it sound, but for one byte: X. Больше ничего.');
    bytes[bytes.indexOf(0x58)] = 0xff;
    const found = await read(bytes);
    expect(found.encoding).toBe('utf-8');
    expect(found.text).toContain('one byte: \ufffd. Больше');
    expect(found.problem).toMatchObject({ code: 'malformed' });
  });

  test('a broken byte megabytes into a file is found, and the file read anew', async () => {
    const head = utf8('plain ascii line\n'.repeat(600_000)); // 10 MB
    const bytes = new Uint8Array(head.length + 6);
    bytes.set(head);
    bytes.set([0x63, 0x61, 0x66, 0xe9, 0x2e, 0x0a], head.length);
    const found = await read(bytes);
    expect(found.encoding).toBe('windows-1252');
    expect(found.text.endsWith('line\ncafé.\n')).toBe(true);
    expect(found.text.length).toBe(bytes.length);
  });
});

describe('older encodings are recognised in a line of text', () => {
  test.each(LEGACY)('%s', async (_encoding, hex, text) => {
    const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
    const found = await read(bytes);
    // The name is not compared: a near relative that reads the same, as GBK for GB18030, is as good.
    expect(found.text).toBe(text);
    expect(found.problem).toBeNull();
  });

  test('a declaration decides when the bytes bear it out', async () => {
    const page = Uint8Array.from('<html><meta charset="koi8-r"><p>\xc4\xc1</p>', (char) =>
      char.charCodeAt(0),
    );
    const found = await read(page, 'page.html');
    expect([found.encoding, found.text]).toEqual(['koi8-r', '<html><meta charset="koi8-r"><p>да</p>']);
    const xml = Uint8Array.from('<?xml version="1.0" encoding="windows-1251"?><a>\xe4\xe0</a>', (char) =>
      char.charCodeAt(0),
    );
    expect((await read(xml, 'a.xml')).text).toBe('<?xml version="1.0" encoding="windows-1251"?><a>да</a>');
  });

  test('a declaration that is not true does not', async () => {
    const page = utf8('<html><meta charset="windows-1251"><p>да, 港口</p>');
    expect(await read(page, 'page.html')).toMatchObject({
      encoding: 'utf-8',
      text: '<html><meta charset="windows-1251"><p>да, 港口</p>',
    });
  });
});
