/** What the root model is shown after a turn: one user message with every cell's output, and what is left. */

import type { CellResult } from '../ports';
import type { TextualFinal } from './parse';

export interface FeedbackFacts {
  readonly results: readonly CellResult[];
  /** Characters of one cell's output that may be shown. */
  readonly outputChars: number;
  /** Sentences to put before the turn counter: reminders, warnings. */
  readonly notes: readonly string[];
  /** The coming turn, 1-based, and how many there are. */
  readonly nextTurn: number;
  readonly maxTurns: number;
  /** e.g. `12 of 50 sub-calls used`; empty when nothing is limited. */
  readonly budget: string;
  /** Said instead of the turn counter when no turn is left; else null. */
  readonly closing: string | null;
}

export function feedbackMessage(facts: FeedbackFacts): string {
  const { results } = facts;
  const parts = results.map((result, i) => {
    const header = results.length > 1 ? `REPL output (block ${i + 1}):` : 'REPL output:';
    return `${header}\n${describeResult(result, facts.outputChars)}`;
  });
  const last = results.at(-1);
  if (last) parts.push(variablesLine(last, facts.outputChars));
  parts.push(...facts.notes);
  const budget = facts.budget === '' ? '' : ` (${facts.budget})`;
  parts.push(facts.closing ?? `Turn ${facts.nextTurn}/${facts.maxTurns}${budget}:`);
  return parts.join('\n\n');
}

/** One cell's output: what it printed, the echoed value, its error; cut in the middle. */
export function describeResult(result: CellResult, outputChars: number): string {
  const parts: string[] = [];
  if (result.stdout !== '') parts.push(result.stdout.replace(/\n$/, ''));
  if (result.echo !== null) parts.push(result.echo);
  if (result.stderr.trim() !== '') parts.push(result.stderr.trim() + errorPlace(result));
  const output = parts.length > 0 ? parts.join('\n') : 'No output';
  const notes = [describeInterruption(result), result.refusal].filter((note) => note !== null);
  const droppedBefore = Math.max(0, result.stdoutChars - result.stdout.length);
  return [truncateMiddle(output, outputChars, droppedBefore), ...notes].join('\n');
}

function errorPlace(result: CellResult): string {
  return result.error?.line ? ` (line ${result.error.line} of the cell)` : '';
}

function describeInterruption({ interrupted, lost }: CellResult): string | null {
  if (lost !== null) {
    const names =
      lost.length > 0 ? `These variables are gone: ${lost.join(', ')}.` : 'No variables were lost.';
    return `The interpreter had to be replaced. ${names} \`context\` is there again.`;
  }
  return interrupted === 'timeout'
    ? 'The cell ran over its time and was interrupted. Variables are kept.'
    : null;
}

/**
 * Head and tail of a text, with the cut stated in numbers.
 * @param droppedBefore characters already left out before the text got here
 */
export function truncateMiddle(text: string, limit: number, droppedBefore = 0): string {
  if (text.length <= limit && droppedBefore === 0) return text;
  const head = Math.ceil(Math.min(limit, text.length) / 2);
  const tail = Math.min(limit, text.length) - head;
  const from = avoidSplitPair(text, head);
  const to = avoidSplitPair(text, text.length - tail);
  const cut = to - from + droppedBefore;
  const note = `… [${cut.toLocaleString('en-US')} of ${(text.length + droppedBefore).toLocaleString('en-US')} characters cut here] …`;
  return `${text.slice(0, from)}\n${note}\n${text.slice(to)}`;
}

/** Moves a cut back by one when it would fall inside a surrogate pair. */
function avoidSplitPair(text: string, at: number): number {
  const unit = text.charCodeAt(at - 1);
  return unit >= 0xd800 && unit <= 0xdbff ? at - 1 : at;
}

/** Never cut off with the output; itself bounded, oldest variables first to go. */
function variablesLine(result: CellResult, outputChars: number): string {
  const entries = Object.entries(result.variables).map(([name, description]) => `${name} (${description})`);
  const kept: string[] = [];
  let room = Math.max(300, Math.floor(outputChars / 5));
  for (const entry of entries.toReversed()) {
    room -= entry.length + 2;
    if (room < 0) break;
    kept.unshift(entry);
  }
  const more = entries.length - kept.length;
  const rest = more > 0 ? `, and ${more} more (SHOW_VARS() lists them)` : '';
  return `REPL variables: ${kept.length > 0 ? kept.join(', ') : 'none yet'}${rest}`;
}

export const FORMAT_REMINDER =
  'Your reply had neither a ```repl fence nor an answer. Write code in a ```repl fence, or finish by setting answer["content"] and answer["ready"] = True in one.';

export const EXPLORE_FIRST =
  'You answered before looking at the context. Look into `context` with code first, then answer from what you find.';

/** Said when a textual answer stood next to cells: it was written before their output was seen. */
export function answerHeld(final: TextualFinal): string {
  const form = final.kind === 'value' ? 'FINAL(…)' : `FINAL_VAR(${final.name})`;
  return `You wrote ${form} next to code whose output you had not seen, so it was not taken. Look at the output above; if the answer stands, give it again without code.`;
}

export function unknownVariable(name: string): string {
  return `FINAL_VAR(${name}) was not taken: there is no variable "${name}". Set it in a \`\`\`repl fence first, or use FINAL(text).`;
}
