/** One completion under the ledger: reserve, stream, settle. Turns and sub-calls both go through here. */

import { SondeError } from '../errors';
import type { ChatMessage, ChatModel, TokenUsage } from '../ports';
import { estimateTextTokens } from '../turn/sizes';
import type { Ledger } from './ledger';

export interface ModelReply {
  readonly text: string;
  readonly reasoning: string;
  readonly usage: TokenUsage;
  readonly retries: number;
}

export interface CallObserver {
  onText?(text: string): void;
  /** The adapter tries again: text seen so far is void. */
  onRetry?(): void;
  /** A call that failed after some of its reply had come: what it is taken to have used. */
  onCharged?(usage: TokenUsage): void;
}

/**
 * @throws SondeError of the model or, before anything is sent, `limit` or `prompt-too-large`; AbortError when aborted
 */
export async function callModel(
  model: ChatModel,
  messages: readonly ChatMessage[],
  options: {
    readonly kind: 'turn' | 'subcall';
    readonly ledger: Ledger;
    readonly signal: AbortSignal;
  } & CallObserver,
): Promise<ModelReply> {
  const { ledger, signal, kind } = options;
  const inputTokens = messages.reduce((sum, message) => sum + estimateTextTokens(message.content), 0);
  const reservation = ledger.reserve(inputTokens, model.price, kind);
  let text = '';
  let reasoning = '';
  let retries = 0;
  let usage: TokenUsage | null = null;
  const charge = (used: TokenUsage) => {
    ledger.settle(reservation, used);
    options.onCharged?.(used);
  };
  try {
    signal.throwIfAborted();
    for await (const event of model.complete(messages, {}, signal)) {
      switch (event.type) {
        case 'text':
          text += event.text;
          options.onText?.(event.text);
          break;
        case 'reasoning':
          reasoning += event.text;
          break;
        case 'waiting':
          break;
        case 'retry':
          retries++;
          text = '';
          reasoning = '';
          options.onRetry?.();
          break;
        case 'end':
          usage = event.usage;
      }
    }
  } catch (error) {
    // What streamed before the failure has been paid for, as far as anyone can tell.
    if (text === '' && reasoning === '') ledger.release(reservation);
    else charge(estimateUsage(model, inputTokens, text + reasoning));
    throw error;
  }
  if (usage === null) {
    charge(estimateUsage(model, inputTokens, text + reasoning));
    throw new SondeError({
      code: 'interrupted',
      message: `${model.name} stopped before its reply was complete.`,
    });
  }
  ledger.settle(reservation, usage);
  return { text, reasoning, usage, retries };
}

function estimateUsage(model: ChatModel, inputTokens: number, output: string): TokenUsage {
  const outputTokens = estimateTextTokens(output);
  const { price } = model;
  const costUsd = price && (inputTokens * price.input + outputTokens * price.output) / 1e6;
  return { inputTokens, outputTokens, costUsd, estimated: true };
}
