/** What kind of file this is, from its first bytes and its name; what is not text is refused in words. */

import { SondeError } from '../../core/errors';

/** How a document is read. All but `html` keep the file's text exactly. */
export type FileKind =
  'text' | 'markdown' | 'csv' | 'tsv' | 'json' | 'jsonl' | 'html' | 'xml' | 'log' | 'code';

const kindsByExtension: Record<string, FileKind> = Object.fromEntries(
  Object.entries({
    markdown: 'md markdown mdown mkd mdx rst adoc org',
    csv: 'csv',
    tsv: 'tsv tab',
    json: 'json geojson ipynb webmanifest har',
    jsonl: 'jsonl ndjson',
    html: 'html htm xhtml',
    xml: 'xml xsd xsl xslt rss atom svg kml gpx opml plist wsdl',
    log: 'log',
    code:
      'js mjs cjs ts mts cts tsx jsx svelte vue py pyi rb go rs java kt kts scala swift c h cc cpp cxx hpp cs php pl ' +
      'lua r jl sh bash zsh fish ps1 bat sql css scss less toml yaml yml ini cfg conf tex bib cmake gradle dart ex exs ' +
      'erl hs clj ml fs f90 m asm s diff patch proto graphql tf',
  } satisfies Partial<Record<FileKind, string>>).flatMap(([kind, extensions]) =>
    extensions.split(' ').map((extension) => [extension, kind as FileKind]),
  ),
);

/** Lower-case extension of a path, without the dot; empty when there is none. */
export function extensionOf(path: string): string {
  return /[^/\\]\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
}

/** `start` is the beginning of the decoded text; it decides only for names that say nothing. */
export function kindOf(path: string, start: string): FileKind {
  const known = kindsByExtension[extensionOf(path)];
  if (known) return known;
  if (extensionOf(path) === '' && /^\s*(?:<!--[^]*?-->\s*)*<(?:!doctype html|html[\s>])/i.test(start))
    return 'html';
  return 'text';
}

interface Signature {
  readonly what: string;
  readonly hint: string;
  /** Each character is a byte. */
  readonly bytes: string;
  readonly at?: number;
  /** So short that a text could begin with it: a NUL must follow as well. */
  readonly weak?: true;
}

const asText = 'Save it as plain text and drop that.';
const image = 'There is no text in it to read.';
const unpack = 'Unpack it and drop the files in it.';

const signatures: readonly Signature[] = [
  { what: 'PDF files', hint: asText, bytes: '%PDF-' },
  { what: 'Rich Text (RTF) files', hint: asText, bytes: '{\\rtf' },
  { what: 'PostScript files', hint: asText, bytes: '%!PS-Adobe' },
  { what: 'Old Office files', hint: asText, bytes: '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' },
  { what: 'Images', hint: image, bytes: '\x89PNG\r\n\x1a\n' },
  { what: 'Images', hint: image, bytes: '\xff\xd8\xff' },
  { what: 'Images', hint: image, bytes: 'GIF87a' },
  { what: 'Images', hint: image, bytes: 'GIF89a' },
  { what: 'Images', hint: image, bytes: 'II*\0' },
  { what: 'Images', hint: image, bytes: 'MM\0*' },
  { what: 'Images', hint: image, bytes: 'BM', weak: true },
  { what: 'Images', hint: image, bytes: '\0\0\x01\0' },
  { what: 'Images and recordings', hint: image, bytes: 'RIFF', weak: true },
  { what: 'Recordings', hint: image, bytes: 'ftyp', at: 4, weak: true },
  { what: 'Recordings', hint: image, bytes: 'ID3', weak: true },
  { what: 'Recordings', hint: image, bytes: 'OggS', weak: true },
  { what: 'Recordings', hint: image, bytes: 'fLaC', weak: true },
  { what: 'Recordings', hint: image, bytes: '\x1aE\xdf\xa3' },
  { what: 'Archives', hint: unpack, bytes: '\x1f\x8b' },
  { what: 'Archives', hint: unpack, bytes: 'BZh', weak: true },
  { what: 'Archives', hint: unpack, bytes: '\xfd7zXZ\0' },
  { what: 'Archives', hint: unpack, bytes: '7z\xbc\xaf\x27\x1c' },
  { what: 'Archives', hint: unpack, bytes: 'Rar!\x1a\x07' },
  { what: 'Archives', hint: unpack, bytes: '\x28\xb5\x2f\xfd' },
  { what: 'Databases', hint: 'Export its tables as CSV and drop those.', bytes: 'SQLite format 3\0' },
  { what: 'Parquet files', hint: 'Export them as CSV and drop that.', bytes: 'PAR1', weak: true },
  { what: 'Programs', hint: image, bytes: '\x7fELF' },
  { what: 'Programs', hint: image, bytes: 'MZ', weak: true },
  { what: 'Programs', hint: image, bytes: '\0asm' },
  { what: 'Programs', hint: image, bytes: '\xca\xfe\xba\xbe' },
  { what: 'Programs', hint: image, bytes: '\xcf\xfa\xed\xfe' },
  { what: 'Fonts', hint: image, bytes: 'wOFF', weak: true },
  { what: 'Fonts', hint: image, bytes: 'wOF2', weak: true },
  { what: 'Fonts', hint: image, bytes: 'OTTO', weak: true },
  { what: 'Fonts', hint: image, bytes: '\0\x01\0\0' },
];

/** Zip is the wrapping of many formats; the name tells them apart. */
const zipped: Record<string, readonly [what: string, hint: string]> = {
  docx: ['Word files', asText],
  xlsx: ['Excel files', 'Save the sheets as CSV and drop those.'],
  pptx: ['PowerPoint files', asText],
  odt: ['OpenDocument files', asText],
  ods: ['OpenDocument files', 'Save the sheets as CSV and drop those.'],
  odp: ['OpenDocument files', asText],
  epub: ['EPUB books', asText],
};

/**
 * Refuses what is known not to be text. Byte order marks must have been ruled out before: two of them look like others.
 * @throws SondeError `unreadable`
 */
export function refuseBinary(start: Uint8Array, path: string): void {
  if (startsWith(start, 'PK\x03\x04') || startsWith(start, 'PK\x05\x06')) {
    const [what, hint] = zipped[extensionOf(path)] ?? ['Zip archives', unpack];
    throw notYet(what, hint);
  }
  const found = signatures.find(
    ({ bytes, at, weak }) => startsWith(start, bytes, at) && (!weak || start.subarray(0, 4096).includes(0)),
  );
  if (found) throw notYet(found.what, found.hint);
}

function notYet(what: string, hint: string): SondeError {
  return new SondeError({ code: 'unreadable', message: `${what} cannot be read yet.`, hint });
}

function startsWith(data: Uint8Array, bytes: string, at = 0): boolean {
  if (data.length < at + bytes.length) return false;
  for (let i = 0; i < bytes.length; i++) if (data[at + i] !== bytes.charCodeAt(i)) return false;
  return true;
}

/** Share of bytes that no text has: control characters other than tab, line ends, form feed and escape. */
export function controlShare(sample: Uint8Array): number {
  let controls = 0;
  for (const byte of sample)
    if (byte < 0x09 || byte === 0x0b || (byte > 0x0d && byte < 0x20 && byte !== 0x1b) || byte === 0x7f)
      controls++;
  return sample.length === 0 ? 0 : controls / sample.length;
}
