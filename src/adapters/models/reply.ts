/** One reply of a server as pieces, whether it streams or answers whole; recognises what is no reply at all. */

import type { OpenAI } from 'openai/client';
import type { Stream as StreamClass } from 'openai/core/streaming';
import * as v from 'valibot';

/** One step of a reply. Several fields may come at once. */
export interface Piece {
  readonly text: string;
  readonly reasoning: string;
  /** The model's own words for not answering. */
  readonly refusal: string;
  /** `stop`, `length`, `content_filter`, … */
  readonly finish: string | null;
  readonly usage: ReportedUsage | null;
  /** False for what carries no part of a reply. */
  readonly isChoice: boolean;
}

export interface ReportedUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** What the server says it charged, in US dollars. */
  readonly costUsd: number | null;
}

/** The body is no reply: a web page, or an event stream with nothing in it. */
export class NotAReply extends Error {
  constructor(readonly kind: 'web-page' | 'garbage') {
    super(kind);
  }
}

/** The server reported an error in the body of a 200 reply. */
export class ErrorInReply extends Error {
  constructor(readonly body: unknown) {
    super('error in reply');
  }
}

// Every field is optional and lenient: servers leave out, null or rename what they do not support.
const textOrParts = v.fallback(
  v.nullish(v.union([v.string(), v.array(v.looseObject({ text: v.optional(v.string()) }))])),
  null,
);
const deltaSchema = v.fallback(
  v.nullish(
    v.looseObject({
      content: textOrParts,
      reasoning_content: textOrParts,
      reasoning: textOrParts,
      thinking: textOrParts,
      refusal: textOrParts,
    }),
  ),
  null,
);
const count = v.fallback(v.nullish(v.number()), null);
const usageSchema = v.fallback(
  v.nullish(v.looseObject({ prompt_tokens: count, completion_tokens: count, cost: count })),
  null,
);
const chunkSchema = v.looseObject({
  error: v.optional(v.unknown()),
  choices: v.fallback(
    v.nullish(
      v.array(
        v.looseObject({
          delta: deltaSchema,
          message: deltaSchema,
          finish_reason: v.fallback(v.nullish(v.string()), null),
        }),
      ),
    ),
    null,
  ),
  usage: usageSchema,
  x_groq: v.fallback(v.nullish(v.looseObject({ usage: usageSchema })), null),
});

/** Reads a streamed chunk or a whole completion. @throws NotAReply, ErrorInReply */
export function readPiece(value: unknown): Piece {
  const parsed = v.safeParse(chunkSchema, value);
  if (!parsed.success) throw new NotAReply('garbage');
  const { error, choices, usage, x_groq: groq } = parsed.output;
  if (error !== undefined && error !== null) throw new ErrorInReply(parsed.output);
  const choice = choices?.[0];
  const delta = choice?.delta ?? choice?.message;
  const counts = usage ?? groq?.usage;
  return {
    text: joined(delta?.content),
    reasoning: joined(delta?.reasoning_content) || joined(delta?.reasoning) || joined(delta?.thinking),
    refusal: joined(delta?.refusal),
    finish: choice?.finish_reason ?? null,
    isChoice: choice !== undefined,
    usage:
      typeof counts?.prompt_tokens === 'number' && typeof counts.completion_tokens === 'number'
        ? {
            inputTokens: counts.prompt_tokens,
            outputTokens: counts.completion_tokens,
            costUsd: counts.cost ?? null,
          }
        : null,
  };
}

function joined(value: v.InferOutput<typeof textOrParts>): string {
  if (typeof value === 'string') return value;
  return value?.map((part) => part.text ?? '').join('') ?? '';
}

export interface ReadOptions {
  readonly Stream: typeof StreamClass;
  readonly client: OpenAI;
  readonly controller: AbortController;
  /** Called for every piece of the body that arrives, comments that keep the connection alive included. */
  readonly onBytes: () => void;
}

/**
 * The pieces of a 200 reply in order. Ends without complaint when the body ends, whole or not: the caller knows by
 * the `finish` it has seen, or not seen. @throws NotAReply, ErrorInReply, and what the network throws
 */
export async function* readReply(response: Response, options: ReadOptions): AsyncGenerator<Piece> {
  const { Stream, client, controller, onBytes } = options;
  if (!response.body) return;
  const reader = response.body.getReader();
  const first = await firstBytes(reader, onBytes);
  if (first === null) return;
  const head = new TextDecoder().decode(first).trimStart();
  const body = resumed(first, reader, onBytes);
  if (head.startsWith('<')) throw new NotAReply('web-page');
  if (head.startsWith('{')) {
    const whole = readPiece(await wholeJson(body)); // asked to stream, answered whole
    if (!whole.isChoice) throw new NotAReply('garbage');
    return yield whole;
  }
  let seen = 0;
  try {
    const chunks: AsyncIterable<unknown> = Stream.fromSSEResponse(new Response(body), controller, client);
    for await (const chunk of chunks) {
      seen++;
      yield readPiece(chunk);
    }
  } catch (thrown) {
    if (thrown instanceof SyntaxError) throw new NotAReply('garbage'); // the package lets JSON.parse speak
    throw thrown;
  }
  if (seen === 0 && !controller.signal.aborted) throw new NotAReply('garbage');
}

/** The first bytes that are not white space, with what came before them; null for an empty body. */
async function firstBytes(reader: ReadableStreamDefaultReader<Uint8Array>, onBytes: () => void) {
  let held = new Uint8Array(0);
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return held.length > 0 ? held : null;
    onBytes();
    const joinedBytes = new Uint8Array(held.length + value.length);
    joinedBytes.set(held);
    joinedBytes.set(value, held.length);
    held = joinedBytes;
    if (held.some((byte) => byte > 0x20)) return held;
  }
}

/** The body again, from its first bytes on. */
function resumed(
  first: Uint8Array<ArrayBuffer>,
  reader: ReadableStreamDefaultReader<Uint8Array>,
  onBytes: () => void,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start: (controller) => controller.enqueue(first),
    async pull(controller) {
      const { value, done } = await reader.read();
      if (done) return controller.close();
      onBytes();
      controller.enqueue(new Uint8Array(value));
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

async function wholeJson(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<unknown> {
  const text = await new Response(body).text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new NotAReply('garbage');
  }
}
