/** Events as they are read from disk: what is there may be of another version, cut short or tampered with. */

import * as v from 'valibot';
import { recordedRefSchema } from '../../core/models/model-ref';
import { EVENT_VERSION, type RunEvent } from '../../core/record/events';
import { noticeCode, problem } from './problem-schema';

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

const ref = nullable(recordedRefSchema);
const ladder = v.array(recordedRefSchema);
const settings = v.object({
  refs: v.object({
    root: ref,
    sub: ref,
    verifier: ref,
    rootLadder: ladder,
    subLadder: ladder,
    verifierLadder: ladder,
  }),
  guard: v.variant('mode', [
    v.object({ mode: v.literal('off') }),
    v.object({ mode: v.literal('cap'), chars: count }),
    v.object({ mode: v.literal('ask') }),
  ]),
  way: v.picklist(['auto', 'direct', 'recurse']),
  cache: v.boolean(),
  gate: v.boolean(),
  tools: v.array(
    v.object({
      name: text,
      python: text,
      description: text,
      offeredTo: v.picklist(['root', 'children', 'both']),
    }),
  ),
  prompts: v.object({
    full: v.exactOptional(text),
    short: v.exactOptional(text),
    tiny: v.exactOptional(text),
  }),
});
const way = v.object({ taken: v.picklist(['direct', 'recurse']), reason: text });
const finish = v.exactOptional(v.literal('length'));
const extra = v.exactOptional(v.record(text, v.unknown()));

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
    settings: v.exactOptional(settings),
    way: v.exactOptional(way),
    follows: v.exactOptional(text),
    replays: v.exactOptional(text),
    imported: v.exactOptional(v.object({ source: text, backend: text, extra })),
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
    model: v.exactOptional(label),
    finish,
    sent: v.exactOptional(v.object({ kept: count, added: v.array(message) })),
    extra,
  }),
  v.object({
    ...stamp,
    type: v.literal('cell-started'),
    turnId: text,
    cellId: text,
    index: count,
    code: text,
  }),
  v.object({ ...stamp, type: v.literal('cell-finished'), cellId: text, result, extra }),
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
    model: v.exactOptional(label),
    finish,
    cached: v.exactOptional(v.literal(true)),
    extra,
  }),
  v.object({
    ...stamp,
    type: v.literal('escalated'),
    runId: text,
    nodeId: text,
    role: v.picklist(['root', 'sub', 'verifier']),
    from: label,
    to: label,
    reason: problem,
    usage,
  }),
  v.object({
    ...stamp,
    type: v.literal('aside'),
    runId: text,
    turnId: text,
    asideId: text,
    purpose: v.picklist(['summary', 'best', 'verdict', 'turn']),
    model: label,
    prompt: text,
    reply: text,
    usage,
    durationMs: count,
    retries: count,
    problem: nullable(problem),
    verdict: v.exactOptional(v.object({ accepted: v.boolean(), reasons: text })),
  }),
  v.object({ ...stamp, type: v.literal('turn-finished'), turnId: text, feedback: nullable(text) }),
  v.object({
    ...stamp,
    type: v.literal('notice'),
    runId: text,
    turnId: nullable(text),
    code: noticeCode,
    text,
    pausedMs: v.exactOptional(count),
    limits: v.exactOptional(limits),
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
  follows: v.fallback(v.nullable(text), null),
  origin: v.fallback(v.picklist(['asked', 'imported', 'replay']), 'asked'),
});
