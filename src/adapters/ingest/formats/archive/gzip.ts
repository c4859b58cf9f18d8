/** Gzip files: the tar archive inside as a folder of files, anything else as the one file that it is. */

import { SondeError, type Problem } from '../../../../core/errors';
import { extensionOf } from '../../file-kind';
import { readBytes } from '../../file-blocks';
import type { FormatReader } from '../reader';
import { blobOf } from './blob-of';
import { GzipMembers } from './gzip-members';
import { harmlessPath } from './harmless-path';
import { unpackTar } from './tar';
import { BLOCK, decodeName, isTarHeader } from './tar-header';

/** Endings that stand for two. */
const shortEndings: Record<string, string> = { tgz: 'tar', taz: 'tar', svgz: 'svg', emz: 'emf', wmz: 'wmf' };
const HEADER_BYTES = 64 * 1024;

/** A container itself has no text: what is in it is a child, or many. */
export const readGzip: FormatReader = async (input, out) => {
  const name = await innerName(input.file, input.path);
  const members = new GzipMembers(input.file, name, input.signal);
  const inner = await blobOf(members.pieces(), () => out.flush());
  if (members.isBroken) {
    if (inner.size === 0) throw new SondeError(broken);
    out.warn(brokenOff);
  }
  if (inner.size === 0)
    throw new SondeError({ code: 'empty', message: 'The file that was packed here is empty.' });
  if (isTarHeader(await readBytes(inner, 0, BLOCK))) await unpackTar(inner, input, out);
  else await out.child(name, inner);
};

/** Its own name without the ending, or, where that says nothing, the name it was packed under. */
async function innerName(file: Blob, path: string): Promise<string> {
  const own = path.split('/').at(-1) ?? '';
  const ending = extensionOf(own);
  const bare = own.slice(0, own.length - ending.length - 1);
  const long = shortEndings[ending];
  if (long !== undefined) return harmlessPath(`${bare}.${long}`);
  const stem = /^(?:gz|gzip|z)$/.test(ending) ? bare : own;
  if (stem !== own && extensionOf(stem) !== '') return harmlessPath(stem);
  const stored = storedName(await readBytes(file, 0, HEADER_BYTES));
  return harmlessPath(stored?.split(/[\\/]/).at(-1) || stem);
}

/** The name in the header of the first member, or null. */
function storedName(header: Uint8Array): string | null {
  const flags = header[3] ?? 0;
  if ((flags & 8) === 0) return null;
  const start = 10 + (flags & 4 ? 2 + (header[10] ?? 0) + (header[11] ?? 0) * 256 : 0);
  const end = header.indexOf(0, start);
  return end < 0 ? null : decodeName(header.subarray(start, end));
}

const broken: Problem = {
  code: 'malformed',
  message: 'This gzip file is broken, and nothing of it could be unpacked.',
  hint: 'It may not have been downloaded to its end. Get it again.',
};

const brokenOff: Problem = {
  code: 'malformed',
  message: 'The file is damaged: it was unpacked up to where it breaks, and what follows is missing.',
  hint: 'Get it again when you can; it may not have been downloaded to its end.',
};
