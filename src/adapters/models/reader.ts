/** The built-in reader as a `ChatModel`: no AI, no network, no download. It finds and quotes passages, and says so. */

import { estimateTokens } from '../../core/corpus/library';
import { FREE } from '../../core/models/prices';
import { readerReply } from '../../core/models/reader/plan';
import type { ChatEvent, ChatMessage, ChatModel, ChatOptions } from '../../core/ports';

export const READER_NAME = 'built-in reader';

export function createReader(): ChatModel {
  return {
    name: READER_NAME,
    host: null,
    contextTokens: 200_000, // it reads what it is given; the figure only has to be large enough for its own prompts
    price: FREE,
    codeOnly: true,
    complete,
  };
}

async function* complete(
  messages: readonly ChatMessage[],
  _options: ChatOptions,
  signal: AbortSignal,
): AsyncGenerator<ChatEvent> {
  await Promise.resolve(); // other work gets its turn between the replies of a batch
  signal.throwIfAborted();
  const text = readerReply(messages);
  if (text !== '') yield { type: 'text', text };
  const inputChars = messages.reduce((sum, message) => sum + message.content.length, 0);
  const usage = {
    inputTokens: estimateTokens(inputChars),
    outputTokens: estimateTokens(text.length),
    costUsd: 0,
    estimated: true,
  };
  yield { type: 'end', usage, finish: 'stop' };
}
