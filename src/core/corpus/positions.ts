/** Code points and UTF-16 units: Python counts in the first, JavaScript strings in the second. */

/** The UTF-16 index of the `chars`-th code point; the length of the text when it has fewer. */
export function unitIndex(text: string, chars: number): number {
  let unit = 0;
  for (let seen = 0; seen < chars && unit < text.length; seen++) unit += isPairAt(text, unit) ? 2 : 1;
  return unit;
}

/** Turns ascending UTF-16 indexes of one text into code-point indexes, each step from the last. */
export class CharCounter {
  readonly #text: string;
  readonly #plain: boolean;
  #unit = 0;
  #chars = 0;

  /** `plain` says that the text is known to have no astral characters, which spares all counting. */
  constructor(text: string, plain = false) {
    this.#text = text;
    this.#plain = plain;
  }

  /** Number of code points before `unit`. A smaller index than the last one starts over. */
  at(unit: number): number {
    if (this.#plain) return unit;
    if (unit < this.#unit) {
      this.#unit = 0;
      this.#chars = 0;
    }
    while (this.#unit < unit) {
      this.#unit += isPairAt(this.#text, this.#unit) ? 2 : 1;
      this.#chars++;
    }
    return this.#chars;
  }
}

/** `unit`, or one less when it lies in the middle of a surrogate pair. */
export function pairBoundary(text: string, unit: number): number {
  return unit > 0 && isPairAt(text, unit - 1) ? unit - 1 : unit;
}

function isPairAt(text: string, unit: number): boolean {
  const high = text.charCodeAt(unit);
  if (high < 0xd800 || high > 0xdbff) return false;
  const low = text.charCodeAt(unit + 1);
  return low >= 0xdc00 && low <= 0xdfff;
}
