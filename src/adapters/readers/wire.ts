/**
 * Between the corpus worker, the page and the readers in the sandbox: who asks whom for what. The corpus worker asks the
 * page for readers (a frame can only be made there), then speaks with each over a port of its own.
 */

import type { BuiltDocument } from '../ingest/formats/document-builder';
import type { HeavyModules, PageJob } from '../ingest/formats/reader';
import type { Format } from '../ingest/format';
import type { PageImage } from '../../core/corpus/library';
import type { Problem } from '../../core/errors';

// ---- corpus worker → page ----------------------------------------------------------------------------------------

/** Files of this site that readers need. Their places are known to the page. */
export type ReaderFile = 'worker' | keyof HeavyModules | 'pdf-data' | 'ocr-data';

/** What the page does for the corpus worker. */
export interface ReaderPlace {
  /** Starts a reader in the sandbox, which serves its `ReaderApi` on the port. Resolves to its number. */
  open(port: MessagePort): Promise<number>;
  /** Ends a reader, whatever it is doing. */
  close(id: number): Promise<void>;
  file(name: ReaderFile): Promise<Blob>;
}

// ---- corpus worker → reader --------------------------------------------------------------------------------------

export interface ReadJob {
  readonly file: Blob;
  readonly path: string;
  readonly format: Exclude<Format, 'text'>;
  readonly password: string | null;
  /** Reads pictures as text in this language, e.g. `eng`; null: does not. */
  readonly ocr: string | null;
}

/** What came of a file besides the text, which went to the sink. */
export interface ReadResult extends BuiltDocument {
  /** What it turned out to be: `pdf`, `docx`, `zip`, … */
  readonly kind: string;
}

/** Called by a reader while it works; each call shows it to be alive. */
export interface ReaderSink {
  text(utf8: Uint8Array<ArrayBuffer>): Promise<void>;
  child(path: string, file: Blob): Promise<void>;
  lostChild(path: string, problem: Problem): Promise<void>;
  /** So much of the whole is read, in steps of the reader's own: pages, rows, bytes. */
  progress(done: number, total: number): Promise<void>;
  file(name: ReaderFile): Promise<Blob>;
}

export interface ReaderApi {
  read(job: ReadJob, sink: ReaderSink): Promise<ReadResult>;
  page(job: PageJob, sink: ReaderSink): Promise<PageImage>;
}
