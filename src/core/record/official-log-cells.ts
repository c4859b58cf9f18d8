/** The cells of an official log as ours: what they printed, raised, left behind, and what their calls came to. */

import type { Problem } from '../errors';
import type { CellResult } from '../ports';
import type { Extra } from './events';
import { isSameJson, type LocalsChange, type LogBlock, type LogCall } from './official-log';

/** One run's cells, in order: variables are kept as changes, for each block of a log repeats them all. */
export class CellImport {
  #values = new Map<string, unknown>();

  take({ result }: LogBlock): { result: CellResult; extra: Extra } {
    const locals = result?.locals ?? {};
    const stdout = result?.stdout ?? '';
    const stderr = result?.stderr ?? '';
    const answer = result?.final_answer ?? null;
    const durationMs = Math.max(0, (result?.execution_time ?? 0) * 1000);
    return {
      result: {
        stdout,
        stderr,
        echo: null,
        stdoutChars: stdout.length,
        error: errorOf(stderr),
        finalAnswer: answer === null ? null : typeof answer === 'string' ? answer : JSON.stringify(answer),
        draft: '',
        refusal: null,
        variables: Object.fromEntries(Object.entries(locals).map(([name, value]) => [name, inShort(value)])),
        durationMs,
        computeMs: durationMs,
        interrupted: null,
        lost: null,
      },
      extra: { locals: this.#change(locals) },
    };
  }

  #change(locals: Readonly<Record<string, unknown>>): LocalsChange {
    const entries = Object.entries(locals);
    const set = entries.filter(([name, value]) => !isSameJson(this.#values.get(name), value));
    const unset = [...this.#values.keys()].filter((name) => !Object.hasOwn(locals, name));
    this.#values = new Map(entries);
    return { set: Object.fromEntries(set), unset };
  }
}

/** The official REPL ends stderr with the exception; warnings before it begin with a file. */
function errorOf(stderr: string): CellResult['error'] {
  const raised = /(?:^|\n)([A-Z]\w*(?:Error|Exception|Exit|Interrupt|Iteration)|[A-Z]\w*): ([^]*)$/.exec(
    stderr,
  );
  if (!raised || raised[1]?.endsWith('Warning')) return null;
  return { type: raised[1] ?? '', message: raised[2] ?? '', line: null };
}

/** What a call was answered: a failed one has its reason apart, and the code was given it as text. */
export function errorEntry(call: LogCall): { reply: string; problem: Problem | null } {
  const response = call.response ?? '';
  if (call.error !== null && call.error !== undefined)
    return { reply: response || `Error: ${call.error}`, problem: { code: 'internal', message: call.error } };
  return { reply: response, problem: null };
}

const SHORT_CHARS = 60;

function inShort(value: unknown): string {
  if (value === null) return 'None';
  if (typeof value === 'string') return `str, ${value.length.toLocaleString('en-US')} characters`;
  if (Array.isArray(value)) return `list, ${value.length.toLocaleString('en-US')} items`;
  if (typeof value === 'object') return `dict, ${Object.keys(value).length.toLocaleString('en-US')} items`;
  return String(value).slice(0, SHORT_CHARS);
}
