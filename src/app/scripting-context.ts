/** What a script gives as context: a text, texts, data, or a corpus of the library. */

import { textContext, type ContextSource } from '../core/corpus/context';
import { jsonContext, listContext } from '../core/corpus/given-context';
import type { Library } from '../core/corpus/library';
import { SondeError } from '../core/errors';
import type { RunRequest } from '../core/run/request';
import type { GivenContext } from './scripting-api';

const CONTEXT_KINDS = 'The context must be a string, strings, { corpus: id }, or an object JSON can hold.';

/** @throws SondeError `invalid-argument` or `empty` */
export async function resolveContext(
  library: Library,
  given: GivenContext,
): Promise<{ context: ContextSource; corpus: RunRequest['corpus'] }> {
  if (typeof given === 'string') return { context: textContext(given), corpus: null };
  if (typeof given !== 'object' || (given as unknown) === null) throw invalid(CONTEXT_KINDS);
  if (isTexts(given)) return { context: listContext(given), corpus: null };
  if (isCorpusRef(given)) {
    const corpus = (await library.list()).find(({ id }) => id === given.corpus);
    if (!corpus)
      throw invalid(`There is no corpus with the id "${given.corpus}". sonde.corpora.list() names them.`);
    return { context: await library.context(corpus.id), corpus: { id: corpus.id, name: corpus.name } };
  }
  try {
    return { context: jsonContext(given), corpus: null };
  } catch (cause) {
    throw invalid(CONTEXT_KINDS, cause);
  }
}

function isTexts(given: object): given is readonly string[] {
  return Array.isArray(given) && given.every((item) => typeof item === 'string');
}

function isCorpusRef(given: object): given is { readonly corpus: string } {
  return Object.keys(given).join() === 'corpus' && 'corpus' in given && typeof given.corpus === 'string';
}

function invalid(message: string, cause?: unknown): SondeError {
  return new SondeError({ code: 'invalid-argument', message }, { cause });
}
