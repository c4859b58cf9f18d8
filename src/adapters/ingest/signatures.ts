/** Files that are known to hold no text, by their first bytes: refused by name. */

import { SondeError } from '../../core/errors';

interface Signature {
  readonly what: string;
  readonly hint: string;
  /** Each character is a byte. */
  readonly bytes: string;
  readonly at?: number;
  /** So short that a text could begin with it: a NUL must follow as well. */
  readonly weak?: true;
}

const noText = 'There is no text in it to read.';
const unpack = 'Unpack it and drop the files in it, or pack them as a zip.';
const asPdf = 'Save it as PDF and drop that.';

const signatures: readonly Signature[] = [
  { what: 'PostScript files', hint: asPdf, bytes: '%!PS-Adobe' },
  { what: 'Web pages saved as an archive of Safari', hint: asPdf, bytes: 'bplist00' },
  { what: 'Icons', hint: noText, bytes: '\0\0\x01\0' },
  { what: 'Sounds and recordings', hint: noText, bytes: 'RIFF', weak: true },
  { what: 'Sounds and recordings', hint: noText, bytes: 'ftyp', at: 4, weak: true },
  { what: 'Sounds and recordings', hint: noText, bytes: 'ID3', weak: true },
  { what: 'Sounds and recordings', hint: noText, bytes: '\xff\xfb' },
  { what: 'Sounds and recordings', hint: noText, bytes: 'OggS', weak: true },
  { what: 'Sounds and recordings', hint: noText, bytes: 'fLaC', weak: true },
  { what: 'Sounds and recordings', hint: noText, bytes: '\x1aE\xdf\xa3' },
  { what: 'Archives of bzip2', hint: unpack, bytes: '1AY&SY', at: 4 },
  { what: 'Archives of xz', hint: unpack, bytes: '\xfd7zXZ\0' },
  { what: '7-Zip archives', hint: unpack, bytes: '7z\xbc\xaf\x27\x1c' },
  { what: 'RAR archives', hint: unpack, bytes: 'Rar!\x1a\x07' },
  { what: 'Archives of Zstandard', hint: unpack, bytes: '\x28\xb5\x2f\xfd' },
  { what: 'Archives of LZ4', hint: unpack, bytes: '\x04\x22\x4d\x18' },
  { what: 'Archives of lzip', hint: unpack, bytes: 'LZIP\x01' },
  { what: 'Archives of compress', hint: unpack, bytes: '\x1f\x9d' },
  { what: 'Cabinets', hint: unpack, bytes: 'MSCF\0\0\0\0' },
  { what: 'LHA archives', hint: unpack, bytes: '-lh', at: 2, weak: true },
  { what: 'Archives of xar', hint: unpack, bytes: 'xar!\0' },
  { what: 'Archives of cpio', hint: unpack, bytes: '070701', weak: true },
  { what: 'Archives of ar', hint: unpack, bytes: '!<arch>\n' },
  {
    what: 'Parts of a split zip archive',
    hint: 'Put all parts in one folder, unpack them and drop the files.',
    bytes: 'PK\x07\x08',
  },
  { what: 'Databases', hint: 'Export its tables as CSV and drop those.', bytes: 'SQLite format 3\0' },
  { what: 'Parquet files', hint: 'Export them as CSV and drop that.', bytes: 'PAR1', weak: true },
  { what: 'Programs', hint: noText, bytes: '\x7fELF' },
  { what: 'Programs', hint: noText, bytes: 'MZ', weak: true },
  { what: 'Programs', hint: noText, bytes: '\0asm' },
  { what: 'Programs', hint: noText, bytes: '\xca\xfe\xba\xbe' },
  { what: 'Programs', hint: noText, bytes: '\xcf\xfa\xed\xfe' },
  { what: 'Fonts', hint: noText, bytes: 'wOFF', weak: true },
  { what: 'Fonts', hint: noText, bytes: 'wOF2', weak: true },
  { what: 'Fonts', hint: noText, bytes: 'OTTO', weak: true },
  { what: 'Fonts', hint: noText, bytes: '\0\x01\0\0' },
];

/**
 * Refuses what is known to have no reader. Byte order marks must have been ruled out before: some of them look alike.
 * @throws SondeError `unreadable`
 */
export function refuseKnown(start: Uint8Array): void {
  const found = signatures.find(
    ({ bytes, at, weak }) =>
      startsWithBytes(start, bytes, at) && (!weak || start.subarray(0, 4096).includes(0)),
  );
  if (!found) return;
  const { what, hint } = found;
  throw new SondeError({ code: 'unreadable', message: `${what} cannot be read.`, hint });
}

/** Each character of `bytes` is a byte. */
export function startsWithBytes(data: Uint8Array, bytes: string, at = 0): boolean {
  if (data.length < at + bytes.length) return false;
  for (let i = 0; i < bytes.length; i++) if (data[at + i] !== bytes.charCodeAt(i)) return false;
  return true;
}
