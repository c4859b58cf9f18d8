/** One completion under the ledger: wait for the engine, reserve, stream, settle. Turns and sub-calls go through here. */

import { SondeError } from '../errors';
import type { CallOrigin, ChatMessage, ChatModel, ChatOptions, ReplyShape, TokenUsage } from '../ports';
import { estimateTextTokens } from '../turn/tokens';
import type { Lease } from './addresses';
import type { CallKind } from './ledger';
import type { TreeContext } from './tree-context';

export interface ModelReply {
  readonly text: string;
  readonly reasoning: string;
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
  /** A call that failed after some of its reply had come: what it is taken to have used. */
  onCharged?(usage: TokenUsage): void;
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
    const lease = await tree.addresses(model).acquire(signal);
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
  const { model } = lease;
  const { ledger } = request.tree;
  const inputTokens = messages.reduce((sum, message) => sum + estimateTextTokens(message.content), 0);
  const reservation = ledger.reserve(inputTokens, model.price, request.kind);
  const reply: Draft = { text: '', reasoning: '', retries: 0, end: null };
  const charge = () => {
    const used = reply.end?.usage ?? estimateUsage(model, inputTokens, reply.text + reply.reasoning);
    ledger.settle(reservation, used);
    request.onCharged?.(used);
  };
  try {
    request.signal.throwIfAborted();
    await stream(lease, messages, request, reply);
  } catch (error) {
    // What came before the failure has been paid for: what the server said of it, else as far as anyone can tell.
    if (!reply.end && reply.text === '' && reply.reasoning === '') ledger.release(reservation);
    else charge();
    throw error;
  }
  const { text, reasoning, retries, end } = reply;
  if (end === null) {
    charge();
    const message = `${model.name} stopped before its reply was complete.`;
    throw new SondeError({ code: 'interrupted', message });
  }
  const { usage, finish } = end;
  ledger.settle(reservation, usage);
  if (!usage.estimated) request.tree.gauge(model).learn(messages, usage.inputTokens);
  return { text, reasoning, usage, retries, finish };
}

/** A reply while it comes. */
interface Draft {
  text: string;
  reasoning: string;
  retries: number;
  end: Pick<ModelReply, 'usage' | 'finish'> | null;
}

/** Streams the reply from wherever the call is; a call that moves to another address begins anew there. */
async function stream(
  lease: Lease,
  messages: readonly ChatMessage[],
  request: CallRequest,
  reply: Draft,
): Promise<void> {
  for (;;) {
    try {
      if (!(await streamFrom(lease, messages, request, reply))) return;
    } catch (error) {
      // Nothing of it was answered: another address may. What the server itself said of the request stands.
      if (!(error instanceof SondeError && error.code === 'unreachable' && lease.failed(error.code)))
        throw error;
      voidDraft(reply, request);
    }
  }
}

/** @returns true when the call has moved */
async function streamFrom(
  lease: Lease,
  messages: readonly ChatMessage[],
  request: CallRequest,
  reply: Draft,
): Promise<boolean> {
  for await (const event of lease.model.complete(messages, optionsOf(request), request.signal)) {
    switch (event.type) {
      case 'text':
        reply.text += event.text;
        request.onText?.(event.text);
        break;
      case 'reasoning':
        reply.reasoning += event.text;
        break;
      case 'waiting':
        request.onWaiting?.(event.ahead, event.text);
        break;
      case 'retry':
        voidDraft(reply, request);
        if (await lease.retry(event, request.signal)) return true;
        break;
      case 'end':
        reply.end = { usage: event.usage, finish: event.finish };
        lease.answered();
    }
  }
  return false;
}

function voidDraft(reply: Draft, request: CallRequest): void {
  Object.assign(reply, { text: '', reasoning: '', retries: reply.retries + 1, end: null });
  request.onRetry?.();
}

function optionsOf({ tree, origin, shape, maxOutputTokens }: CallRequest): ChatOptions {
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
