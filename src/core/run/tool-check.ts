/** What makes a tool usable, before any Python is run: its name, its sizes, its audience; and reading tools given as data. */

import { SondeError } from '../errors';
import { isReserved, PYTHON_BUILTINS, PYTHON_KEYWORDS } from './repl-names';
import type { Tool, ToolAudience } from './tools';

export const TOOL_BOUNDS = {
  tools: 64,
  nameChars: 60,
  pythonChars: 200_000,
  descriptionChars: 2_000,
} as const;

export const TOOL_AUDIENCES: readonly ToolAudience[] = ['root', 'children', 'both'];

// As Python takes them, but for scripts that change under its normal form.
const IDENTIFIER = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/** What is wrong with a name, in a sentence that says what to do; null when nothing is. */
export function toolNameProblem(name: string): string | null {
  if (name === '') return 'A tool needs a name; give it one that cells can call, e.g. parse_date.';
  const quoted = `"${name.slice(0, TOOL_BOUNDS.nameChars)}"`;
  if (name.length > TOOL_BOUNDS.nameChars)
    return `The name ${quoted}… is too long; use ${TOOL_BOUNDS.nameChars} characters or fewer.`;
  if (!IDENTIFIER.test(name) || name.normalize('NFKC') !== name)
    return `${quoted} cannot be a name in Python; use letters, digits and underscores, and begin with a letter.`;
  if (PYTHON_KEYWORDS.includes(name)) return `${quoted} is a word of Python itself; choose another name.`;
  if (isReserved(name)) return `${quoted} is a name every run already has; choose another name.`;
  if (name.startsWith('_'))
    return `${quoted} begins with an underscore, which hides it; choose another name.`;
  if (PYTHON_BUILTINS.includes(name))
    return `${quoted} is one of Python's own names, which cells need; choose another name.`;
  return null;
}

/** What is wrong with a tool, in a sentence that says what to do; null when nothing is. Its Python is not run. */
export function toolProblem(tool: Tool): string | null {
  const { name, python, description, offeredTo } = tool;
  const named = toolNameProblem(name);
  if (named !== null) return named;
  const { pythonChars, descriptionChars } = TOOL_BOUNDS;
  if (python.trim() === '')
    return `The tool "${name}" has no Python; define ${name} in it, or give an expression for its value.`;
  if (python.length > pythonChars)
    return `The Python of the tool "${name}" has ${count(python.length)} characters; ${count(pythonChars)} are allowed. Put large data into the documents instead.`;
  if (description.length > descriptionChars)
    return `The description of the tool "${name}" has ${count(description.length)} characters; shorten it to ${count(descriptionChars)}.`;
  if (!TOOL_AUDIENCES.includes(offeredTo))
    return `The tool "${name}" cannot be offered to "${String(offeredTo)}"; offer it to "root", "children" or "both".`;
  return null;
}

/** @throws SondeError `invalid-argument`: the first thing wrong with any of them */
export function checkTools(tools: readonly Tool[]): void {
  if (tools.length > TOOL_BOUNDS.tools)
    throw invalid(
      `${tools.length} tools are too many; ${TOOL_BOUNDS.tools} can be offered at once. Leave some out.`,
    );
  const names = new Set<string>();
  for (const tool of tools) {
    const problem = toolProblem(tool);
    if (problem !== null) throw invalid(problem);
    if (names.has(tool.name)) throw invalid(`Two tools are called "${tool.name}"; rename one of them.`);
    names.add(tool.name);
  }
}

/**
 * Tools as scripts give them, by name: `{ python, description?, offeredTo? }`; offered to both when not said.
 * @throws SondeError `invalid-argument` for anything else, and for what `checkTools` refuses
 */
export function readTools(given: unknown): Tool[] {
  if (!isRecord(given)) throw invalid('tools must be an object: { name: { python, description? } }.');
  const tools = Object.entries(given).map(([name, entry]) => readTool(name, entry));
  checkTools(tools);
  return tools;
}

function readTool(name: string, entry: unknown): Tool {
  if (!isRecord(entry) || typeof entry['python'] !== 'string')
    throw invalid(
      `The tool "${name}" must be { python: "…" }: Python that defines ${name}, or an expression for its value.`,
    );
  const { python, description = '', offeredTo = 'both', ...rest } = entry;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined)
    throw invalid(
      `The tool "${name}" has a field "${unknown}"; it may have python, description and offeredTo.`,
    );
  if (typeof description !== 'string')
    throw invalid(`The description of the tool "${name}" must be a string.`);
  // Whether it is an audience is checked with the rest.
  return { name, python, description, offeredTo: offeredTo as ToolAudience };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(message: string): SondeError {
  return new SondeError({ code: 'invalid-argument', message });
}

function count(n: number): string {
  return n.toLocaleString('en-US');
}
