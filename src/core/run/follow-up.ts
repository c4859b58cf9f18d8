/** A question that goes on with a conversation: what its model is told of what went before, and the interpreter it gets. */

import type { ContextSource } from '../corpus/context';
import { toProblem } from '../errors';
import type { Repl, ReplFactory, ReplInit, SavedVariables } from '../ports';
import { truncateMiddle } from '../turn/feedback';
import type { EarlierQuestion, Follows } from './request';

/** What went before, for the first message. */
export interface EarlierTold {
  readonly text: string;
  /** The model has looked at this very context before. */
  readonly explored: boolean;
}

export interface EarlierRoom {
  /** Characters that all earlier questions and answers may take together. */
  readonly roomChars: number;
  /** What the model is shown is guarded: answers were made of the documents, so that they stay here. */
  readonly guarded: boolean;
}

/** An earlier question with less room than this is counted, not told. */
const LEAST_CHARS = 120;
/** Of the room of an earlier question, the part its own words may take. */
const QUESTION_PART = 1 / 3;
/** Names in a list of variables. */
const MOST_NAMES = 40;

/** The newest question has half of the room, the one before it half of the rest, and so on. */
export function tellEarlier({ earlier }: Follows, context: ContextSource, room: EarlierRoom): EarlierTold {
  const told: string[] = [];
  let left = room.roomChars;
  for (let at = earlier.length - 1; at >= 0; at--) {
    const one = earlier[at];
    const chars = at === 0 ? left : Math.floor(left / 2);
    if (!one || (chars < LEAST_CHARS && told.length > 0)) break;
    left -= chars;
    told.unshift(earlierInShort(one, at, chars, room.guarded));
  }
  const untold = earlier.length - told.length;
  if (untold > 0) told.unshift(`(${String(untold)} more before these)`);
  const last = earlier.at(-1);
  const same = last !== undefined && isSameContext(last.context, context);
  const parts = ['This question goes on with a conversation. Before it:', ...told];
  if (last && !room.guarded) parts.push(...variablesOf(last));
  parts.push(namesOf(earlier, same));
  return { text: parts.join('\n\n'), explored: same && (last.explored ?? false) };
}

function earlierInShort(one: EarlierQuestion, at: number, chars: number, guarded: boolean): string {
  const n = String(at + 1);
  const asked = one.question ?? `(what context_${String(at)} asks)`;
  const question = truncateMiddle(asked, Math.ceil(chars * QUESTION_PART));
  const answer = guarded
    ? '(not shown here; print what you need of it from your variables)'
    : one.answer === ''
      ? '(none)'
      : truncateMiddle(one.answer, Math.max(0, chars - question.length));
  return `Question ${n}: ${question}\nAnswer ${n}: ${answer}`;
}

function variablesOf({ variables = {} }: EarlierQuestion): string[] {
  const entries = Object.entries(variables).map(([name, what]) => `${name} (${what})`);
  if (entries.length === 0) return [];
  const shown = entries.slice(-MOST_NAMES);
  const more = entries.length > shown.length ? ', and more (SHOW_VARS() lists them)' : '';
  return [`REPL variables: ${shown.join(', ')}${more}`];
}

function namesOf(earlier: readonly EarlierQuestion[], same: boolean): string {
  const count = earlier.length;
  const numbered = (name: string) =>
    count === 1 ? `\`${name}_0\`` : `\`${name}_0\` … \`${name}_${String(count - 1)}\``;
  const gone = earlier.flatMap((one, at) => (one.gone ? [`\`context_${String(at)}\``] : []));
  const lost = gone.length > 0 ? ` ${gone.join(', ')}: removed since, and empty.` : '';
  const now = `\`context\` (also \`context_${String(count)}\`) is the context of the question now`;
  return `The REPL goes on: variables, functions and imports are kept. ${numbered('history')}: the messages of the earlier ${count === 1 ? 'question' : 'questions'}; ${numbered('context')}: ${count === 1 ? 'its context' : 'their contexts'}. ${now}${same ? `, the same as \`context_${String(count - 1)}\`` : ''}.${lost}`;
}

/** As far as can be told without reading them. */
function isSameContext(one: ContextSource, other: ContextSource): boolean {
  if (one === other) return true;
  const { documents } = one;
  return (
    one.kind === other.kind &&
    one.chars === other.chars &&
    documents.length === other.documents.length &&
    documents.every(({ id, chars }, at) => {
      const twin = other.documents[at];
      return twin?.id === id && twin.chars === chars;
    })
  );
}

/** Said of the variables where their names, which code may have made of a document, are to stay here. */
export const RESTORED_GUARDED =
  'Python was started anew, and not every variable may have come back: look with SHOW_VARS() before you rely on one.';

/** An interpreter that stands where the question before left it. */
export interface Reopened {
  readonly repl: Repl;
  /** What was brought back and what was not, in a sentence or two; null when the interpreter had lived on. */
  readonly restored: string | null;
}

/**
 * The interpreter of the question before if it is alive, else a new one that is led through every earlier question.
 * @throws SondeError `repl-start` or `repl-unsupported`; the signal's reason
 */
export async function reopen(
  { earlier, repl, saved }: Follows,
  init: ReplInit,
  repls: ReplFactory,
  signal: AbortSignal,
): Promise<Reopened> {
  const { context, onSubcall, treeId } = init;
  const tree = treeId === undefined ? {} : { treeId };
  const history = earlier.at(-1)?.messages ?? [];
  let lost = '';
  if (repl) {
    try {
      await repl.followUp({ context, history, onSubcall, ...tree });
      return { repl, restored: null };
    } catch (thrown) {
      repl.close();
      lost = `The interpreter of the question before was lost (${toProblem(thrown).message}). `;
    }
  }
  const fresh = await repls.open({ ...init, context: earlier[0]?.context ?? context }, signal);
  try {
    for (const [at, { messages }] of earlier.entries()) {
      signal.throwIfAborted();
      const next = earlier[at + 1]?.context ?? context;
      await fresh.followUp({ context: next, history: messages, onSubcall, ...tree });
    }
    const failed = saved && saved.names.length > 0 ? await fresh.restore(saved) : [];
    return { repl: fresh, restored: `${lost}${restoredWords(saved, failed)}` };
  } catch (thrown) {
    fresh.close();
    throw thrown;
  }
}

/** For the user and the model alike. */
function restoredWords(saved: SavedVariables | null, failed: readonly string[]): string {
  if (!saved) return 'Python was started anew. The variables of the questions before had not been kept.';
  // Private ones come back too; they are not worth a word.
  const back = saved.names.filter((name) => !failed.includes(name) && !name.startsWith('_'));
  const gone = [
    ...failed.map((name) => `${name} (could not be restored)`),
    ...Object.entries(saved.left).map(([name, why]) => `${name} (${why})`),
  ];
  const count = `${String(back.length)} ${back.length === 1 ? 'variable was' : 'variables were'} brought back`;
  const first = `Python was started anew. ${count}${back.length > 0 ? `: ${listed(back)}` : ''}.`;
  return gone.length === 0 ? first : `${first} Not brought back: ${listed(gone)}.`;
}

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return `${names.slice(0, MOST_NAMES).join(', ')}${more > 0 ? `, and ${String(more)} more` : ''}`;
}
