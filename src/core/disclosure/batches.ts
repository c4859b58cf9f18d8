/** Any amount of text compared in portions of bounded size, and the findings put together again. */

import type { Exposure, SentTexts } from './exposure';
import { GRAM, indexedUnits, MAX_GROUPS } from './gram-index';
import { unionOf } from './ranges';

/** UTF-16 units of text traced in one pass over the corpus; an index of that many takes about 130 MB. */
const BATCH_UNITS = 10_000_000;

/**
 * Cuts texts into portions that each fit one pass. A text larger than a portion is cut in pieces that overlap, so that
 * nothing at a cut is missed.
 */
export function batchesOf(sent: readonly SentTexts[], batchUnits = BATCH_UNITS): SentTexts[][] {
  const batches: { to: string; texts: string[] }[][] = [[]];
  let left = batchUnits;
  for (const { to, texts } of sent)
    for (const text of new Set(texts))
      for (const piece of pieces(text, batchUnits / 4)) {
        const units = indexedUnits([piece]);
        let batch = batches.at(-1) ?? [];
        const known = batch.find((group) => group.to === to);
        if (units > left || (!known && batch.length === MAX_GROUPS)) {
          batch = [];
          batches.push(batch);
          left = batchUnits;
        }
        left -= units;
        const group = batch.find((one) => one.to === to);
        if (group) group.texts.push(piece);
        else batch.push({ to, texts: [piece] });
      }
  return batches.filter((batch) => batch.length > 0);
}

function pieces(text: string, size: number): string[] {
  if (text.length <= size) return [text];
  const all: string[] = [];
  for (let at = 0; at < text.length; at += size) all.push(text.slice(Math.max(0, at - 2 * GRAM), at + size));
  return all;
}

/** Findings of several passes as one. */
export function mergeExposures(passes: readonly (readonly Exposure[])[]): Exposure[] {
  const byPlace = Map.groupBy(passes.flat(), ({ documentId, to }) => `${documentId} ${to}`);
  return [...byPlace.values()].flatMap((same) => {
    const [first] = same;
    return first ? [{ ...first, ranges: unionOf(same.map(({ ranges }) => ranges)) }] : [];
  });
}
