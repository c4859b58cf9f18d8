/** Where the quotations and citations of an answer stand in the documents, in words; one reading of each document's structure. */

import type { AnswerCitation, MarkedAnswer } from '../core/answer/marks';
import type { Span } from '../core/corpus/context';
import type { Library, StoredDocument } from '../core/corpus/library';
import { placeOf, tableAt } from '../core/corpus/places';
import { NO_STRUCTURE, type Structure } from '../core/corpus/structure';

export type CheckLibrary = Pick<Library, 'locate' | 'documents' | 'structure' | 'text'>;

/** `unchecked`: the documents are not in the library, or could not be read. */
export type MarkState = 'checking' | 'found' | 'missing' | 'unchecked';

export interface Mark {
  readonly kind: 'quotation' | 'citation';
  readonly state: MarkState;
  readonly span: Span | null;
  /** Where it stands: the document's name and the place in it; the name alone when that is all there is. */
  readonly place: string;
}

/** Below this many code points a share of the document says nothing. */
const SHORT_DOCUMENT = 4000;
/** Of a table before a place, to count its rows; a larger one is named without the cells. */
const MOST_TABLE_CHARS = 4_000_000;

/** One for each quotation, then one for each citation. @throws SondeError of the library */
export async function checkMarks(
  library: CheckLibrary,
  { quotations, citations }: MarkedAnswer,
  corpusId: string,
): Promise<{ readonly marks: readonly Mark[]; readonly documents: readonly StoredDocument[] }> {
  const [documents, found] = await Promise.all([
    library.documents(corpusId),
    library.locate(corpusId, quotations),
  ]);
  const spans = [
    ...quotations.map((_, index) => found[index] ?? null),
    ...citations.map((citation) => citedSpan(citation, documents)),
  ];
  const places = new Places(library, documents);
  const marks = await Promise.all(
    spans.map(async (span, index): Promise<Mark> => {
      const citation = citations[index - quotations.length];
      const kind = citation ? 'citation' : 'quotation';
      if (!span) return { kind, state: 'missing', span, place: citation?.documentName ?? '' };
      return { kind, state: 'found', span, place: await places.of(span) };
    }),
  );
  return { marks, documents };
}

function citedSpan(
  { documentName, start, end }: AnswerCitation,
  documents: readonly StoredDocument[],
): Span | null {
  const document =
    documents.find(({ name }) => name === documentName) ??
    documents.find(({ name }) => name.endsWith(`/${documentName}`));
  if (!document || start >= document.chars) return null;
  return { documentId: document.id, start, end: Math.min(end, document.chars) };
}

class Places {
  readonly #library: CheckLibrary;
  readonly #documents: ReadonlyMap<string, StoredDocument>;
  readonly #structures = new Map<string, Promise<Structure>>();

  constructor(library: CheckLibrary, documents: readonly StoredDocument[]) {
    this.#library = library;
    this.#documents = new Map(documents.map((document) => [document.id, document]));
  }

  async of(span: Span): Promise<string> {
    const document = this.#documents.get(span.documentId);
    if (!document) return '';
    const short = document.name.split('/').at(-1) ?? document.name;
    const words = await this.#wordsFor(span);
    if (words !== null) return `${short}, ${words}`;
    return document.chars < SHORT_DOCUMENT
      ? short
      : `${short}, ${String(Math.round((100 * span.start) / document.chars))}\u202f%`;
  }

  async #wordsFor(span: Span): Promise<string | null> {
    const { marks } = await this.#structure(span.documentId);
    const table = marks.some(({ kind }) => kind === 'sheet') ? tableAt(marks, span) : null;
    const end = table && Math.min(span.end, table.end);
    const counted = table && end !== null && end - table.start <= MOST_TABLE_CHARS;
    const text = counted
      ? await this.#library.text(span.documentId, { start: table.start, end }).catch(() => undefined)
      : undefined;
    return placeOf(marks, span, text)?.words ?? null;
  }

  /** A document whose structure cannot be had still has its text, and a quotation in it is no less verified. */
  #structure(documentId: string): Promise<Structure> {
    let structure = this.#structures.get(documentId);
    if (!structure) {
      structure = this.#library.structure(documentId).catch(() => NO_STRUCTURE);
      this.#structures.set(documentId, structure);
    }
    return structure;
  }
}
