/** What kind of text a file of plain text is, by its name. */

/** All of these keep the file's text exactly. */
export type TextKind = 'text' | 'markdown' | 'csv' | 'tsv' | 'json' | 'jsonl' | 'xml' | 'log' | 'code';

const kindsByExtension: Record<string, TextKind> = Object.fromEntries(
  Object.entries({
    markdown: 'md markdown mdown mkd mdx rst adoc org',
    csv: 'csv',
    tsv: 'tsv tab',
    json: 'json geojson webmanifest har',
    jsonl: 'jsonl ndjson',
    xml: 'xml xsd xsl xslt rss atom svg kml gpx opml plist wsdl',
    log: 'log',
    code:
      'js mjs cjs ts mts cts tsx jsx svelte vue py pyi rb go rs java kt kts scala swift c h cc cpp cxx hpp cs php pl ' +
      'lua r jl sh bash zsh fish ps1 bat sql css scss less toml yaml yml ini cfg conf tex bib cmake gradle dart ex exs ' +
      'erl hs clj ml fs f90 m asm s diff patch proto graphql tf',
  } satisfies Partial<Record<TextKind, string>>).flatMap(([kind, extensions]) =>
    extensions.split(' ').map((extension) => [extension, kind as TextKind]),
  ),
);

/** Lower-case extension of a path, without the dot; empty when there is none. */
export function extensionOf(path: string): string {
  return /[^/\\]\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
}

export function textKindOf(path: string): TextKind {
  return kindsByExtension[extensionOf(path)] ?? 'text';
}

/** Share of bytes that no text has: control characters other than tab, line ends, form feed and escape. */
export function controlShare(sample: Uint8Array): number {
  let controls = 0;
  for (const byte of sample)
    if (byte < 0x09 || byte === 0x0b || (byte > 0x0d && byte < 0x20 && byte !== 0x1b) || byte === 0x7f)
      controls++;
  return sample.length === 0 ? 0 : controls / sample.length;
}
