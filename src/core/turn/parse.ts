/**
 * A model's reply → the cells to run and the answer it may hold. Rules: what the official parser accepts gives the
 * same result here; what it loses for no good reason is accepted too, and each such repair is named.
 */

import { findFences, type Fence } from './fences';

export interface ParsedCell {
  readonly code: string;
  /** To be run instead when `code` does not parse but this does; null when it would be the same. */
  readonly dedented: string | null;
  readonly repairs: readonly string[];
}

/** An answer written as text at the start of a line, outside any fence (the paper's form). */
export type TextualFinal =
  { readonly kind: 'value'; readonly text: string } | { readonly kind: 'variable'; readonly name: string };

export interface ParsedReply {
  readonly cells: readonly ParsedCell[];
  /** Untagged fences, offered only when there is no tagged one: cells if they parse as Python. */
  readonly untagged: readonly ParsedCell[];
  readonly final: TextualFinal | null;
  /** The reply without thinking and fences. */
  readonly prose: string;
  /** What was accepted, or passed over, although the format was off. */
  readonly repairs: readonly string[];
  /** Those of them that are code which was not run beside code that was. */
  readonly unrun: readonly string[];
}

const pythonTags = new Set(['python', 'py', 'python3', 'py3', 'ipython']);

export function parseReply(reply: string): ParsedReply {
  const lines = withoutThinking(reply).split('\n');
  const fences = findFences(lines);
  const repl = fences.filter((fence) => fence.tag === 'repl');
  const python = fences.filter((fence) => pythonTags.has(fence.tag));
  const tagged = repl.length > 0 ? repl : python;
  const cells = tagged.map(toCell);
  const untagged = tagged.length > 0 ? [] : fences.filter((fence) => fence.tag === '').map(toCell);
  const prose = outsideFences(lines, fences);
  const unrun: string[] = [];
  if (repl.length > 0 && python.length > 0) unrun.push('a python fence beside repl fences was not run');
  if (cells.length > 0 && holdsBareCode(prose)) unrun.push('code outside the fences was not run');
  const repairs = [...cells.flatMap((cell) => cell.repairs), ...unrun];
  return { cells, untagged, final: findFinal(prose), prose: prose.trim(), repairs, unrun };
}

const statement =
  /^[ \t]*(?:import \w+[ \t]*|from [\w.]+ import .+|def \w+\(.*\).*:|for .+ in .+:|print\(.*\)|\w+(?:\[.+\])? [+*-]?= .+[)\]}])$/gm;

/** True when several lines of the prose can only be Python: one alone may be quoted for the reader. */
function holdsBareCode(prose: string): boolean {
  return (prose.match(statement)?.length ?? 0) >= 2;
}

function toCell(fence: Fence): ParsedCell {
  const tagRepair =
    fence.tag === 'repl' ? [] : [fence.tag === '' ? 'untagged fence' : `fence tagged ${fence.tag}`];
  return {
    code: fence.code,
    dedented: fence.dedented === fence.code ? null : fence.dedented,
    repairs: [...tagRepair, ...fence.repairs],
  };
}

function outsideFences(lines: readonly string[], fences: readonly Fence[]): string {
  const kept: string[] = [];
  let next = 0;
  for (const fence of fences) {
    kept.push(...lines.slice(next, fence.firstLine));
    next = fence.lastLine + 1;
  }
  kept.push(...lines.slice(next));
  return kept.join('\n');
}

/**
 * The reply without `<think>…</think>`. A tag inside a fence is code and stays. A part left open hides the rest; a
 * closing tag alone on its line ends thinking whose opening tag the chat template had already written.
 */
export function withoutThinking(reply: string): string {
  const orphan = /^[ \t]*<\/think(?:ing)?>[ \t]*\r?$/im.exec(reply);
  const firstOpen = /<think(?:ing)?>/i.exec(reply);
  let rest =
    orphan && (!firstOpen || firstOpen.index > orphan.index)
      ? reply.slice(orphan.index + orphan[0].length)
      : reply;
  let kept = '';
  for (;;) {
    const open = /<think(?:ing)?>/i.exec(rest);
    if (!open) return kept + rest;
    if (isInsideFence(rest.slice(0, open.index))) {
      // The fence is code: keep it whole and look behind it.
      const end = open.index + open[0].length;
      kept += rest.slice(0, end);
      const close = /\n[ \t]*(?:`{3,}|~{3,})/.exec(rest.slice(end));
      if (!close) return kept + rest.slice(end);
      const after = end + close.index + close[0].length;
      kept += rest.slice(end, after);
      rest = rest.slice(after);
      continue;
    }
    kept += rest.slice(0, open.index);
    const close = /<\/think(?:ing)?>/i.exec(rest.slice(open.index));
    if (!close) return kept;
    rest = rest.slice(open.index + close.index + close[0].length);
  }
}

/** True when the text ends within a fence. */
function isInsideFence(text: string): boolean {
  const fences = findFences(text.split('\n'));
  return fences.at(-1)?.repairs.includes('fence left open at the end') ?? false;
}

const finalVariable = /^[ \t]*FINAL_VAR\(([^)]*)\)/m;
const finalValue = /^[ \t]*FINAL\(/m;

/** `FINAL_VAR(name)` goes before `FINAL(text)`, as in the paper's implementation. */
export function findFinal(prose: string): TextualFinal | null {
  const variable = finalVariable.exec(prose);
  const name = variable?.[1]
    ?.trim()
    .replace(/^["']+|["']+$/g, '')
    .trim();
  if (name) return { kind: 'variable', name };
  const start = finalValue.exec(prose);
  if (!start) return null;
  const from = start.index + start[0].length;
  const following = /^[ \t]*FINAL(?:_VAR)?\(/m.exec(prose.slice(from));
  const text = readArgument(prose.slice(from, following ? from + following.index : prose.length));
  return text === null ? null : { kind: 'value', text: text.trim() };
}

/** What stands before the closing parenthesis: the longest balanced reading, else the longest there is. */
function readArgument(text: string): string | null {
  const ends = [...text.matchAll(/\)[ \t\r]*$/gm)].map((match) => match.index).reverse();
  const balanced = ends.find((end) => isBalanced(text.slice(0, end)));
  const end = balanced ?? ends[0];
  return end === undefined ? null : text.slice(0, end);
}

function isBalanced(text: string): boolean {
  let depth = 0;
  for (const char of text) {
    if (char === '(') depth++;
    if (char === ')' && --depth < 0) return false;
  }
  return depth === 0;
}
