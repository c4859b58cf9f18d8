/** Quotations in an answer: found in its Markdown, and found again in the documents. */

import type { Quotation } from './library';
import { QuoteFinder } from './quote-finder';
import { prepareQuote, type TextRange } from './quote-match';

/** A quotation and where it stands in the answer, marks included; UTF-16 units, end exclusive. */
export interface AnswerQuotation extends Quotation {
  readonly start: number;
  readonly end: number;
}

/** Shorter inline quotations are words being mentioned, not passages being cited. */
const MIN_WORDS = 4;
const MIN_CHARS = 20;

/**
 * `[name @ 123-456]`, as answers are asked to cite; the end may be missing, the name may hold brackets, and a place in
 * words may follow, as in `[name @ 123-456, p. 12]`.
 */
const citation =
  /\\?\[((?:[^[\]\n]|\[[^[\]\n]*\])+?)\s*@\s*(\d+)(?:\s*[-–—]\s*\d+)?(?:,(?:[^[\]\n]|\[[^[\]\n]*\]){0,200}?)?\\?\]/u;

/** First occurrence of a quotation in a text; see quote-match for what may differ. Null when it is not there. */
export function findQuote(haystack: string, quote: string, from = 0): TextRange | null {
  const prepared = prepareQuote(quote);
  return prepared && (new QuoteFinder([prepared]).find(haystack, from, haystack.length)[0] ?? null);
}

/** Block quotations, and inline ones of four words or twenty characters, in order of appearance. */
export function extractQuotations(answer: string): AnswerQuotation[] {
  const quotations: AnswerQuotation[] = [];
  for (const block of blocksOf(answer)) {
    if (block.kind === 'quote') quotations.push(...blockQuotation(answer, block));
    else if (block.kind === 'text') quotations.push(...inlineQuotations(answer, block));
  }
  return quotations;
}

interface Block extends TextRange {
  readonly kind: 'quote' | 'text' | 'code';
}

/** Paragraphs, runs of `>` lines and fenced code. */
function blocksOf(answer: string): Block[] {
  const blocks: Block[] = [];
  let open: { kind: Block['kind']; start: number; end: number } | null = null;
  let fence: string | null = null;
  let at = 0;
  for (const line of answer.split('\n')) {
    const end = at + line.length;
    const mark: string | undefined = /^\s{0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    const kind: Block['kind'] = fence !== null || mark ? 'code' : /^\s{0,3}>/.test(line) ? 'quote' : 'text';
    const blank: boolean = kind === 'text' && line.trim() === '';
    if (open && (blank || open.kind !== kind)) {
      blocks.push(open);
      open = null;
    }
    if (!blank) {
      if (open) open.end = end;
      else open = { kind, start: at, end };
    }
    if (fence === null && mark) fence = mark.slice(0, 3);
    else if (fence !== null && mark?.startsWith(fence)) fence = null;
    at = end + 1;
  }
  if (open) blocks.push(open);
  return blocks;
}

/** One quotation per block; blank quoted lines part it, as two passages may stand in one block. */
function blockQuotation(answer: string, block: Block): AnswerQuotation[] {
  const quotations: AnswerQuotation[] = [];
  let lines: string[] = [];
  let start = block.start;
  let at = block.start;
  const close = (end: number): void => {
    const inner = lines.join('\n');
    const cited = citation.exec(inner);
    // A citation, and the dash that often leads to it, ends the passage.
    const text = (cited ? inner.slice(0, cited.index) : inner).replace(/[\s([\-–—*_]+$/u, '').trim();
    const hint = hintOf(cited) ?? hintOf(citationOnNextLine(answer, block.end));
    if (/[\p{L}\p{N}]/u.test(text)) quotations.push({ text: unquoted(text), start, end, hint });
    else if (cited) giveHint(quotations, hint);
    lines = [];
  };
  for (const line of answer.slice(block.start, block.end).split('\n')) {
    const inner = line.replace(/^\s{0,3}>+ ?/, '');
    if (inner.trim() === '') {
      if (lines.length > 0) close(at - 1);
      start = at + line.length + 1;
    } else lines.push(inner);
    at += line.length + 1;
  }
  if (lines.length > 0) close(block.end);
  return quotations;
}

/** A quoted line of its own that holds only the citation belongs to the passage above it. */
function giveHint(quotations: AnswerQuotation[], hint: Quotation['hint']): void {
  const last = quotations.at(-1);
  if (last?.hint === null) quotations[quotations.length - 1] = { ...last, hint };
}

/** A citation that begins the line after a block quotation, perhaps after a dash or a bracket. */
function citationOnNextLine(answer: string, end: number): RegExpExecArray | null {
  const next = /^\n{1,2}[ \t]*(?:[-–—(*_][ \t]*)*(?=\\?\[)(.*)/u.exec(answer.slice(end, end + 400));
  const found = next?.[1] === undefined ? null : citation.exec(next[1]);
  return found?.index === 0 ? found : null;
}

const pairs = [
  /“([^“”]+)”/gu,
  /„([^„“”]+)[“”]/gu,
  /«([^«»]+)»/gu,
  /(?<![\p{L}\p{N}"])"(?=\S)([^"]*[^"\s])"(?![\p{L}\p{N}"])/gu,
];

function inlineQuotations(answer: string, block: Block): AnswerQuotation[] {
  // Code spans are blanked out, not removed, so that positions stay.
  const text = answer
    .slice(block.start, block.end)
    .replace(/(`+)[^`]+\1/g, (code) => ' '.repeat(code.length));
  const found = pairs
    .flatMap((pair) => [...text.matchAll(pair)])
    .map((match) => ({ start: match.index, end: match.index + match[0].length, text: match[1] ?? '' }))
    .filter((quote) => isPassage(quote.text))
    .sort((a, b) => a.start - b.start || b.end - a.end);
  const outer = found.filter((quote, i) => !found.slice(0, i).some((other) => other.end > quote.start));
  return outer.map((quote, i) => {
    const upTo = outer[i + 1]?.start ?? text.length;
    const hint = hintOf(citation.exec(text.slice(quote.end, upTo)));
    return { text: quote.text, start: block.start + quote.start, end: block.start + quote.end, hint };
  });
}

function isPassage(text: string): boolean {
  const words = text
    .trim()
    .split(/\s+/u)
    .filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
  return words >= MIN_WORDS || [...text.trim()].length >= MIN_CHARS;
}

/** Block quotations are often put in quotation marks as well. */
function unquoted(text: string): string {
  const inner = /^["“„«]([^"“”„«»]+)["”“»]$/u.exec(text)?.[1];
  return inner ?? text;
}

function hintOf(cited: RegExpExecArray | null): Quotation['hint'] {
  const [, name, start] = cited ?? [];
  return name === undefined || start === undefined
    ? null
    : { documentName: name.trim(), start: Number(start) };
}
