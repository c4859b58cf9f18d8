/** What goes into reading a file, and what comes of it besides the text. */

import type { Problem } from '../../core/errors';
import type { Loss, Mark, Metadata } from '../../core/corpus/structure';

/** Takes the text as it is read. */
export interface TextSink {
  /** Well-formed UTF-8; a piece may end inside a code point. */
  write(utf8: Uint8Array<ArrayBuffer>): Promise<void> | void;
  /** What was written so far was read in the wrong encoding; the text begins anew. */
  restart(): Promise<void> | void;
}

export interface FileToRead {
  readonly file: Blob;
  readonly path: string;
  /** Typed by the user for this file; null when nothing was. */
  readonly password: string | null;
  /** The language to recognise words in pictures in, or null: pictures are left alone. */
  readonly ocr: string | null;
}

/** A file inside the file, or why it cannot be had. `path` is relative to the file it was found in. */
export type FoundFile =
  { readonly path: string; readonly file: Blob } | { readonly path: string; readonly problem: Problem };

export interface FileSink extends TextSink {
  found(file: FoundFile): Promise<void> | void;
}

/** What reading a file came to, besides the text. */
export interface FileFacts {
  /** Of plain text; empty for all else. */
  readonly encoding: string;
  readonly kind: string;
  /** Equal for equal files; null where the browser cannot hash. */
  readonly fingerprint: string | null;
  /** Why nothing, or not everything, could be read; null when all is well. */
  readonly problem: Problem | null;
  /** Ends may lie beyond the text: what is marked reaches to its end then. */
  readonly marks: readonly Mark[];
  readonly metadata: Metadata;
  readonly losses: readonly Loss[];
  /** Whether the file is worth keeping: to show its pages, or to read it again with a password or with OCR. */
  readonly keepSource: boolean;
}
