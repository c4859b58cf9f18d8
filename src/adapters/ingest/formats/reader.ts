/** What a reader of a format is: a function from a file to text, marks, and the files found inside. */

import type { PageImage, PageRequest } from '../../../core/corpus/library';
import type { DocumentBuilder } from './document-builder';
import type { FoundArticle } from './html/article';

/** Modules of their own bundle: `workers/readers/NAME.ts` exports all of what is named here. */
export interface HeavyModules {
  readonly pdf: {
    readonly readPdf: FormatReader;
    /** As `readPdf`; pages without readable text are drawn and given to `pictures`, if there is one. */
    readPdfWith(input: ReaderInput, out: DocumentBuilder, pictures: PictureReader | null): Promise<void>;
    renderPage(input: Pick<ReaderInput, 'asset'>, job: PageJob): Promise<PageImage>;
  };
  readonly docx: { readonly readDocx: FormatReader };
  readonly article: { readonly PageTree: new (markup: string) => { findArticle(): FoundArticle | null } };
  readonly ocr: { readonly readImage: FormatReader; readonly readScannedPdf: FormatReader };
}

/** Reads the words in the picture of a page. */
export interface PictureReader {
  readonly dotsPerInch: number;
  /** `alive` is called while it works. */
  linesOf(
    picture: OffscreenCanvas,
    pageNumber: number,
    alive: () => void,
  ): Promise<readonly { readonly text: string; readonly begins: boolean }[]>;
}

/** A page to draw; the span counts from the beginning of the page's text. */
export interface PageJob extends PageRequest {
  readonly file: Blob;
  readonly password: string | null;
}

export interface ReaderInput {
  readonly file: Blob;
  /** As dropped, folders included. Its ending is a hint at most: what a file is, its content says. */
  readonly path: string;
  /** What the user typed for a file that asks for one; null when nothing was typed. */
  readonly password: string | null;
  /** Words in pictures are to be recognised in this language, e.g. `eng`; null: pictures are left alone. */
  readonly ocr: string | null;
  /** Aborted when the user cancels. A reader that is busy is ended from outside. */
  readonly signal: AbortSignal;
  /** Tells how far reading has come, in steps of the reader's own: pages of all pages, bytes of all bytes. */
  readonly progress: (done: number, total: number) => void;
  /** A file of data that a reader needs (a character map, a font), by its path under `readers/`; fetched when first asked for. */
  readonly asset: (path: string) => Promise<Blob>;
  /** A heavy module: its code is fetched when first asked for. */
  readonly load: <K extends keyof HeavyModules>(name: K) => Promise<HeavyModules[K]>;
}

/**
 * Reads one file into `out`. Calls `out.flush()` at least once a page, a thousand rows or a megabyte: that is what
 * shows it to be alive and what bounds its memory.
 * @throws SondeError `malformed`, `empty`, `password`, `too-large`, `unreadable`; anything else counts as `malformed`.
 */
export type FormatReader = (input: ReaderInput, out: DocumentBuilder) => Promise<void>;
