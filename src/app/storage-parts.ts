/** The parts of what is stored, with the recorded replies to sub-calls among them. */

import type { Part } from './storage.svelte';

/** The cache of replies, as far as it is measured. */
export interface MeasuredReplies {
  size(): Promise<{ readonly replies: number; readonly sizeBytes: number }>;
  /** Replies taken from it since it was last cleared. */
  hits(): Promise<number>;
}

/** Puts the replies after the runs they came from. @throws SondeError */
export async function measureParts(
  others: Promise<readonly Part[]>,
  cache: MeasuredReplies,
): Promise<readonly Part[]> {
  const [parts, { replies, sizeBytes }, hits] = await Promise.all([others, cache.size(), cache.hits()]);
  const kept: Part = { id: 'replies', bytes: sizeBytes, exact: false, count: replies, hits };
  const after = parts.findIndex(({ id }) => id === 'runs') + 1;
  return parts.toSpliced(after, 0, kept);
}
