/** Zip archives as folders of files. */

import type { FormatReader } from '../reader';
import { Zip } from '../zip';
import { blobOf } from './blob-of';
import { unpack } from './unpacking';

/** A container itself has no text: every file in it is a child. */
export const readZip: FormatReader = async (input, out) => {
  const zip = await Zip.open(input.file);
  if (zip.problem) out.warn(zip.problem);
  const files = zip.entries
    .filter(({ isFolder }) => !isFolder)
    .map((entry) => ({ name: entry.name, open: () => blobOf(zip.pieces(entry), () => out.flush()) }));
  await unpack(files, input, out);
};
