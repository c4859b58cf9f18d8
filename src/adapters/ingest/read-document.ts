/** One file → UTF-8 text, as a stream: what it is, which encoding it is in, and the text in pieces of bounded size. */

import { SondeError, type Problem } from '../../core/errors';
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
import { Fingerprint, fileBlocks } from './file-blocks';
import { controlShare, kindOf, refuseBinary, type FileKind } from './file-kind';
import { NotUtf8, converterFor } from './to-utf8';

/** Takes the text as it is read. */
export interface TextSink {
  /** Well-formed UTF-8; a piece may end inside a code point. */
  write(utf8: Uint8Array<ArrayBuffer>): Promise<void> | void;
  /** What was written so far was read in the wrong encoding; the text begins anew. */
  restart(): Promise<void> | void;
}

export interface DocumentFacts {
  readonly encoding: string;
  readonly kind: FileKind;
  /** Equal for equal files; null where the browser cannot hash. */
  readonly fingerprint: string | null;
  /** What could not be read although most could, or null. */
  readonly problem: Problem | null;
}

const SAMPLE_BYTES = 256 * 1024;

/**
 * Reads `file` into `sink`. `onBytes` is told how many bytes of the file have been read.
 * @throws SondeError `unreadable`, `empty`; the signal's reason when aborted; whatever the sink throws.
 */
export async function readDocument(
  file: File,
  path: string,
  sink: TextSink,
  signal: AbortSignal,
  onBytes: (done: number) => void,
): Promise<DocumentFacts> {
  if (file.size === 0) throw emptyFile();
  const reading = new Reading(file, path, sink, signal, onBytes);
  try {
    return await reading.as(await reading.firstGuess(), true);
  } catch (thrown) {
    if (!(thrown instanceof NotUtf8)) throw thrown;
    await sink.restart();
    return reading.as(await reading.secondGuess(), false);
  }
}

class Reading {
  readonly #file: File;
  readonly #path: string;
  readonly #sink: TextSink;
  readonly #signal: AbortSignal;
  readonly #onBytes: (done: number) => void;
  #first = new Uint8Array();
  /** The block read last: when strict UTF-8 fails, the one that shows what it is instead. */
  #latest = new Uint8Array();

  constructor(
    file: File,
    path: string,
    sink: TextSink,
    signal: AbortSignal,
    onBytes: (done: number) => void,
  ) {
    this.#file = file;
    this.#path = path;
    this.#sink = sink;
    this.#signal = signal;
    this.#onBytes = onBytes;
  }

  async firstGuess(): Promise<EncodingGuess> {
    for await (const block of fileBlocks(this.#file.slice(0, SAMPLE_BYTES), this.#signal))
      this.#first = block;
    const sample = this.#first;
    const marked = byteOrderMark(sample);
    if (marked) return marked;
    refuseBinary(sample, this.#path);
    const wide = wideWithoutMark(sample, this.#file.size);
    if (wide !== null) return { name: wide, bomBytes: 0 };
    // Tiny files may hold a NUL or two and still be text.
    const most = isUtf8(sample) ? (sample.length < 64 ? 1 : 0.3) : 0.02;
    if (controlShare(sample) > most) throw notText();
    return { name: isIso2022Jp(sample) ? 'iso-2022-jp' : 'utf-8', bomBytes: 0 };
  }

  /** The whole file; a small one has been read already. */
  async *#blocks(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    if (this.#file.size <= SAMPLE_BYTES) yield this.#first;
    else yield* fileBlocks(this.#file, this.#signal);
  }

  async secondGuess(): Promise<EncodingGuess> {
    const marked = byteOrderMark(this.#first);
    if (marked) return marked;
    const sample = this.#latest;
    if (controlShare(sample) > 0.02) throw notText();
    if (isDamagedUtf8(sample)) return { name: 'utf-8', bomBytes: 0 };
    const declared = declaredEncoding(this.#first);
    if (declared !== null && declared !== 'utf-8' && decodesCleanly(sample, declared))
      return { name: declared, bomBytes: 0 };
    return { name: await guessLegacy(sample), bomBytes: 0 };
  }

  async as({ name, bomBytes }: EncodingGuess, strict: boolean): Promise<DocumentFacts> {
    const converter = converterFor(name, strict);
    const fingerprint = new Fingerprint();
    const head = converterFor(name, false).convert(this.#first.slice(bomBytes, bomBytes + 4096));
    const kind = kindOf(this.#path, new TextDecoder().decode(head));
    const write = kind === 'html' ? await htmlSink(this.#sink) : this.#sink.write.bind(this.#sink);
    let done = 0;
    let written = 0;
    for await (const block of this.#blocks()) {
      this.#latest = block;
      fingerprint.push(block);
      const utf8 = converter.convert(done === 0 ? block.subarray(bomBytes) : block);
      written += utf8.length;
      if (utf8.length > 0) await write(utf8);
      done += block.length;
      this.#onBytes(done);
    }
    const last = converter.end();
    written += last.length;
    if (written === 0) throw emptyFile();
    await write(last, true);
    return {
      encoding: name,
      kind,
      fingerprint: await fingerprint.end(),
      problem: converter.damaged ? damage(name) : null,
    };
  }
}

/** Markup in, its visible text out. The parser is fetched when the first page comes. */
async function htmlSink(
  sink: TextSink,
): Promise<(utf8: Uint8Array<ArrayBuffer>, last?: boolean) => Promise<void>> {
  const { HtmlText } = await import('./html-text');
  const page = new HtmlText();
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const encoder = new TextEncoder();
  return async (utf8, last = false) => {
    const text = page.write(decoder.decode(utf8, { stream: !last })) + (last ? page.end() : '');
    if (text !== '') await sink.write(encoder.encode(text));
  };
}

function emptyFile(): SondeError {
  return new SondeError({ code: 'empty', message: 'The file is empty.' });
}

function notText(): SondeError {
  return new SondeError({
    code: 'unreadable',
    message: 'This does not look like text.',
    hint: 'If it is a document, save it as plain text and drop that.',
  });
}

function damage(encoding: string): Problem {
  return {
    code: 'malformed',
    message: `Some of the file is not valid ${encoding.toUpperCase()}; those places show as \ufffd.`,
    hint: 'The rest was kept as it is.',
  };
}
