/** Answers a prompt that is not of the reader's own making, as honestly as it can: with a quotation, or with what it is. */

import { LEAD } from './cells';
import { pickQuote } from './relevance';

const LABELLED =
  /^[ \t#*]*(?:question|query|q|frage|pregunta|domanda|pergunta|вопрос)[ \t]*[:：][ \t*]*(\S.*)$/imu;
/** Shorter than this there is nothing to find a passage in. */
const MIN_TEXT_CHARS = 80;

export function answerPlainly(prompt: string): string {
  const question = questionOf(prompt);
  if (question === null)
    return `${LEAD} It saw no question in this prompt. Choose a model to have it answered.`;
  const text = prompt.replace(question, ' ');
  const quote = text.trim().length < MIN_TEXT_CHARS ? null : pickQuote(question, text);
  if (quote === null)
    return `${LEAD} It saw a question but no text that has its words. Choose a model to have it answered.`;
  return `${LEAD} The words of the question are best matched by:\n\n> “${quote.replace(/\s+/g, ' ')}”`;
}

/** A labelled line, else the last line that ends in a question mark, else the first that does as a sentence. */
function questionOf(prompt: string): string | null {
  const labelled = LABELLED.exec(prompt)?.[1]?.trim();
  if (labelled !== undefined) return labelled;
  const lines = prompt.split('\n').map((line) => line.trim());
  const line = lines.findLast((one) => /[?？؟]$/u.test(one) && one.length <= 500);
  if (line !== undefined) return /[^.!?。]*[?？؟]$/u.exec(line)?.[0].trim() ?? line;
  return /[^.!?\n。]{8,300}[?？؟]/u.exec(prompt)?.[0].trim() ?? null;
}
