/** The user's tools as a run has them and as its root model is told of them: which, with what signature, doing what. */

import type { Tool } from './tools';

const SIGNATURE_CHARS = 160;
const DESCRIPTION_CHARS = 400;
/** What saying how many more there are takes. */
const REST_CHARS = 120;

/** The tools a run at this depth has; the root run is at 0. */
export function toolsAt(tools: readonly Tool[], depth: number): readonly Tool[] {
  const audience = depth === 0 ? 'root' : 'children';
  return tools.filter(({ offeredTo }) => offeredTo === 'both' || offeredTo === audience);
}

/** One line a tool, for the system prompt; what does not fit `maxChars` is named, or else counted. */
export function listTools(tools: readonly Tool[], maxChars: number): string {
  const lines: string[] = [];
  let room = maxChars;
  for (const [index, tool] of tools.entries()) {
    const line = toolLine(tool);
    const left = tools.slice(index + 1);
    if (line.length + 1 > room - (left.length > 0 ? REST_CHARS : 0)) {
      lines.push(restLine(tools.slice(index), Math.max(room, REST_CHARS)));
      break;
    }
    room -= line.length + 1;
    lines.push(line);
  }
  return lines.join('\n');
}

function restLine(rest: readonly Tool[], room: number): string {
  const names = rest.map(({ name }) => `\`${name}\``).join(', ');
  const named = `- Also of the user's own: ${names}.`;
  return named.length <= room ? named : `- And ${rest.length} more of the user's own tools.`;
}

function toolLine(tool: Tool): string {
  const signature = cut(toolSignature(tool), SIGNATURE_CHARS);
  const words = tool.description.trim() || docLine(tool.python);
  const said = words === '' ? 'a tool of the user’s own.' : cut(oneLine(words), DESCRIPTION_CHARS);
  return `- \`${signature}\`: ${said}`;
}

/** How it is called: `name(a, b=1) -> int`; the name alone for a value, or where no signature can be read. */
export function toolSignature({ name, python }: Tool): string {
  const header = new RegExp(
    String.raw`^[ \t]*(?:async[ \t]+)?def[ \t]+${name}[ \t]*(?:\[[^\]]*\][ \t]*)?\(`,
    'mu',
  ).exec(python);
  if (header) {
    const open = header.index + header[0].length - 1;
    const close = closingBracket(python, open);
    if (close < 0) return `${name}(…)`;
    const returns = /^[ \t]*->[ \t]*([^\n]+?)[ \t]*:(?:[ \t]*(?:#.*|\.\.\.|return\b.*)?)$/m.exec(
      firstLine(python, close + 1),
    );
    const result = returns?.[1] === undefined ? '' : ` -> ${returns[1]}`;
    return `${name}${oneLine(python.slice(open, close + 1))
      .replace(/,? ?\)$/, ')')
      .replace(/^\( /, '(')}${result}`;
  }
  const lambda = new RegExp(String.raw`^(?:[ \t]*${name}[ \t]*=)?[ \t]*\(*[ \t]*lambda\b([^:]*):`, 'mu').exec(
    python,
  );
  return lambda ? `${name}(${oneLine(lambda[1] ?? '')})` : name;
}

/** The bracket that closes the one at `open`, past strings and nested brackets; -1 when it is not there. */
function closingBracket(python: string, open: number): number {
  let depth = 0;
  for (let i = open; i < python.length; i++) {
    const char = python[i] ?? '';
    if (char === '"' || char === "'") {
      i = stringEnd(python, i, char);
      if (i < 0) return -1;
    } else if (char === '#') i = python.indexOf('\n', i) < 0 ? python.length : python.indexOf('\n', i);
    else if ('([{'.includes(char)) depth++;
    else if (')]}'.includes(char) && --depth === 0) return i;
  }
  return -1;
}

/** The last character of the string that begins at `start`, or -1. */
function stringEnd(python: string, start: number, quote: string): number {
  const long = quote.repeat(3);
  const mark = python.startsWith(long, start) ? long : quote;
  for (let i = start + mark.length; i < python.length; i++) {
    if (python[i] === '\\') i++;
    else if (python.startsWith(mark, i)) return i + mark.length - 1;
  }
  return -1;
}

/** The first line of a docstring; empty when there is none. */
function docLine(python: string): string {
  const doc = /^[^\n]*\bdef\b[\s\S]*?:[ \t]*(?:#[^\n]*)?\n\s*[rR]?("""|''')\s*([^\n]*?)\s*(?:\1|\n|$)/.exec(
    python,
  );
  return doc?.[2] ?? '';
}

function firstLine(text: string, from: number): string {
  const end = text.indexOf('\n', from);
  return text.slice(from, end < 0 ? text.length : end);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function cut(text: string, chars: number): string {
  return text.length <= chars ? text : `${text.slice(0, chars - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
