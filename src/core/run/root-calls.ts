/** What one run asks of its root model: its turns, summaries of its messages, and a last best answer. */

import { SondeError } from '../errors';
import type { ChatMessage, Repl } from '../ports';
import { callModel, type CallRequest, type ModelReply } from './call-model';
import { historyCell } from './compaction';
import type { Conversation } from './conversation';
import { recordNotice, type RunScope } from './run-scope';

/** Time Python may take to append the replaced messages to `history`. */
const HISTORY_TIMEOUT_MS = 10_000;

export class RootCalls {
  readonly #scope: RunScope;
  readonly #conversation: Conversation;

  constructor(scope: RunScope, conversation: Conversation) {
    this.#scope = scope;
    this.#conversation = conversation;
  }

  /** The reply of a turn. */
  turn(turnId: string, opening: Promise<Repl>): Promise<ModelReply> {
    const { onDelta } = this.#scope.tree.ports;
    return this.#askFitting(turnId, opening, {
      shape: { kind: 'turn' },
      onText: (text) => onDelta?.({ type: 'reply-delta', turnId, text }),
      onRetry: () => onDelta?.({ type: 'reply-reset', turnId }),
    });
  }

  /** The last message has already asked for the best answer. */
  best(turnId: string, opening: Promise<Repl>): Promise<ModelReply> {
    return this.#askFitting(turnId, opening);
  }

  /** Puts the model's own summary in place of its earlier messages; nothing, when it refuses even to sum them up. */
  async compact(turnId: string, repl: Repl): Promise<void> {
    const summary = await this.#summary(turnId).catch((error: unknown) => {
      if (!isTooLarge(error)) throw error;
      return this.#summary(turnId).catch((again: unknown) => {
        if (!isTooLarge(again)) throw again;
        return '';
      });
    });
    const replaced = this.#conversation.compact(summary);
    const { signal } = this.#scope;
    await repl.run(historyCell(replaced, summary), { computeTimeoutMs: HISTORY_TIMEOUT_MS, signal });
    const text = `${replaced.length} messages were replaced by a summary; they are in history.`;
    recordNotice(this.#scope, turnId, 'compacted', text);
  }

  async #summary(turnId: string): Promise<string> {
    const { windowIsSmall, summaryTokens } = this.#conversation;
    const bound = windowIsSmall ? { maxOutputTokens: summaryTokens } : {};
    return (await this.#ask(this.#conversation.summaryRequest(), turnId, bound)).text;
  }

  /**
   * Asks with the conversation as it is, cut where it has to be. A model that refuses it as too large counts more tokens
   * than was thought: it is compacted harder, and the model is asked once more.
   */
  async #askFitting(
    turnId: string,
    opening: Promise<Repl>,
    options: Partial<CallRequest> = {},
  ): Promise<ModelReply> {
    const conversation = this.#conversation;
    this.#makeRoom(turnId);
    try {
      return await this.#ask(conversation.messages, turnId, options);
    } catch (error) {
      if (!isTooLarge(error)) throw error;
      if (conversation.needsCompaction && conversation.messages.length > 4)
        await this.compact(turnId, await opening);
      try {
        this.#makeRoom(turnId);
      } catch {
        throw error; // the question alone is too large; the model's own words say it best
      }
      return this.#ask(conversation.messages, turnId, options);
    }
  }

  #makeRoom(turnId: string): void {
    const changed = this.#conversation.fit();
    if (changed === 0) return;
    const messages = changed === 1 ? 'One message was' : `${changed} messages were`;
    recordNotice(this.#scope, turnId, 'compacted', `${messages} cut so that a reply fits the window.`);
  }

  async #ask(
    messages: readonly ChatMessage[],
    turnId: string,
    options: Partial<CallRequest> = {},
  ): Promise<ModelReply> {
    const { tree, root, runId, signal, tally } = this.#scope;
    const { onDelta } = tree.ports;
    const asked = callModel(root, messages, {
      kind: 'turn',
      tree,
      signal,
      origin: { runId, nodeId: turnId, role: 'root' },
      maxOutputTokens: this.#conversation.replyTokens(messages),
      onWaiting: (ahead, text) => onDelta?.({ type: 'waiting', nodeId: turnId, ahead, text }),
      onCharged: (usage) => {
        tally.add(usage);
      },
      ...options,
    });
    const reply = await asked.catch((error: unknown) => {
      if (isTooLarge(error)) this.#conversation.narrow(messages);
      throw error;
    });
    tally.add(reply.usage);
    return reply;
  }
}

function isTooLarge(error: unknown): error is SondeError {
  return error instanceof SondeError && error.code === 'prompt-too-large';
}
