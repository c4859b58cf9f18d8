/** A passage read again, after the index has found it: which words of the question stand where, and in which order. */

import { hasBeginning, type Beginning } from './blocks';
import { WordTable, hashBytes } from './byte-words';
import type { Key, Phrase, Query } from './query';
import { stemLength } from './stem';
import { Tokenizer } from './tokenizer';
import { LAST, PART, type TokenKind, type TokenSink } from './token';

/** Words of the question that follow each other within so many words say more together. */
const NEAR_WORDS = 3;

/** A word of the question in a passage. Offsets are bytes of what was read. */
export interface Found {
  /** Its place among the terms of the question. */
  readonly term: number;
  /** Counts the words of what was read. */
  readonly position: number;
  readonly start: number;
  readonly end: number;
}

export interface Reading {
  readonly found: readonly Found[];
  /** Byte ranges of the phrases; null when one of them is not there. */
  readonly phrases: readonly { readonly start: number; readonly end: number }[] | null;
}

/** Reads one passage after the other for one question. */
export class PassageReader implements TokenSink {
  readonly #query: Query;
  readonly #stems = new WordTable();
  readonly #words = new WordTable();
  readonly #phrases: readonly (readonly number[])[];
  readonly #tokenizer = new Tokenizer(this);
  readonly #beginnings: readonly (readonly [number, Beginning])[];
  #found: Found[] = [];
  /** Numbers of the words of phrases as they come, -1 for every other. */
  #row: { readonly word: number; readonly start: number; readonly end: number }[] = [];
  #position = 0;
  #lastWhole = -1;

  constructor(query: Query) {
    this.#query = query;
    for (const { stem } of query.terms) numberOf(this.#stems, stem);
    this.#phrases = query.phrases.map(({ words }: Phrase) =>
      words.map((word) => numberOf(this.#words, word)),
    );
    this.#beginnings = query.terms.flatMap(({ beginning }, term) =>
      beginning ? [[term, beginning] as const] : [],
    );
  }

  read(utf8: Uint8Array): Reading {
    this.#found = [];
    this.#row = [];
    this.#position = 0;
    this.#tokenizer.feed(utf8, 0, utf8.length);
    this.#tokenizer.end(utf8.length);
    const ranges = this.#phrases.map((phrase) => this.#places(phrase));
    const all = ranges.every((places) => places.length > 0);
    return { found: this.#found, phrases: all ? ranges.flat() : null };
  }

  /** What the words of the question that follow each other there are worth, the rarer word of each two counting. */
  nearness(found: readonly Found[], weights: readonly number[]): number {
    const positions = this.#query.terms.map((): number[] => []);
    for (const { term, position } of found) positions[term]?.push(position);
    let sum = 0;
    for (let term = 0; term + 1 < positions.length; term++) {
      if (!this.#query.terms[term]?.spaced || !this.#query.terms[term + 1]?.spaced) continue;
      if (follow(positions[term] ?? [], positions[term + 1] ?? []))
        sum += Math.min(weights[term] ?? 0, weights[term + 1] ?? 0);
    }
    return sum;
  }

  token(bytes: Uint8Array, length: number, hash: number, kind: TokenKind, start: number, end: number): void {
    // The parts of a word, and the last character of a row, stand where the word before them stands.
    const whole = kind !== PART && kind !== LAST;
    if (whole || this.#lastWhole !== end) this.#position++;
    this.#lastWhole = end;
    const size = stemLength(bytes, length);
    let term = this.#stems.find(bytes, size, size === length ? hash : hashBytes(bytes, 0, size));
    if (term < 0) term = this.#beginningOf(bytes.subarray(0, size));
    if (term >= 0) this.#found.push({ term, position: this.#position, start, end });
    if (whole && this.#phrases.length > 0)
      this.#row.push({ word: this.#words.find(bytes, length, hash), start, end });
  }

  #beginningOf(stem: Uint8Array): number {
    return this.#beginnings.find(([, beginning]) => hasBeginning(stem, beginning))?.[0] ?? -1;
  }

  #places(phrase: readonly number[]): { start: number; end: number }[] {
    const places: { start: number; end: number }[] = [];
    for (let at = 0; at + phrase.length <= this.#row.length; at++) {
      if (!phrase.every((word, index) => this.#row[at + index]?.word === word)) continue;
      places.push({ start: this.#row[at]?.start ?? 0, end: this.#row[at + phrase.length - 1]?.end ?? 0 });
    }
    return places;
  }
}

function numberOf(table: WordTable, { bytes, hash }: Key): number {
  return table.number(bytes, bytes.length, hash);
}

/** Whether one of the second comes close behind one of the first; both ascending. */
function follow(first: readonly number[], second: readonly number[]): boolean {
  let at = 0;
  for (const position of first) {
    while ((second[at] ?? Infinity) <= position) at++;
    if ((second[at] ?? Infinity) - position <= NEAR_WORDS) return true;
  }
  return false;
}
