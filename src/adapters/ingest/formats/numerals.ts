/** Numbers as documents count with them: letters, Roman, Chinese and circled ones, by the names Office gives them. */

const ROMAN: readonly (readonly [value: number, numeral: string])[] = [
  [1000, 'm'],
  [900, 'cm'],
  [500, 'd'],
  [400, 'cd'],
  [100, 'c'],
  [90, 'xc'],
  [50, 'l'],
  [40, 'xl'],
  [10, 'x'],
  [9, 'ix'],
  [5, 'v'],
  [4, 'iv'],
  [1, 'i'],
];
/** A Roman number or a letter repeated beyond this is no number anybody reads. */
const MAX_SPELLED = 5000;

const LATIN = 'abcdefghijklmnopqrstuvwxyz';
const CYRILLIC = 'абвгдежзиклмнопрстуфхцчшщыэюя';

const FORMATS: Readonly<Record<string, (value: number) => string>> = {
  decimalZero: (value) => String(value).padStart(2, '0'),
  lowerRoman: roman,
  upperRoman: (value) => roman(value).toUpperCase(),
  lowerLetter: (value) => letters(value, LATIN),
  upperLetter: (value) => letters(value, LATIN).toUpperCase(),
  russianLower: (value) => letters(value, CYRILLIC),
  russianUpper: (value) => letters(value, CYRILLIC).toUpperCase(),
  ordinal: (value) => `${value}${ending(value)}`,
  decimalEnclosedCircle: (value) => circled(value),
  decimalEnclosedCircleChinese: (value) => circled(value),
  decimalFullWidth: (value) =>
    String(value).replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
  chineseCounting: chinese,
  chineseCountingThousand: chinese,
  taiwaneseCounting: chinese,
  taiwaneseCountingThousand: chinese,
  japaneseCounting: chinese,
  ideographDigital: (value) =>
    [...String(value)].map((digit) => '〇一二三四五六七八九'[Number(digit)]).join(''),
  none: () => '',
  bullet: () => '',
};

/** `value` as Word's `numFmt` of this name writes it; in digits where the name is not known here. */
export function numeral(value: number, format: string): string {
  return value < 0 ? String(value) : (FORMATS[format] ?? String)(value);
}

/** In small letters; in digits where there is no Roman number, or none anybody reads. */
export function roman(value: number): string {
  if (value === 0 || value > MAX_SPELLED) return String(value);
  let left = value;
  let text = '';
  for (const [worth, sign] of ROMAN) for (; left >= worth; left -= worth) text += sign;
  return text;
}

/** a … z, aa, bb, cc: letters are repeated, not combined. */
function letters(value: number, alphabet: string): string {
  if (value === 0 || value > MAX_SPELLED) return String(value);
  const letter = alphabet[(value - 1) % alphabet.length] ?? '';
  return letter.repeat(Math.ceil(value / alphabet.length));
}

function ending(value: number): string {
  const tens = value % 100;
  if (tens >= 11 && tens <= 13) return 'th';
  return ['th', 'st', 'nd', 'rd'][value % 10] ?? 'th';
}

function circled(value: number): string {
  return value >= 1 && value <= 20 ? String.fromCodePoint(0x245f + value) : String(value);
}

function chinese(value: number): string {
  if (value === 0 || value >= 10_000) return String(value);
  const digits = [...String(value)].map(Number);
  const text = digits
    .map((digit, at) =>
      digit === 0
        ? '零'
        : ('一二三四五六七八九'[digit - 1] ?? '') + (['', '十', '百', '千'][digits.length - 1 - at] ?? ''),
    )
    .join('')
    .replace(/零+/g, '零')
    .replace(/零$/, '');
  return value < 20 ? text.replace(/^一十/, '十') : text;
}
