/** What the root model is shown after a turn: one user message with every cell's output, and what is left. */

import type { CellResult } from '../ports';
import type { TextualFinal } from './parse';

export interface FeedbackFacts {
  readonly results: readonly CellResult[];
  /** Characters of one cell's output that may be shown. */
  readonly outputChars: number;
  /** Characters of all cells' output together; not limited when absent. */
  readonly turnOutputChars?: number;
  /** A text's length as the two sizes above count it; its characters when absent. */
  readonly lengthOf?: (text: string) => number;
  /** The most characters of output that may leave this device with this message; not limited when absent. */
  readonly capChars?: number;
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

/** What of the cells' output is shown, one text a cell, and how much of it the cap alone kept back. */
export interface ShownOutput {
  readonly texts: readonly string[];
  readonly withheldChars: number;
}

export function feedbackMessage(facts: FeedbackFacts, output = shownOutput(facts)): string {
  const { results, capChars } = facts;
  const parts = output.texts.map((text, i) => {
    const header = results.length > 1 ? `REPL output (block ${i + 1}):` : 'REPL output:';
    return `${header}\n${text}`;
  });
  const last = results.at(-1);
  if (last)
    parts.push(
      capChars === undefined ? variablesLine(last, facts.outputChars) : variableNames(last, capChars),
    );
  parts.push(...facts.notes);
  const budget = facts.budget === '' ? '' : ` (${facts.budget})`;
  parts.push(facts.closing ?? `Turn ${facts.nextTurn}/${facts.maxTurns}${budget}:`);
  return parts.join('\n\n');
}

/** Cuts each cell's output in its middle: to its own limit, to its share of the turn's, and to its share of the cap. */
export function shownOutput(facts: FeedbackFacts): ShownOutput {
  const { results, outputChars, turnOutputChars = Infinity, capChars = Infinity } = facts;
  const capped = Number.isFinite(capChars);
  // Under a cap the sentences about the cell count too: an exception can carry anything into them.
  const parts = results.map((result) => {
    const output = outputOf(result);
    const notes = notesOf(result);
    return capped ? { output: [output, ...notes].join('\n'), notes: [] } : { output, notes };
  });
  const lengths = parts.map(({ output }) => facts.lengthOf?.(output) ?? output.length);
  const fair = shares(
    lengths.map((length) => Math.min(length, outputChars)),
    turnOutputChars,
  );
  const limits = parts.map(({ output }, i) => {
    const length = lengths[i] ?? 0;
    const allowed = fair[i] ?? 0;
    return allowed >= length ? output.length : Math.floor((output.length * allowed) / length);
  });
  const allowed = shares(limits, capChars);
  const texts = parts.map(({ output, notes }, i) => {
    const cut = truncateMiddle(output, allowed[i] ?? 0, droppedBefore(results[i]));
    return [cut, ...notes].join('\n');
  });
  const withheldChars = limits.reduce((sum, limit, i) => sum + limit - (allowed[i] ?? 0), 0);
  return { texts, withheldChars };
}

/** One cell's output: what it printed, the echoed value, its error; cut in the middle. */
export function describeResult(result: CellResult, outputChars: number): string {
  const cut = truncateMiddle(outputOf(result), outputChars, droppedBefore(result));
  return [cut, ...notesOf(result)].join('\n');
}

/** Divides a total among parts that want so much each: the modest ones get all they want. */
function shares(wanted: readonly number[], total: number): number[] {
  const given = new Array<number>(wanted.length).fill(0);
  const order = wanted.map((want, at) => ({ want, at })).sort((a, b) => a.want - b.want);
  let room = total;
  for (const [i, { want, at }] of order.entries()) {
    const share = Math.min(want, Math.floor(room / (order.length - i)));
    given[at] = share;
    room -= share;
  }
  return given;
}

function outputOf(result: CellResult): string {
  const parts: string[] = [];
  if (result.stdout !== '') parts.push(result.stdout.replace(/\n$/, ''));
  if (result.echo !== null) parts.push(result.echo);
  if (result.stderr.trim() !== '') parts.push(result.stderr.trim() + errorPlace(result));
  if (result.figures) parts.push(figuresLine(result.figures.length));
  return parts.length > 0 ? parts.join('\n') : 'No output';
}

function figuresLine(count: number): string {
  return `[${count} ${count === 1 ? 'figure' : 'figures'}, shown to the user]`;
}

function notesOf(result: CellResult): string[] {
  return [describeInterruption(result), result.refusal].filter((note) => note !== null);
}

/** Characters the interpreter itself had to leave out. */
function droppedBefore(result: CellResult | undefined): number {
  return result ? Math.max(0, result.stdoutChars - result.stdout.length) : 0;
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

/** The names alone, within the cap: a value, or a name made of one, is content. */
function variableNames({ variables }: CellResult, capChars: number): string {
  const names = Object.keys(variables).filter((name) => /^[A-Za-z_]\w{0,39}$/.test(name));
  const kept: string[] = [];
  let room = Math.min(300, capChars);
  for (const name of names.toReversed()) {
    room -= name.length + 2;
    if (room < 0) break;
    kept.unshift(name);
  }
  const line = kept.length > 0 ? kept.join(', ') : names.length > 0 ? 'not shown' : 'none yet';
  return `REPL variables: ${line}`;
}

/** Said when a reply ended because it had grown too long, not because it was complete. */
export const REPLY_CUT =
  'Your last reply was cut off: it had reached the most a reply may have. Write less prose and shorter code.';

export const FORMAT_REMINDER =
  'Your reply had neither a ```repl fence nor an answer. Write code in a ```repl fence, or finish by setting answer["content"] and answer["ready"] = True in one.';

/** Said when a reply held code that was passed over beside cells that were run. */
export function notRun(unrun: readonly string[]): string {
  const what = unrun.join(', and ');
  return `${what.charAt(0).toUpperCase()}${what.slice(1)}: only what stands in \`\`\`repl fences is.`;
}

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
