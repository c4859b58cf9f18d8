import { describe, expect, it } from 'vitest';
import { batchesOf } from '../../../src/core/disclosure/batches';
import { GRAM, GramIndex, indexedUnits } from '../../../src/core/disclosure/gram-index';
import { lengthOf, pushRange, unionOf, without } from '../../../src/core/disclosure/ranges';

/** The same numbers for every run. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) / 2 ** 24;
  };
}

/** A text over an alphabet small enough that pieces recur by chance. */
function randomText(random: () => number, length: number, letters: number): string {
  return Array.from({ length }, () => String.fromCharCode(97 + Math.floor(random() * letters))).join('');
}

function scanned(texts: readonly (readonly string[])[], document: string, cut = document.length): number[][] {
  const index = new GramIndex(texts.map((group) => ({ texts: group })));
  const ranges = texts.map((): number[] => []);
  // As the reader of documents does it: windows that overlap by a gram.
  for (let from = 0; from < document.length; from += cut) {
    const text = document.slice(0, Math.min(document.length, from + cut + GRAM));
    index.scan(text, from, Math.min(from + cut, document.length), (start, end, groups) => {
      ranges.forEach((set, group) => {
        if (groups & (1 << group)) pushRange(set, start, end);
      });
    });
  }
  return ranges;
}

/** Every position of the document looked at by itself. */
function byBruteForce(texts: readonly string[], document: string): number[] {
  const ranges: number[] = [];
  for (let at = 0; at + GRAM <= document.length; at++)
    if (texts.some((text) => text.includes(document.slice(at, at + GRAM)))) pushRange(ranges, at, at + GRAM);
  return ranges;
}

describe('stretches of a document in sent texts', () => {
  it('are exactly the common pieces of 32 characters or more, whatever the texts', () => {
    const random = randomOf(7);
    let found = 0;
    for (let round = 0; round < 120; round++) {
      const document = randomText(random, 600, round % 3 === 0 ? 1 + (round % 2) : 26);
      const texts = Array.from({ length: 4 }, () => {
        const at = Math.floor(random() * 500);
        const piece = document.slice(at, at + 20 + Math.floor(random() * 60));
        return randomText(random, 10, 26) + piece + randomText(random, 40, 2);
      });
      const expected = byBruteForce(texts, document);
      expect(scanned([texts], document)).toEqual([expected]);
      expect(scanned([texts], document, 100)).toEqual([expected]);
      found += expected.length;
    }
    expect(found).toBeGreaterThan(200);
  });

  it('begin at 32 characters: one less is not traced', () => {
    const piece = 'the quick brown fox jumps over a lazy dog';
    const document = `${'.'.repeat(50)}${piece}${'!'.repeat(50)}`;
    expect(scanned([[`<${piece.slice(0, GRAM)}>`]], document)).toEqual([[50, 50 + GRAM]]);
    expect(scanned([[`<${piece.slice(0, GRAM - 1)}>`]], document)).toEqual([[]]);
  });

  it('are found through the escapes of repr and JSON, nested too', () => {
    const document = 'Article 1\n"Scope"\tThe parties agree that it’s done\\finished — été.\n';
    const json = JSON.stringify([document]);
    const python = `['Article 1\\n"Scope"\\tThe parties agree that it’s done\\\\finished — \\xe9t\\u00e9.\\n']`;
    for (const text of [json, python, JSON.stringify(json)])
      expect(scanned([[text]], document)).toEqual([[0, document.length]]);
  });

  it('are told apart by group', () => {
    const [one, two] = [
      'a'.repeat(10) + 'first passage of the document text',
      'second passage, of another kind !',
    ];
    expect(scanned([[`x${one}`, two], [two]], `${one}\n${two}`)).toEqual([
      [0, 44, 45, 78],
      [45, 78],
    ]);
  });

  it('are found in time on text that repeats itself without end', () => {
    const blank = ' '.repeat(400_000);
    const startedAtMs = performance.now();
    expect(scanned([[blank, `${blank}x`]], blank)).toEqual([[0, blank.length]]);
    expect(performance.now() - startedAtMs).toBeLessThan(2_000);
  });

  it('are not lost where texts are cut into portions', () => {
    const random = randomOf(3);
    const document = randomText(random, 5_000, 26);
    const sent = [
      { to: 'a', texts: [document.slice(0, 3_000)] },
      { to: 'b', texts: [document.slice(1_000, 4_000)] },
    ];
    const batches = batchesOf(sent, 800);
    expect(batches.length).toBeGreaterThan(5);
    const found = (to: string) =>
      unionOf(
        batches.flatMap((batch) => {
          expect(batch.reduce((sum, { texts }) => sum + indexedUnits(texts), 0)).toBeLessThanOrEqual(800);
          return batch.filter((group) => group.to === to).flatMap(({ texts }) => scanned([texts], document));
        }),
      );
    expect([found('a'), found('b')]).toEqual([
      [0, 3_000],
      [1_000, 4_000],
    ]);
  });
});

describe('sets of stretches', () => {
  it('are united, taken from one another and measured', () => {
    expect(unionOf([[5, 8, 20, 30], [0, 5, 29, 31], []])).toEqual([0, 8, 20, 31]);
    expect(without([0, 10, 20, 30, 40, 50], [2, 4, 8, 22, 29, 45])).toEqual([0, 2, 4, 8, 22, 29, 45, 50]);
    expect(without([0, 10], [0, 10])).toEqual([]);
    expect(lengthOf([0, 2, 4, 8])).toBe(6);
  });
});
