/** Tags of documents, and the collections corpora stand in: what there is, and what becomes of it when some are changed. */

import type { CorpusInfo, StoredDocument } from './library';

export interface TagCount {
  readonly tag: string;
  /** How many of the documents have it. */
  readonly count: number;
}

type Tagged = Pick<StoredDocument, 'id' | 'tags'>;

/** Every tag there is among documents, in alphabetical order. */
export function countTags(documents: readonly Pick<StoredDocument, 'tags'>[]): TagCount[] {
  const counts = new Map<string, number>();
  for (const tag of documents.flatMap(({ tags }) => tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts].map(([tag, count]) => ({ tag, count })).sort((a, b) => byName(a.tag, b.tag));
}

/** Documents that have each of the tags. */
export function withTags<T extends Tagged>(documents: readonly T[], tags: readonly string[]): readonly T[] {
  return tags.length === 0
    ? documents
    : documents.filter((document) => tags.every((tag) => document.tags.includes(tag)));
}

/** What the tags of documents are to be; those that end with the same ones together. */
export function changedTags(
  documents: readonly Tagged[],
  { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
): { ids: string[]; tags: string[] }[] {
  const groups = new Map<string, { ids: string[]; tags: string[] }>();
  for (const { id, tags: before } of documents) {
    const kept = before.filter((tag) => !remove.includes(tag));
    const tags = [...new Set([...kept, ...add])].sort(byName);
    const key = JSON.stringify(tags);
    const group = groups.get(key);
    if (group) group.ids.push(id);
    else groups.set(key, { ids: [id], tags });
  }
  return [...groups.values()];
}

/** A tag or the name of a collection as it is kept: one line, no spaces around it, of bounded length. */
export function cleanLabel(typed: string): string {
  return [...typed.replace(/\s+/g, ' ').trim()].slice(0, 60).join('').trim();
}

export interface Collection {
  /** Null for corpora that are in none. */
  readonly name: string | null;
  readonly corpora: readonly CorpusInfo[];
}

/** Corpora by collection, in alphabetical order, each as ordered before; those in none come last. */
export function collectionsOf(corpora: readonly CorpusInfo[]): Collection[] {
  const groups = new Map<string | null, CorpusInfo[]>();
  for (const corpus of corpora) {
    const group = groups.get(corpus.collection);
    if (group) group.push(corpus);
    else groups.set(corpus.collection, [corpus]);
  }
  return [...groups]
    .map(([name, own]) => ({ name, corpora: own }))
    .sort((a, b) => (a.name === null ? 1 : b.name === null ? -1 : byName(a.name, b.name)));
}

function byName(a: string, b: string): number {
  return a.localeCompare(b, 'en', { sensitivity: 'base', numeric: true }) || (a < b ? -1 : 1);
}
