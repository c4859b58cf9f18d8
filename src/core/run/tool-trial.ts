/** Trying a tool before any run has it: loaded in an interpreter of its own, called once if that is asked for. */

import { textContext } from '../corpus/context';
import { SondeError } from '../errors';
import type { CellResult, Repl, ReplFactory, SubcallHandler } from '../ports';
import { checkTools } from './tool-check';
import type { Tool } from './tools';

export interface ToolTrial {
  /** Python's word for what it is, e.g. `function` or `list`. */
  readonly typeName: string;
  /** How it is called, or the beginning of a value's `repr`. */
  readonly shown: string;
  /** What the trial call gave; null when none was asked for. */
  readonly call: { readonly output: string; readonly failed: boolean } | null;
}

const LOOK_MS = 10_000;
const CALL_MS = 20_000;
const SHOWN_CHARS = 2_000;

/**
 * @param call Python to run once the tool is there, e.g. `parse_date("3 May 1999")`; empty for none
 * @throws SondeError `invalid-argument` when it is refused or cannot be loaded, `repl-…` when there is no Python
 */
export async function tryTool(
  tool: Tool,
  call: string,
  repls: ReplFactory,
  signal: AbortSignal,
): Promise<ToolTrial> {
  checkTools([tool]);
  const context = textContext('');
  const repl = await repls.open({ context, onSubcall: noModel, tools: [tool] }, signal);
  try {
    const { typeName, shown } = await look(repl, tool.name, signal);
    const tried = call.trim() === '' ? null : await repl.run(call, { computeTimeoutMs: CALL_MS, signal });
    signal.throwIfAborted();
    return { typeName, shown, call: tried && outcomeOf(tried) };
  } finally {
    repl.close();
  }
}

/** Two lines: the type, then the signature or the value. */
async function look(repl: Repl, name: string, signal: AbortSignal) {
  const code = `
def _look(value):
    import inspect
    print(type(value).__name__)
    try:
        print("${name}" + str(inspect.signature(value)) if callable(value) else repr(value)[:${SHOWN_CHARS}])
    except ValueError:
        print("${name}(…)")
_look(${name})
`;
  const { stdout, error } = await repl.run(code, { computeTimeoutMs: LOOK_MS, signal });
  signal.throwIfAborted();
  if (error)
    throw new SondeError({
      code: 'invalid-argument',
      message: `The tool "${name}" was loaded, but cannot be shown: ${error.type}: ${error.message}`,
    });
  const [typeName = '', ...shown] = stdout.trimEnd().split('\n');
  return { typeName, shown: shown.join('\n') };
}

function outcomeOf({ stdout, stderr, echo, error }: CellResult): ToolTrial['call'] {
  const at = error?.line ? ` (line ${error.line} of the call)` : '';
  const output = [stdout.trimEnd(), error ? `${stderr.trim()}${at}` : '', echo ?? '']
    .filter(Boolean)
    .join('\n')
    .trim();
  return { output: output.slice(0, SHOWN_CHARS), failed: error !== null };
}

const noModel: SubcallHandler = ({ prompts }) =>
  Promise.resolve(prompts.map(() => 'Error: no model is asked while a tool is being tried.'));
