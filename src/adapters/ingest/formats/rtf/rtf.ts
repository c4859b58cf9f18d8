/** Rich Text (RTF): what WordPad, old Word and many other programs write. */

import { SondeError } from '../../../../core/errors';
import { fileBlocks } from '../../file-blocks';
import type { FormatReader } from '../reader';
import { RtfReader } from './reader';
import { RtfTokens } from './tokens';

const PIECE_BYTES = 256 * 1024;
const SIGNATURE = /^(?:\u00ef\u00bb\u00bf)?\s*\{\\rtf/;

export const readRtf: FormatReader = async ({ file, signal }, out) => {
  const start = new Uint8Array(await file.slice(0, 64).arrayBuffer());
  if (!SIGNATURE.test(String.fromCharCode(...start))) throw notRtf();
  const reader = new RtfReader(out);
  const tokens = new RtfTokens(reader);
  for await (const block of fileBlocks(file, signal)) {
    for (let at = 0; at < block.length; at += PIECE_BYTES) {
      tokens.write(block.subarray(at, at + PIECE_BYTES));
      await out.flushWhenLarge();
    }
    await out.flush();
  }
  tokens.end();
  const isWhole = reader.finish();
  await out.flush();
  if (out.position === 0) throw nothing(isWhole);
  if (!isWhole)
    out.warn({
      code: 'malformed',
      message: 'This file ends before its document does: what is missing could not be read.',
      hint: 'Get it again; it may not have been downloaded to its end.',
    });
};

function notRtf(): SondeError {
  return new SondeError({
    code: 'malformed',
    message: 'This is no Rich Text file: it does not begin as one.',
  });
}

function nothing(isWhole: boolean): SondeError {
  if (!isWhole)
    return new SondeError({
      code: 'malformed',
      message: 'This file ends before any of its text.',
      hint: 'Get it again; it may not have been downloaded to its end.',
    });
  return new SondeError({
    code: 'empty',
    message: 'This Rich Text file has no text.',
    hint: 'If it holds pictures of text, save it as PDF and have its words recognised.',
  });
}
