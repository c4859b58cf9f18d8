/** Finds which stretches of a corpus stand in texts that were sent, reading the documents window by window. */

import type { Exposure, SentTexts } from '../../core/disclosure/exposure';
import { GRAM, GramIndex } from '../../core/disclosure/gram-index';
import { pairsOf, pushRange } from '../../core/disclosure/ranges';
import { pairBoundary } from '../../core/corpus/positions';
import {
  readableRows,
  textWindows,
  withFirstChunks,
  type OpenedDocument,
  type TextWindow,
} from './corpus-reader';
import type { SondeDatabase } from './database';

/** `sent` must fit one index: see core/disclosure/batches.ts. */
export async function traceCorpus(
  db: SondeDatabase,
  corpusId: string,
  sent: readonly SentTexts[],
  signal: AbortSignal,
): Promise<Exposure[]> {
  const index = new GramIndex(sent);
  const exposures: Exposure[] = [];
  for await (const document of withFirstChunks(db, await readableRows(db, corpusId))) {
    const ranges = await traceDocument(db, document, index, sent.length, signal);
    const documentId = document.row.id;
    ranges.forEach((found, group) => {
      const to = sent[group]?.to;
      if (to !== undefined && found.length > 0) exposures.push({ documentId, to, ranges: found });
    });
  }
  return exposures;
}

/** Code-point ranges by group. */
async function traceDocument(
  db: SondeDatabase,
  document: OpenedDocument,
  index: GramIndex,
  groups: number,
  signal: AbortSignal,
): Promise<number[][]> {
  const ranges = Array.from({ length: groups }, (): number[] => []);
  for await (const window of textWindows(db, document, GRAM, GRAM, signal)) {
    const units = ranges.map((): number[] => []);
    index.scan(window.text, window.from, window.to, (start, end, found) => {
      for (let group = 0; group < groups; group++) {
        const stretch = units[group];
        if (stretch && (found & (1 << group)) !== 0) pushRange(stretch, start, end);
      }
    });
    units.forEach((found, group) => {
      for (const [start, end] of inCodePoints(window, found)) pushRange(ranges[group] ?? [], start, end);
    });
  }
  return ranges;
}

/** Half a surrogate pair at either end belongs to another character and is left out. */
function inCodePoints({ text, charAt }: TextWindow, units: readonly number[]): [number, number][] {
  return pairsOf(units).map(([start, end]) => {
    const whole = pairBoundary(text, start) === start ? start : start + 1;
    const from = charAt(whole);
    return [from, charAt(pairBoundary(text, end))];
  });
}
