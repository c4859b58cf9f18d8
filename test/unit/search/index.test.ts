import { describe, expect, test } from 'vitest';
import { ByteWriter } from '../../../src/core/search/byte-writer';
import {
  BlockReader,
  BlockWriter,
  BLOCK_BYTES,
  findBeginning,
  findWord,
} from '../../../src/core/search/blocks';
import { compareBytes } from '../../../src/core/search/byte-words';
import { joinPostings, PostingsWriter, readPostings } from '../../../src/core/search/postings';
import { stemmed } from '../../../src/core/search/query';
import { addScores, rarity } from '../../../src/core/search/rank';
import { BUCKET_CHARS, searched } from '../../../src/core/search/segment';
import { SegmentBuilder } from '../../../src/core/search/segment-builder';
import { mergeSegments } from '../../../src/core/search/segment-merge';
import { buildSegment, findIn, postingsOf, type Texts } from '../../fixtures/memory-index';

/** Numbers from 0 to 1, the same every time. */
function random(seed: number): () => number {
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
    return (seed >>> 0) / 2 ** 32;
  };
}

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

test('postings come back as they were written, near and far apart, rare and frequent', () => {
  const next = random(7);
  const out = new ByteWriter(4);
  const writer = new PostingsWriter(out);
  for (const spread of [1, 3, 100, 5_000_000]) {
    const buckets: number[] = [];
    const counts: number[] = [];
    for (let at = Math.floor(next() * spread); buckets.length < 300; at += 1 + Math.floor(next() * spread)) {
      buckets.push(at);
      counts.push(next() < 0.7 ? 1 : 1 + Math.floor(next() * 400));
    }
    writer.begin();
    buckets.forEach((bucket, at) => writer.add(bucket, counts[at] ?? 0));
    const read = readPostings(out.view(), 0, writer.count);
    expect([...read.buckets]).toEqual(buckets);
    expect([...read.counts]).toEqual(counts.map((count) => Math.min(255, count)));
  }
});

test('words of blocks are found, those that begin alike too, and no others', () => {
  const names = new Set<string>();
  const next = random(3);
  while (names.size < 4000)
    names.add(
      [...'abcé漢𝔘']
        .sort(() => next() - 0.5)
        .slice(0, 1 + Math.floor(next() * 6))
        .join('') + Math.floor(next() * 900),
    );
  const words = [...names].map(utf8).sort(compareBytes);
  const blocks = new BlockWriter();
  const out = new ByteWriter();
  const postings = new PostingsWriter(out);
  words.forEach((word, at) => {
    postings.begin();
    for (let bucket = at; bucket < at + 20; bucket++) postings.add(bucket, 1);
    blocks.add(word, postings.count, out.view());
  });
  const { blocks: built, firstWords } = blocks.finish();
  expect(built.length).toBeGreaterThan(2);
  for (const block of built) expect(block.length).toBeLessThan(BLOCK_BYTES + 200);
  let at = 0;
  for (const [index, block] of built.entries()) {
    expect(firstWords[index]).toBe(new TextDecoder().decode(words[at]));
    const reader = new BlockReader(block);
    for (; reader.next(); at++) expect(compareBytes(reader.word, words[at] ?? utf8(''))).toBe(0);
  }
  expect(at).toBe(words.length);
  const [first = new Uint8Array()] = built;
  expect(findWord(first, words[17] ?? utf8(''))?.buckets[0]).toBe(17);
  expect(findWord(first, utf8('zzz'))).toBeNull();
  expect(findWord(first, utf8('a'))).toBeNull();
  const alike = [...names].filter((name) => name.startsWith('ab'));
  const found = (moreBytes: number): number =>
    built.flatMap((block) => findBeginning(block, { bytes: utf8('ab'), moreBytes })).length;
  expect(found(Infinity)).toBe(alike.length);
  expect(found(3)).toBe(alike.filter((word) => utf8(word).length <= 5).length);
});

test('postings of several words are joined in order', () => {
  const one = { buckets: Uint32Array.of(1, 5, 9), counts: Uint8Array.of(1, 250, 3) };
  const other = { buckets: Uint32Array.of(0, 5), counts: Uint8Array.of(2, 9) };
  const { buckets, counts } = joinPostings([one, other]);
  expect([...buckets]).toEqual([0, 1, 5, 9]);
  expect([...counts]).toEqual([2, 1, 255, 3]);
});

const stemOf = (word: string): string => new TextDecoder().decode(stemmed(utf8(word)).bytes);

const WORDS = 'anchor boat captain deck ébène fog gale harbour 岸辺 jib keel lamp mast north oar pier quay rope sail tide'.split(' '); // prettier-ignore

function makeTexts(seed: number, documents: number): Texts {
  const next = random(seed);
  return Object.fromEntries(
    Array.from({ length: documents }, (_, at) => {
      const count = Math.floor(next() * 900);
      const picked = Array.from({ length: count }, () => WORDS[Math.floor(next() ** 2 * WORDS.length)] ?? '');
      return [`${seed}-${at}`, picked.join(' ')];
    }),
  );
}

describe('a segment', () => {
  const texts = makeTexts(11, 9);
  const segment = buildSegment(texts);

  test('knows each word of each bucket, however the text came in', () => {
    for (const piece of [1, 5, 319, 4096]) {
      const other = buildSegment(texts, piece);
      expect(other.firstWords).toEqual(segment.firstWords);
      expect(other.blocks).toEqual(segment.blocks);
      expect(other.bucketBytes).toEqual(segment.bucketBytes);
    }
    for (const { documentId, firstBucket } of segment.stretches) {
      const characters = [...(texts[documentId] ?? '')];
      for (let at = 0; at < characters.length; at += BUCKET_CHARS) {
        const bucket = firstBucket + at / BUCKET_CHARS;
        expect(segment.bucketBytes[bucket]).toBe(
          utf8(characters.slice(at, at + BUCKET_CHARS).join('')).length,
        );
      }
    }
  });

  /** BM25 as it is written in books, over passages cut out of the text itself. */
  function naive(query: readonly string[]): number[] {
    const passages: { bucket: string[]; words: string[] }[] = [];
    for (const text of Object.values(texts)) {
      const buckets = Array.from({ length: Math.ceil([...text].length / BUCKET_CHARS) }, (): string[] => []);
      let chars = 0;
      for (const word of text.split(' ')) {
        chars += [...word].length;
        // A word belongs where it is known to have ended.
        buckets[Math.min(buckets.length - 1, Math.floor(chars / BUCKET_CHARS))]?.push(word);
        chars++;
      }
      for (const [at, bucket] of buckets.entries())
        passages.push({ bucket, words: [...bucket, ...(buckets[at + 1] ?? [])] });
    }
    const scores = passages.map(() => 0);
    for (const word of query) {
      const having = passages.filter(({ bucket }) => bucket.includes(word)).length;
      const idf = Math.log(1 + (passages.length - having + 0.5) / (having + 0.5));
      for (const [at, { words }] of passages.entries()) {
        const count = words.filter((one) => one === word).length;
        scores[at] = (scores[at] ?? 0) + (idf * count * 2.2) / (count + 1.2);
      }
    }
    return scores;
  }

  test('scores every passage as BM25 says, and a search finds the best of them', async () => {
    const query = ['tide', 'mast', 'quay'];
    const { starts } = searched(segment);
    const sums = new Float32Array(starts.length - 1);
    for (const word of query) {
      const postings = postingsOf(segment, stemOf(word));
      const weight = rarity(postings?.buckets.length ?? 0, sums.length);
      if (postings) addScores(sums, postings, weight, starts);
    }
    const expected = naive(query);
    expect(sums.length).toBe(expected.length);
    expect(sums.length).toBeGreaterThan(50);
    for (const [at, sum] of sums.entries()) expect(sum).toBeCloseTo(expected[at] ?? NaN, 4);
    for (const word of ['anchor', ...query]) {
      const [best] = await findIn([segment], texts, word, 1); // of one word, nothing can stand near it
      expect(best?.score).toBeCloseTo(Math.max(...naive([word])), 3);
    }
  });

  test('keeps what it has when it is merged, and forgets documents that are gone', () => {
    const more = makeTexts(12, 7);
    const gone = Object.keys(more)[2] ?? '';
    const merged = mergeSegments([segment, buildSegment(more)], (id) => id !== gone);
    const left = { ...texts, ...Object.fromEntries(Object.entries(more).filter(([id]) => id !== gone)) };
    const anew = buildSegment(left);
    expect(merged.stretches).toEqual(anew.stretches);
    expect(merged.bucketBytes).toEqual(anew.bucketBytes);
    expect(merged.firstWords).toEqual(anew.firstWords);
    expect(merged.blocks).toEqual(anew.blocks);
  });

  test('that is full leaves the rest of a document to the next', () => {
    const line = utf8('Many words of one kind, and never another. ');
    const whole = new Uint8Array(20 * 1024 * 1024);
    for (let at = 0; at < whole.length; at += line.length)
      whole.set(line.subarray(0, Math.min(line.length, whole.length - at)), at);
    const builder = new SegmentBuilder();
    builder.begin('large');
    const taken = builder.feed(whole);
    expect(taken).toBeGreaterThan(15 * 1024 * 1024);
    expect(taken).toBeLessThan(whole.length);
    expect(taken % BUCKET_CHARS).toBe(0);
    expect(builder.end()).toEqual({ chars: taken, bytes: taken });
    expect(postingsOf(builder.finish(), 'word')?.buckets.length).toBe(taken / BUCKET_CHARS);
  });
});
