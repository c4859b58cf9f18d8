import { describe, expect, it } from 'vitest';
import { changedTags, cleanLabel, collectionsOf, countTags, withTags } from '../../../src/core/corpus/tags';
import type { CorpusInfo } from '../../../src/core/corpus/library';

const documents = [
  { id: 'a', tags: ['law', 'Old'] },
  { id: 'b', tags: [] },
  { id: 'c', tags: ['Old', 'law'] },
  { id: 'd', tags: ['old'] },
];

describe('tags', () => {
  it('are counted over documents, in alphabetical order', () => {
    expect(countTags(documents)).toEqual([
      { tag: 'law', count: 2 },
      { tag: 'Old', count: 2 },
      { tag: 'old', count: 1 },
    ]);
  });

  it('filter documents that have each of them', () => {
    expect(withTags(documents, ['law', 'Old']).map(({ id }) => id)).toEqual(['a', 'c']);
    expect(withTags(documents, [])).toBe(documents);
  });

  it('are added and taken off, and what is not named stays', () => {
    expect(changedTags(documents.slice(0, 3), { add: ['new'], remove: ['Old'] })).toEqual([
      { ids: ['a', 'c'], tags: ['law', 'new'] },
      { ids: ['b'], tags: ['new'] },
    ]);
  });

  it.each([
    ['  two\n words ', 'two words'],
    ['🐋'.repeat(70), '🐋'.repeat(60)],
    [' \t ', ''],
  ])('are kept clean: %j', (typed, kept) => {
    expect(cleanLabel(typed)).toBe(kept);
  });
});

it('corpora stand under their collections, those in none last', () => {
  const corpus = (id: string, collection: string | null): CorpusInfo => ({
    id,
    name: id,
    createdAtMs: 0,
    documents: 1,
    chars: 1,
    sizeBytes: 1,
    collection,
  });
  const groups = collectionsOf([
    corpus('1', null),
    corpus('2', 'work'),
    corpus('3', 'Home'),
    corpus('4', 'work'),
  ]);
  expect(groups.map(({ name, corpora }) => [name, corpora.map(({ id }) => id)])).toEqual([
    ['Home', ['3']],
    ['work', ['2', '4']],
    [null, ['1']],
  ]);
});
