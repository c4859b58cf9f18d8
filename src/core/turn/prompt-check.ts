/** What is wrong, or may be, with a system prompt of the user's own. */

import { SondeError } from '../errors';
import { isPlaceholder } from './prompt-placeholders';
import { placeholdersIn } from './prompt-template';
import { BUILT_IN_PROMPTS } from './prompt-texts';
import type { Tier } from './sizes';

export const MAX_PROMPT_CHARS = 200_000;

const TIERS = Object.keys(BUILT_IN_PROMPTS) as Tier[];

/** @throws SondeError `invalid-argument` for anything but texts by tier that can be sent */
export function checkPrompts(prompts: unknown): asserts prompts is Readonly<Partial<Record<Tier, string>>> {
  if (typeof prompts !== 'object' || prompts === null || Array.isArray(prompts))
    throw invalid('prompts must be an object with a text for full, short or tiny.');
  for (const [tier, text] of Object.entries(prompts) as [string, unknown][]) {
    if (!(TIERS as string[]).includes(tier))
      throw invalid(
        `There is no prompt "${tier}"; there are full, short and tiny, by the window of the root model.`,
      );
    if (text === undefined) continue;
    if (typeof text !== 'string') throw invalid(`The prompt "${tier}" must be a text.`);
    const problem = promptProblem(text);
    if (problem !== null) throw invalid(`The prompt "${tier}" cannot be used. ${problem}`);
  }
}

/** Why a prompt cannot be used, in a sentence that says what to do; null when it can. */
export function promptProblem(text: string): string | null {
  if (text.trim() === '') return 'It is empty; write one, or go back to the built-in one.';
  if (text.length > MAX_PROMPT_CHARS)
    return `It has ${text.length.toLocaleString('en-US')} characters; shorten it to ${MAX_PROMPT_CHARS.toLocaleString('en-US')}.`;
  return null;
}

/** What a prompt is likely to lack: sentences for the one who edits it. It can be used all the same. */
export function promptWarnings(text: string): string[] {
  const warnings: string[] = [];
  if (!/(?:```|~~~)[ \t]*(?:repl|python|py)\b/i.test(text) && !/`(?:repl|python)`/i.test(text))
    warnings.push('It no longer shows how to write code: a block that begins with ```repl.');
  if (!/answer\[["']ready["']\]|\bFINAL(?:_VAR)?\(/.test(text))
    warnings.push('It no longer says how to answer: set answer["content"], then answer["ready"] = True.');
  if (!/\bcontext\b/.test(text))
    warnings.push('It no longer names context, the variable that holds the documents.');
  const unknown = placeholdersIn(text).filter((name) => !isPlaceholder(name));
  if (unknown.length > 0) {
    const written = unknown.map((name) => `{{${name}}}`).join(', ');
    warnings.push(
      `${written} ${unknown.length === 1 ? 'is not a placeholder and stays' : 'are not placeholders and stay'} as written.`,
    );
  }
  return warnings;
}

function invalid(message: string): SondeError {
  return new SondeError({ code: 'invalid-argument', message });
}
