/** One completion under the ledger: wait for the engine, reserve, stream, settle. Turns and sub-calls go through here. */

import { SondeError } from '../errors';
import type { CallOrigin, ChatMessage, ChatModel, ChatOptions, ReplyShape, TokenUsage } from '../ports';
import { estimateTextTokens } from '../turn/tokens';
import type { Lease } from './addresses';
import type { CallKind, Reservation } from './ledger';
import { UsageTally, type TreeContext } from './tree-context';

export interface ModelReply {
  readonly text: string;
  readonly reasoning: string;
  /** Everything the call took, tries included that failed after some of a reply had come. */
  readonly usage: TokenUsage;
  readonly retries: number;
  /** `length`: cut off at its limit. */
  readonly finish: 'stop' | 'length';
}

export interface CallObserver {
  /** It waits no longer for its place at the engine. */
  onStart?(): void;
  /** See the event of `ChatEvent`. */
  onWaiting?(ahead: number | null, text: string): void;
  onText?(text: string): void;
  /** The adapter tries again: text seen so far is void. */
  onRetry?(): void;
  /** The call failed after some of a reply had come: what it is taken to have used, and what came of the last try. */
  onCharged?(usage: TokenUsage, came: Pick<ModelReply, 'text' | 'retries'>): void;
}

export interface CallRequest extends CallObserver {
  readonly kind: CallKind;
  readonly tree: TreeContext;
  readonly signal: AbortSignal;
  readonly origin: Omit<CallOrigin, 'treeId'>;
  readonly shape?: ReplyShape;
  readonly maxOutputTokens?: number | undefined;
}

/**
 * @throws SondeError of the model or, before anything is sent, `limit` or `prompt-too-large`; AbortError when aborted
 */
export async function callModel(
  model: ChatModel,
  messages: readonly ChatMessage[],
  request: CallRequest,
): Promise<ModelReply> {
  const { tree, signal } = request;
  const onAhead = (ahead: number) => {
    const calls = ahead === 1 ? 'one call' : `${ahead} calls`;
    request.onWaiting?.(ahead, `Waiting for ${model.name}: ${calls} before this one.`);
  };
  const release = await tree.lane(model)?.acquire(signal, onAhead);
  try {
    const lease = await tree.addresses(model, request.origin.role).acquire(signal);
    try {
      request.onStart?.();
      return await callNow(lease, messages, request);
    } finally {
      lease.release();
    }
  } finally {
    release?.();
  }
}

async function callNow(
  lease: Lease,
  messages: readonly ChatMessage[],
  request: CallRequest,
): Promise<ModelReply> {
  const { ledger } = request.tree;
  const inputTokens = messages.reduce((sum, message) => sum + estimateTextTokens(message.content), 0);
  const reservation = ledger.reserve(inputTokens, lease.model.price, request.kind);
  const draft = new Draft(lease, inputTokens, reservation, request);
  try {
    request.signal.throwIfAborted();
    await stream(draft, messages, request);
  } catch (error) {
    if (draft.end === null) {
      draft.fail();
      throw error;
    }
    // A reply that has come to its end is there, and paid for, whatever happens to its connection afterwards. One that
    // turns out to be a refusal is paid for too, and is none.
    if (error instanceof SondeError && error.code === 'bad-response') {
      draft.withhold(draft.end.usage);
      throw error;
    }
  }
  const { text, reasoning, retries, end } = draft;
  if (end === null) {
    draft.fail();
    const message = `${draft.model.name} stopped before its reply was complete.`;
    throw new SondeError({ code: 'interrupted', message });
  }
  const usage = draft.settle(end.usage);
  if (!end.usage.estimated) request.tree.gauge(lease.model).learn(messages, end.usage.inputTokens);
  return { text, reasoning, usage, retries, finish: end.finish };
}

/** A reply while it comes, and what it has cost. */
class Draft {
  text = '';
  reasoning = '';
  retries = 0;
  end: Pick<ModelReply, 'usage' | 'finish'> | null = null;
  readonly lease: Lease;
  readonly #inputTokens: number;
  readonly #request: CallRequest;
  #reservation: Reservation | null;
  /** What tries before this one are taken to have used. */
  readonly #earlier = new UsageTally();

  constructor(lease: Lease, inputTokens: number, reservation: Reservation, request: CallRequest) {
    this.lease = lease;
    this.#inputTokens = inputTokens;
    this.#reservation = reservation;
    this.#request = request;
  }

  get model(): ChatModel {
    return this.lease.model;
  }

  get maxOutputTokens(): number | undefined {
    const { maxOutputTokens = Infinity } = this.#request;
    const least = Math.min(maxOutputTokens, this.#reservation?.outputTokens ?? Infinity);
    return Number.isFinite(least) ? least : undefined;
  }

  /**
   * The call is tried again. What streamed before has been paid for, as far as anyone can tell.
   * @throws SondeError `limit` when there is nothing left for another try
   */
  again(): void {
    const used = this.#streamed();
    const reservation = this.#reservation;
    this.text = this.reasoning = '';
    this.retries++;
    this.#request.onRetry?.();
    if (!used || !reservation) return;
    this.#earlier.add(used);
    this.#reservation = null;
    this.#reservation = this.#ledger.renew(reservation, used, this.#inputTokens, this.model.price);
  }

  /** No reply will come. */
  fail(): void {
    const used = this.#streamed();
    const reservation = this.#reservation;
    this.#reservation = null;
    if (reservation && used) this.#ledger.settle(reservation, used);
    else if (reservation) this.#ledger.release(reservation);
    if (used && reservation) this.#earlier.add(used);
    const { text, retries } = this;
    const usage = this.#earlier.snapshot();
    if (usage.inputTokens > 0) this.#request.onCharged?.(usage, { text, retries });
  }

  /** What came is no reply, though it came to its end. */
  withhold(usage: TokenUsage): void {
    const { text, retries } = this;
    this.#request.onCharged?.(this.settle(usage), { text, retries });
  }

  /** @returns everything the call took */
  settle(usage: TokenUsage): TokenUsage {
    if (this.#reservation) this.#ledger.settle(this.#reservation, usage);
    this.#reservation = null;
    this.#earlier.add(usage);
    return this.#earlier.snapshot();
  }

  get #ledger() {
    return this.#request.tree.ledger;
  }

  /** Null when not a word has come. */
  #streamed(): TokenUsage | null {
    const output = this.text + this.reasoning;
    return output === '' ? null : estimateUsage(this.model, this.#inputTokens, output);
  }
}

/** Streams the reply from wherever the call is; a call that moves to another address begins anew there. */
async function stream(draft: Draft, messages: readonly ChatMessage[], request: CallRequest): Promise<void> {
  for (;;) {
    try {
      if (!(await streamFrom(draft, messages, request))) return;
    } catch (error) {
      // Nothing of it was answered: another address may. What the server itself said of the request stands.
      const moves = error instanceof SondeError && error.code === 'unreachable' && draft.end === null;
      if (!moves || !draft.lease.failed(error.code)) throw error;
      draft.again();
    }
  }
}

/** @returns true when the call has moved */
async function streamFrom(
  draft: Draft,
  messages: readonly ChatMessage[],
  request: CallRequest,
): Promise<boolean> {
  const options = optionsOf(request, draft.maxOutputTokens);
  for await (const event of draft.model.complete(messages, options, request.signal)) {
    switch (event.type) {
      case 'text':
        draft.text += event.text;
        request.onText?.(event.text);
        break;
      case 'reasoning':
        draft.reasoning += event.text;
        break;
      case 'waiting':
        request.onWaiting?.(event.ahead, event.text);
        break;
      case 'retry':
        draft.again();
        if (await draft.lease.retry(event, request.signal)) return true;
        break;
      case 'end':
        draft.end = { usage: event.usage, finish: event.finish };
        draft.lease.answered();
    }
  }
  return false;
}

function optionsOf({ tree, origin, shape }: CallRequest, maxOutputTokens: number | undefined): ChatOptions {
  return {
    origin: { treeId: tree.treeId, ...origin },
    ...(shape && { shape }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
  };
}

function estimateUsage(model: ChatModel, inputTokens: number, output: string): TokenUsage {
  const outputTokens = estimateTextTokens(output);
  const { price } = model;
  const costUsd = price && (inputTokens * price.input + outputTokens * price.output) / 1e6;
  return { inputTokens, outputTokens, costUsd, estimated: true };
}
