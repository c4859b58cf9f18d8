/** Keeps what a job tells within what the page accepts: a message over its bounds would end the interpreter. */

import { WIRE_LIMITS as LIMITS, type CellOutcome } from './wire';

/** A text of at most `max` UTF-16 units: its beginning and its end, with the cut stated. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const half = Math.floor((max - 100) / 2); // leaves room for the sentence
  const missing = (text.length - 2 * half).toLocaleString('en');
  const all = text.length.toLocaleString('en');
  return `${text.slice(0, half)}\n… ${missing} of ${all} characters not kept …\n${text.slice(-half)}`;
}

/** An answer beyond the bound is refused, not cut: the model can give a shorter one. */
export function withinLimits(cell: CellOutcome): CellOutcome {
  const { finalAnswer, error, refusal } = cell;
  const tooLong = finalAnswer !== null && finalAnswer.length > LIMITS.answerChars;
  const said = tooLong
    ? `The answer has ${finalAnswer.length.toLocaleString('en')} characters, which is too long. Give a shorter one.`
    : refusal;
  return {
    ...cell,
    stderr: cut(cell.stderr, LIMITS.stdoutChars),
    error: error && {
      ...error,
      type: error.type.slice(0, LIMITS.nameChars),
      message: cut(error.message, LIMITS.stdoutChars),
    },
    finalAnswer: tooLong ? null : finalAnswer,
    draft: cut(cell.draft, LIMITS.answerChars),
    refusal: said && cut(said, LIMITS.textChars),
  };
}
