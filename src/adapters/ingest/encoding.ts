/** Which encoding a file's text is in: byte order mark, NUL pattern, strict UTF-8, what it declares, then a guess. */

import { controlShare } from './file-kind';

/** Names are those of the Encoding Standard in lower case, and `utf-32le`, `utf-32be`, which it lacks. */
export interface EncodingGuess {
  readonly name: string;
  /** Bytes of a byte order mark to leave out: it is not text. */
  readonly bomBytes: number;
}

/** A byte order mark, or null. The longer marks come first: UTF-32LE's begins with UTF-16LE's. */
export function byteOrderMark(start: Uint8Array): EncodingGuess | null {
  const [a, b, c, d] = start;
  if (a === 0xff && b === 0xfe && c === 0 && d === 0) return { name: 'utf-32le', bomBytes: 4 };
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return { name: 'utf-32be', bomBytes: 4 };
  if (a === 0xef && b === 0xbb && c === 0xbf) return { name: 'utf-8', bomBytes: 3 };
  if (a === 0xff && b === 0xfe) return { name: 'utf-16le', bomBytes: 2 };
  if (a === 0xfe && b === 0xff) return { name: 'utf-16be', bomBytes: 2 };
  return null;
}

/** UTF-16 or UTF-32 without a mark, recognised by where the NUL bytes fall; null for anything else. */
export function wideWithoutMark(sample: Uint8Array, fileBytes: number): string | null {
  if (!sample.includes(0)) return null;
  if (fileBytes % 4 === 0 && sample.length >= 8) {
    if (everyQuad(sample, (a, b, c, d) => isScalar(a + b * 0x100 + c * 0x10000 + d * 0x1000000)))
      return 'utf-32le';
    if (everyQuad(sample, (a, b, c, d) => isScalar(d + c * 0x100 + b * 0x10000 + a * 0x1000000)))
      return 'utf-32be';
  }
  if (fileBytes % 2 !== 0) return null;
  const nuls = [0, 0];
  const pairs = sample.length >> 1;
  for (let i = 0; i < pairs * 2; i++) if (sample[i] === 0) nuls[i & 1] = (nuls[i & 1] ?? 0) + 1;
  const [even = 0, odd = 0] = nuls;
  if (odd > 0.3 * pairs && even < 0.05 * pairs) return 'utf-16le';
  if (even > 0.3 * pairs && odd < 0.05 * pairs) return 'utf-16be';
  // Cyrillic in UTF-16 passes for ASCII, but every other byte of it is a control character.
  if (isUtf8(sample) && controlShare(sample) < 0.1) return null;
  // Scripts beyond Latin have few NULs, but the high bytes of a text are few and its low bytes many.
  const name = distinctAt(sample, 1) < distinctAt(sample, 0) ? 'utf-16le' : 'utf-16be';
  return readsAsText(sample, name) ? name : null;
}

/** How many byte values occur at even (0) or odd (1) places. */
function distinctAt(sample: Uint8Array, parity: 0 | 1): number {
  return new Set(sample.filter((_, i) => (i & 1) === parity)).size;
}

function everyQuad(
  sample: Uint8Array,
  test: (a: number, b: number, c: number, d: number) => boolean,
): boolean {
  for (let i = 0; i + 3 < sample.length; i += 4)
    if (!test(sample[i] ?? 0, sample[i + 1] ?? 0, sample[i + 2] ?? 0, sample[i + 3] ?? 0)) return false;
  return true;
}

function isScalar(value: number): boolean {
  return value <= 0x10ffff && (value < 0xd800 || value > 0xdfff);
}

function readsAsText(sample: Uint8Array, name: string): boolean {
  const text = new TextDecoder(name).decode(sample.subarray(0, sample.length & ~1));
  const likely = text.match(/[\p{L}\p{M}\p{N}\p{P}\p{Zs}\p{Sc}\p{Sm}\t\r\n]/gu)?.length ?? 0;
  return likely >= 0.97 * [...text].length;
}

/** True for well-formed UTF-8; a code point cut off at the end of the sample is forgiven. */
export function isUtf8(sample: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: true });
    return true;
  } catch {
    return false; // the only thing a fatal decoder throws for
  }
}

/** True when the bytes are UTF-8 with some damage rather than another encoding. */
export function isDamagedUtf8(sample: Uint8Array): boolean {
  const text = new TextDecoder('utf-8').decode(sample, { stream: true });
  let broken = 0;
  let sound = 0;
  for (const char of text) {
    if (char === '\ufffd') broken++;
    else if (char > '\x7f') sound++;
  }
  return sound >= 4 && sound >= 4 * broken;
}

/** ISO-2022-JP is plain ASCII to every other test; its shifts into Japanese give it away. */
export function isIso2022Jp(sample: Uint8Array): boolean {
  for (let i = sample.indexOf(0x1b); i >= 0; i = sample.indexOf(0x1b, i + 1))
    if (sample[i + 1] === 0x24 && (sample[i + 2] === 0x42 || sample[i + 2] === 0x40)) return true;
  return false;
}

/** What an HTML `<meta charset>` or an XML declaration says, when it can be true of bytes that read as ASCII so far. */
export function declaredEncoding(start: Uint8Array): string | null {
  const head = new TextDecoder('latin1').decode(start.subarray(0, 4096));
  const label =
    /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w:.-]+)["']/.exec(head)?.[1] ??
    /<meta\s[^>]*?charset\s*=\s*["']?\s*([\w:.-]+)/i.exec(head)?.[1];
  const name = label === undefined ? null : standardName(label);
  return name === null || name.startsWith('utf-16') ? null : name;
}

/** The Encoding Standard's name for a label, or null when there is no decoder for it. */
function standardName(label: string): string | null {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return null; // an unknown label is all it throws for
  }
}

/** True when every byte sequence of the sample means something in this encoding. */
export function decodesCleanly(sample: Uint8Array, name: string): boolean {
  try {
    const text = new TextDecoder(name, { fatal: true }).decode(sample, { stream: true });
    // Windows code pages map their holes to C1 controls, which no text has.
    return !/[\x80-\x84\x86-\x9f]/.test(text);
  } catch {
    return false; // not this encoding, which is the question
  }
}

/** Encodings the detector may answer with, by its names; each has a decoder in every browser. */
const guesses: Record<string, string> = {
  cp932: 'shift_jis',
  shift_jis: 'shift_jis',
  'euc-jp': 'euc-jp',
  'iso-2022-jp': 'iso-2022-jp',
  gb18030: 'gb18030',
  gbk: 'gb18030',
  gb2312: 'gb18030',
  big5: 'big5',
  'big5-hkscs': 'big5',
  cp949: 'euc-kr',
  'euc-kr': 'euc-kr',
  cp874: 'windows-874',
  'tis-620': 'windows-874',
  'iso-8859-1': 'windows-1252',
  'iso-8859-9': 'windows-1254',
  'iso-8859-11': 'windows-874',
  'iso-8859-2': 'iso-8859-2',
  'iso-8859-5': 'iso-8859-5',
  'iso-8859-6': 'iso-8859-6',
  'iso-8859-7': 'iso-8859-7',
  'iso-8859-8': 'iso-8859-8',
  'koi8-r': 'koi8-r',
  'koi8-u': 'koi8-u',
  ibm866: 'ibm866',
  macroman: 'macintosh',
  maccyrillic: 'x-mac-cyrillic',
};
for (let page = 1250; page <= 1258; page++) guesses[`windows-${page}`] = `windows-${page}`;

/** The likeliest encoding of text that is not UTF-8. Windows-1252 when nothing else can be told. */
export async function guessLegacy(sample: Uint8Array): Promise<string> {
  // Large, and needed for few files: fetched only then.
  const { chardet } = await import('jschardet');
  const ranked = chardet.detectAll(telling(sample), { ignoreThreshold: true });
  for (const { encoding } of ranked) {
    const name = guesses[encoding?.toLowerCase() ?? ''];
    if (name !== undefined && decodesCleanly(sample, name)) return name;
  }
  return 'windows-1252';
}

/** The stretch of the sample that begins a little before the first byte beyond ASCII, at most 200 kB. */
function telling(sample: Uint8Array): Uint8Array {
  const first = sample.findIndex((byte) => byte >= 0x80);
  const from = Math.max(0, sample.lastIndexOf(0x0a, Math.max(0, first - 1)) + 1);
  return sample.subarray(first - from > 4096 ? first : from, from + 200_000);
}
