/** The limits as fields a person fills in: what each means, what it may be, and what is wrong with what was typed. */

import type { Limits } from './limits';

export interface LimitField {
  readonly name: keyof Limits;
  readonly label: string;
  /** After the number, e.g. `s`; empty for a plain count. */
  readonly unit: string;
  /** What it is, for someone who sees the word for the first time. */
  readonly help: string;
  readonly min: number;
  readonly max: number;
  readonly integer: boolean;
  /** True when the field may be left empty, for no limit. */
  readonly optional: boolean;
}

const count = { unit: '', integer: true, min: 1 } as const;

export const LIMIT_FIELDS: readonly LimitField[] = [
  {
    ...count,
    name: 'maxTurns',
    label: 'Turns',
    help: 'In a turn the model writes a piece of Python and reads what it printed. Each run gets this many.',
    max: 1000,
    optional: false,
  },
  {
    ...count,
    name: 'maxDepth',
    label: 'Depth',
    help: 'How deep runs may start runs of their own. 1: sub-calls are plain questions. 2: a sub-call can be a run that explores its part. 3 and more: those can start runs too. Each level can multiply the calls, so limit money or sub-calls with it.',
    max: 10,
    optional: false,
  },
  {
    ...count,
    name: 'maxSubcalls',
    label: 'Sub-calls',
    help: 'A sub-call is one question the code puts to the sub-model about a part of the documents. 0: none.',
    min: 0,
    max: 1_000_000,
    optional: true,
  },
  {
    ...count,
    name: 'maxConcurrency',
    label: 'At a time',
    help: 'How many sub-calls may be under way at once. 256 suits a server of your own that speaks HTTP/2. One that speaks HTTP/1.1 is sent six at a time by any browser, and one that says it is too many is sent fewer.',
    max: 1024,
    optional: false,
  },
  {
    name: 'maxBudgetUsd',
    label: 'Money',
    unit: 'US$',
    help: 'The run stops with what it has before it would cost more. Counts only models whose price is known.',
    min: 0.000001,
    max: 1_000_000,
    integer: false,
    optional: true,
  },
  {
    name: 'maxTimeS',
    label: 'Time',
    unit: 's',
    help: 'The run stops with what it has after this many seconds.',
    min: 1,
    max: 604_800,
    integer: false,
    optional: true,
  },
  {
    ...count,
    name: 'maxTokens',
    label: 'Tokens',
    help: 'Tokens sent and received, by all calls together. A token is about four characters.',
    max: 1e12,
    optional: true,
  },
  {
    ...count,
    name: 'maxErrors',
    label: 'Errors in a row',
    help: 'After this many cells that fail one after the other, the run ends with what it has.',
    max: 1000,
    optional: true,
  },
  {
    name: 'cellTimeoutS',
    label: 'A cell computes',
    unit: 's',
    help: 'A piece of Python that computes for longer is stopped. Waiting for sub-calls does not count.',
    min: 1,
    max: 86_400,
    integer: false,
    optional: false,
  },
];

export type ParsedLimit =
  { readonly ok: true; readonly value: number | null } | { readonly ok: false; readonly problem: string };

/** Reads what was typed; an empty optional field is no limit. */
export function parseLimit(field: LimitField, typed: string): ParsedLimit {
  const text = typed.trim().replace(',', '.');
  if (text === '')
    return field.optional
      ? { ok: true, value: null }
      : { ok: false, problem: `${field.label} needs a number.` };
  const value = Number(text);
  if (!Number.isFinite(value)) return { ok: false, problem: `“${typed.trim()}” is not a number.` };
  if (field.integer && !Number.isInteger(value))
    return { ok: false, problem: `${field.label} needs a whole number.` };
  if (value < field.min) {
    const least = field.min > 0 && field.min < 1 ? 'more than 0' : `at least ${String(field.min)}`;
    const none = field.optional ? ' Leave it empty for no limit.' : '';
    return { ok: false, problem: `${field.label} must be ${least}.${none}` };
  }
  if (value > field.max)
    return { ok: false, problem: `${field.label} can be at most ${field.max.toLocaleString('en')}.` };
  return { ok: true, value };
}
