/** Whether the quotations of an answer stand in the documents, and where: checked word for word, never taken on trust. */

import { markAnswer, type MarkedAnswer } from '../core/answer/marks';
import { toProblem, type Problem } from '../core/errors';
import { checkMarks, type CheckLibrary, type Mark, type MarkState } from './check-marks';

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
    this.#answer = answer;
    this.#problem = null;
    const some = answer.quotations.length + answer.citations.length > 0;
    this.#marks = unplaced(answer, corpusId !== null && some ? 'checking' : 'unchecked');
    if (corpusId === null || !some) return;
    try {
      const { marks, documents } = await checkMarks(this.#library, answer, corpusId);
      if (this.#answer !== answer) return;
      this.#marks = documents.length === 0 ? unplaced(answer, 'unchecked') : marks;
      if (documents.length === 0) this.#problem = GONE;
    } catch (thrown) {
      if (this.#answer !== answer) return;
      const problem = toProblem(thrown);
      this.#problem = problem.code === 'not-found' ? GONE : problem;
      this.#marks = unplaced(answer, 'unchecked');
    }
  }
}

/** Marks of an answer before, or instead of, being checked. */
export function unplaced({ quotations, citations }: MarkedAnswer, state: MarkState): Mark[] {
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
