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

  /**
   * The reply of a turn. A model that refuses the messages as too large counts more tokens than was thought: they are
   * compacted harder, and it is asked once more.
   */
  async turn(turnId: string, opening: Promise<Repl>): Promise<ModelReply> {
    this.#makeRoom(turnId);
    try {
      return await this.#askForTurn(turnId);
    } catch (error) {
      if (!isCode(error, 'prompt-too-large')) throw error;
      await this.#shrink(turnId, opening, error);
      return this.#askForTurn(turnId);
    }
  }

  /** The last message has already asked for the best answer. */
  async best(turnId: string): Promise<ModelReply> {
    this.#makeRoom(turnId);
    return this.#ask(this.#conversation.messages, turnId);
  }

  /** Puts the model's own summary in place of its earlier messages. */
  async compact(turnId: string, repl: Repl): Promise<void> {
    const { windowIsSmall, summaryTokens } = this.#conversation;
    const bound = windowIsSmall ? { maxOutputTokens: summaryTokens } : {};
    const { text } = await this.#ask(this.#conversation.summaryRequest(), turnId, bound);
    await this.#replace(text, turnId, repl);
  }

  async #replace(summary: string, turnId: string, repl: Repl): Promise<void> {
    const replaced = this.#conversation.compact(summary);
    const { signal } = this.#scope;
    await repl.run(historyCell(replaced, summary), { computeTimeoutMs: HISTORY_TIMEOUT_MS, signal });
    const text = `${replaced.length} messages were replaced by a summary; they are in history.`;
    recordNotice(this.#scope, turnId, 'compacted', text);
  }

  /** @throws the refusal when nothing can be made smaller */
  async #shrink(turnId: string, opening: Promise<Repl>, refusal: SondeError): Promise<void> {
    const conversation = this.#conversation;
    conversation.narrow();
    if (conversation.needsCompaction && conversation.messages.length > 4) {
      const repl = await opening;
      await this.compact(turnId, repl).catch(async (error: unknown) => {
        if (!isCode(error, 'prompt-too-large')) throw error;
        await this.#replace('', turnId, repl);
      });
    }
    try {
      this.#makeRoom(turnId);
    } catch {
      throw refusal; // the question alone is too large; the model's own words say it best
    }
  }

  #makeRoom(turnId: string): void {
    const changed = this.#conversation.fit();
    if (changed === 0) return;
    const messages = changed === 1 ? 'One message was' : `${changed} messages were`;
    recordNotice(this.#scope, turnId, 'compacted', `${messages} cut so that a reply fits the window.`);
  }

  async #askForTurn(turnId: string): Promise<ModelReply> {
    const { onDelta } = this.#scope.tree.ports;
    const { messages } = this.#conversation;
    return this.#ask(messages, turnId, {
      shape: { kind: 'turn' },
      onText: (text) => onDelta?.({ type: 'reply-delta', turnId, text }),
      onRetry: () => onDelta?.({ type: 'reply-reset', turnId }),
    });
  }

  async #ask(
    messages: readonly ChatMessage[],
    turnId: string,
    options: Partial<CallRequest> = {},
  ): Promise<ModelReply> {
    const { tree, root, runId, signal, tally } = this.#scope;
    const { onDelta } = tree.ports;
    const reply = await callModel(root, messages, {
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
    tally.add(reply.usage);
    return reply;
  }
}

function isCode(error: unknown, code: SondeError['code']): error is SondeError {
  return error instanceof SondeError && error.code === code;
}
