/** The parts of an OpenDocument file: its content, what it says of itself, whether it opens with a password only. */

import { SondeError } from '../../../../core/errors';
import type { Metadata } from '../../../../core/corpus/structure';
import { descendants, parseTree } from '../xml';
import { Zip, type ZipEntry } from '../zip';

const MAX_META_BYTES = 8 * 1024 * 1024;

export interface OdfPackage {
  readonly zip: Zip;
  readonly content: ZipEntry;
  readonly metadata: Metadata;
}

/** @throws SondeError `malformed` without content, `password` when it is encrypted */
export async function openOdf(file: Blob): Promise<OdfPackage> {
  const zip = await Zip.open(file);
  const manifest = zip.find('META-INF/manifest.xml');
  // Looked for as text: the manifest of a large file is large, and the word stands nowhere else.
  if (manifest && /<(?:\w+:)?encryption-data\b/.test(await zip.text(manifest))) throw encrypted();
  const content = zip.find('content.xml');
  if (!content) throw noContent();
  const meta = zip.find('meta.xml');
  const metadata = meta ? odfMetadata(await zip.text(meta, MAX_META_BYTES)) : {};
  return { zip, content, metadata };
}

export function odfMetadata(markup: string): Metadata {
  const tree = parseTree(markup);
  const of = (...names: string[]) =>
    names.map((name) => descendants(tree, name)[0]?.text.trim() ?? '').find((text) => text !== '') ?? '';
  return {
    title: of('title'),
    author: of('initial-creator', 'creator'),
    subject: of('subject'),
    createdAt: of('creation-date'),
    modifiedAt: of('date'),
    language: of('language'),
  };
}

function encrypted(): SondeError {
  return new SondeError({
    code: 'password',
    message: 'This document opens with a password only.',
    hint: 'Open it in the program it was made with, save it without a password and drop that.',
  });
}

function noContent(): SondeError {
  return new SondeError({
    code: 'malformed',
    message: 'This OpenDocument file has no content: the part that holds it is missing.',
    hint: 'Open it in an office program, which may repair it, and save it again.',
  });
}
