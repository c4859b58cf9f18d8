/** A file of plain text → UTF-8, as a stream, exactly as it is: which encoding it is in, and what its headings are. */

import { SondeError, type Problem } from '../../core/errors';
import type { EncodingGuess } from './encoding';
import { firstGuess, SAMPLE_BYTES, secondGuess } from './guess-encoding';
import { Fingerprint, fileBlocks, readBytes } from './file-blocks';
import { textKindOf } from './file-kind';
import type { FileFacts, TextSink } from './file-facts';
import { marksOf } from './text-marks';
import { NotUtf8, converterFor } from './to-utf8';

/**
 * Reads `file` into `sink`. `onBytes` is told how many bytes of the file have been read. `start` is its first
 * `SAMPLE_BYTES`, where they have been read already.
 * @throws SondeError `unreadable`, `empty`; the signal's reason when aborted; whatever the sink throws.
 */
export async function readDocument(
  file: Blob,
  path: string,
  sink: TextSink,
  signal: AbortSignal,
  onBytes: (done: number) => void,
  start?: Uint8Array<ArrayBuffer>,
): Promise<FileFacts> {
  if (file.size === 0) throw emptyFile();
  const reading = new Reading(file, path, sink, signal, onBytes, start);
  try {
    return await reading.as(await reading.firstGuess(), true);
  } catch (thrown) {
    if (!(thrown instanceof NotUtf8)) throw thrown;
    await sink.restart();
    return reading.as(await reading.secondGuess(), false);
  }
}

class Reading {
  readonly #file: Blob;
  readonly #path: string;
  readonly #sink: TextSink;
  readonly #signal: AbortSignal;
  readonly #onBytes: (done: number) => void;
  #first = new Uint8Array();
  /** The block read last: when strict UTF-8 fails, the one that shows what it is instead. */
  #latest = new Uint8Array();

  constructor(
    file: Blob,
    path: string,
    sink: TextSink,
    signal: AbortSignal,
    onBytes: (done: number) => void,
    start?: Uint8Array<ArrayBuffer>,
  ) {
    if (start) this.#first = start;
    this.#file = file;
    this.#path = path;
    this.#sink = sink;
    this.#signal = signal;
    this.#onBytes = onBytes;
  }

  async firstGuess(): Promise<EncodingGuess> {
    if (this.#first.length === 0) this.#first = await readBytes(this.#file, 0, SAMPLE_BYTES);
    return firstGuess(this.#first, this.#file.size);
  }

  /** The whole file; a small one has been read already. */
  async *#blocks(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    if (this.#file.size <= SAMPLE_BYTES) yield this.#first;
    else yield* fileBlocks(this.#file, this.#signal);
  }

  secondGuess(): Promise<EncodingGuess> {
    return secondGuess(this.#first, this.#latest);
  }

  async as({ name, bomBytes }: EncodingGuess, strict: boolean): Promise<FileFacts> {
    const converter = converterFor(name, strict);
    const fingerprint = new Fingerprint();
    const kind = textKindOf(this.#path);
    const marks = await marksOf(kind, this.#path);
    const write = async (utf8: Uint8Array<ArrayBuffer>): Promise<void> => {
      if (utf8.length === 0) return;
      marks.push(utf8);
      await this.#sink.write(utf8);
    };
    let done = 0;
    let written = 0;
    for await (const block of this.#blocks()) {
      this.#latest = block;
      fingerprint.push(block);
      const utf8 = converter.convert(done === 0 ? block.subarray(bomBytes) : block);
      written += utf8.length;
      await write(utf8);
      done += block.length;
      this.#onBytes(done);
    }
    const last = converter.end();
    written += last.length;
    if (written === 0) throw emptyFile();
    await write(last);
    return {
      encoding: name,
      kind,
      fingerprint: await fingerprint.end(),
      problem: converter.damaged ? damage(name) : null,
      losses: [],
      keepSource: false,
      ...marks.end(),
    };
  }
}

function emptyFile(): SondeError {
  return new SondeError({ code: 'empty', message: 'The file is empty.' });
}

function damage(encoding: string): Problem {
  return {
    code: 'malformed',
    message: `Some of the file is not valid ${encoding.toUpperCase()}; those places show as \ufffd.`,
    hint: 'The rest was kept as it is.',
  };
}
