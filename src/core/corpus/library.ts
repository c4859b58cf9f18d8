/** The library as the app sees it: corpora of documents, kept on this device. Positions are code-point offsets. */

import type { ContextSource, DocumentInfo, Span } from './context';
import type { Problem } from '../errors';
import type { Loss, Metadata, Structure } from './structure';

export interface CorpusInfo {
  readonly id: string;
  readonly name: string;
  readonly createdAtMs: number;
  readonly documents: number;
  readonly chars: number;
  /** UTF-8 bytes of the stored text. */
  readonly sizeBytes: number;
  /** The group it stands under in the list, or null. */
  readonly collection: string | null;
}

export interface StoredDocument extends DocumentInfo {
  readonly corpusId: string;
  /** The document's index in Python's `context`, 0-based; -1 when it has no text and so is no part of it. */
  readonly index: number;
  /** Bytes of the file as dropped. */
  readonly sourceBytes: number;
  /** UTF-8 bytes of the stored text. */
  readonly sizeBytes: number;
  /** The text encoding found, e.g. `utf-8`, `shift_jis`. */
  readonly encoding: string;
  /** `text`, `markdown`, `csv`, `json`, `html`, `xml`, `code`, … */
  readonly kind: string;
  /** Why nothing, or not everything, could be read. A document with a problem and no text is not part of `context`. */
  readonly problem: Problem | null;
  /** Name of the document with the same bytes that was there first, or null. */
  readonly duplicateOf: string | null;
  /** As it was dropped, folders included; a file of the same path takes its place. */
  readonly path: string;
  readonly metadata: Metadata;
  /** What could not be turned into text. */
  readonly losses: readonly Loss[];
  /** How many pages are marked; 0 for what has none. */
  readonly pages: number;
  readonly tags: readonly string[];
  /** Whether the file itself is kept: its pages can be shown, or it waits for a password. */
  readonly hasSource: boolean;
}

/** What the model and the screen are told of a document. */
export function documentInfo(document: StoredDocument): DocumentInfo {
  const { id, name, chars, kind, pages, slides = 0, sheets = 0, metadata } = document;
  return {
    ...{ id, name, chars },
    ...(kind !== '' && { kind }),
    ...(metadata.title !== undefined && { title: metadata.title }),
    ...(pages > 0 && { pages }),
    ...(slides > 0 && { slides }),
    ...(sheets > 0 && { sheets }),
  };
}

/** What a document of plain text has besides it. */
export const BARE = {
  metadata: {},
  losses: [],
  pages: 0,
  tags: [],
  hasSource: false,
} as const satisfies Partial<StoredDocument>;

/** One file to import. `path` keeps the folders of a dropped folder. */
export interface ImportFile {
  readonly file: File;
  readonly path: string;
}

export interface FileProgress {
  readonly path: string;
  readonly state: 'waiting' | 'reading' | 'stored' | 'problem' | 'cancelled';
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly problem: Problem | null;
}

export interface ImportOptions {
  /** Add to this corpus; a new one is made when absent. */
  readonly corpusId?: string;
  /** Name of a new corpus. */
  readonly name?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FileProgress) => void;
}

export interface ImportResult {
  readonly corpus: CorpusInfo;
  readonly documents: StoredDocument[];
  readonly summary: ImportSummary;
}

/** Files of an import that made no new document. */
export interface ImportSummary {
  /** Left out because a `.gitignore` among them says so. */
  readonly leftOut: number;
  /** There already, byte for byte, under the same path. */
  readonly unchanged: number;
  /** Put in the place of an older file of the same path. */
  readonly replaced: number;
}

/** A page of a document as a picture; `rects` are where the span stands on it, in pixels of the picture. */
export interface PageImage {
  readonly image: Blob;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rects: readonly PageRect[];
}

export interface PageRect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PageRequest {
  /** 1-based. */
  readonly number: number;
  readonly widthPx: number;
  /** Code points of the document, end exclusive; null where nothing is marked. */
  readonly span: { readonly start: number; readonly end: number } | null;
}

export interface SearchHit {
  readonly span: Span;
  readonly documentName: string;
  /** The matched text, or the passage, with a little around it. */
  readonly before: string;
  readonly match: string;
  readonly after: string;
  /** How well a passage fits the words; null for what was found in reading order. */
  readonly score: number | null;
  /** The words looked for, as UTF-16 ranges of `match`; none when all of it is what was looked for. */
  readonly highlights: readonly { readonly start: number; readonly end: number }[];
}

/**
 * `words`: the passages that fit best, the best first; phrases in quotation marks must stand there.
 * `exact`: as it is written, in any case, in reading order. `pattern`: a regular expression, in reading order.
 */
export type FindMode = 'words' | 'exact' | 'pattern';

export interface FindOptions {
  readonly mode: FindMode;
  readonly limit: number;
  /** The last word is still being typed: longer ones are found too. */
  readonly unfinished?: boolean;
  readonly onProgress?: (progress: FindProgress) => void;
}

export interface FindProgress {
  /** `indexing`: documents that were not in the index yet are taken in first. */
  readonly phase: 'indexing' | 'scanning';
  /** From 0 to 1. */
  readonly share: number;
  /** Found since the last time. */
  readonly hits: readonly SearchHit[];
}

/** A quotation to verify. The hint, when the answer cited a place, is tried first. */
export interface Quotation {
  readonly text: string;
  readonly hint: { readonly documentName: string; readonly start: number } | null;
}

export interface StorageReport {
  readonly usedBytes: number;
  readonly quotaBytes: number;
  readonly persisted: boolean;
}

export interface Library {
  list(): Promise<CorpusInfo[]>;
  documents(corpusId: string): Promise<StoredDocument[]>;
  /**
   * Reads files off the page's thread. One unreadable file never stops the others.
   * @throws SondeError `quota`, `storage-blocked`; an AbortError when cancelled (what was stored stays).
   */
  import(files: readonly ImportFile[], options?: ImportOptions): Promise<ImportResult>;
  /** The text of a document, or of a range of it. @throws SondeError `not-found`. */
  text(documentId: string, range?: { readonly start: number; readonly end: number }): Promise<string>;
  /** Pages, headings, tables and the like of a document. @throws SondeError `not-found`. */
  structure(documentId: string): Promise<Structure>;
  /** A page drawn from the kept file. @throws SondeError `not-found`; an AbortError. */
  page(documentId: string, request: PageRequest, signal?: AbortSignal): Promise<PageImage>;
  /** Reads a kept file that opens with a password, which is not kept. @throws SondeError `password` when it is wrong. */
  unlock(documentId: string, password: string): Promise<StoredDocument>;
  /** Reads the words in the pictures of a kept file; fetches what that takes first, so only with consent. */
  recognise(
    documentId: string,
    options: { readonly language: string },
    /** Told which share of the file is read, 0…1; until then what that takes is being fetched. */
    onShare: (share: number) => void,
    signal: AbortSignal,
  ): Promise<StoredDocument>;
  /** A corpus with all it holds as one file. */
  exportCorpus(corpusId: string, signal?: AbortSignal): Promise<Blob>;
  /** Keeps the corpus in such a file as a new one. @throws SondeError `malformed`, `quota`. */
  importCorpus(file: Blob): Promise<CorpusInfo>;
  /** The corpus as `context`: one readable document is a `str`, several are a list. @throws SondeError `empty`. */
  context(corpusId: string): Promise<ContextSource>;
  /**
   * Finds places in a corpus.
   * @throws SondeError `invalid-argument` for a pattern that is none, or that takes for ever; `not-found`; an AbortError
   */
  find(corpusId: string, query: string, options: FindOptions, signal?: AbortSignal): Promise<SearchHit[]>;
  /** Finds quotations word for word (white space and quotation marks may differ). Null: not in the documents. */
  locate(corpusId: string, quotations: readonly Quotation[]): Promise<(Span | null)[]>;
  rename(corpusId: string, name: string): Promise<void>;
  renameDocument(documentId: string, name: string): Promise<void>;
  /** Puts a corpus under a group of the list; null takes it out. */
  setCollection(corpusId: string, collection: string | null): Promise<void>;
  setTags(documentIds: readonly string[], tags: readonly string[]): Promise<void>;
  remove(corpusId: string): Promise<void>;
  removeDocument(documentId: string): Promise<void>;
  storage(): Promise<StorageReport>;
  /** Asks the browser to keep this site's data. Resolves to whether it will. */
  persist(): Promise<boolean>;
}

/** Rough size in tokens of text of this many code points; English prose runs near four characters a token. */
export function estimateTokens(chars: number): number {
  return Math.ceil(chars / 4);
}
