/** The verification of quotations over a whole corpus, window by window. */

import type { Span } from '../../core/corpus/context';
import type { Quotation } from '../../core/corpus/library';
import { QuoteFinder } from '../../core/corpus/quote-finder';
import { prepareQuote, type PreparedQuote, type TextRange } from '../../core/corpus/quote-match';
import { readText, readableRows, textWindows, withFirstChunks, type OpenedDocument } from './corpus-reader';
import type { DocumentRow, SondeDatabase } from './database';

interface Sought {
  readonly prepared: PreparedQuote;
  readonly hint: Quotation['hint'];
  span: Span | null;
}

/** Code points looked at before a hinted place. */
const HINT_SLACK = 400;
/** A single quotation may be longer than this, but a match across more than two windows is not looked for. */
const MAX_REACH = 1_000_000;

/**
 * The place of each quotation, or null. The hinted place is tried first, then the hinted document, then all in order;
 * the corpus is read once for all quotations together.
 */
export async function locateQuotations(
  db: SondeDatabase,
  corpusId: string,
  quotations: readonly Quotation[],
  signal: AbortSignal,
): Promise<(Span | null)[]> {
  const rows = await readableRows(db, corpusId);
  const sought = quotations.map(({ text, hint }): Sought | null => {
    const prepared = prepareQuote(text);
    return prepared && { prepared, hint, span: null };
  });
  const all = sought.filter((one) => one !== null);
  const named = new Map<string, { row: DocumentRow; quotes: Sought[] }>();
  for (const one of all) {
    const row = one.hint && rowNamed(rows, one.hint.documentName);
    if (!row || !one.hint) continue;
    one.span = await findNear(db, row, one.prepared, one.hint.start);
    const entry = named.get(row.id) ?? { row, quotes: [] };
    if (!one.span) entry.quotes.push(one);
    named.set(row.id, entry);
  }
  for await (const document of withFirstChunks(
    db,
    [...named.values()].map(({ row }) => row),
  ))
    await scan(db, document, named.get(document.row.id)?.quotes ?? [], signal);
  for await (const document of withFirstChunks(db, rows)) {
    const left = all.filter(({ span }) => span === null);
    if (left.length === 0) break;
    await scan(db, document, left, signal);
  }
  return sought.map((one) => one?.span ?? null);
}

/** By the whole name; else, when only one ends so, by the file's name without its folders. */
function rowNamed(rows: readonly DocumentRow[], name: string): DocumentRow | null {
  const exact = rows.find((row) => row.name === name);
  if (exact) return exact;
  const ending = rows.filter((row) => row.name.endsWith(`/${name}`));
  return ending.length === 1 ? (ending[0] ?? null) : null;
}

/** The match nearest to where the answer says it begins. */
async function findNear(
  db: SondeDatabase,
  row: DocumentRow,
  prepared: PreparedQuote,
  start: number,
): Promise<Span | null> {
  const from = Math.max(0, start - HINT_SLACK);
  const text = await readText(db, row.id, { start: from, end: start + HINT_SLACK + prepared.reachUnits });
  const charsBefore = (unit: number): number => [...text.slice(0, unit)].length;
  let best: Span | null = null;
  const finder = new QuoteFinder([prepared]);
  const next = (at: number): TextRange | null => finder.find(text, at, text.length)[0] ?? null;
  for (let range = next(0); range; range = next(range.start + 1)) {
    const span = {
      documentId: row.id,
      start: from + charsBefore(range.start),
      end: from + charsBefore(range.end),
    };
    if (best && Math.abs(span.start - start) > Math.abs(best.start - start)) break;
    best = span;
  }
  // The slice may begin inside a word; a match right at its edge is left to the full scan.
  return best && from > 0 && best.start === from ? null : best;
}

/** Gives every quotation without a place its first one in the document. */
async function scan(
  db: SondeDatabase,
  document: OpenedDocument,
  quotes: readonly Sought[],
  signal: AbortSignal,
): Promise<void> {
  let left = quotes.filter(({ span }) => span === null);
  if (left.length === 0) return;
  const reach = Math.min(MAX_REACH, Math.max(...left.map(({ prepared }) => prepared.reachUnits)));
  let finder = new QuoteFinder(left.map(({ prepared }) => prepared));
  for await (const { text, from, to, charAt } of textWindows(db, document, 1, reach, signal)) {
    const ranges = finder.find(text, from, to);
    if (ranges.every((range) => range === null)) continue;
    for (const [i, range] of ranges.entries()) {
      const one = left[i];
      if (range && one)
        one.span = { documentId: document.row.id, start: charAt(range.start), end: charAt(range.end) };
    }
    left = left.filter(({ span }) => span === null);
    if (left.length === 0) return;
    finder = new QuoteFinder(left.map(({ prepared }) => prepared));
  }
}
