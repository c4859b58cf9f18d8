/** Drains a completion for assertions. */

import type { ChatEvent, ChatMessage, ChatModel, ChatOptions } from '../../../src/core/ports';

export interface Collected {
  /** Text after the last retry. */
  text: string;
  reasoning: string;
  retries: Extract<ChatEvent, { type: 'retry' }>[];
  end: Extract<ChatEvent, { type: 'end' }> | null;
  events: ChatEvent[];
}

export const ASK: readonly ChatMessage[] = [{ role: 'user', content: 'Say hello' }];

export async function collect(
  model: ChatModel,
  messages: readonly ChatMessage[] = ASK,
  options: ChatOptions = {},
  { signal, onEvent }: { signal?: AbortSignal; onEvent?: (event: ChatEvent) => void } = {},
): Promise<Collected> {
  const out: Collected = { text: '', reasoning: '', retries: [], end: null, events: [] };
  for await (const event of model.complete(messages, options, signal ?? new AbortController().signal)) {
    out.events.push(event);
    if (event.type === 'text') out.text += event.text;
    if (event.type === 'reasoning') out.reasoning += event.text;
    if (event.type === 'end') out.end = event;
    if (event.type === 'retry') {
      out.retries.push(event);
      out.text = out.reasoning = '';
    }
    onEvent?.(event);
  }
  return out;
}
