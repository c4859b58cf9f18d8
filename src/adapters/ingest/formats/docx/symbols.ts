/** Characters of symbol fonts (`w:sym`, `\u-3913`) as what they look like: Symbol is Greek, Wingdings are ticks and arrows. */

const SYMBOL_FIRST = 0x20;
/** From 0x20 to 0x7e and from 0xa0: how the font Symbol is laid out. */
const SYMBOL_LOW =
  ' !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼';
const SYMBOL_HIGH =
  '€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪⊘〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭';
const SYMBOL_HIGH_FIRST = 0xa0;

const WINGDINGS: Readonly<Record<number, string>> = {
  0x28: '☎',
  0x2a: '✉',
  0x4a: '☺',
  0x4c: '☹',
  0x6c: '●',
  0x6e: '■',
  0x6f: '□',
  0x71: '❑',
  0x76: '❖',
  0x77: '◆',
  0x9f: '•',
  0xa7: '▪',
  0xa8: '☐',
  0xd8: '➢',
  0xdf: '←',
  0xe0: '→',
  0xe1: '↑',
  0xe2: '↓',
  0xe8: '➔',
  0xef: '⇦',
  0xf0: '⇨',
  0xf3: '⇔',
  0xfb: '✗',
  0xfc: '✓',
  0xfd: '☒',
  0xfe: '☑',
};
const WINGDINGS_2: Readonly<Record<number, string>> = {
  0x4f: '✗',
  0x50: '✓',
  0x51: '☒',
  0x52: '☑',
  0x53: '☒',
  0xa3: '☐',
  0x98: '●',
  0xa2: '■',
};
const WEBDINGS: Readonly<Record<number, string>> = { 0x61: '✓', 0x63: '☐', 0x72: '✗', 0x67: '■', 0x6e: '●' };

/** The character of a font that has its own; symbol fonts also lie at U+F000 and on. Unknown ones are `U+FFFD`. */
export function symbolChar(font: string, code: number): string {
  const own = code >= 0xf000 && code <= 0xf0ff ? code - 0xf000 : code;
  const name = font.trim().toLowerCase();
  if (name === 'symbol') return ofSymbol(own) ?? '\ufffd';
  if (name === 'wingdings') return WINGDINGS[own] ?? '\ufffd';
  if (name === 'wingdings 2') return WINGDINGS_2[own] ?? '\ufffd';
  if (name === 'webdings') return WEBDINGS[own] ?? '\ufffd';
  return own < 0x20 || own > 0x10ffff || own !== code ? '\ufffd' : String.fromCodePoint(code);
}

function ofSymbol(code: number): string | undefined {
  if (code >= SYMBOL_HIGH_FIRST) return [...SYMBOL_HIGH][code - SYMBOL_HIGH_FIRST];
  return [...SYMBOL_LOW][code - SYMBOL_FIRST];
}
