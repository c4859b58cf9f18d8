/** The package of a book: what it is called, which files its text is in and in which order, where its contents are listed. */

import { SondeError } from '../../../../core/errors';
import type { Metadata } from '../../../../core/corpus/structure';
import { isoOfWritten } from '../written-date';
import { attribute, descendants, parseTree, type XmlElement } from '../xml';
import type { Zip } from '../zip';
import { addressIn } from './book-paths';

export interface SpineItem {
  readonly path: string;
  readonly mediaType: string;
  /** Read in the course of the book; what is not (covers, notes in pop-ups) comes after it. */
  readonly isLinear: boolean;
}

export interface BookPackage {
  readonly metadata: Metadata;
  /** In reading order. */
  readonly spine: readonly SpineItem[];
  /** Tables of contents that are there, the better one first. */
  readonly contents: readonly { readonly path: string; readonly kind: 'nav' | 'ncx' }[];
}

const MAX_PART_BYTES = 32 * 1024 * 1024;
const TEXT_TYPES = /xhtml|html|svg|dtbook|oeb1-document/i;

interface ManifestItem {
  readonly id: string;
  readonly path: string;
  readonly mediaType: string;
  readonly properties: string;
}

/** @throws SondeError `malformed` when there is nothing in it that a book is read by */
export async function packageOf(zip: Zip): Promise<BookPackage> {
  const path = await packagePath(zip);
  const entry = path === null ? undefined : zip.find(path);
  const markup = entry ? await zip.text(entry, MAX_PART_BYTES) : '';
  const root = parseTree(markup);
  const manifest = descendants(root, 'item').map(({ attributes }): ManifestItem => ({
    id: attribute(attributes, 'id') ?? '',
    path: addressIn(path ?? '', attribute(attributes, 'href') ?? '').path,
    mediaType: attribute(attributes, 'media-type') ?? '',
    properties: attribute(attributes, 'properties') ?? '',
  }));
  const spine = spineOf(root, manifest);
  const found = spine.length > 0 ? spine : filesOf(zip);
  if (found.length === 0) throw notABook();
  return { metadata: metadataOf(root), spine: found, contents: contentsOf(root, manifest, zip) };
}

/** Where `META-INF/container.xml` says it is, or else the first file that is named like one. */
async function packagePath(zip: Zip): Promise<string | null> {
  const container = zip.find('META-INF/container.xml');
  const files = container
    ? descendants(parseTree(await zip.text(container, MAX_PART_BYTES)), 'rootfile')
    : [];
  for (const { attributes } of files) {
    const { path } = addressIn('', attribute(attributes, 'full-path') ?? '');
    if (zip.find(path)) return path;
  }
  return zip.entries.find(({ name }) => /\.opf$/i.test(name))?.name ?? null;
}

function spineOf(root: XmlElement, manifest: readonly ManifestItem[]): SpineItem[] {
  const byId = new Map(manifest.map((item) => [item.id, item]));
  const items = descendants(root, 'itemref').map(({ attributes }): SpineItem => {
    const id = attribute(attributes, 'idref') ?? '';
    const item = byId.get(id);
    return {
      path: item?.path ?? id,
      mediaType: item?.mediaType ?? '',
      isLinear: attribute(attributes, 'linear') !== 'no',
    };
  });
  if (items.length === 0)
    return manifest
      .filter(({ mediaType, properties }) => TEXT_TYPES.test(mediaType) && !/\bnav\b/.test(properties))
      .map(({ path, mediaType }) => ({ path, mediaType, isLinear: true }));
  return [...items.filter(({ isLinear }) => isLinear), ...items.filter(({ isLinear }) => !isLinear)];
}

/** Of a book without a package: what looks like its text, as the archive has it. */
function filesOf(zip: Zip): SpineItem[] {
  return zip.entries
    .filter(({ name }) => /\.x?html?$/i.test(name))
    .map(({ name }) => ({ path: name, mediaType: 'application/xhtml+xml', isLinear: true }));
}

function contentsOf(root: XmlElement, manifest: readonly ManifestItem[], zip: Zip): BookPackage['contents'] {
  const nav = manifest.filter(({ properties }) => /\bnav\b/.test(properties));
  const spine = descendants(root, 'spine')[0];
  const named = spine && attribute(spine.attributes, 'toc');
  const ncx = manifest.filter(({ id, mediaType }) => id === named || /dtbncx/.test(mediaType));
  return [
    ...nav.map(({ path }) => ({ path, kind: 'nav' as const })),
    ...ncx.map(({ path }) => ({ path, kind: 'ncx' as const })),
  ].filter(({ path }) => zip.find(path));
}

function metadataOf(root: XmlElement): Metadata {
  const metadata = descendants(root, 'metadata')[0];
  if (!metadata) return {};
  const all = (name: string) => descendants(metadata, name).filter(({ text }) => text.trim() !== '');
  const joinedTexts = (elements: readonly XmlElement[]) => elements.map(({ text }) => text.trim()).join(', ');
  const creators = all('creator');
  const authors = creators.filter(({ attributes }) => (attribute(attributes, 'role') ?? 'aut') === 'aut');
  const dates = all('date');
  const published =
    dates.find(({ attributes }) => attribute(attributes, 'event') === 'publication') ?? dates[0];
  const modified = all('meta').find(({ attributes }) => attributes['property'] === 'dcterms:modified');
  return {
    title: all('title')[0]?.text ?? '',
    author: joinedTexts(authors.length > 0 ? authors : creators),
    subject: joinedTexts(all('subject')),
    createdAt: isoOfWritten(published?.text ?? '') ?? '',
    modifiedAt: isoOfWritten(modified?.text ?? '') ?? '',
    language: all('language')[0]?.text ?? '',
  };
}

function notABook(): SondeError {
  return new SondeError({
    code: 'malformed',
    message: 'This book has no list of its pages, and no pages that could be found without it.',
    hint: 'Get it again, or convert it to EPUB anew.',
  });
}
