/** Any file → its text, its marks and the files found in it: plain text is read here, all else in the sandbox. */

import { SondeError, isAbort, toProblem, type Problem } from '../../core/errors';
import type { Readers } from '../readers/readers';
import { Fingerprint, fileBlocks, readBytes } from './file-blocks';
import { FORMAT_SAMPLE_BYTES, binaryFormatOf, textFormatOf, type Format } from './format';
import { byteOrderMark } from './encoding';
import { firstGuess, SAMPLE_BYTES } from './guess-encoding';
import type { FileFacts, FileSink, FileToRead } from './file-facts';
import { readDocument } from './read-document';
import { refuseKnown } from './signatures';
import { converterFor } from './to-utf8';

/** Above this a picture is no document, and keeping it would cost too much. */
const MAX_PICTURE_BYTES = 100_000_000;

/**
 * `onBytes` is told how many bytes of the file have been read. What is wrong with the file becomes its problem; what was
 * read of it by then has gone to the sink and counts.
 * @throws the signal's reason when aborted; whatever the sink throws
 */
export async function readFile(
  item: FileToRead,
  sink: FileSink,
  readers: Readers,
  signal: AbortSignal,
  onBytes: (done: number) => void,
): Promise<FileFacts> {
  let format: Format | null = null;
  try {
    const start = await startOf(item.file, signal);
    format = formatOf(item, start);
    if (format === 'text') return await readDocument(item.file, item.path, sink, signal, onBytes, start);
    const [read, fingerprint] = await Promise.all([
      readers.read({ ...item, format }, readerSink(sink, item.file.size, onBytes), signal),
      fingerprintOf(item.file, signal),
    ]);
    onBytes(item.file.size);
    return { ...read, encoding: '', fingerprint, keepSource: isKept(read.kind, read.problem, item.file) };
  } catch (thrown) {
    if (signal.aborted || isAbort(thrown) || !isOfTheFile(thrown)) throw thrown;
    const problem = toProblem(thrown);
    const kind = format === 'text' || format === null ? '' : format;
    return { ...NOTHING_READ, kind, problem, keepSource: isKept(kind, problem, item.file) };
  }
}

/** Facts of a file of which nothing was read. */
export const NOTHING_READ: FileFacts = {
  encoding: '',
  kind: '',
  fingerprint: null,
  problem: null,
  marks: [],
  metadata: {},
  losses: [],
  keepSource: false,
};

/** Whether a file is kept: its pages can be shown, or it can be read another time with a password or with OCR. */
function isKept(kind: string, problem: Problem | null, { size }: Blob): boolean {
  if (kind === 'image') return size <= MAX_PICTURE_BYTES;
  return kind === 'pdf' && problem?.code !== 'malformed' && problem?.code !== 'empty';
}

/** SHA-256 of a file, or null where the browser cannot hash. */
export async function fingerprintOf(file: Blob, signal: AbortSignal): Promise<string | null> {
  const fingerprint = new Fingerprint();
  for await (const block of fileBlocks(file, signal)) fingerprint.push(block);
  return fingerprint.end();
}

/** The beginning of a file; all of a small one. @throws SondeError `empty` */
async function startOf(file: Blob, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  if (file.size === 0) throw new SondeError({ code: 'empty', message: 'The file is empty.' });
  signal.throwIfAborted();
  return readBytes(file, 0, SAMPLE_BYTES);
}

/** @throws SondeError `unreadable` for what is no text and has no reader */
function formatOf({ file, path }: FileToRead, start: Uint8Array<ArrayBuffer>): Format {
  const binary = binaryFormatOf(start);
  if (binary) return binary;
  if (!byteOrderMark(start)) refuseKnown(start);
  const { name, bomBytes } = firstGuess(start, file.size);
  const utf8 = converterFor(name, false).convert(start.slice(bomBytes, bomBytes + FORMAT_SAMPLE_BYTES));
  return textFormatOf(new TextDecoder().decode(utf8), path);
}

function readerSink(
  sink: FileSink,
  sizeBytes: number,
  onBytes: (done: number) => void,
): Parameters<Readers['read']>[1] {
  return {
    text: async (utf8) => {
      await sink.write(utf8);
    },
    child: async (path, file) => {
      await sink.found({ path, file });
    },
    lostChild: async (path, problem) => {
      await sink.found({ path, problem });
    },
    progress: (done, total) => {
      onBytes(total > 0 ? Math.round(sizeBytes * Math.min(1, done / total)) : 0);
      return Promise.resolve();
    },
  };
}

/** Trouble with the storage ends an import; trouble with a file does not. */
function isOfTheFile(thrown: unknown): boolean {
  return !(
    thrown instanceof SondeError && ['quota', 'storage-blocked', 'storage-outdated'].includes(thrown.code)
  );
}
