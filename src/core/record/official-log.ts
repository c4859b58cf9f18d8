/**
 * The JSONL log of the official implementation: one line of metadata, then one an iteration; a child run sits in its
 * call's `metadata`. Times are seconds. What is here is what its logger writes and its visualizer reads.
 */

import * as v from 'valibot';

const text = v.string();
const seconds = v.nullish(v.number());

const messageSchema = v.looseObject({ role: text, content: v.unknown() });

const usageSchema = v.looseObject({
  total_calls: v.nullish(v.number()),
  total_input_tokens: v.nullish(v.number()),
  total_output_tokens: v.nullish(v.number()),
  total_cost: v.nullish(v.number()),
});

const callSchema = v.looseObject({
  root_model: v.nullish(text),
  prompt: v.unknown(),
  response: v.nullish(text),
  usage_summary: v.nullish(v.looseObject({ model_usage_summaries: v.nullish(v.record(text, usageSchema)) })),
  /** Logs of earlier versions count here. */
  prompt_tokens: v.nullish(v.number()),
  completion_tokens: v.nullish(v.number()),
  execution_time: seconds,
  /** A child run: `run_metadata` and `iterations`. */
  metadata: v.nullish(v.unknown()),
  error: v.nullish(text),
});

const resultSchema = v.looseObject({
  stdout: v.nullish(text),
  stderr: v.nullish(text),
  locals: v.nullish(v.record(text, v.unknown())),
  execution_time: seconds,
  rlm_calls: v.nullish(v.array(callSchema)),
  final_answer: v.nullish(v.unknown()),
});

export const iterationSchema = v.looseObject({
  type: v.optional(text),
  iteration: v.nullish(v.number()),
  timestamp: v.nullish(text),
  prompt: v.union([text, v.array(messageSchema)], '`prompt` is neither text nor a list of messages'),
  response: text,
  code_blocks: v.nullish(v.array(v.looseObject({ code: text, result: v.nullish(resultSchema) }))),
  /** Text, or in logs of earlier versions how it was given and the text. */
  final_answer: v.nullish(v.unknown()),
  iteration_time: seconds,
});

export const metadataSchema = v.looseObject({
  timestamp: v.nullish(text),
  root_model: v.nullish(text),
  max_depth: v.nullish(v.number()),
  max_iterations: v.nullish(v.number()),
  backend: v.nullish(text),
  backend_kwargs: v.nullish(v.record(text, v.unknown())),
  environment_type: v.nullish(text),
  environment_kwargs: v.nullish(v.record(text, v.unknown())),
});

/** A child run as it sits in its call. */
export const trajectorySchema = v.looseObject({
  run_metadata: metadataSchema,
  iterations: v.array(iterationSchema),
});

export type LogIteration = v.InferOutput<typeof iterationSchema>;
export type LogMetadata = v.InferOutput<typeof metadataSchema>;
export type LogCall = v.InferOutput<typeof callSchema>;
export type LogResult = v.InferOutput<typeof resultSchema>;
export type LogBlock = NonNullable<LogIteration['code_blocks']>[number];

/** A run of a log before it is made into events: a file may hold several. */
export interface LogRun {
  readonly metadata: LogMetadata;
  /** Lines of kinds the visualizer does not know that stand before its first iteration. */
  readonly others: readonly Readonly<Record<string, unknown>>[];
  readonly iterations: readonly LogIteration[];
  /** Where the file ended before the run did, in words; null when it is whole. */
  readonly cut: string | null;
}

/** What variables were after a cell, as a change of what they were after the one before. */
export interface LocalsChange {
  readonly set: Readonly<Record<string, unknown>>;
  readonly unset: readonly string[];
}

export const localsChangeSchema = v.object({ set: v.record(text, v.unknown()), unset: v.array(text) });

/** Names under which a key or another secret is passed to a backend. */
const SECRET =
  /api.?key|secret|password|passwd|authorization|header|cookie|credential|(access|auth|bearer|refresh).?token/i;

/** Arguments of a backend without what may be secret, at any depth. */
export function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => !SECRET.test(name));
  return Object.fromEntries(kept.map(([name, inner]) => [name, withoutSecrets(inner)]));
}

export function isSameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object') return false;
  return JSON.stringify(one) === JSON.stringify(other);
}
