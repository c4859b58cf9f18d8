/** One reply of the engine: its text as it comes, watched, cut where it must be, and ended cleanly when nobody listens. */

import type { ChatCompletionChunk, ChatCompletionRequestStreaming } from '@mlc-ai/web-llm';
import { SondeError } from '../../../core/errors';
import type { ChatEvent } from '../../../core/ports';
import { pageClock } from '../../platform/clock';
import { deadline } from '../../platform/deadline';
import { EngineGone, type EngineWorker, type ReplyStream } from './engine-worker';
import { EngineFailure, meansLost } from './failures';
import { FenceWatch } from './fence-watch';
import { ThinkSplit } from './think-split';
import type { EngineTiming } from './timing';

export interface Generation {
  readonly worker: EngineWorker;
  readonly request: ChatCompletionRequestStreaming;
  /** As estimated; how long reading it may take depends on it. */
  readonly promptTokens: number;
  /** The text is handed on byte for byte, thoughts included, as the engine's own history has it. */
  readonly verbatim: boolean;
  /** Nothing after the first closed block of code is handed on. */
  readonly cutAfterBlock: boolean;
  readonly label: string;
  readonly timing: EngineTiming;
  readonly signal: AbortSignal;
  /** Given when the reply is left before its end: resolves once the model is free, at the latest when it is replaced. */
  readonly onLeft: (drained: Promise<void>) => void;
}

/** Replies a few tokens longer than they may be are the engine's way of counting; more is not. */
const SPARE_TOKENS = 64;

/**
 * Streams one reply; the last event is `end`.
 * @throws EngineFailure, EngineGone; SondeError `silent`, `runaway`; the signal's reason
 */
export async function* generate(generation: Generation): AsyncGenerator<ChatEvent> {
  const { worker, request, timing } = generation;
  const id = request.model ?? '';
  const startedAt = awakeMs();
  const say = speech(generation.verbatim);
  const watch = generation.cutAfterBlock ? new FenceWatch() : null;
  const tally = new Tally(generation.promptTokens);
  let said = ''; // all that came
  let told = 0; // so much of it was handed on
  let deadlineMs = timing.firstTokenMs + timing.prefillMsPerToken * generation.promptTokens;
  let over = false;
  const stream = await worker.stream({ ...request, model: id });
  try {
    for (;;) {
      const chunk = await nextOf(stream, deadlineMs, generation);
      if (chunk === null) break;
      deadlineMs = timing.tokenMs;
      tally.add(chunk);
      said += chunk.choices[0]?.delta.content ?? '';
      const keep = watch?.push(said.slice(told)) ?? null;
      yield* say(said.slice(told, keep ?? said.length));
      told = said.length;
      if (keep !== null) {
        yield* say(null);
        yield tally.end('stop');
        return; // the rest is ended below; the next turn is read anew, for the engine's history has more than ours
      }
      const tooLong = tally.outputTokens > (request.max_tokens ?? Infinity) + SPARE_TOKENS;
      if (tooLong || awakeMs() - startedAt > timing.replyMs) throw runaway(generation.label);
    }
    over = true;
    // The engine's history is what the next turn is compared with; a last, incomplete character is streamed only there.
    const whole = await worker.message(id);
    if (whole.startsWith(said)) yield* say(whole.slice(said.length));
    yield* say(null);
    if (tally.finish === 'abort')
      throw new EngineFailure('Error', 'The reply was interrupted in the engine.');
    yield tally.end(tally.finish === 'length' ? 'length' : 'stop');
  } finally {
    if (!over) generation.onLeft(drain(stream, worker, timing.drainMs));
  }
}

/** Time that went by while the computer was awake. */
function awakeMs(): number {
  return pageClock.now() - pageClock.pausedMs();
}

/** Ends a reply at its next token; a model that does not notice has its worker ended. */
async function drain(stream: ReplyStream, worker: EngineWorker, drainMs: number): Promise<void> {
  const cancel = deadline(pageClock, drainMs, () => {
    worker.end(new EngineGone('The model did not stop when it was told to.'));
  });
  try {
    await stream.return();
  } catch {
    // Failed or gone: either way nothing is being generated any more, and the call it belonged to is over.
  } finally {
    cancel();
  }
}

/** The next chunk, unless the call is aborted or the engine stays silent first. */
async function nextOf(
  stream: ReplyStream,
  deadlineMs: number,
  { signal, worker, request, label }: Generation,
): Promise<ChatCompletionChunk | null> {
  signal.throwIfAborted();
  const { promise: cut, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => {
    reject(signal.reason as Error);
  };
  const cancel = deadline(pageClock, deadlineMs, () => {
    reject(silent(label, deadlineMs));
  });
  signal.addEventListener('abort', onAbort);
  const next = stream.next();
  next.catch(() => undefined); // met by the race, or nobody waits for it any more
  try {
    return await Promise.race([next, cut]);
  } catch (error) {
    if (!(error instanceof SondeError) || error.code !== 'silent') throw error;
    // A lost GPU can leave a step pending for ever; the engine itself still answers, and knows nothing of the model.
    throw (await lossBehind(worker, request.model ?? '')) ?? error;
  } finally {
    cancel();
    signal.removeEventListener('abort', onAbort);
  }
}

const LOSS_CHECK_MS = 2_000;

async function lossBehind(worker: EngineWorker, id: string): Promise<EngineFailure | null> {
  const asked = worker.message(id).then(
    () => null,
    (error: unknown) => (error instanceof EngineFailure && meansLost(error) ? error : null),
  );
  const { promise, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(() => {
    resolve(null);
  }, LOSS_CHECK_MS);
  return Promise.race([asked, promise]).finally(() => {
    clearTimeout(timer);
  });
}

/** Pieces of the reply as events; null ends it. */
function speech(verbatim: boolean): (piece: string | null) => ChatEvent[] {
  if (verbatim) return (piece) => (piece ? [{ type: 'text', text: piece }] : []);
  const split = new ThinkSplit();
  return (piece) => (piece === null ? split.end() : split.push(piece));
}

/** Counts what the engine reports, and what it does not when a reply is cut. */
class Tally {
  finish: string | null = null;
  readonly #promptTokens: number;
  #chunks = 0;
  #usage: ChatCompletionChunk['usage'];

  constructor(promptTokens: number) {
    this.#promptTokens = promptTokens;
  }

  /** Each chunk but the last two brings one token. */
  get outputTokens(): number {
    return this.#usage?.completion_tokens ?? this.#chunks;
  }

  add(chunk: ChatCompletionChunk): void {
    const [choice] = chunk.choices;
    if (choice?.finish_reason) this.finish = choice.finish_reason;
    else if (choice) this.#chunks++;
    this.#usage ??= chunk.usage;
  }

  /** `inputTokens` are those that were newly read; what the engine had kept is not among them. */
  end(finish: 'stop' | 'length'): ChatEvent {
    const counted = this.#usage;
    const usage = {
      inputTokens: counted?.prompt_tokens ?? this.#promptTokens,
      outputTokens: this.outputTokens,
      costUsd: 0,
      estimated: counted === undefined,
    };
    return { type: 'end', usage, finish };
  }
}

function silent(label: string, deadlineMs: number): SondeError {
  return new SondeError({
    code: 'silent',
    message: `${label} said nothing for ${Math.round(deadlineMs / 1000)} seconds and was stopped.`,
    hint: 'Ask again; the model is loaded anew. If it happens again, choose a smaller model, or a smaller window.',
  });
}

function runaway(label: string): SondeError {
  return new SondeError({
    code: 'runaway',
    message: `${label} did not come to an end and was stopped.`,
    hint: 'Ask again, or choose another model under Models.',
  });
}
