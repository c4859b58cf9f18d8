/** Reads the lines of an official log: what is there may be torn, of another version, or hostile. */

import * as v from 'valibot';
import { SondeError } from '../errors';
import {
  iterationSchema,
  metadataSchema,
  type LogIteration,
  type LogMetadata,
  type LogRun,
} from './official-log';

/** More than a page can hold twice. */
const MAX_CHARS = 256_000_000;
/** Nothing a Python program logs is nested so deeply; what is breaks whoever walks it. */
const MAX_NESTING = 500;

/** @throws SondeError `empty`, `too-large`, or `malformed` with the line and what is wrong there */
export function readLog(text: string): LogRun[] {
  if (text.length > MAX_CHARS) {
    const message = `This log has ${millions(text.length)} million characters; at most ${millions(MAX_CHARS)} million can be taken.`;
    throw new SondeError({ code: 'too-large', message });
  }
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  const runs = new Runs();
  let last = lines.length - 1;
  while (last >= 0 && lines[last]?.trim() === '') last--;
  for (let index = 0; index <= last; index++) {
    const line = lines[index]?.trim() ?? '';
    if (line === '') continue;
    const value = parseLine(line, index + 1);
    if (value !== undefined) runs.take(value, index + 1);
    else if (index === last && index > 0) runs.cutAt(index + 1);
    else throw malformed(index + 1, 'is not JSON');
  }
  return runs.all();
}

/** Undefined when it is not JSON. Python writes NaN and Infinity, which JSON does not have: they come as text. */
function parseLine(line: string, number: number): unknown {
  if (nesting(line) > MAX_NESTING) throw malformed(number, `is nested more than ${MAX_NESTING} levels deep`);
  try {
    return JSON.parse(line) as unknown;
  } catch {
    const named = line.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?Infinity|NaN/g, (token) =>
      token.startsWith('"') ? token : `"${token}"`,
    );
    try {
      return named === line ? undefined : (JSON.parse(named) as unknown);
    } catch {
      return undefined;
    }
  }
}

function nesting(line: string): number {
  let depth = 0;
  let deepest = 0;
  let inText = false;
  for (let at = 0; at < line.length; at++) {
    const unit = line.charCodeAt(at);
    if (unit === QUOTE) inText = !inText;
    else if (inText) at += unit === BACKSLASH ? 1 : 0;
    else if (unit === OPEN_LIST || unit === OPEN_OBJECT) deepest = Math.max(deepest, ++depth);
    else if (unit === CLOSE_LIST || unit === CLOSE_OBJECT) depth--;
  }
  return deepest;
}

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [34, 92, 91, 93, 123, 125];

/** A logger that is used for several questions writes them into one file, with one line of metadata. */
class Runs {
  #metadata: LogMetadata = {};
  #others: Record<string, unknown>[] = [];
  #iterations: LogIteration[] = [];
  #cut: string | null = null;
  readonly #runs: LogRun[] = [];

  take(value: unknown, number: number): void {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw malformed(number, 'is not an object');
    const type = 'type' in value ? value.type : undefined;
    if (type === 'metadata') {
      this.#end();
      this.#metadata = check(metadataSchema, value, number);
    } else if (type === undefined || type === 'iteration') {
      const iteration = check(iterationSchema, value, number);
      if (this.#isOver(iteration)) this.#end();
      this.#iterations.push(iteration);
    } else {
      this.#end();
      this.#others.push(value as Record<string, unknown>); // an object, as was just seen
    }
  }

  cutAt(number: number): void {
    this.#cut = `The log ends in the middle of line ${number}.`;
  }

  all(): LogRun[] {
    this.#end();
    if (this.#runs.length > 0) return this.#runs;
    const message = this.#cut ?? 'There are no iterations in this log.';
    throw new SondeError({ code: this.#cut ? 'malformed' : 'empty', message, hint: HINT });
  }

  /** After its answer a run is over; iterations are counted from 1 in each. */
  #isOver(next: LogIteration): boolean {
    const last = this.#iterations.at(-1);
    if (!last) return false;
    const answered = last.final_answer !== null && last.final_answer !== undefined;
    return answered || (next.iteration ?? Infinity) <= (last.iteration ?? 0);
  }

  #end(): void {
    if (this.#iterations.length === 0) return;
    const [metadata, others, iterations, cut] = [this.#metadata, this.#others, this.#iterations, this.#cut];
    this.#runs.push({ metadata, others, iterations, cut });
    this.#others = [];
    this.#iterations = [];
  }
}

const HINT = 'A log is the .jsonl file that the official implementation or the Export of a run here writes.';

/** @throws SondeError `malformed` saying where and what */
export function check<T extends v.GenericSchema>(schema: T, value: unknown, line: number): v.InferOutput<T> {
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const path = v.getDotPath(issue);
  throw malformed(line, `cannot be read: ${path === null ? '' : `\`${path}\`: `}${issue.message}`);
}

function malformed(line: number, what: string): SondeError {
  return new SondeError({
    code: 'malformed',
    message: `Line ${line} ${what}. Nothing was imported.`,
    hint: HINT,
  });
}

function millions(n: number): number {
  return Math.round(n / 1e6);
}
