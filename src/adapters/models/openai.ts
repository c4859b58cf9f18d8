/** Any OpenAI-compatible server as a `ChatModel`: streaming, retries, deadlines, usage and cost. */

import { isAbort } from '../../core/errors';
import { estimateTokens } from '../../core/corpus/library';
import { costUsd, FREE, priceOf } from '../../core/models/prices';
import type { Endpoint } from '../../core/models/servers';
import { contextTokensOf } from '../../core/models/windows';
import type {
  ChatEvent,
  ChatMessage,
  ChatModel,
  ChatOptions,
  Clock,
  Price,
  TokenUsage,
} from '../../core/ports';
import { pageClock } from '../platform/clock';
import { classify, type ClassifiedFailure } from './classify';
import { hostOf, isLoopback, openClient, type Session } from './client';
import {
  badResponseFailure,
  interruptedFailure,
  refusedFailure,
  silentFailure,
  type FailureContext,
} from './failures';
import { firstDialect, nextDialect, requestBody, type Dialect } from './dialect';
import { observeHttpVersions, parallelRequestsTo } from './http-version';
import { readReply, type Piece, type ReportedUsage } from './reply';
import { DEFAULT_RETRY, nextDelayMs, wait, type Failure, type RetryPolicy } from './retry';
import { unnoted, type Outgoing } from '../platform/outgoing';
import { DEFAULT_DEADLINES, SilenceWatch, type Deadlines } from './silence';

export interface OpenAiModelConfig extends Endpoint {
  readonly model: string;
  /** Overrides the price table. Null: unknown. */
  readonly price?: Price | null;
  /** Overrides what is known of the model by its name. */
  readonly contextTokens?: number;
  readonly retry?: Partial<RetryPolicy>;
  readonly deadlines?: Partial<Deadlines>;
}

export interface OpenAiModelPorts {
  readonly clock?: Clock;
  /** [0, 1), for the jitter. */
  readonly random?: () => number;
  /** Every request goes through it. */
  readonly outgoing?: Outgoing;
}

/** `@throws` nothing: a wrong address is told by the first completion. */
export function createOpenAiModel(config: OpenAiModelConfig, ports: OpenAiModelPorts = {}): ChatModel {
  return new OpenAiModel(config, ports);
}

interface Request {
  readonly messages: readonly ChatMessage[];
  readonly options: ChatOptions;
  readonly dialect: Dialect;
}

class OpenAiModel implements ChatModel {
  readonly name: string;
  readonly host: string;
  readonly contextTokens: number;
  readonly price: Price | null;
  readonly shapes = ['json'] as const;
  readonly parallelCalls: () => number | null;
  readonly #config: OpenAiModelConfig;
  readonly #retry: RetryPolicy;
  readonly #deadlines: Deadlines;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #outgoing: Outgoing;
  #session: Promise<Session> | null = null;
  #dialect: Dialect;
  /** Whether this server has ever answered: a first connection that fails is likely a wrong address. */
  #answered = false;

  constructor(config: OpenAiModelConfig, ports: OpenAiModelPorts) {
    this.#config = config;
    this.name = config.model;
    this.host = hostOf(config.baseUrl);
    this.contextTokens = config.contextTokens ?? contextTokensOf(config.model);
    const known = priceOf(config.model) ?? (isLoopback(config.baseUrl) ? FREE : null);
    this.price = config.price === undefined ? known : config.price;
    this.#retry = { ...DEFAULT_RETRY, ...config.retry };
    this.#deadlines = { ...DEFAULT_DEADLINES, ...config.deadlines };
    this.#clock = ports.clock ?? pageClock;
    this.#random = ports.random ?? Math.random;
    this.#outgoing = ports.outgoing ?? unnoted;
    this.#dialect = firstDialect(config.baseUrl);
    this.parallelCalls = parallelRequestsTo(config.baseUrl);
    observeHttpVersions();
  }

  async *complete(
    messages: readonly ChatMessage[],
    options: ChatOptions,
    signal: AbortSignal,
  ): AsyncGenerator<ChatEvent> {
    signal.throwIfAborted();
    const session = await this.#open();
    for (let attempt = 1; ;) {
      signal.throwIfAborted();
      const dialect = this.#dialect;
      const tried = yield* this.#try(session, { messages, options, dialect }, signal);
      if (tried === null) return;
      if (signal.aborted) throw signal.reason;
      const other = nextDialect(dialect, tried.serverError, options);
      if (other) {
        // The same request again in the words this server knows; not counted as a retry. Another call may have been first.
        if (this.#dialect === dialect) this.#dialect = other;
        continue;
      }
      const state = { attempt, answeredBefore: this.#answered };
      const delayMs = nextDelayMs(tried, state, this.#retry, this.#random);
      if (delayMs === null) throw tried.error;
      // Whoever reads this may take its time before asking for more; that is part of the wait.
      const dueAtMs = this.#clock.now() + delayMs;
      yield retryEvent(tried, attempt, delayMs);
      await wait(Math.max(0, dueAtMs - this.#clock.now()), signal, this.#clock);
      attempt++;
    }
  }

  /** One request. Ends with the `end` event and null, or with the classified failure. */
  async *#try(
    session: Session,
    request: Request,
    signal: AbortSignal,
  ): AsyncGenerator<ChatEvent, ClassifiedFailure | null> {
    const controller = new AbortController();
    const abort = () => controller.abort(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    let silentMs: number | null = null;
    const watch = new SilenceWatch(this.#deadlines, this.#clock, (ms) => {
      silentMs = ms;
      controller.abort();
    });
    const silence = () => (silentMs === null ? null : silentFailure(this.#context, silentMs));
    try {
      const failure = yield* this.#stream(session, request, controller, watch);
      return failure && (silence() ?? failure);
    } catch (thrown) {
      if (signal.aborted) throw signal.reason;
      const failure = silence();
      if (failure) return failure;
      if (isAbort(thrown)) return interruptedFailure(this.#context, thrown);
      return classify(thrown, this.#context, session, this.#clock.now());
    } finally {
      watch.stop();
      signal.removeEventListener('abort', abort);
      controller.abort(); // frees the connection when the reader of this reply went away in the middle
    }
  }

  async *#stream(
    { clientFor, Stream }: Session,
    { messages, options, dialect }: Request,
    controller: AbortController,
    watch: SilenceWatch,
  ): AsyncGenerator<ChatEvent, ClassifiedFailure | null> {
    const client = clientFor(options.origin);
    const response = await client.chat.completions
      .create(requestBody(this.name, messages, options, dialect), { signal: controller.signal })
      .asResponse();
    this.#answered = true;
    const read = new ReplySoFar();
    const onBytes = () => watch.heard();
    try {
      for await (const piece of readReply(response, { Stream, client, controller, onBytes })) {
        read.add(piece);
        if (piece.reasoning) yield { type: 'reasoning', text: piece.reasoning };
        if (piece.text) yield { type: 'text', text: piece.text };
      }
    } catch (thrown) {
      // The server has said that the reply is whole: what breaks after that loses nothing.
      if (read.finish === null) throw thrown;
    }
    if (read.finish === null) return interruptedFailure(this.#context);
    const usage = this.#usage(read.reported, messages, read.outputChars);
    // Told of a reply that is withheld, too: it was asked for, and is charged.
    yield { type: 'end', usage, finish: read.finish === 'length' ? 'length' : 'stop' };
    return this.#withheld(read);
  }

  #withheld({ finish, refusal, textChars }: ReplySoFar): ClassifiedFailure | null {
    if (textChars > 0) return null;
    if (finish === 'content_filter') return badResponseFailure(this.#context, 'filtered');
    return refusal === '' ? null : refusedFailure(this.#context, refusal);
  }

  #open(): Promise<Session> {
    this.#session ??= openClient(this.#config, this.#outgoing).catch((thrown: unknown) => {
      this.#session = null; // the next call may have a connection again
      throw thrown;
    });
    return this.#session;
  }

  #usage(reported: ReportedUsage | null, messages: readonly ChatMessage[], outputChars: number): TokenUsage {
    const estimated = reported === null;
    const inputChars = messages.reduce((sum, message) => sum + message.content.length, 0);
    const inputTokens = reported?.inputTokens ?? estimateTokens(inputChars);
    const outputTokens = reported?.outputTokens ?? estimateTokens(outputChars);
    const cost = reported?.costUsd ?? costUsd({ inputTokens, outputTokens }, this.price);
    return { inputTokens, outputTokens, costUsd: cost, estimated };
  }

  get #context(): FailureContext {
    return { host: this.host, model: this.name, apiKey: this.#config.apiKey };
  }
}

/** What is known of a reply while it is read. */
class ReplySoFar {
  finish: string | null = null;
  reported: ReportedUsage | null = null;
  refusal = '';
  textChars = 0;
  outputChars = 0;

  add({ text, reasoning, refusal, finish, usage }: Piece): void {
    this.textChars += text.length;
    this.outputChars += text.length + reasoning.length;
    this.refusal += refusal;
    this.finish = finish ?? this.finish;
    this.reported = usage ?? this.reported;
  }
}

function retryEvent({ error, retryAfterMs }: Failure, attempt: number, delayMs: number): ChatEvent {
  const { message: reason, code } = error;
  return { type: 'retry', attempt, delayMs, reason, code, ...(retryAfterMs !== null && { retryAfterMs }) };
}
