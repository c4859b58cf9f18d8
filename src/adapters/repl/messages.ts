/** Reads what a Python worker sends: unknown until proven, bounded in size and rate. */

import * as v from 'valibot';
import { WIRE_LIMITS as LIMITS, type FromWorker } from '../../../workers/python/wire';

const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
const milliseconds = v.pipe(v.number(), v.finite(), v.minValue(0));
const text = (max: number) => v.pipe(v.string(), v.maxLength(max));
const prompts = v.pipe(v.array(text(LIMITS.promptChars)), v.maxLength(LIMITS.batch));

/** Twice the bound in code points, and the sentence that states the cut. */
const output = text(LIMITS.stdoutChars * 2 + 200);

const variables = v.pipe(
  v.record(text(LIMITS.nameChars * 2), text(LIMITS.nameChars * 2)),
  v.check((table) => Object.keys(table).length <= LIMITS.variables),
);

const figures = v.pipe(
  v.array(
    v.strictObject({
      mime: v.literal('image/png'),
      bytes: v.custom<Uint8Array<ArrayBuffer>>(isPicture),
      alt: text(LIMITS.figureAltChars),
    }),
  ),
  v.maxLength(LIMITS.figures),
  v.check((all) => all.reduce((sum, { bytes }) => sum + bytes.buffer.byteLength, 0) <= LIMITS.figureBytes),
);

const variableNames = v.pipe(v.array(text(LIMITS.nameChars * 2)), v.maxLength(LIMITS.savedNames));

const cell = v.strictObject({
  stdout: output,
  stderr: output,
  stdoutChars: count,
  echo: v.nullable(text(LIMITS.textChars * 3)),
  error: v.nullable(
    v.strictObject({ type: text(LIMITS.nameChars), message: output, line: v.nullable(count) }),
  ),
  finalAnswer: v.nullable(text(LIMITS.answerChars)),
  draft: text(LIMITS.answerChars),
  refusal: v.nullable(text(LIMITS.textChars)),
  variables,
  figures: v.exactOptional(figures),
  computeMs: milliseconds,
  interrupted: v.nullable(v.picklist(['timeout', 'stop'])),
});

const result = v.variant('kind', [
  v.strictObject({ kind: v.literal('cell'), cell }),
  v.strictObject({ kind: v.literal('variable'), value: v.nullable(text(LIMITS.answerChars)) }),
  v.strictObject({ kind: v.literal('parses'), value: v.boolean() }),
  v.strictObject({ kind: v.literal('follow'), problem: v.nullable(text(LIMITS.textChars)) }),
  v.strictObject({
    kind: v.literal('tools'),
    failed: v.nullable(
      v.strictObject({
        tool: text(LIMITS.nameChars),
        line: v.nullable(count),
        message: text(LIMITS.textChars),
      }),
    ),
  }),
  v.strictObject({
    kind: v.literal('save'),
    saved: v.nullable(
      v.strictObject({
        pickled: v.pipe(
          v.blob(),
          v.check(({ size }) => size <= LIMITS.savedBytes),
        ),
        names: variableNames,
        left: v.pipe(
          v.record(text(LIMITS.nameChars * 2), text(LIMITS.reasonChars)),
          v.check((table) => Object.keys(table).length <= LIMITS.savedNames),
        ),
      }),
    ),
  }),
  v.strictObject({ kind: v.literal('restore'), failed: v.nullable(variableNames) }),
]);

const message = v.variant('type', [
  v.strictObject({ type: v.literal('booted') }),
  v.strictObject({ type: v.literal('opened') }),
  v.strictObject({ type: v.literal('renewed'), fit: v.boolean() }),
  v.strictObject({ type: v.literal('snapshot'), snapshot: v.blob() }),
  v.strictObject({ type: v.literal('failed'), message: text(LIMITS.textChars) }),
  v.strictObject({
    type: v.literal('call'),
    job: count,
    call: count,
    kind: v.picklist(['llm', 'rlm']),
    prompts,
    contexts: v.nullable(prompts),
    model: v.nullable(text(LIMITS.nameChars)),
    schema: v.exactOptional(text(LIMITS.schemaChars)),
  }),
  v.strictObject({
    type: v.literal('package'),
    job: count,
    ask: count,
    kind: v.picklist(['import', 'name']),
    name: text(LIMITS.nameChars),
  }),
  v.strictObject({
    type: v.literal('find'),
    job: count,
    ask: count,
    context: count,
    query: text(LIMITS.findChars),
    limit: v.pipe(count, v.maxValue(LIMITS.findPassages)),
  }),
  v.strictObject({ type: v.literal('output'), job: count, text: text(LIMITS.textChars * 2) }),
  v.strictObject({ type: v.literal('done'), job: count, result }),
  v.strictObject({ type: v.literal('pong'), job: v.nullable(count), computeMs: milliseconds }),
]);

const PNG_START = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52];

/** A PNG by its signature and header, of a size a browser can show; on a buffer of its own, with nothing around it. */
function isPicture(value: unknown): boolean {
  if (!(value instanceof Uint8Array) || value.byteLength !== value.buffer.byteLength) return false;
  if (value.byteLength < 33 || !PNG_START.every((byte, at) => value[at] === byte)) return false;
  const header = new DataView(value.buffer);
  const sides = [header.getUint32(16), header.getUint32(20)];
  return sides.every((side) => side > 0 && side <= LIMITS.figureSide);
}

/** What became of a message: read, or why not. */
export type Reading = { readonly message: FromWorker } | { readonly refused: string };

/** Reads one message. Never throws, whatever was posted. */
export function readMessage(data: unknown): Reading {
  const parsed = v.safeParse(message, data);
  if (!parsed.success) return { refused: v.getDotPath(parsed.issues[0]) ?? 'message' };
  const found = parsed.output;
  if (found.type !== 'call') return { message: found };
  if (found.schema !== undefined && found.kind !== 'llm') return { refused: 'schema' };
  if (found.contexts && found.contexts.length !== found.prompts.length) return { refused: 'contexts' };
  let chars = 0;
  for (const one of found.prompts) chars += one.length;
  for (const one of found.contexts ?? []) chars += one.length;
  return chars > LIMITS.requestChars ? { refused: 'prompts' } : { message: found };
}

/** A token bucket: true while messages come no faster than allowed. */
export function rateLimit(
  burst: number = LIMITS.messageBurst,
  perSecond: number = LIMITS.messagesPerSecond,
): (nowMs: number) => boolean {
  let tokens = burst;
  let filledAt: number | null = null;
  return (nowMs) => {
    tokens = Math.min(burst, tokens + ((nowMs - (filledAt ?? nowMs)) / 1000) * perSecond);
    filledAt = nowMs;
    tokens -= 1;
    return tokens >= 0;
  };
}
