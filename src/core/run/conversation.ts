/** The messages between a run and its root model: how they begin, grow, and are compacted. */

import type { ChatMessage, CellResult } from '../ports';
import { feedbackMessage } from '../turn/feedback';
import { initialMessages, OUT_OF_TURNS_PROMPT } from '../turn/prompts';
import { deriveSizes, type Sizes } from '../turn/sizes';
import { compactedMessages, needsCompaction } from './compaction';
import type { RunScope } from './run-scope';

export class Conversation {
  readonly #scope: RunScope;
  readonly #sizes: Sizes;
  #messages: readonly ChatMessage[];
  #compactions = 0;

  constructor(scope: RunScope) {
    const { tree, root, question, context, depth } = scope;
    const { maxDepth, maxTurns, maxConcurrency } = tree.limits;
    this.#scope = scope;
    this.#sizes = deriveSizes(root, tree.sub);
    this.#messages = initialMessages({
      question,
      context,
      sizes: this.#sizes,
      depthLeft: Math.max(0, maxDepth - depth - 1),
      batchWidth: maxConcurrency,
      maxTurns,
    });
  }

  get messages(): readonly ChatMessage[] {
    return this.#messages;
  }

  get needsCompaction(): boolean {
    return needsCompaction(this.#messages, this.#sizes);
  }

  /**
   * The user message after a turn. After the last turn it asks for the best answer instead of announcing a next one.
   * @param index the turn just finished, 0-based
   * @param notes sentences the model must read: reminders, refusals, warnings
   */
  feedback(results: readonly CellResult[], notes: readonly string[], index: number): string {
    const { limits, ledger } = this.#scope.tree;
    const { maxTurns } = limits;
    return feedbackMessage({
      results,
      notes,
      outputChars: this.#sizes.outputChars,
      nextTurn: index + 2,
      maxTurns,
      budget: ledger.summary(),
      closing: index + 1 >= maxTurns ? OUT_OF_TURNS_PROMPT : null,
    });
  }

  /** Appends reply and feedback. A reply without text is left out: servers refuse empty assistant messages. */
  append(reply: string, feedback: string): void {
    const last = this.#messages.at(-1);
    this.#messages =
      reply.trim() === '' && last?.role === 'user'
        ? [...this.#messages.slice(0, -1), { role: 'user', content: `${last.content}\n\n${feedback}` }]
        : [...this.#messages, { role: 'assistant', content: reply }, { role: 'user', content: feedback }];
  }

  /** Puts a summary in place of the middle. @returns the messages that were replaced */
  compact(summary: string): readonly ChatMessage[] {
    const replaced = this.#messages.slice(2, -1);
    this.#messages = compactedMessages(this.#messages, summary, ++this.#compactions);
    return replaced;
  }
}
