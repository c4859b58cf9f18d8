/** Whether the quotations of an answer stand in the documents, and where: checked word for word, never taken on trust. */

import { markAnswer, type AnswerCitation, type MarkedAnswer } from '../core/answer/marks';
import type { DocumentInfo, Span } from '../core/corpus/context';
import type { Library } from '../core/corpus/library';
import { toProblem, type Problem } from '../core/errors';

export type CheckLibrary = Pick<Library, 'locate' | 'documents'>;

/** `unchecked`: the documents are not in the library, or could not be read. */
export type MarkState = 'checking' | 'found' | 'missing' | 'unchecked';

export interface Mark {
  readonly kind: 'quotation' | 'citation';
  readonly state: MarkState;
  readonly span: Span | null;
  /** Where it stands: the document's name and how far into it; the name alone when that is all there is. */
  readonly place: string;
}

/** Below this many code points a share of the document says nothing. */
const SHORT_DOCUMENT = 4000;

const GONE: Problem = {
  code: 'not-found',
  message: 'The documents of this answer are no longer in the library, so its quotations cannot be checked.',
};

export class AnswerCheck {
  readonly #library: CheckLibrary;
  #answer = $state.raw<MarkedAnswer>({ markdown: '', quotations: [], citations: [] });
  #marks = $state.raw<readonly Mark[]>([]);
  #problem = $state.raw<Problem | null>(null);
  #text: string | null = null;
  #corpusId: string | null = null;

  constructor(library: CheckLibrary) {
    this.#library = library;
  }

  get answer(): MarkedAnswer {
    return this.#answer;
  }
  /** Quotations in the answer's order, then its citations: the numbers of `?quote=`. */
  get marks(): readonly Mark[] {
    return this.#marks;
  }
  /** Why nothing could be checked. */
  get problem(): Problem | null {
    return this.#problem;
  }

  /** Checks an answer against a corpus; a later call takes the place of one under way. Never rejects. */
  async check(text: string, corpusId: string | null): Promise<void> {
    if (text === this.#text && corpusId === this.#corpusId) return;
    this.#text = text;
    this.#corpusId = corpusId;
    const answer = markAnswer(text);
    const { quotations, citations } = answer;
    this.#answer = answer;
    this.#problem = null;
    const some = quotations.length + citations.length > 0;
    this.#marks = unplaced(answer, corpusId !== null && some ? 'checking' : 'unchecked');
    if (corpusId === null || !some) return;
    try {
      const [documents, spans] = await Promise.all([
        this.#library.documents(corpusId),
        this.#library.locate(corpusId, quotations),
      ]);
      if (this.#answer !== answer) return;
      this.#marks = [
        ...quotations.map((_, i) => quotationMark(spans[i] ?? null, documents)),
        ...citations.map((citation) => citationMark(citation, documents)),
      ];
      if (documents.length === 0) {
        this.#problem = GONE;
        this.#marks = unplaced(answer, 'unchecked');
      }
    } catch (thrown) {
      if (this.#answer !== answer) return;
      const problem = toProblem(thrown);
      this.#problem = problem.code === 'not-found' ? GONE : problem;
      this.#marks = unplaced(answer, 'unchecked');
    }
  }
}

function unplaced({ quotations, citations }: MarkedAnswer, state: MarkState): Mark[] {
  return [
    ...quotations.map((): Mark => ({ kind: 'quotation', state, span: null, place: '' })),
    ...citations.map((citation): Mark => ({
      kind: 'citation',
      state,
      span: null,
      place: citation.documentName,
    })),
  ];
}

function quotationMark(span: Span | null, documents: readonly DocumentInfo[]): Mark {
  if (!span) return { kind: 'quotation', state: 'missing', span, place: '' };
  const document = documents.find(({ id }) => id === span.documentId);
  return { kind: 'quotation', state: 'found', span, place: document ? placeOf(document, span.start) : '' };
}

function citationMark(
  { documentName, start, end }: AnswerCitation,
  documents: readonly DocumentInfo[],
): Mark {
  const document =
    documents.find(({ name }) => name === documentName) ??
    documents.find(({ name }) => name.endsWith(`/${documentName}`));
  if (!document || start >= document.chars)
    return { kind: 'citation', state: 'missing', span: null, place: documentName };
  const span = { documentId: document.id, start, end: Math.min(end, document.chars) };
  return { kind: 'citation', state: 'found', span, place: placeOf(document, start) };
}

function placeOf({ name, chars }: DocumentInfo, start: number): string {
  const short = name.split('/').at(-1) ?? name;
  return chars < SHORT_DOCUMENT ? short : `${short}, ${String(Math.round((100 * start) / chars))}\u202f%`;
}
