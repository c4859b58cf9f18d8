import { expect, test } from 'vitest';
import { segmentsToMerge } from '../../../src/adapters/store/search-tiers';

/** A segment of one document with so many buckets. */
const segment = (documentId: string, buckets: number) => ({
  documentId,
  stretches: [{ documentId, firstBucket: 0, charStart: 0, byteStart: 0 }],
  bucketBytes: { length: buckets },
});
const all = (): boolean => true;

test('four segments of a size become one, and large ones are left alone', () => {
  const small = ['a', 'b', 'c', 'd'].map((id) => segment(id, 10));
  const large = ['e', 'f', 'g', 'h'].map((id) => segment(id, 100_000));
  expect(segmentsToMerge(small.slice(1), all)).toEqual([]);
  expect(segmentsToMerge([...large, ...small], all)).toEqual(small);
  expect(segmentsToMerge(large, all)).toEqual([]);
});

test('a segment is made anew when most of its documents are gone', () => {
  const two = {
    stretches: [
      ...segment('a', 30).stretches,
      { documentId: 'b', firstBucket: 30, charStart: 0, byteStart: 0 },
    ],
    bucketBytes: { length: 40 },
  };
  expect(segmentsToMerge([two], (id) => id === 'a')).toEqual([]);
  expect(segmentsToMerge([two], (id) => id === 'b')).toEqual([two]);
  expect(segmentsToMerge([two], () => false)).toEqual([two]);
});

test('many imports of one note each leave few segments', () => {
  let segments = [segment('0', 2)];
  for (let note = 1; note < 500; note++) {
    segments.push(segment(String(note), 2));
    for (let old = segmentsToMerge(segments, all); old.length > 0; old = segmentsToMerge(segments, all)) {
      const buckets = old.reduce((sum, { bucketBytes }) => sum + bucketBytes.length, 0);
      segments = [
        ...segments.filter((one) => !old.includes(one)),
        segment(old[0]?.documentId ?? '', buckets),
      ];
    }
  }
  expect(segments.length).toBeLessThan(16);
});
