/** One file on its way into a corpus: read, its text stored or held, the files inside it put in line. */

import { newId } from '../new-id';
import { SondeError, isAbort, toProblem, type Problem } from '../../core/errors';
import { NOTHING, type TextMeasure } from '../../core/corpus/utf8-chunks';
import type { FileFacts, FoundFile } from '../ingest/file-facts';
import { NOTHING_READ, fingerprintOf, readFile } from '../ingest/read-file';
import type { Readers } from '../readers/readers';
import type { ChunkRow, DocumentRow, SondeDatabase } from './database';
import type { ImportClaims } from './import-claims';
import type { Nesting } from './nesting';
import { StoringSink, type StoredText } from './storing-sink';

/** A file waiting to be read. Without a `file` it cannot be had, and `problem` says why. */
export interface QueuedFile {
  readonly path: string;
  readonly file: Blob | null;
  readonly sizeBytes: number;
  readonly problem: Problem | null;
  readonly nesting: Nesting;
}

/** What reading a file came to, before it has a place in the corpus. */
export interface ReadFile {
  /** `container`: nothing but the files found in it. `unchanged`: it is there already. */
  readonly outcome: 'document' | 'container' | 'unchanged';
  readonly documentId: string;
  readonly item: QueuedFile;
  readonly facts: FileFacts;
  readonly size: TextMeasure;
  readonly chunks: number;
  /** Chunks not stored yet; those of a large document are on disk already. */
  readonly held: readonly ChunkRow[];
  readonly found: readonly QueuedFile[];
  /** The document whose place it takes, or null. */
  readonly before: DocumentRow | null;
}

/** Typed or chosen for a file that could not be read without it. */
export interface ReadOptions {
  readonly password: string | null;
  readonly ocr: string | null;
}

export class FileImport {
  readonly #readers: Readers;
  readonly #item: QueuedFile;
  readonly #before: DocumentRow | null;
  readonly #options: ReadOptions;
  readonly #documentId = newId();
  readonly #text: StoringSink;
  readonly #found: QueuedFile[] = [];
  /** Why not all that is in the file was put in line, or null. */
  #overflow: Problem | null = null;

  constructor(
    db: SondeDatabase,
    claims: ImportClaims,
    readers: Readers,
    item: QueuedFile,
    before: DocumentRow | null,
    options: ReadOptions = { password: null, ocr: null },
  ) {
    this.#readers = readers;
    this.#item = item;
    this.#before = before;
    this.#options = options;
    this.#text = new StoringSink(db, claims, this.#documentId);
  }

  /**
   * What is wrong with the file becomes its problem.
   * @throws SondeError of the storage; the signal's reason when aborted. Nothing stays behind then.
   */
  async read(signal: AbortSignal, onBytes: (done: number) => void): Promise<ReadFile> {
    onBytes(0);
    const { file, path, problem } = this.#item;
    if (file === null) return this.#ended({ ...NOTHING_READ, problem }, NO_TEXT);
    try {
      if (await this.#isThere(file, signal))
        return { ...this.#ended(NOTHING_READ, NO_TEXT), outcome: 'unchanged' };
      const sink = {
        write: (utf8: Uint8Array<ArrayBuffer>) => this.#text.write(utf8),
        restart: () => this.#text.restart(),
        found: (one: FoundFile) => {
          this.#find(one);
        },
      };
      const facts = await readFile({ file, path, ...this.#options }, sink, this.#readers, signal, onBytes);
      return this.#ended(facts, await this.#text.end());
    } catch (thrown) {
      await this.#text.discard();
      if (signal.aborted || isAbort(thrown) || isStorageTrouble(thrown)) throw thrown;
      return this.#ended({ ...NOTHING_READ, problem: toProblem(thrown) }, NO_TEXT);
    }
  }

  /** True when a file of this path and content has been read without trouble before. */
  async #isThere(file: Blob, signal: AbortSignal): Promise<boolean> {
    const { password, ocr } = this.#options;
    const known = this.#before?.problem === null ? this.#before.fingerprint : null;
    return (
      known !== null && password === null && ocr === null && (await fingerprintOf(file, signal)) === known
    );
  }

  #find(found: FoundFile): void {
    if (this.#overflow) return;
    const path = `${this.#item.path}/${found.path}`;
    const [file, problem] = 'file' in found ? [found.file, null] : [null, found.problem];
    try {
      const nesting = this.#item.nesting.inner(file?.size ?? 0);
      this.#found.push({ path, file, sizeBytes: file?.size ?? 0, problem, nesting });
    } catch (thrown) {
      this.#overflow = toProblem(thrown);
    }
  }

  #ended(facts: FileFacts, text: StoredText): ReadFile {
    const hasText = text.size.bytes > 0;
    const isContainer = !hasText && this.#found.length > 0;
    const problem = facts.problem ?? this.#overflow ?? (hasText || isContainer ? null : NO_TEXT_PROBLEM);
    return {
      outcome: isContainer && problem === null ? 'container' : 'document',
      documentId: this.#documentId,
      item: this.#item,
      facts: { ...facts, problem },
      ...text,
      found: this.#found,
      before: this.#before,
    };
  }
}

const NO_TEXT: StoredText = { size: NOTHING, chunks: 0, held: [] };
const NO_TEXT_PROBLEM: Problem = { code: 'empty', message: 'There is no text in this file.' };

/** Ends an import, unlike trouble with a file. */
export function isStorageTrouble(thrown: unknown): thrown is SondeError {
  return (
    thrown instanceof SondeError && ['quota', 'storage-blocked', 'storage-outdated'].includes(thrown.code)
  );
}
