/**
 * Code fences in a model's reply. Finds where each begins and ends the way a reader would, so that a fence inside a
 * Python string does not end a cell. Offers every fence; which of them are cells is decided in `parse.ts`.
 */

import { linesInsideStrings } from './python-strings';

export interface Fence {
  /** Lower-case language tag; empty when untagged. */
  readonly tag: string;
  /** Stripped of surrounding white space, as the official parser does. */
  readonly code: string;
  /** The code with its common indentation removed before stripping; differs when only the first line lost it. */
  readonly dedented: string;
  /** First and last line of the fence in the reply, 0-based, inclusive. */
  readonly firstLine: number;
  readonly lastLine: number;
  /** What was off about the fence, one phrase each; empty for one the official parser accepts as it stands. */
  readonly repairs: readonly string[];
}

const opening = /^([ \t]*)(`{3,}|~{3,})[ \t]*(?:\{[ \t]*\.?)?([\w+-]*)(.*)$/;
/** Behind other text a fence begins only with its tag at the end of the line, as the official parser has it. */
const openingInLine = /^(.*\S.*?)(`{3,}|~{3,})[ \t]*(repl|python|py)\s*$/i;
/** What stands behind a tag and is no code: another name for it, or attributes. */
const label = /^(?:repl|python3?|py|[:}]|\{.*)$/i;

interface Opening {
  readonly indent: string;
  readonly mark: string;
  readonly tag: string;
  readonly rest: string;
  /** Text on the line before the fence. */
  readonly before: string;
  /** Whether more than a tag named the language. */
  readonly labelled: boolean;
}

/** All fences, in order. `lines` is the reply split at `\n`; lines may end in `\r`. */
export function findFences(lines: readonly string[]): Fence[] {
  const fences: Fence[] = [];
  for (let i = 0; i < lines.length;) {
    const open = parseOpening(lines[i] ?? '');
    const fence =
      open && readFence(open.before.trimStart().startsWith('>') ? quoted(lines, i) : lines, i, open);
    if (!fence) {
      i++;
      continue;
    }
    fences.push(fence);
    i = fence.lastLine + 1;
  }
  return fences;
}

function parseOpening(line: string): Opening | null {
  const text = line.replace(/\r$/, '');
  const match = opening.exec(text);
  if (match) {
    const [, indent = '', mark = '', name = '', following = ''] = match;
    const tag = name.toLowerCase();
    const rest = following.trim();
    const isLabel = tag !== '' && label.test(rest);
    return {
      indent,
      mark,
      tag: isLabel && rest.toLowerCase() === 'repl' ? 'repl' : tag,
      rest: isLabel ? '' : rest,
      before: '',
      labelled: isLabel || text.includes('{'),
    };
  }
  const inLine = openingInLine.exec(text);
  if (!inLine) return null;
  const [, before = '', mark = '', tag = ''] = inLine;
  return { indent: '', mark, tag: tag.toLowerCase(), rest: '', before, labelled: false };
}

/** The lines up to the end of a block quote that begins at `first`, without its marks. */
function quoted(lines: readonly string[], first: number): string[] {
  const end = lines.findIndex((line, i) => i > first && !line.trimStart().startsWith('>'));
  return lines
    .slice(0, end < 0 ? lines.length : end)
    .map((line, i) => (i > first ? line.replace(/^\s*> ?/, '') : line));
}

/** @returns null when what looked like a fence within a line is only named there */
function readFence(lines: readonly string[], first: number, open: Opening): Fence | null {
  const repairs: string[] = [];
  if (open.labelled) repairs.push('more than a tag on the fence line');
  const oneLine = closesOnSameLine(open);
  if (oneLine !== null) {
    repairs.push('code on the fence line');
    return finish(open, [oneLine], first, first, repairs);
  }
  const body = lines.slice(first + 1);
  if (open.rest !== '') {
    body.unshift(open.rest);
    repairs.push('code on the fence line');
  }
  const shift = first + 1 - (body.length - (lines.length - first - 1));
  const close = findClose(body, open);
  if (open.before !== '') {
    if (close.kind === 'next') return null;
    repairs.push('text before the fence');
  }
  if (close.kind === 'none') repairs.push('fence left open at the end');
  if (close.kind === 'inline') repairs.push('no line break before the closing fence');
  if (close.kind === 'next') repairs.push('fence left open before the next one');
  const code = body.slice(0, close.line);
  if (close.kind === 'inline') code.push((body[close.line] ?? '').replace(/[`~]{3,}\s*$/, ''));
  const last = close.kind === 'none' || close.kind === 'next' ? close.line - 1 : close.line;
  return finish(open, code, first, Math.max(first, last + shift), repairs);
}

/** The code of a fence that opens and closes on one line, e.g. "```repl print(1)```". */
function closesOnSameLine(open: Opening): string | null {
  const end = open.rest.lastIndexOf(open.mark);
  return end > 0 && open.rest.slice(end + open.mark.length).trim() === '' ? open.rest.slice(0, end) : null;
}

interface Close {
  readonly kind: 'proper' | 'inline' | 'next' | 'none';
  readonly line: number;
}

/** Where the body ends: `line` is the index of the closing line, or of the first line that is no longer code. */
function findClose(body: readonly string[], open: Opening): Close {
  const closes = (line: string) => line.trimStart().startsWith(open.mark);
  const inString = linesInsideStrings(body);
  let end = body.findIndex((line, i) => closes(line) && !inString[i]);
  // A string left open would swallow the rest of the reply; the plain reading then is the better one.
  if (end < 0) end = body.findIndex(closes);
  const limit = end < 0 ? body.length : end;
  const endIsOpening = end >= 0 && /^(repl|python|py)$/.test(parseOpening(body[end] ?? '')?.tag ?? '');
  if (end >= 0 && !endIsOpening) return { kind: 'proper', line: end };
  const inline = body.findIndex((line, i) => i < limit && !inString[i] && endsWithMark(line, open.mark));
  if (inline >= 0) return { kind: 'inline', line: inline };
  return { kind: end >= 0 ? 'next' : 'none', line: limit };
}

function endsWithMark(line: string, mark: string): boolean {
  const text = line.trimEnd();
  return text.endsWith(mark) && text.length > mark.length;
}

function finish(
  open: Opening,
  code: readonly string[],
  firstLine: number,
  lastLine: number,
  repairs: string[],
): Fence {
  if (open.indent !== '') repairs.push('indented fence');
  if (open.mark.startsWith('~')) repairs.push('tilde fence');
  const unindented = code.map((line) => dropIndent(line, open.indent.length));
  return {
    tag: open.tag,
    code: unindented.join('\n').trim(),
    dedented: dedent(unindented).join('\n').trim(),
    firstLine,
    lastLine,
    repairs,
  };
}

/** Removes up to `width` leading blanks, as CommonMark does for an indented fence. */
function dropIndent(line: string, width: number): string {
  let n = 0;
  while (n < width && (line[n] === ' ' || line[n] === '\t')) n++;
  return line.slice(n);
}

/** Removes the indentation common to all lines that are not blank. */
function dedent(lines: readonly string[]): string[] {
  const widths = lines
    .filter((line) => line.trim() !== '')
    .map((line) => line.length - line.trimStart().length);
  const common = widths.length === 0 ? 0 : Math.min(...widths);
  return lines.map((line) => dropIndent(line, common));
}
