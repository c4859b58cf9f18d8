/** Results of cells that did not end by themselves: stopped before the start, or lost with their interpreter. */

import type { SondeError } from '../../core/errors';
import type { CellResult } from '../../core/ports';

interface LostCell {
  readonly reason: 'timeout' | 'stop' | SondeError;
  readonly streamed: string;
  readonly computeMs: number;
  readonly durationMs: number;
  readonly lost: readonly string[];
}

const NOTHING = {
  stdout: '',
  stdoutChars: 0,
  echo: null,
  finalAnswer: null,
  draft: '',
  refusal: null,
  variables: {},
} as const;

/** A cell whose signal was aborted before it was its turn. */
export function stoppedBeforeStart(variables: Readonly<Record<string, string>>): CellResult {
  const error = { type: 'KeyboardInterrupt', message: 'stopped before it began', line: null };
  return {
    ...NOTHING,
    variables,
    stderr: `\n${error.type}: ${error.message}`,
    error,
    durationMs: 0,
    computeMs: 0,
    interrupted: 'stop',
    lost: null,
  };
}

function lossOf(reason: LostCell['reason']): { type: string; message: string } {
  if (reason === 'timeout') {
    return { type: 'TimeoutError', message: 'the cell computed for too long and could not be interrupted' };
  }
  if (reason === 'stop') return { type: 'KeyboardInterrupt', message: 'the cell was stopped by force' };
  return { type: 'InterpreterLost', message: reason.message };
}

/** A cell whose interpreter had to be ended, or died: what it had shown is kept, its variables are not. */
export function lostCell({ reason, streamed, computeMs, durationMs, lost }: LostCell): CellResult {
  const { type, message } = lossOf(reason);
  const names = lost.length > 0 ? ` (${lost.join(', ')})` : '';
  const told = `${message}; the interpreter was replaced and all variables${names} are lost, \`context\` is there again`;
  return {
    ...NOTHING,
    stdout: streamed,
    stdoutChars: streamed.length,
    stderr: `\n${type}: ${told}`,
    error: { type, message: told, line: null },
    durationMs,
    computeMs,
    interrupted: typeof reason === 'string' ? reason : null,
    lost,
  };
}
