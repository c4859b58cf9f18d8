/** The text of a file in whatever encoding, for readers of formats that are text: markup, notebooks, subtitles. */

import { converterFor, NotUtf8 } from '../to-utf8';
import { fileBlocks } from '../file-blocks';
import type { EncodingGuess } from '../encoding';
import { firstGuess, SAMPLE_BYTES, secondGuess } from '../guess-encoding';

export interface TextSource {
  /** Names are those of the Encoding Standard in lower case, and `utf-32le`, `utf-32be`. */
  readonly encoding: string;
  /** The text in order, without a byte order mark; undecodable places are U+FFFD. Never cut inside a code point. */
  readonly pieces: AsyncGenerator<string>;
}

/** @throws SondeError `unreadable` when it is no text; the signal's reason when aborted. */
export async function textOf(file: Blob, signal: AbortSignal): Promise<TextSource> {
  const guess = await encodingOf(file, signal);
  return { encoding: guess.name, pieces: decoded(file, guess, signal) };
}

/** All of it, for what is parsed as a whole. @throws as `textOf` */
export async function wholeTextOf(file: Blob, signal: AbortSignal): Promise<string> {
  const { pieces } = await textOf(file, signal);
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

async function encodingOf(file: Blob, signal: AbortSignal): Promise<EncodingGuess> {
  const start = new Uint8Array(await file.slice(0, SAMPLE_BYTES).arrayBuffer());
  const guess = firstGuess(start, file.size);
  if (guess.name !== 'utf-8') return guess;
  const check = converterFor('utf-8', true);
  let latest = start;
  try {
    for await (const block of fileBlocks(file, signal)) {
      latest = block;
      check.convert(block);
    }
    check.end();
    return guess;
  } catch (thrown) {
    if (!(thrown instanceof NotUtf8)) throw thrown;
    return secondGuess(start, latest);
  }
}

async function* decoded(
  file: Blob,
  { name, bomBytes }: EncodingGuess,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const converter = converterFor(name, false);
  const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
  for await (const block of fileBlocks(file.slice(bomBytes), signal))
    yield utf8.decode(converter.convert(block), { stream: true });
  yield utf8.decode(converter.end());
}
