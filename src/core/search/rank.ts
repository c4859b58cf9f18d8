/** BM25 over passages, each a bucket with the one after it. All are of one length, so length does not matter. */

import type { Postings } from './postings';

const K1 = 1.2;

/** How much a word says that stands in `having` of `total` buckets. */
export function rarity(having: number, total: number): number {
  return Math.log(1 + (Math.max(0, total - having) + 0.5) / (having + 0.5));
}

/** Calls back for each passage that has the word, with how often. */
function eachPassage(
  { buckets, counts }: Postings,
  starts: Uint8Array,
  visit: (passage: number, count: number) => void,
): void {
  let before = -2;
  for (let at = 0; at < buckets.length; at++) {
    const bucket = buckets[at] ?? 0;
    const count = counts[at] ?? 0;
    const joined = buckets[at + 1] === bucket + 1 && starts[bucket + 1] === 0;
    if (before !== bucket - 1 && bucket > 0 && starts[bucket] === 0) visit(bucket - 1, count);
    visit(bucket, joined ? count + (counts[at + 1] ?? 0) : count);
    before = bucket;
  }
}

/** Adds what a word is worth to the scores of the passages it stands in. */
export function addScores(
  scores: Float32Array,
  postings: Postings,
  weight: number,
  starts: Uint8Array,
): void {
  eachPassage(postings, starts, (passage, count) => {
    scores[passage] = (scores[passage] ?? 0) + (weight * count * (K1 + 1)) / (count + K1);
  });
}

/** Keeps the scores of the passages that have all of these words, and sets the others to 0. */
export function requireAll(
  scores: Float32Array,
  words: readonly (Postings | null)[],
  starts: Uint8Array,
): void {
  const having = new Uint8Array(scores.length);
  for (const [index, postings] of words.entries()) {
    if (!postings) break;
    eachPassage(postings, starts, (passage) => {
      if (having[passage] === index) having[passage] = index + 1;
    });
  }
  for (let at = 0; at < scores.length; at++) if (having[at] !== words.length) scores[at] = 0;
}

export interface Candidate {
  readonly score: number;
  /** Which segment, by its place in the list that was searched. */
  readonly segment: number;
  readonly bucket: number;
}

/** Keeps the best of many. Equal ones in the order they came. */
export class Best {
  readonly #most: number;
  /** A heap: the worst that is kept is first. */
  readonly #heap: Candidate[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  addAll(scores: Float32Array, segment: number): void {
    const heap = this.#heap;
    for (let bucket = 0; bucket < scores.length; bucket++) {
      const score = scores[bucket] ?? 0;
      if (score <= 0) continue;
      if (heap.length < this.#most) {
        heap.push({ score, segment, bucket });
        this.#rise();
      } else if (score > (heap[0]?.score ?? 0)) {
        heap[0] = { score, segment, bucket };
        this.#sink();
      }
    }
  }

  /** The best first. */
  sorted(): Candidate[] {
    return this.#heap.toSorted((a, b) => b.score - a.score || a.segment - b.segment || a.bucket - b.bucket);
  }

  #rise(): void {
    const heap = this.#heap;
    let at = heap.length - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.#swapIfWorse(at, above)) return;
      at = above;
    }
  }

  #sink(): void {
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      const right = left + 1;
      const worse = worseThan(this.#heap[right], this.#heap[left]) ? right : left;
      if (!this.#swapIfWorse(worse, at)) return;
      at = worse;
    }
  }

  #swapIfWorse(below: number, above: number): boolean {
    const [a, b] = [this.#heap[below], this.#heap[above]];
    if (!a || !b || !worseThan(a, b)) return false;
    this.#heap[below] = b;
    this.#heap[above] = a;
    return true;
  }
}

function worseThan(a: Candidate | undefined, b: Candidate | undefined): boolean {
  if (!a || !b) return false;
  return a.score < b.score || (a.score === b.score && (a.segment - b.segment || a.bucket - b.bucket) > 0);
}
