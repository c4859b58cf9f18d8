/** Finding words in one document by reading it in windows, forwards or backwards from a position. Code points. */

import type { Library } from '../../core/corpus/library';
import { codePointLength } from '../../core/corpus/context';

const WINDOW_CHARS = 500_000;

export interface Found {
  readonly start: number;
  readonly end: number;
}

/**
 * The next place, any case, that starts at or after `from` (`forward`) or before it (`backward`); goes round once at
 * the end. Null when there is none.
 * @throws SondeError of `text`; an AbortError
 */
export async function findInDocument(
  library: Pick<Library, 'text'>,
  document: { readonly id: string; readonly chars: number },
  query: string,
  from: number,
  direction: 'forward' | 'backward',
  signal: AbortSignal,
): Promise<Found | null> {
  const length = codePointLength(query);
  if (length === 0) return null;
  // Windows overlap by what a match could need of the next one; one letter may match at most three (ß, İ).
  const overlap = length * 3;
  const pattern = new RegExp(query.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&'), 'giu');
  for (const { start, end } of windows(document.chars, from, direction)) {
    signal.throwIfAborted();
    const text = await library.text(document.id, { start, end: Math.min(end + overlap, document.chars) });
    const found = direction === 'forward' ? firstIn(text, pattern) : lastIn(text, pattern, end - start);
    if (!found) continue;
    const at = start + codePointLength(text.slice(0, found.index));
    if (at >= end) continue;
    return { start: at, end: at + codePointLength(found[0]) };
  }
  return null;
}

/** Ranges that matches may start in, in the order to look at them; together the whole document, once. */
function* windows(chars: number, from: number, direction: 'forward' | 'backward'): Generator<Found> {
  const at = Math.min(Math.max(0, from), chars);
  if (direction === 'forward') {
    yield* upwards(at, chars);
    yield* upwards(0, at);
  } else {
    yield* downwards(0, at);
    yield* downwards(at, chars);
  }
}

function* upwards(from: number, to: number): Generator<Found> {
  for (let start = from; start < to; start += WINDOW_CHARS)
    yield { start, end: Math.min(start + WINDOW_CHARS, to) };
}

function* downwards(from: number, to: number): Generator<Found> {
  for (let end = to; end > from; end -= WINDOW_CHARS)
    yield { start: Math.max(end - WINDOW_CHARS, from), end };
}

function firstIn(text: string, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = 0;
  return pattern.exec(text);
}

/** The last match that starts within the first `limit` code points. */
function lastIn(text: string, pattern: RegExp, limit: number): RegExpExecArray | null {
  let last: RegExpExecArray | null = null;
  for (const match of text.matchAll(pattern)) {
    // UTF-16 units are at least as many as code points, so only matches beyond the limit need the exact count.
    if (match.index >= limit && codePointLength(text.slice(0, match.index)) >= limit) break;
    last = match;
  }
  return last;
}
