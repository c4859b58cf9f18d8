/**
 * Finds a quotation in its source, word for word. White space, line breaks, hyphenation, the kind of quotation mark
 * or dash and emphasis marks may differ, and an ellipsis stands for a gap; no word may.
 */

import {
  DASH,
  canonical,
  isDash,
  isEmphasis,
  isInvisible,
  isSpace,
  isUnspaced,
  isWord,
} from './quote-characters';

/** A stretch of a text in UTF-16 units, end exclusive. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** A quotation made ready for searching many texts. */
export interface PreparedQuote {
  /** Between ellipses; canonical characters, single spaces. */
  readonly parts: readonly string[];
  /** Words of the first part that the source must contain, best first. */
  readonly anchors: readonly Anchor[];
  /** A match is taken to be no longer than this, in UTF-16 units. */
  readonly reachUnits: number;
}

/** A word the source must contain. Two are kept, as a line may end inside one of them. */
export interface Anchor {
  readonly word: string;
  /** How far before the word a match may begin. */
  readonly leadUnits: number;
}

/** The most an ellipsis may leave out. */
const GAP_UNITS = 4000;
const ellipsis =
  /\s*(?:[[(]\s*(?:…|\.{3,}|\. \. \.)\s*[\])]|…|\.{3,}|\. \. \.)(?:\s*(?:…|\.{3,}|\. \. \.))*\s*/u;

/** Null when the quotation has no word in it. */
export function prepareQuote(quote: string): PreparedQuote | null {
  const parts = quote
    .split(ellipsis)
    .map(canonicalPart)
    .filter((part) => /[\p{L}\p{N}]/u.test(part));
  const [first] = parts;
  if (first === undefined) return null;
  const letters = parts.reduce((sum, part) => sum + part.length, 0);
  const reachUnits = 3 * letters + 300 + (parts.length - 1) * GAP_UNITS;
  return { parts, anchors: anchorsOf(first), reachUnits };
}

/** The first match that begins in `[low, high]`, or null. */
export function matchAround(
  haystack: string,
  quote: PreparedQuote,
  low: number,
  high: number,
): TextRange | null {
  const first = quote.parts[0]?.charCodeAt(0);
  for (let start = low; start <= high; start++) {
    if (canonical(haystack.charCodeAt(start)) !== first) continue;
    const end = matchParts(haystack, quote.parts, start);
    if (end >= 0) return { start, end };
  }
  return null;
}

function matchParts(haystack: string, parts: readonly string[], start: number): number {
  let end = -1;
  for (const part of parts) {
    if (end < 0) {
      end = matchPart(haystack, part, start);
      if (end < 0) return -1;
      continue;
    }
    const last = Math.min(end + GAP_UNITS, haystack.length);
    const first = part.charCodeAt(0);
    let found = -1;
    for (let at = end; at < last && found < 0; at++)
      if (canonical(haystack.charCodeAt(at)) === first) found = matchPart(haystack, part, at);
    if (found < 0) return -1;
    end = found;
  }
  return end;
}

/** The end of the match of one part beginning exactly at `start`, or -1. */
function matchPart(haystack: string, part: string, start: number): number {
  if (cutsWord(haystack.charCodeAt(start - 1), part.charCodeAt(0))) return -1;
  let i = start;
  let j = 0;
  while (j < part.length) {
    const wanted = part.charCodeAt(j);
    if (wanted === 0x20 || wanted === DASH) {
      i = wanted === DASH ? passDash(haystack, i) : passSpace(haystack, i);
      if (i < 0) return -1;
      j++;
    } else if (canonical(haystack.charCodeAt(i)) === wanted) {
      i++;
      j++;
    } else {
      const skip = skipInSource(haystack, i, part, j);
      if (skip > i) i = skip;
      else if (isSkippableInQuote(part, j)) j++;
      else return -1;
    }
  }
  return cutsWord(part.charCodeAt(part.length - 1), haystack.charCodeAt(i)) ? -1 : i;
}

/** Past marks and at least one white space, or -1. In quoting documents a `>` may follow a line break. */
function passSpace(haystack: string, at: number): number {
  let i = at;
  while (isEmphasis(haystack.charCodeAt(i)) || isInvisible(haystack.charCodeAt(i))) i++;
  const end = skipSpaces(haystack, i);
  return end > i ? end : -1;
}

function passDash(haystack: string, at: number): number {
  const dash = skipSpaces(haystack, at);
  let end = dash;
  while (isDash(haystack.charCodeAt(end))) end++;
  return end > dash ? skipSpaces(haystack, end) : -1;
}

function skipSpaces(haystack: string, at: number): number {
  let i = at;
  let afterBreak = false;
  for (; i < haystack.length; i++) {
    const unit = haystack.charCodeAt(i);
    if (unit === 0x0a) afterBreak = true;
    else if (!isSpace(unit) && !isInvisible(unit) && !(afterBreak && unit === 0x3e)) break;
  }
  return i;
}

/** Where the source goes on after something the quotation need not have, or `at` when there is nothing of the kind. */
function skipInSource(haystack: string, at: number, part: string, j: number): number {
  const unit = haystack.charCodeAt(at);
  if (isInvisible(unit)) return at + 1;
  const before = haystack.charCodeAt(at - 1);
  if (isEmphasis(unit) && !(isWord(before) && isWord(haystack.charCodeAt(at + 1)))) return at + 1;
  if (isDash(unit) && isWord(before)) {
    const next = skipSpaces(haystack, at + 1);
    const broken = haystack.slice(at + 1, next).includes('\n');
    if (broken && isWord(haystack.charCodeAt(next))) return next;
  }
  if (isSpace(unit) && (isUnspaced(before) || isUnspaced(part.charCodeAt(j))))
    return skipSpaces(haystack, at);
  return at;
}

/** Emphasis around words and backslash escapes of the quotation's own Markdown. */
function isSkippableInQuote(part: string, j: number): boolean {
  const unit = part.charCodeAt(j);
  const next = part.charCodeAt(j + 1);
  if (unit === 0x5c) return next > 0x20 && !isWord(next);
  return isEmphasis(unit) && !(isWord(part.charCodeAt(j - 1)) && isWord(next));
}

/** True when a match would begin or end in the middle of a word. */
function cutsWord(before: number, after: number): boolean {
  return isWord(before) && isWord(after) && !isUnspaced(before) && !isUnspaced(after);
}

function canonicalPart(part: string): string {
  let out = '';
  for (let i = 0; i < part.length; i++) {
    const unit = part.charCodeAt(i);
    // A backtick is Markdown's, not the source's; in canonical form it would pass for an apostrophe.
    if (isInvisible(unit) || unit === 0x60) continue;
    out += isSpace(unit) ? ' ' : String.fromCharCode(canonical(unit));
  }
  return out
    .replace(/ *-+ */g, '-')
    .replace(/ {2,}/g, ' ')
    .replace(/^[ "'\-*_~>,;:]+|[ "'\-*_~.,;:!?\\]+$/g, '');
}

/** The two longest words of the part: the second is there for a source that hyphenates the first. */
function anchorsOf(part: string): Anchor[] {
  const words: { word: string; at: number }[] = [];
  for (const run of part.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    const chars = [...run[0]];
    const unspaced = isUnspaced(run[0].charCodeAt(0));
    // Any line may break inside a run of an unspaced script, so only a short stretch of it can be relied on.
    if (unspaced)
      for (let i = 0; i < chars.length; i += 4)
        words.push({
          word: chars.slice(i, i + 4).join(''),
          at: run.index + chars.slice(0, i).join('').length,
        });
    else words.push({ word: run[0], at: run.index });
  }
  words.sort((a, b) => b.word.length - a.word.length);
  const distinct = words.filter(({ word }, i) => words.findIndex((other) => other.word === word) === i);
  return distinct.slice(0, 2).map(({ word, at }) => ({ word, leadUnits: 3 * at + 200 }));
}
