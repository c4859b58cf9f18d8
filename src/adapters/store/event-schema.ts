/** Events as they are read from disk: what is there may be of another version, cut short or tampered with. */

import * as v from 'valibot';
import type { ProblemCode } from '../../core/errors';
import { EVENT_VERSION, type NoticeCode, type RunEvent } from '../../core/record/events';

const text = v.string();
const count = v.number();
const nullable = <T extends v.GenericSchema>(schema: T): v.NullableSchema<T, undefined> => v.nullable(schema);

const label = v.object({ name: text, host: nullable(text) });
const usage = v.object({
  inputTokens: count,
  outputTokens: count,
  costUsd: nullable(count),
  estimated: v.boolean(),
});
/** The keys of an exhaustive record: the compiler asks for every member of the union, so none is dropped on reading. */
function all<T extends string>(members: Record<T, true>): T[] {
  return Object.keys(members) as T[];
}

const codes = all<ProblemCode>({
  auth: true,
  'rate-limited': true,
  server: true,
  'bad-request': true,
  'not-found': true,
  unreachable: true,
  'bad-response': true,
  interrupted: true,
  silent: true,
  'prompt-too-large': true,
  'model-unavailable': true,
  'gpu-unavailable': true,
  'gpu-memory': true,
  'gpu-lost': true,
  'gpu-busy': true,
  'download-failed': true,
  'bad-download': true,
  'library-outdated': true,
  grammar: true,
  runaway: true,
  'package-unavailable': true,
  'repl-start': true,
  'repl-lost': true,
  'repl-unsupported': true,
  'repl-protocol': true,
  unreadable: true,
  malformed: true,
  empty: true,
  'too-large': true,
  quota: true,
  'storage-blocked': true,
  'storage-outdated': true,
  limit: true,
  'out-of-turns': true,
  format: true,
  'invalid-argument': true,
  internal: true,
});
const notices = all<NoticeCode>({
  'format-reminder': true,
  'explore-first': true,
  'answer-held': true,
  'answer-refused': true,
  'limit-warning': true,
  'out-of-turns': true,
  compacted: true,
  'unknown-model': true,
  'interpreter-replaced': true,
  paused: true,
  'output-guarded': true,
});
const problem = v.object({ code: v.picklist(codes), message: text, hint: v.exactOptional(text) });
const limits = v.object({
  maxDepth: count,
  maxTurns: count,
  maxBudgetUsd: nullable(count),
  maxTimeS: nullable(count),
  maxTokens: nullable(count),
  maxErrors: nullable(count),
  maxSubcalls: nullable(count),
  maxConcurrency: count,
  cellTimeoutS: count,
});
const context = v.object({
  typeName: text,
  chars: count,
  corpusId: nullable(text),
  corpusName: nullable(text),
  documents: v.array(v.object({ id: text, name: text, chars: count })),
});
const message = v.object({ role: v.picklist(['system', 'user', 'assistant']), content: text });
const result = v.object({
  stdout: text,
  stderr: text,
  echo: nullable(text),
  stdoutChars: count,
  error: nullable(v.object({ type: text, message: text, line: nullable(count) })),
  finalAnswer: nullable(text),
  draft: text,
  refusal: nullable(text),
  variables: v.record(text, text),
  figures: v.exactOptional(
    v.array(
      v.object({
        mime: v.picklist(['image/png', 'image/svg+xml']),
        bytes: v.custom<Uint8Array<ArrayBuffer>>((value) => value instanceof Uint8Array),
        alt: text,
      }),
    ),
  ),
  durationMs: count,
  computeMs: count,
  interrupted: nullable(v.picklist(['timeout', 'stop'])),
  lost: nullable(v.array(text)),
});

const stamp = { v: v.literal(EVENT_VERSION), seq: v.pipe(count, v.integer(), v.minValue(0)), atMs: count };

const event = v.variant('type', [
  v.object({
    ...stamp,
    type: v.literal('run-started'),
    runId: text,
    parentCallId: nullable(text),
    depth: count,
    question: nullable(text),
    context,
    root: label,
    sub: label,
    limits,
    messages: v.array(message),
  }),
  v.object({ ...stamp, type: v.literal('turn-started'), runId: text, turnId: text, index: count }),
  v.object({
    ...stamp,
    type: v.literal('turn-replied'),
    turnId: text,
    text,
    reasoning: text,
    usage,
    durationMs: count,
    retries: count,
    repairs: v.array(text),
  }),
  v.object({
    ...stamp,
    type: v.literal('cell-started'),
    turnId: text,
    cellId: text,
    index: count,
    code: text,
  }),
  v.object({ ...stamp, type: v.literal('cell-finished'), cellId: text, result }),
  v.object({
    ...stamp,
    type: v.literal('call-started'),
    cellId: text,
    callId: text,
    batchId: text,
    index: count,
    kind: v.picklist(['llm', 'rlm']),
    model: label,
    prompt: text,
    schema: v.exactOptional(v.record(text, v.unknown())),
  }),
  v.object({
    ...stamp,
    type: v.literal('call-finished'),
    callId: text,
    reply: text,
    usage,
    durationMs: count,
    queuedMs: count,
    retries: count,
    problem: nullable(problem),
    repair: v.exactOptional(v.object({ reply: text, complaint: text })),
  }),
  v.object({ ...stamp, type: v.literal('turn-finished'), turnId: text, feedback: nullable(text) }),
  v.object({
    ...stamp,
    type: v.literal('notice'),
    runId: text,
    turnId: nullable(text),
    code: v.picklist(notices),
    text,
    pausedMs: v.exactOptional(count),
  }),
  v.object({
    ...stamp,
    type: v.literal('run-finished'),
    runId: text,
    status: v.picklist(['answered', 'partial', 'stopped', 'failed']),
    answer: text,
    problem: nullable(problem),
    durationMs: count,
  }),
]);

/** The event, or null for what is none of this version's. Unknown fields are dropped. */
export function parseEvent(stored: unknown): RunEvent | null {
  const parsed = v.safeParse(event, stored);
  return parsed.success ? parsed.output : null;
}

/** One row of the history, or null. */
export const summarySchema = v.object({
  id: text,
  question: nullable(text),
  corpusId: nullable(text),
  corpusName: nullable(text),
  rootModel: text,
  startedAtMs: count,
  status: v.picklist(['answered', 'partial', 'stopped', 'failed', 'running', 'broken']),
  answerPreview: text,
  durationMs: nullable(count),
});
