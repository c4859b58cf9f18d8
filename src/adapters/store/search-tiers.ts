/** Which segments of an index become one: those mostly of documents that are gone, and several small ones of a size. */

import type { Stretch } from '../../core/search/segment';

/** So many of one size are merged. */
const FAN = 4;
/** Merging holds both the old ones and the new one in memory: about 40 MB for so many buckets. */
const MAX_BUCKETS = 220_000;
/** Buckets of the smallest size. */
const LEAST_BUCKETS = 64;

interface Sized {
  readonly stretches: readonly Stretch[];
  readonly bucketBytes: { readonly length: number };
}

/** The segments to be replaced by one, which may come out empty; none when all is well. */
export function segmentsToMerge<S extends Sized>(
  segments: readonly S[],
  isThere: (documentId: string) => boolean,
): S[] {
  const live = segments.map((segment) => liveBuckets(segment, isThere));
  for (const [at, segment] of segments.entries())
    if (segment.bucketBytes.length === 0 || (live[at] ?? 0) < segment.bucketBytes.length / 2)
      return [segment];
  const tiers = new Map<number, [number, S][]>();
  for (const [at, segment] of segments.entries()) {
    const tier = tierOf(live[at] ?? 0);
    tiers.set(tier, [...(tiers.get(tier) ?? []), [at, segment]]);
  }
  for (const tier of tiers.values()) {
    const some = tier.slice(0, FAN);
    const buckets = some.reduce((sum, [at]) => sum + (live[at] ?? 0), 0);
    if (some.length === FAN && buckets <= MAX_BUCKETS) return some.map(([, segment]) => segment);
  }
  return [];
}

function liveBuckets({ stretches, bucketBytes }: Sized, isThere: (documentId: string) => boolean): number {
  return stretches.reduce((sum, { documentId, firstBucket }, at) => {
    const end = stretches[at + 1]?.firstBucket ?? bucketBytes.length;
    return isThere(documentId) ? sum + end - firstBucket : sum;
  }, 0);
}

function tierOf(buckets: number): number {
  return Math.max(0, Math.floor(Math.log(buckets / LEAST_BUCKETS) / Math.log(FAN)));
}
