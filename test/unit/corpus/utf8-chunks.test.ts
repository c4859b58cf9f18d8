import { describe, expect, test } from 'vitest';
import { CharCounter, pairBoundary, unitIndex } from '../../../src/core/corpus/positions';
import { Utf8Chunker, measureUtf8, type TextChunk } from '../../../src/core/corpus/utf8-chunks';

const text = 'añ€𐍈\r\n\u0000 — 港口 🙂 '.repeat(50);
const bytes = new TextEncoder().encode(text);

function chunksOf(target: number, pieceBytes: number): TextChunk[] {
  const chunker = new Utf8Chunker(target);
  const chunks: TextChunk[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes)
    chunks.push(...chunker.push(bytes.slice(at, at + pieceBytes)));
  chunks.push(...chunker.end());
  return chunks;
}

test('a measure counts bytes, code points, UTF-16 units and lines', () => {
  expect(measureUtf8(bytes)).toEqual({
    bytes: bytes.length,
    chars: [...text].length,
    units: text.length,
    lines: 50,
  });
});

describe.each([4, 5, 7, 64, 1000, 100_000])('chunks of %i bytes', (target) => {
  test.each([1, 3, 17, 4096])('from pieces of %i bytes give the text back', (pieceBytes) => {
    const chunks = chunksOf(target, pieceBytes);
    // A fatal decoder proves that no chunk begins or ends inside a code point.
    const decoder = new TextDecoder('utf-8', { fatal: true });
    let before = '';
    for (const [index, { utf8, start, size, index: own }] of chunks.entries()) {
      const piece = decoder.decode(utf8);
      expect(own).toBe(index);
      expect(utf8.length).toBeLessThanOrEqual(target);
      expect(start).toEqual(measureUtf8(new TextEncoder().encode(before)));
      expect(size.units).toBe(piece.length);
      before += piece;
    }
    expect(before).toBe(text);
  });
});

test('code points and UTF-16 units turn into each other', () => {
  const chars = [...text];
  const counter = new CharCounter(text);
  let unit = 0;
  for (let char = 0; char <= chars.length; char++) {
    expect(unitIndex(text, char)).toBe(unit);
    expect(counter.at(unit)).toBe(char);
    unit += chars[char]?.length ?? 0;
  }
  expect(counter.at(1)).toBe(1); // going back starts over
});

test('a boundary never falls inside a surrogate pair', () => {
  expect(pairBoundary('a🙂b', 2)).toBe(1);
  expect(pairBoundary('a🙂b', 1)).toBe(1);
  expect(pairBoundary('a🙂b', 3)).toBe(3);
});
