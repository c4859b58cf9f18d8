/** The parts of an OpenDocument package, and whether it opens with a password only. */

import { SondeError } from '../../../../core/errors';
import { Zip, type ZipEntry } from '../zip';

export interface OdfPackage {
  readonly zip: Zip;
  readonly content: ZipEntry;
}

/** @throws SondeError `malformed` without content, `password` when it is encrypted */
export async function openPackage(file: Blob): Promise<OdfPackage> {
  const zip = await Zip.open(file);
  const manifest = zip.find('META-INF/manifest.xml');
  // Looked for as text: the manifest of a large file is large, and the word stands nowhere else.
  if (manifest && /<(?:\w+:)?encryption-data\b/.test(await zip.text(manifest))) throw encrypted();
  const content = zip.find('content.xml');
  if (!content) throw noContent();
  return { zip, content };
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
