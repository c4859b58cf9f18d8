/** The user's tools on their way into an interpreter, and what to say of one that does not load. */

import { SondeError } from '../../core/errors';
import type { SubcallHandler } from '../../core/ports';
import type { Tool } from '../../core/run/tools';
import type { ToolFailure } from '../../../workers/python/wire';

/** What Python loads; descriptions are for the model alone. */
export function toolsText(tools: readonly Tool[]): string {
  return JSON.stringify(tools.map(({ name, python }) => ({ name, python })));
}

/** While tools are loaded nobody has asked anything yet. */
export const TOOLS_MAY_NOT_ASK: SubcallHandler = () =>
  Promise.reject(new Error('a tool may ask a model when it is called, not while it is loaded'));

/** @param failure null when the interpreter was lost over it */
export function toolProblem(tools: readonly Tool[], failure: ToolFailure | null): SondeError {
  const { tool, line, message } = failure ?? {
    tool: '',
    line: null,
    message: 'Python was lost while it was loaded',
  };
  const one = tools.find(({ name }) => name === tool);
  const which = one ? `The tool "${one.name}"` : 'A tool';
  const where = line === null ? '' : `line ${line}: `;
  return new SondeError({
    code: 'invalid-argument',
    message: `${which} could not be loaded: ${where}${message}`,
    hint: 'Correct its Python, or leave the tool out.',
  });
}
