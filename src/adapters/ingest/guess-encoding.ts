/** The encoding of a text in two steps: a guess from its beginning, and a second one where strict UTF-8 broke off. */

import { SondeError } from '../../core/errors';
import {
  byteOrderMark,
  decodesCleanly,
  declaredEncoding,
  guessLegacy,
  isDamagedUtf8,
  isIso2022Jp,
  isUtf8,
  wideWithoutMark,
  type EncodingGuess,
} from './encoding';
import { controlShare } from './file-kind';

/** How much of a file the first guess should see. */
export const SAMPLE_BYTES = 256 * 1024;

/**
 * From the first bytes of a file. Says `utf-8` where nothing speaks against it; whether that holds, a strict reading
 * shows.
 * @throws SondeError `unreadable` when this is no text
 */
export function firstGuess(sample: Uint8Array, fileBytes: number): EncodingGuess {
  const marked = byteOrderMark(sample);
  if (marked) return marked;
  const wide = wideWithoutMark(sample, fileBytes);
  if (wide !== null) return { name: wide, bomBytes: 0 };
  // Tiny files may hold a NUL or two and still be text.
  const most = isUtf8(sample) ? (sample.length < 64 ? 1 : 0.3) : 0.02;
  if (controlShare(sample) > most) throw notText();
  return { name: isIso2022Jp(sample) ? 'iso-2022-jp' : 'utf-8', bomBytes: 0 };
}

/**
 * When strict UTF-8 has failed. `telling` is the block it failed in.
 * @throws SondeError `unreadable` when this is no text
 */
export async function secondGuess(start: Uint8Array, telling: Uint8Array): Promise<EncodingGuess> {
  const marked = byteOrderMark(start);
  if (marked) return marked;
  if (controlShare(telling) > 0.02) throw notText();
  if (isDamagedUtf8(telling)) return { name: 'utf-8', bomBytes: 0 };
  const declared = declaredEncoding(start);
  if (declared !== null && declared !== 'utf-8' && decodesCleanly(telling, declared))
    return { name: declared, bomBytes: 0 };
  return { name: await guessLegacy(telling), bomBytes: 0 };
}

function notText(): SondeError {
  return new SondeError({
    code: 'unreadable',
    message: 'This does not look like text.',
    hint: 'If it is a document, save it as PDF or plain text and drop that.',
  });
}
