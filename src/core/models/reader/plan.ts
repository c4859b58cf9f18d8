/** What the built-in reader says next, from the conversation alone: it keeps no state of its own. */

import type { ChatMessage } from '../../ports';
import { OUT_OF_TURNS_PROMPT } from '../../turn/prompts';
import {
  answerCell,
  LEAD,
  lookCell,
  MARKS,
  nothingCell,
  passagesCell,
  readCell,
  searchCell,
  turn,
} from './cells';
import { answerPlainly } from './plain';
import { NOTHING, parseTask } from './prompts';
import { pickQuote, rankQuotes } from './relevance';

const SEARCH = turn(
  'Search for the passages that share the most telling words with the question.',
  searchCell(),
);
const NOTHING_FOUND = turn('No passage has any of the words. Say so.', nothingCell());
const READ = turn('Have each passage read for the sentences that answer.', readCell());
const ANSWER = turn('Put the quotations in order and give the best, each with its place.', answerCell());
const PASSAGES = turn('No sentence could be picked out. Give the passages as they are.', passagesCell());

/** The reply to a conversation: as root (there is a system message) a step of the plan, else an answer to the prompt. */
export function readerReply(messages: readonly ChatMessage[]): string {
  const firstUser = messages.find((message) => message.role === 'user')?.content ?? '';
  if (messages[0]?.role !== 'system') return answerPrompt(firstUser);
  const last = messages.at(-1)?.content ?? '';
  const said = messages.filter((message) => message.role === 'assistant').map((message) => message.content);
  if (last.includes(OUT_OF_TURNS_PROMPT)) return outOfTurns(said);
  const before = said.at(-1);
  if (before === undefined)
    return turn(
      'First a look at what there is, and at how rare the words of the question are.',
      lookCell(questionIn(firstUser)),
    );
  return nextStep(before, last);
}

function nextStep(before: string, output: string): string {
  switch (before) {
    case SEARCH: {
      const found = numberBefore(MARKS.found, output);
      if (found === null) return givenUp(output);
      return found === 0 ? NOTHING_FOUND : READ;
    }
    case READ:
      return numberBefore(MARKS.quoted, output) ? ANSWER : PASSAGES;
    case ANSWER:
      return PASSAGES;
    case PASSAGES:
    case NOTHING_FOUND:
      return givenUp(output);
    default:
      return output.includes(MARKS.looked) ? SEARCH : givenUp(output);
  }
}

/** `12 passages found` → 12; null when the cell never got so far. */
function numberBefore(mark: string, output: string): number | null {
  const found = new RegExp(`^(\\d+) ${mark}`, 'm').exec(output);
  return found ? Number(found[1]) : null;
}

/** A cell failed in a way the plan has no other way round: say it in the reply itself. */
function givenUp(output: string): string {
  const error = /^\w*(?:Error|Exception|Interrupt)\b.*$/m.exec(output)?.[0].replace(/[()]/g, ' ');
  return `FINAL(${LEAD} It could not finish: a step failed${error ? ` with “${error.trim()}”` : ''}.)`;
}

/** Once the search has run there is a draft, and an empty reply leaves it standing as the partial answer. */
function outOfTurns(said: readonly string[]): string {
  if (said.includes(SEARCH)) return '';
  return `${LEAD} It needs four turns to look, search, read and answer, and had ${said.length}.`;
}

/** The question at the head of the first message; null when there is none and the context is the task. */
export function questionIn(firstMessage: string): string | null {
  const end = firstMessage.lastIndexOf('\n\nYour context is ');
  const head = (end < 0 ? firstMessage : firstMessage.slice(0, end)).trim();
  const asked = /^Answer the following:\s*([\s\S]+)$/.exec(head)?.[1]?.trim();
  if (asked !== undefined) return asked;
  return head === '' || head === 'Do what the context asks.' ? null : head;
}

function answerPrompt(prompt: string): string {
  const task = parseTask(prompt);
  switch (task?.kind) {
    case 'read':
      return pickQuote(task.question, task.passage, task.counts) ?? NOTHING;
    case 'rank':
      return rankQuotes(task.question, task.candidates, task.counts)
        .map((position) => position + 1)
        .join(', ');
    case undefined:
      return answerPlainly(prompt);
  }
}
