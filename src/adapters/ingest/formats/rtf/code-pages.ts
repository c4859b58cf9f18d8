/** Code pages as RTF names them, by number or by the character set of a font, and text in them. */

/** Windows' western one from 0x80 to 0x9f; its rest is Latin 1. Written out, as Node takes all of it for Latin 1. */
const WESTERN_LOW = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
const LATIN_1_HIGH = String.fromCharCode(...Array.from({ length: 96 }, (_, at) => 0xa0 + at));

/** From 0x80 on; browsers do not know those of DOS. */
const TABLES: Readonly<Record<number, string>> = {
  1252: WESTERN_LOW + LATIN_1_HIGH,
  437:
    'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀' +
    'αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0',
  850:
    'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀' +
    'ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0',
  852:
    'ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀' +
    'ÓßÔŃńňŠšŔÚŕŰýÝţ´\u00ad˝˛ˇ˘§÷¸°¨˙űŘř■\u00a0',
};
const SYMBOL_CHARSET = 2;

/** What the Encoding Standard calls them. */
const ENCODINGS: Readonly<Record<number, string>> = {
  866: 'ibm866',
  874: 'windows-874',
  932: 'shift_jis',
  936: 'gbk',
  949: 'euc-kr',
  950: 'big5',
  1361: 'euc-kr',
  10000: 'macintosh',
  10007: 'x-mac-cyrillic',
  20866: 'koi8-r',
  21866: 'koi8-u',
  54936: 'gb18030',
  65001: 'utf-8',
  ...Object.fromEntries(Array.from({ length: 9 }, (_, at) => [1250 + at, `windows-${1250 + at}`])),
};

const OF_CHARSET: Readonly<Record<number, number>> = {
  77: 10000,
  128: 932,
  129: 949,
  130: 1361,
  134: 936,
  136: 950,
  161: 1253,
  162: 1254,
  163: 1258,
  177: 1255,
  178: 1256,
  186: 1257,
  204: 1251,
  222: 874,
  238: 1250,
  254: 437,
  255: 850,
};

/** The code page of a font's `\fcharset`; null where it is the document's. */
export function codePageOfCharset(charset: number): number | null {
  return OF_CHARSET[charset] ?? null;
}

export function isSymbolCharset(charset: number): boolean {
  return charset === SYMBOL_CHARSET;
}

const decoders = new Map<number, TextDecoder>();

/** Text of whole characters; in Windows' western one where the code page is not known. */
export function decodeIn(codePage: number, bytes: Uint8Array<ArrayBuffer>): string {
  const encoding = ENCODINGS[codePage];
  const high = TABLES[encoding === undefined && TABLES[codePage] === undefined ? 1252 : codePage];
  if (high !== undefined) {
    let text = '';
    for (const byte of bytes)
      text += byte < 0x80 ? String.fromCharCode(byte) : (high[byte - 0x80] ?? '\ufffd');
    return text;
  }
  const known = decoders.get(codePage) ?? new TextDecoder(encoding, { ignoreBOM: true });
  decoders.set(codePage, known);
  return known.decode(bytes);
}
