/** What a question is looked for by: the stems of its words, and phrases that must stand there word for word. */

import type { Beginning } from './blocks';
import { hashBytes } from './byte-words';
import { stemLength } from './stem';
import { isStopWord } from './stop-words';
import { Tokenizer } from './tokenizer';
import { LAST, PAIR, PART, WHOLE, type TokenKind } from './token';

/** Words of a question beyond these are not looked for. */
const MAX_TERMS = 64;
const MAX_PHRASES = 8;
/** A last word that may go on is completed from this many letters on. */
const MIN_PREFIX_BYTES = 3;

const DERIVED_FROM_BYTES = 5;
const DERIVED_BYTES = 4;

/** A word as bytes, with its hash. */
export interface Key {
  readonly bytes: Uint8Array;
  readonly hash: number;
}

export interface QueryTerm {
  readonly stem: Key;
  /** Also every word that begins so; the stem is one of them. Null for the stem alone. */
  readonly beginning: Beginning | null;
  /** Where words have spaces between them, two that stand together say more than two that do not. */
  readonly spaced: boolean;
}

/** A phrase in quotation marks: its words as they are written but for case and accents, in order. */
export interface Phrase {
  readonly words: readonly Key[];
  /** Their stems, by which passages are found that may have it. */
  readonly stems: readonly Key[];
}

export interface Query {
  readonly terms: readonly QueryTerm[];
  readonly phrases: readonly Phrase[];
}

interface Token {
  readonly text: string;
  readonly bytes: Uint8Array;
  readonly kind: TokenKind;
  readonly end: number;
}

/** @param unfinished the last word is still being typed */
export function parseQuery(query: string, unfinished = false): Query {
  const tokens = tokensOf(query);
  const telling = tokens.filter(({ kind, text }) => kind !== WHOLE || !isStopWord(text));
  const used = telling.length > 0 ? telling : tokens;
  const size = new TextEncoder().encode(query).length;
  const terms = new Map<string, QueryTerm>();
  for (const { bytes, kind, end } of used) {
    const stem = stemmed(bytes);
    const name = nameOf(stem.bytes);
    const typing = unfinished && kind === WHOLE && end === size && stem.bytes.length >= MIN_PREFIX_BYTES;
    if (terms.size < MAX_TERMS && (!terms.has(name) || typing))
      terms.set(name, {
        stem,
        beginning: kind === LAST || typing ? { bytes: stem.bytes, moreBytes: Infinity } : derived(stem.bytes),
        spaced: kind === WHOLE || kind === PART,
      });
  }
  return { terms: [...terms.values()], phrases: phrasesOf(query) };
}

/** Words made from a word of some length: develop, developer, development. */
function derived(stem: Uint8Array): Beginning | null {
  return stem.length < DERIVED_FROM_BYTES ? null : { bytes: stem, moreBytes: DERIVED_BYTES };
}

function phrasesOf(query: string): Phrase[] {
  return [...query.matchAll(/["“”„«]([^"“”„«»]+)["“”»]/gu)]
    .slice(0, MAX_PHRASES)
    .flatMap(([, inner = '']) => {
      const words = tokensOf(inner).filter(({ kind }) => kind !== PART);
      if (words.length === 0 || words.some(({ kind }) => kind === LAST)) return [];
      const keys = words.map(({ bytes }) => ({ bytes, hash: hashBytes(bytes, 0, bytes.length) }));
      const stems = new Map(words.map(({ bytes }) => [nameOf(bytes), stemmed(bytes)]));
      return [{ words: keys, stems: [...stems.values()] }];
    });
}

/** The last wide character of a row is a word of its own only when it is alone. */
function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const utf8 = new TextEncoder().encode(text);
  const tokenizer = new Tokenizer({
    token: (word, length, _hash, kind, _start, end) => {
      if (kind === LAST && tokens.at(-1)?.kind === PAIR && tokens.at(-1)?.end === end) return;
      const bytes = word.slice(0, length);
      tokens.push({ text: nameOf(bytes), bytes, kind, end });
    },
  });
  tokenizer.feed(utf8, 0, utf8.length);
  tokenizer.end(utf8.length);
  return tokens;
}

export function stemmed(word: Uint8Array): Key {
  const length = stemLength(word, word.length);
  return { bytes: word.subarray(0, length), hash: hashBytes(word, 0, length) };
}

function nameOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
