/** Reads books (EPUB 2 and 3): the files of the spine in their order, chapters as the table of contents has them. */

import { SondeError, toProblem } from '../../../core/errors';
import type { DocumentBuilder } from './document-builder';
import { Chapters } from './epub/chapters';
import { contentsIn, type ContentsEntry } from './epub/contents';
import { packageOf, type BookPackage, type SpineItem } from './epub/package';
import { lockedBook, lockedFiles } from './epub/protection';
import { HtmlDocument } from './html/html-document';
import type { FormatReader, ReaderInput } from './reader';
import { Zip } from './zip';

const MAX_FILE_BYTES = 64 * 1024 * 1024;
const PIECE_UNITS = 256 * 1024;

export const readEpub: FormatReader = async ({ file, signal, progress }, out) => {
  const zip = await Zip.open(file);
  if (zip.problem) out.warn(zip.problem);
  const book = await packageOf(zip);
  const locked = await lockedFiles(zip);
  const spine = book.spine.filter(({ path }) => !locked.has(path.toLowerCase()));
  if (spine.length === 0) throw lockedBook();
  out.lost('unreadable-parts', book.spine.length - spine.length);
  out.metadata(book.metadata);
  await new Reading(zip, await contentsOf(zip, book), out).read(spine, signal, progress);
};

class Reading {
  readonly #zip: Zip;
  readonly #out: DocumentBuilder;
  readonly #chapters: Chapters;
  /** By the file they point into, in lower case. */
  readonly #contents = new Map<string, ContentsEntry[]>();

  constructor(zip: Zip, contents: readonly ContentsEntry[], out: DocumentBuilder) {
    this.#zip = zip;
    this.#out = out;
    this.#chapters = new Chapters(out);
    for (const entry of contents) {
      const path = entry.path.toLowerCase();
      const listed = this.#contents.get(path);
      if (listed) listed.push(entry);
      else this.#contents.set(path, [entry]);
    }
  }

  /** @throws SondeError `empty`; what is wrong with the first file when none can be read */
  async read(
    spine: readonly SpineItem[],
    signal: AbortSignal,
    progress: ReaderInput['progress'],
  ): Promise<void> {
    let firstFailure: unknown = null;
    let wasLinear = true;
    for (const [index, item] of spine.entries()) {
      signal.throwIfAborted();
      if (wasLinear && !item.isLinear) this.#chapters.endAll();
      wasLinear = item.isLinear;
      try {
        await this.#item(item);
      } catch (thrown) {
        if (toProblem(thrown).code === 'too-large' || !(thrown instanceof SondeError)) throw thrown;
        firstFailure ??= thrown;
        this.#out.lost('unreadable-parts');
      }
      progress(index + 1, spine.length);
      await this.#out.flush();
    }
    this.#chapters.endAll();
    if (this.#out.position === 0) throw firstFailure ?? noText();
  }

  async #item(item: SpineItem): Promise<void> {
    const entry = this.#zip.find(item.path);
    if (!entry)
      throw new SondeError({ code: 'malformed', message: `“${item.path}” is missing from this book.` });
    if (/^(?:image\/(?!svg)|audio|video)/i.test(item.mediaType))
      return this.#out.lost(item.mediaType.startsWith('image') ? 'images' : 'media');
    const markup = await this.#zip.text(entry, MAX_FILE_BYTES);
    const listed = this.#contents.get(item.path.toLowerCase()) ?? [];
    this.#out.breakLine(2);
    this.#chapters.beginFile(listed, markup);
    const start = this.#out.position === 0 ? 0 : this.#out.position + 2;
    const page = await this.#write(markup);
    // A file that the contents do not list goes on with the chapter before, or is one of its own.
    if (listed.length > 0 || (this.#chapters.isInside && item.isLinear)) return;
    const label = page.firstHeading ?? page.found.title ?? '';
    if (this.#out.position > start) this.#out.mark('chapter', label, start, this.#out.position, { level: 1 });
  }

  async #write(markup: string): Promise<HtmlDocument> {
    const page = new HtmlDocument(this.#out, {
      isXml: true,
      setsMetadata: false,
      anchor: (id) => this.#chapters.reached(id),
    });
    for (let at = 0; at < markup.length; at += PIECE_UNITS) {
      page.write(markup.slice(at, at + PIECE_UNITS));
      await this.#out.flushWhenLarge();
    }
    page.end();
    return page;
  }
}

/** The first table of contents that lists anything. */
async function contentsOf(zip: Zip, { contents }: BookPackage): Promise<ContentsEntry[]> {
  for (const { path, kind } of contents) {
    const entry = zip.find(path);
    if (!entry) continue;
    try {
      const entries = contentsIn(await zip.text(entry, MAX_FILE_BYTES), path, kind);
      if (entries.length > 0) return entries;
    } catch (thrown) {
      if (!(thrown instanceof SondeError)) throw thrown; // a broken table: headings serve instead
    }
  }
  return [];
}

function noText(): SondeError {
  return new SondeError({
    code: 'empty',
    message: 'This book has no text: its pages are pictures.',
    hint: 'Look for an edition with text.',
  });
}
