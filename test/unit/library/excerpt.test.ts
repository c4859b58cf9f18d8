import { describe, expect, test } from 'vitest';
import type { SearchHit } from '../../../src/core/corpus/library';
import { askedFor, excerpt } from '../../../src/ui/library/excerpt';

const hit = (match: string, words: readonly string[] = []): SearchHit => ({
  span: { documentId: 'd', start: 0, end: match.length },
  documentName: 'd.txt',
  before: 'before ',
  match,
  after: ' after',
  score: null,
  highlights: words.map((word) => ({ start: match.indexOf(word), end: match.indexOf(word) + word.length })),
});

describe('what is shown of a hit', () => {
  test('is the match with what is around it', () => {
    expect(excerpt(hit('found'))).toEqual([
      { text: 'before ', marked: false },
      { text: 'found', marked: true },
      { text: ' after', marked: false },
    ]);
  });

  test('begins near the words of a passage that stand together, and says that it is cut', () => {
    const passage = `lone ${'filling words '.repeat(60)}white whale ${'and more words '.repeat(60)}`;
    const shown = excerpt(hit(passage, ['lone', 'white', 'whale']));
    expect(shown.filter(({ marked }) => marked).map(({ text }) => text)).toEqual(['white', 'whale']);
    const text = shown.map(({ text }) => text).join('');
    expect(text.length).toBeLessThan(280);
    expect(text).toMatch(/^… (filling|words)/);
    expect(text).toMatch(/ …$/);
  });

  test('is a short passage whole', () => {
    const shown = excerpt(hit('A white whale.', ['white', 'whale']));
    expect(shown.map(({ text }) => text)).toEqual(['A ', 'white', ' ', 'whale', '.']);
  });
});

test('what stands in quotation marks is looked for as it is written, all else by its words', () => {
  expect(askedFor('white whale', false)).toEqual({ mode: 'words', query: 'white whale' });
  expect(askedFor(' "white whale" ', false)).toEqual({ mode: 'exact', query: 'white whale' });
  expect(askedFor('“white whale”', false)).toEqual({ mode: 'exact', query: 'white whale' });
  expect(askedFor('"white whale" dawn', false)).toEqual({ mode: 'words', query: '"white whale" dawn' });
  expect(askedFor('"a" "b"', false).mode).toBe('words');
  expect(askedFor('""', false).mode).toBe('words');
  expect(askedFor('"a|b"', true)).toEqual({ mode: 'pattern', query: '"a|b"' });
});
