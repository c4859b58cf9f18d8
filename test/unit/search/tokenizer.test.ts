import { describe, expect, test } from 'vitest';
import { stemLength } from '../../../src/core/search/stem';
import { LAST, PAIR, PART, WHOLE, type TokenKind } from '../../../src/core/search/token';
import { Tokenizer } from '../../../src/core/search/tokenizer';

const NAMES: Record<TokenKind, string> = { [WHOLE]: '', [PART]: '+', [PAIR]: '=', [LAST]: '-' };

/** The words of a text, each with a sign for its kind; fed in pieces of so many characters. */
function words(text: string, pieceChars = Infinity): string[] {
  const found: string[] = [];
  const tokenizer = new Tokenizer({
    token: (bytes, length, _hash, kind) =>
      found.push(NAMES[kind] + new TextDecoder().decode(bytes.subarray(0, length))),
  });
  const characters = [...text];
  for (let at = 0; at < characters.length; at += pieceChars) {
    const piece = new TextEncoder().encode(characters.slice(at, at + pieceChars).join(''));
    tokenizer.feed(piece, 0, piece.length);
  }
  tokenizer.end(0);
  return found;
}

/** What stands where each word was found. */
function places(text: string): string[] {
  const found: string[] = [];
  const utf8 = new TextEncoder().encode(text);
  const tokenizer = new Tokenizer({
    token: (_bytes, _length, _hash, _kind, start, end) =>
      found.push(new TextDecoder().decode(utf8.subarray(start, end))),
  });
  tokenizer.feed(utf8, 0, utf8.length);
  tokenizer.end(utf8.length);
  return found;
}

function stem(word: string): string {
  const bytes = new TextEncoder().encode(word);
  return new TextDecoder().decode(bytes.subarray(0, stemLength(bytes, bytes.length)));
}

describe('words of a text', () => {
  test.each([
    [
      'are folded: case, accents, width, ligatures',
      'Über STRASSE Straße ｆｕｌｌ ﬁne Ærø',
      'uber strasse strasse full fine aero',
    ],
    ['of other scripts too', 'ΣΊΣΥΦΟΣ σίσυφος Ёлка שָׁלוֹם كَتَبَ', 'σισυφοσ σισυφοσ елка שלום كتب'],
    ['keep the marks that are letters', 'हिन्दी தமிழ்', 'हिन्दी தமிழ்'],
    ['lose what hangs on an apostrophe', "Ahab's don’t l'homme o'clock", 'ahab don l homme o clock'],
    ['lose soft hyphens', 'water\u00adproof', 'waterproof'],
    ['are never empty', " … — ** __ \u0301 '' 🙂", ''],
    [
      'put together are given whole and in parts',
      'getUserName XMLHttpRequest',
      'getusername +get +user +name xmlhttprequest +xml +http +request',
    ],
    [
      'with underscores, but not those around',
      'snake_case_word _it_ __init__',
      'snake_case_word +snake +case +word it init',
    ],
    [
      'of numbers keep what belongs to them',
      '1,234,567 4.2 1,2,3 1,2345 USB3 2024-01-15',
      '1234567 4.2 +4 +2 1 2 3 1 2345 usb3 2024 01 15',
    ],
    [
      'of scripts without spaces are pairs, and the last alone',
      '東京都に水。ไทย',
      '=東京 =京都 =都に =に水 -水 =ไท =ทย -ย',
    ],
    ['of both kinds are kept apart', 'a東b東京c', 'a -東 b =東京 -京 c'],
    ['in capitals are one', 'HELLO McDonald A4', 'hello mcdonald +mc +donald a4'],
  ])('%s', (_, text, expected) => {
    expect(words(text).join(' ')).toBe(expected);
  });

  test('do not depend on how the text comes in, except where a number is cut', () => {
    const text = 'Über getUserName snake_case 東京都 שָׁלוֹם 𝔘nicode 🙂 water\u00adproof don’t ';
    for (const size of [1, 2, 3, 7]) expect(words(text, size)).toEqual(words(text));
  });

  test('are found where they stand', () => {
    expect(places('Über 🙂 getUser, 東京都 (x)')).toEqual([
      'Über', 'getUser', 'getUser', 'getUser', '東京', '京都', '都', 'x',
    ]); // prettier-ignore
  });

  test('of any length are known by their beginning', () => {
    expect(words('x'.repeat(5000) + ' ' + 'é'.repeat(70) + ' ' + '漢'.repeat(3))).toEqual([
      'x'.repeat(64), 'e'.repeat(64), '=漢漢', '=漢漢', '-漢',
    ]); // prettier-ignore
  });
});

test('forms of a word share their stem, and short words are left alone', () => {
  for (const forms of [
    ['whale', 'whales', 'whaling', 'whaled'],
    ['run', 'runs', 'running'],
    ['berry', 'berries'],
    ['miss', 'misses', 'missed', 'missing'],
    ['fall', 'falls', 'falling'],
    ['building', 'buildings', 'build', 'builds'],
    ['sad', 'sadly'],
  ])
    expect(new Set(forms.map(stem)).size, forms.join(' ')).toBe(1);
  for (const word of ['sing', 'thing', 'the', 'bed', 'sha256', '1960s', 'snake_cases'])
    expect(stem(word)).toBe(word);
});
