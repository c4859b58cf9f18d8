/** Literal search and regular expressions: a pass over all text of a corpus, in reading order, window by window. */

import type { FindProgress, SearchHit } from '../../core/corpus/library';
import { pairBoundary } from '../../core/corpus/positions';
import { SondeError } from '../../core/errors';
import { readableRows, textWindows, withFirstChunks, type TextWindow } from './corpus-reader';
import type { DocumentRow, SondeDatabase } from './database';

/** Shown on either side of a hit, in UTF-16 units. */
const AROUND = 80;
/** A match of a pattern can be as long as this where it crosses from one window to the next. */
const PATTERN_REACH = 4096;
const MAX_PATTERN_UNITS = 10_000;
/** A match that is longer is shown cut. */
const SHOWN_UNITS = 2000;
const TOLD_EVERY_MS = 150;
/** More are not shown before the end. */
const MOST_TOLD = 1000;

/** What is looked for: a pattern with the flag `g`, and how far a match of it may reach. */
export interface Wanted {
  readonly pattern: RegExp;
  readonly reachUnits: number;
}

/** Any case, by simple Unicode folding: a match is as long as the query. Null when there is nothing to look for. */
export function literally(query: string): Wanted | null {
  if (query === '') return null;
  const escaped = query.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return { pattern: new RegExp(escaped, 'giu'), reachUnits: query.length };
}

/** Any case; `^` and `$` are those of lines. @throws SondeError `invalid-argument` */
export function asPattern(query: string): Wanted | null {
  if (query === '') return null;
  if (query.length > MAX_PATTERN_UNITS) throw notAPattern('it is too long');
  return { pattern: compile(query), reachUnits: PATTERN_REACH };
}

function compile(query: string): RegExp {
  try {
    return new RegExp(query, 'gimu');
  } catch {
    // Without the strictness of Unicode more is allowed, such as an escaped hyphen.
  }
  try {
    return new RegExp(query, 'gim');
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : '';
    throw notAPattern(message.replace(/^Invalid regular expression: (\/.*\/\w*: )?/s, ''));
  }
}

function notAPattern(why: string): SondeError {
  return new SondeError({
    code: 'invalid-argument',
    message: `This is not a regular expression: ${why}.`,
    hint: 'A sign with a meaning of its own, such as ( or *, is looked for with a \\ before it.',
  });
}

/** The first `limit` places in reading order; those found so far are told as it goes on. */
export async function scanCorpus(
  db: SondeDatabase,
  corpusId: string,
  wanted: Wanted,
  limit: number,
  signal: AbortSignal,
  onProgress: (progress: FindProgress) => void,
): Promise<SearchHit[]> {
  const rows = await readableRows(db, corpusId);
  const total = rows.reduce((sum, { chars }) => sum + chars, 0);
  const hits: SearchHit[] = [];
  let done = 0;
  let told = 0;
  let toldAt = performance.now();
  for await (const document of withFirstChunks(db, rows)) {
    const { row } = document;
    for await (const window of textWindows(db, document, AROUND, wanted.reachUnits + AROUND, signal)) {
      collect(hits, row, window, wanted.pattern, limit);
      if (hits.length >= limit) return hits;
      const now = performance.now();
      if (now - toldAt < TOLD_EVERY_MS) continue;
      toldAt = now;
      const share = (done + window.charAt(window.to)) / total;
      onProgress({ phase: 'scanning', share, hits: hits.slice(told, MOST_TOLD) });
      told = Math.min(MOST_TOLD, hits.length);
    }
    done += row.chars;
  }
  return hits;
}

function collect(
  hits: SearchHit[],
  row: DocumentRow,
  { text, from, to, charAt }: TextWindow,
  pattern: RegExp,
  limit: number,
): void {
  pattern.lastIndex = from;
  for (let match = pattern.exec(text); match && match.index < to; match = pattern.exec(text)) {
    const { index } = match;
    const end = index + match[0].length;
    if (end === index) {
      pattern.lastIndex = end + 1; // it matches nothing here, and may match something further on
      continue;
    }
    const start = charAt(index);
    hits.push({
      span: { documentId: row.id, start, end: charAt(end) },
      documentName: row.name,
      before: text.slice(pairBoundary(text, Math.max(0, index - AROUND)), index),
      match: text.slice(index, pairBoundary(text, Math.min(end, index + SHOWN_UNITS))),
      after: text.slice(end, pairBoundary(text, Math.min(text.length, end + AROUND))),
      score: null,
      highlights: [],
    });
    if (hits.length >= limit) return;
  }
}
