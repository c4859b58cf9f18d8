/** Finds the passages that fit a question best: by the index first, then by reading the best of them again. */

import { rarity, addScores, Best, requireAll, type Candidate } from './rank';
import { PassageReader } from './passage';
import { readHit, windowOf, type PassageHit, type TextRange } from './passage-window';
import type { Beginning } from './blocks';
import type { Postings } from './postings';
import type { Key, Query } from './query';
import type { SearchedSegment } from './segment';

/** Passages read again, at the least: what stands together in them lifts some above others. */
const READ_AT_LEAST = 32;
/** As many as were asked for, times this. */
const READ_FACTOR = 3;
/** With phrases, or documents that are gone, more may have to be read until there are enough. */
const READ_AT_MOST = 4000;

/** What is looked up: a stem, or every word that begins so. */
export interface Lookup {
  readonly stem: Key;
  readonly beginning: Beginning | null;
}

export interface TextIndex {
  readonly segments: readonly SearchedSegment[];
  /** By segment, then in the order of the lookups; null where the word does not stand. */
  postings(lookups: readonly Lookup[]): Promise<readonly (readonly (Postings | null)[])[]>;
  /** The bytes of each range; null for documents that are gone. */
  read(ranges: readonly TextRange[]): Promise<readonly (Uint8Array | null)[]>;
}

/** The best `limit` passages, the best first; no two overlap by more than their ends. */
export async function findWords(
  index: TextIndex,
  query: Query,
  limit: number,
  signal: AbortSignal,
): Promise<PassageHit[]> {
  if (query.terms.length === 0 || limit <= 0) return [];
  const scored = await score(index, query);
  const reader = new PassageReader(query);
  const read: Read[] = [];
  for (let most = Math.max(READ_AT_LEAST, READ_FACTOR * limit), done = 0; ; most *= 4) {
    const candidates = scored.best(most);
    const more = candidates.slice(done);
    done = candidates.length;
    const windows = more.map((one) => windowOf(index.segments[one.segment], one.bucket));
    const texts = await index.read(windows);
    signal.throwIfAborted();
    for (const [at, candidate] of more.entries()) {
      const [utf8, window] = [texts[at], windows[at]];
      if (!utf8 || !window) continue;
      const reading = reader.read(utf8.subarray(window.passageStart, window.passageEnd));
      if (!reading.phrases) continue;
      const score = candidate.score + reader.nearness(reading.found, scored.weights);
      read.push({ window, utf8, reading, score });
    }
    const hits = choose(read, limit);
    if (hits.length >= limit || candidates.length < most || most >= READ_AT_MOST)
      return hits.map(({ window, utf8, reading, score }) => readHit(window, utf8, reading, score));
  }
}

interface Read {
  readonly window: ReturnType<typeof windowOf>;
  readonly utf8: Uint8Array;
  readonly reading: ReturnType<PassageReader['read']>;
  readonly score: number;
}

async function score(index: TextIndex, { terms, phrases }: Query) {
  const required = phrases.flatMap(({ stems }) => stems).map((stem) => ({ stem, beginning: null }));
  const found = await index.postings([...terms, ...required]);
  const total = index.segments.reduce((sum, { byteStarts }) => sum + byteStarts.length - 1, 0);
  const weights = terms.map((_, term) =>
    rarity(
      found.reduce((sum, words) => sum + (words[term]?.buckets.length ?? 0), 0),
      total,
    ),
  );
  const scores = index.segments.map(({ starts }, at) => {
    const words = found[at] ?? [];
    const sums = new Float32Array(starts.length - 1);
    for (const [term, weight] of weights.entries()) {
      const postings = words[term];
      if (postings) addScores(sums, postings, weight, starts);
    }
    if (required.length > 0) requireAll(sums, words.slice(terms.length), starts);
    return sums;
  });
  return {
    weights,
    best(most: number): Candidate[] {
      const best = new Best(most);
      for (const [segment, sums] of scores.entries()) best.addAll(sums, segment);
      return best.sorted();
    },
  };
}

/** Of passages that share a bucket the better one. */
function choose(read: readonly Read[], limit: number): Read[] {
  const chosen: Read[] = [];
  const taken = new Set<string>();
  const byScore = read.toSorted((a, b) => b.score - a.score);
  for (const one of byScore) {
    if (chosen.length >= limit) break;
    const { documentId, bucket } = one.window;
    if (taken.has(`${documentId}:${bucket}`)) continue;
    for (const near of [bucket - 1, bucket, bucket + 1]) taken.add(`${documentId}:${near}`);
    chosen.push(one);
  }
  return chosen;
}
