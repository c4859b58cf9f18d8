/** A message often says the same twice, as plain text and as HTML: which of them is the text. */

import { plainTextOf } from '../html/plain-text';

/** What shares so much of its words with the other says nothing of its own. */
const SAME_SHARE = 0.85;
/** Words are counted in so much of each. */
const MAX_COMPARED_UNITS = 2_000_000;

export type Body = 'plain' | 'html' | 'both';

/** Plain text where it says all that the HTML says; both where each says something of its own. */
export async function bodyOf(plain: string, html: string): Promise<Body> {
  if (html.trim() === '') return 'plain';
  if (plain.trim() === '') return 'html';
  const shown = await plainTextOf(html.slice(0, MAX_COMPARED_UNITS));
  const inHtml = wordsOf(shown);
  const inPlain = wordsOf(plain);
  if (shareOf(inHtml, inPlain) >= SAME_SHARE) return 'plain';
  return shareOf(inPlain, inHtml) >= SAME_SHARE ? 'html' : 'both';
}

/** Each word once. Addresses count: plain text has those of all links, HTML shows few. */
function wordsOf(text: string): Set<string> {
  return new Set(
    text
      .slice(0, MAX_COMPARED_UNITS)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu),
  );
}

function shareOf(wanted: ReadonlySet<string>, found: ReadonlySet<string>): number {
  let count = 0;
  for (const word of wanted) if (found.has(word)) count++;
  return wanted.size === 0 ? 1 : count / wanted.size;
}
