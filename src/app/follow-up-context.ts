/** What a follow-up question is asked of: the documents of its conversation, as they are now. */

import type { ContextSource } from '../core/corpus/context';
import type { CorpusInfo, Library } from '../core/corpus/library';
import { SondeError } from '../core/errors';
import type { Follows, RunRequest } from '../core/run/request';

/** The run a question goes on with. */
export interface Followed {
  readonly runId: string;
  /** Where its documents came from; null when they were in no library. */
  readonly corpusId: string | null;
}

/**
 * @param corpus the documents in the library; null when they are in none, or not any more
 * @throws SondeError `invalid-argument` when the context of the conversation is gone, `empty` when nothing is in it
 */
export async function followUpContext(
  follows: Follows,
  corpus: CorpusInfo | null,
  library: Pick<Library, 'context'>,
): Promise<{ readonly context: ContextSource; readonly corpus: RunRequest['corpus'] }> {
  if (corpus) {
    const { id, name } = corpus;
    return { context: await library.context(id), corpus: { id, name } };
  }
  const last = follows.earlier.at(-1);
  if (!last || last.gone) {
    const message = 'The documents of this conversation are not here any more: they were removed.';
    const hint = 'Add them again, and ask this as a new question.';
    throw new SondeError({ code: 'invalid-argument', message, hint });
  }
  return { context: last.context, corpus: null };
}
