/** Many quotations sought in one pass: their telling words are looked for together, and only around them is compared. */

import { matchAround, type PreparedQuote, type TextRange } from './quote-match';

export class QuoteFinder {
  readonly #quotes: readonly PreparedQuote[];
  readonly #words: RegExp | null;
  /** By word found: quotations it may belong to, and how far before it they may begin. */
  readonly #byWord = new Map<string, { quote: number; leadUnits: number }[]>();

  constructor(quotes: readonly PreparedQuote[]) {
    this.#quotes = quotes;
    const words = [...new Set(quotes.flatMap(({ anchors }) => anchors.map(({ word }) => word)))];
    words.sort((a, b) => b.length - a.length);
    // At one place only the longest word is reported, so it stands for every shorter one it begins with.
    for (const word of words)
      this.#byWord.set(
        word,
        quotes.flatMap(({ anchors }, quote) =>
          anchors
            .filter((anchor) => word.startsWith(anchor.word))
            .map(({ leadUnits }) => ({ quote, leadUnits })),
        ),
      );
    // Anchors are runs of letters, digits and marks: there is nothing to escape.
    this.#words = words.length === 0 ? null : new RegExp(words.join('|'), 'g');
  }

  /** The first match of each quotation that begins in `[from, to)`, or null; in the order of the quotations. */
  find(text: string, from: number, to: number): (TextRange | null)[] {
    const found = this.#quotes.map((): TextRange | null => null);
    const tried = this.#quotes.map(() => from);
    let left = this.#quotes.length;
    if (!this.#words) return found;
    this.#words.lastIndex = from;
    for (let hit = this.#words.exec(text); hit && left > 0; hit = this.#words.exec(text)) {
      this.#words.lastIndex = hit.index + 1;
      for (const { quote, leadUnits } of this.#byWord.get(hit[0]) ?? []) {
        const prepared = this.#quotes[quote];
        if (!prepared || found[quote]) continue;
        const low = Math.max(tried[quote] ?? from, hit.index - leadUnits);
        const range = low < to ? matchAround(text, prepared, low, Math.min(hit.index, to - 1)) : null;
        tried[quote] = hit.index + 1;
        if (!range) continue;
        found[quote] = range;
        left--;
      }
    }
    return found;
  }
}
