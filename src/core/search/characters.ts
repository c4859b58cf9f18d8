/** What each character is to the search: part of a word in a folded form, one of a script without spaces, or a gap. */

export const GAP = 1;
/** Letters, digits and marks of scripts that put spaces between words. */
export const WORD = 2;
/** Of scripts without spaces between words: found by pairs of neighbours. */
export const WIDE = 3;
/** Leaves no trace: accents, vowel points, soft hyphens. */
export const SILENT = 4;
export const APOSTROPHE = 5;
export type CharacterKind = typeof GAP | typeof WORD | typeof WIDE | typeof SILENT | typeof APOSTROPHE;

/** Letters that Unicode does not take apart, as they are typed where a keyboard lacks them. */
const SPELT: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ħ: 'h',
  ı: 'i',
  ς: 'σ',
};

/** Accents, and the points of Hebrew and Arabic, which are mostly left out. Marks of other scripts are letters to them. */
const ACCENTS: readonly (readonly [first: number, last: number])[] = [
  [0x0300, 0x036f],
  [0x0591, 0x05bd],
  [0x05bf, 0x05c7],
  [0x0640, 0x0640],
  [0x064b, 0x065f],
  [0x0670, 0x0670],
];
/** Soft hyphens, joiners and variation selectors: they are not seen. */
const UNSEEN = new Set([0xad, 0x34f, 0x200b, 0x200c, 0x200d, 0x2060, 0xfeff]);
const LETTER = /^[\p{L}\p{N}\p{M}]$/u;
const NO_LETTERS = /[^\p{L}\p{N}\p{M}]/gu;

interface Folded {
  readonly kind: CharacterKind;
  /** Code points it is searched as; empty unless it is part of a word. */
  readonly as: readonly number[];
}

/** One code point, without a memory. Case, width, accents and ligatures are folded away. */
function foldCharacter(code: number): Folded {
  const character = String.fromCodePoint(code);
  if (character === "'" || character === '\u2019' || character === '\u02bc')
    return { kind: APOSTROPHE, as: [] };
  if (UNSEEN.has(code) || (code >= 0xfe00 && code <= 0xfe0f)) return { kind: SILENT, as: [] };
  if (!LETTER.test(character)) return { kind: GAP, as: [] };
  const bare = [...character.normalize('NFKD')].filter((one) => !isAccent(one.codePointAt(0) ?? 0));
  const plain = bare.join('').toLowerCase().normalize('NFC');
  const spelt = SPELT[plain] ?? plain.replace(NO_LETTERS, '');
  const as = [...spelt].map((one) => one.codePointAt(0) ?? 0);
  const [first] = as;
  if (first === undefined) return { kind: SILENT, as };
  return isWide(first) ? { kind: WIDE, as } : { kind: WORD, as };
}

function isAccent(code: number): boolean {
  return ACCENTS.some(([first, last]) => code >= first && code <= last);
}

/** Han, kana, Hangul, and the scripts of Southeast Asia. Hangul has spaces, but grows its words at the end. */
function isWide(code: number): boolean {
  if (code < 0x0e00) return false;
  return (
    code <= 0x0eff || // Thai, Lao
    (code >= 0x1000 && code <= 0x109f) || // Burmese
    (code >= 0x1780 && code <= 0x17ff) || // Khmer
    (code >= 0x3005 && code <= 0x30ff) ||
    (code >= 0x3400 && code <= 0x4dbf) ||
    (code >= 0x4e00 && code <= 0x9fff) ||
    (code >= 0xac00 && code <= 0xd7af) ||
    (code >= 0x20000 && code <= 0x3ffff)
  );
}

/** Remembers what it was asked, as texts use few characters over and over. */
export class Characters {
  readonly #kinds = new Uint8Array(0x10000);
  /** What a character of the basic plane is searched as when that is one code point; 0 for those in `#others`. */
  readonly #single = new Uint16Array(0x10000);
  readonly #others = new Map<number, Folded>();
  /** Spares an array for every character. */
  readonly #one = [0];

  kind(code: number): CharacterKind {
    // Only kinds are ever put into the array; 0 is its empty place.
    const known = code < 0x10000 ? (this.#kinds[code] as CharacterKind | 0) : 0;
    return known === 0 ? this.#learn(code).kind : known;
  }

  /** The one code point it is searched as, or 0 when there are several: see `all`. */
  single(code: number): number {
    return code < 0x10000 ? (this.#single[code] ?? 0) : 0;
  }

  /** Good until the next call. */
  all(code: number): readonly number[] {
    const single = this.single(code);
    if (single === 0) return this.#learn(code).as;
    this.#one[0] = single;
    return this.#one;
  }

  #learn(code: number): Folded {
    const there = this.#others.get(code);
    if (there) return there;
    const folded = foldCharacter(code);
    const [first = 0] = folded.as;
    const single = folded.as.length === 1 && first < 0x10000 && code < 0x10000;
    if (code < 0x10000) this.#kinds[code] = folded.kind;
    if (single) this.#single[code] = first;
    else if (this.#others.size < 20_000) this.#others.set(code, folded);
    return folded;
  }
}
