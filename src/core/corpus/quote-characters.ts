/** Which characters count as the same when a quotation is compared with its source. */

const SINGLE_QUOTE = 0x27;
const DOUBLE_QUOTE = 0x22;
export const DASH = 0x2d;

/** Curly, low and angled quotation marks as their straight kind; every dash as `-`; other units as they are. */
export function canonical(unit: number): number {
  if (unit < 0x80) return unit === 0x60 ? SINGLE_QUOTE : unit;
  if (unit === 0xab || unit === 0xbb) return DOUBLE_QUOTE;
  if (unit === 0xb4 || unit === 0x2bc) return SINGLE_QUOTE;
  if (unit < 0x2010) return unit;
  if (unit <= 0x2015 || unit === 0x2212) return DASH;
  if (unit <= 0x2017) return unit;
  if (unit <= 0x201b || unit === 0x2032) return SINGLE_QUOTE;
  if (unit <= 0x201f || unit === 0x2033) return DOUBLE_QUOTE;
  return unit;
}

export function isDash(unit: number): boolean {
  return canonical(unit) === DASH;
}

const spaces = /\s/;
export function isSpace(unit: number): boolean {
  if (unit < 0x80) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
  return unit >= 0xa0 && spaces.test(String.fromCharCode(unit));
}

/** Soft hyphen, zero-width space and joiners, word joiner, byte order mark: invisible in the source. */
export function isInvisible(unit: number): boolean {
  return unit === 0xad || (unit >= 0x200b && unit <= 0x200d) || unit === 0x2060 || unit === 0xfeff;
}

/** What Markdown writes around emphasised words: `*`, `_`, `` ` ``, `~`. */
export function isEmphasis(unit: number): boolean {
  return unit === 0x2a || unit === 0x5f || unit === 0x60 || unit === 0x7e;
}

const wordUnits = /[\p{L}\p{N}\p{M}]/u;
/** Part of a word: letter, digit or mark. NaN, past either end of a string, is not. */
export function isWord(unit: number): boolean {
  if (unit < 0x80)
    return (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x30 && unit <= 0x39);
  return unit >= 0xaa && wordUnits.test(String.fromCharCode(unit));
}

/** Scripts written without spaces, where a line may break between any two characters. */
export function isUnspaced(unit: number): boolean {
  return (
    (unit >= 0x2e80 && unit <= 0x9fff) || // CJK radicals to unified ideographs, kana and CJK punctuation between
    (unit >= 0xf900 && unit <= 0xfaff) ||
    (unit >= 0xff00 && unit <= 0xffef) ||
    (unit >= 0x0e00 && unit <= 0x0eff) || // Thai, Lao
    (unit >= 0x1000 && unit <= 0x109f) || // Burmese
    (unit >= 0x1780 && unit <= 0x17ff) // Khmer
  );
}
