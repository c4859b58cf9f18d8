/** Asking a follow-up question: of the documents of its conversation, as they are now. */

import type { ContextSource } from '../core/corpus/context';
import type { CorpusInfo, Library } from '../core/corpus/library';
import { SondeError, toProblem } from '../core/errors';
import type { Follows, RunRequest } from '../core/run/request';
import type { Conversations } from './conversations';

/** The run a question goes on with. */
export interface Followed {
  readonly runId: string;
  /** Where its documents came from; null when they were in no library. */
  readonly corpusId: string | null;
}

/** What a question is asked of. */
export type AskedOf = Pick<RunRequest, 'context' | 'corpus' | 'follows'>;

export interface FollowUpPorts {
  readonly conversations: Pick<Conversations, 'follow' | 'giveBack'>;
  readonly library: { corpus(id: string): CorpusInfo | null; readonly library: Pick<Library, 'context'> };
}

/**
 * Has a follow-up asked; what keeps it from beginning leaves the conversation as it was.
 * @throws SondeError when the run cannot be followed, or its context is gone; what `start` throws
 */
export async function followUp<T>(
  { runId, corpusId }: Followed,
  { conversations, library }: FollowUpPorts,
  start: (asked: AskedOf) => Promise<T>,
): Promise<T> {
  const follows = await conversations.follow(runId);
  try {
    const corpus = corpusId === null ? null : library.corpus(corpusId);
    const asked = await followUpContext(follows, corpus, library.library);
    return await start({ ...asked, follows });
  } catch (thrown) {
    conversations.giveBack(follows, true);
    throw toProblem(thrown).code === 'not-found' ? gone() : thrown;
  }
}

/**
 * @param corpus the documents in the library; null when they are in none, or not any more
 * @throws SondeError `invalid-argument` when the context of the conversation is gone, `empty` when nothing is in it
 */
async function followUpContext(
  follows: Follows,
  corpus: CorpusInfo | null,
  library: Pick<Library, 'context'>,
): Promise<{ readonly context: ContextSource; readonly corpus: RunRequest['corpus'] }> {
  if (corpus) {
    const { id, name } = corpus;
    return { context: await library.context(id), corpus: { id, name } };
  }
  const last = follows.earlier.at(-1);
  if (!last || last.gone) throw gone();
  return { context: last.context, corpus: null };
}

function gone(): SondeError {
  const message = 'The documents of this conversation are not here any more: they were removed.';
  const hint = 'Add them again, and ask this as a new question.';
  return new SondeError({ code: 'invalid-argument', message, hint });
}
