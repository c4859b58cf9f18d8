/** The messages between a run and its root model: how they begin, grow, are compacted, and keep to its window. */

import { withoutTitles } from '../corpus/context';
import { SondeError } from '../errors';
import type { ChatMessage, CellResult, ChatModel } from '../ports';
import type { SentMessages } from '../record/events';
import { changeOf, followed } from '../record/sent-messages';
import {
  feedbackMessage,
  shownOutput,
  truncateMiddle,
  type FeedbackFacts,
  type ShownOutput,
} from '../turn/feedback';
import { fitMessages } from '../turn/fit-messages';
import { directMessage } from '../turn/direct-prompt';
import { initialMessages, OUT_OF_TURNS_PROMPT, systemPrompt } from '../turn/prompts';
import { charsThatFit, deriveSizes, plainLength, replyRoomTokens, type Sizes } from '../turn/sizes';
import { compactedMessages, summaryPrompt } from './compaction';
import { RESTORED_GUARDED, tellEarlier, type EarlierTold } from './follow-up';
import type { RunScope } from './run-scope';
import { toolsAt } from './tool-list';

/** Of what a model has just refused, how much the next request may be taken to hold, reply included. */
const AFTER_REFUSAL = 0.75;

export class Conversation {
  readonly #scope: RunScope;
  #root: ChatModel;
  #sizes: Sizes;
  #messages: readonly ChatMessage[];
  readonly #earlier: EarlierTold | null;
  readonly #guarded: boolean;
  #compactions = 0;
  /** What was sent last, and what would follow it. */
  #sent: readonly ChatMessage[];
  #expected: readonly ChatMessage[];

  constructor(scope: RunScope) {
    const { tree, root, context, follows = null } = scope;
    this.#scope = scope;
    this.#root = root;
    this.#sizes = deriveSizes(root, tree.sub);
    this.#guarded = root.host !== null && tree.guard.mode !== 'off';
    const room = { roomChars: Math.floor(this.#sizes.outputChars / 2), guarded: this.#guarded };
    this.#earlier = follows && tellEarlier(follows, context, room);
    const recorded = tree.rerun?.run(scope.runId)?.messages;
    this.#messages = recorded ?? this.#initialMessages();
    this.#sent = this.#expected = this.#messages;
  }

  #initialMessages(): readonly ChatMessage[] {
    const { question, context, tree, direct = null } = this.#scope;
    const { maxTurns } = tree.limits;
    const budget = this.#budget();
    const asked = { question, context: this.#guarded ? withoutTitles(context) : context, maxTurns, budget };
    const earlier = this.#earlier;
    const messages = initialMessages({ ...this.#systemFacts(), ...asked, earlier });
    if (!direct) return messages;
    const { documentTableChars } = this.#sizes;
    const facts = { ...asked, direct, documentTableChars, earlier: earlier?.text ?? '' };
    return [...messages.slice(0, 1), { role: 'user', content: directMessage(facts) }];
  }

  #systemFacts() {
    const { tree, depth } = this.#scope;
    const { maxDepth, maxTurns, maxConcurrency } = tree.limits;
    return {
      sizes: this.#sizes,
      depthLeft: Math.max(0, maxDepth - depth - 1),
      // An engine does one reply at a time, whatever the limit.
      batchWidth: tree.sub.engine === undefined ? maxConcurrency : 1,
      maxTurns,
      tools: toolsAt(tree.tools, depth),
      prompts: tree.prompts,
    };
  }

  /** What the whole tree has used of its limits. */
  #budget(): string {
    const used = this.#scope.tree.ledger.summary();
    return used === '' ? '' : `${used} used`;
  }

  /** The run goes on with another root model: sizes and system prompt are those of its window. */
  moveTo(root: ChatModel): void {
    this.#root = root;
    const { tier } = this.#sizes;
    this.#sizes = deriveSizes(root, this.#scope.tree.sub);
    if (this.#sizes.tier === tier) return;
    const content = systemPrompt(this.#systemFacts());
    this.#messages = this.#messages.map((message, at) => (at === 0 ? { ...message, content } : message));
  }

  get messages(): readonly ChatMessage[] {
    return this.#messages;
  }

  /** The context has been looked at in the question before. */
  get explored(): boolean {
    return this.#earlier?.explored ?? false;
  }

  /** Puts what became of the variables into the first message, before its turn counter; before anything was sent. */
  tellRestored(restored: string): void {
    const note = this.#guarded ? RESTORED_GUARDED : restored;
    this.#messages = this.#messages.map((message, at) => {
      if (at !== 1) return message;
      const end = message.content.lastIndexOf('\n\n');
      const { content } = message;
      return { ...message, content: `${content.slice(0, end)}\n\n${note}${content.slice(end)}` };
    });
  }

  /**
   * The request of a turn has been answered.
   * @param recorded what was sent when it was answered first; the messages as they are when absent
   * @returns how it differed from the messages before it, for the record; null where it did not
   */
  takeSent(recorded?: readonly ChatMessage[] | null): SentMessages | null {
    if (recorded) this.#messages = recorded;
    const change = changeOf(this.#sent, this.#expected, this.#messages);
    this.#sent = this.#messages;
    return change;
  }

  /** Beyond 85 % of the window, or what leaves room for a reply; the first two and the last are never replaced. */
  get needsCompaction(): boolean {
    return this.#messages.length > 3 && this.#tokens(this.#messages) > this.#sizes.compactAtTokens;
  }

  /** The most a reply to these messages may have; undefined where the model's own bound will do. */
  replyTokens(messages: readonly ChatMessage[]): number | undefined {
    return replyRoomTokens(this.#sizes, this.#tokens(messages));
  }

  /**
   * The user message after a turn. After the last turn it asks for the best answer instead of announcing a next one.
   * @param index the turn just finished, 0-based
   * @param notes sentences the model must read: reminders, refusals, warnings
   * @param capChars the most characters of output it may carry; no limit of its own when absent
   */
  feedback(
    results: readonly CellResult[],
    notes: readonly string[],
    index: number,
    capChars?: number,
  ): { readonly text: string } & Pick<ShownOutput, 'withheldChars'> {
    const { maxTurns } = this.#scope.tree.limits;
    const { outputChars, turnOutputChars, tier } = this.#sizes;
    const facts: FeedbackFacts = {
      results,
      notes,
      outputChars,
      turnOutputChars,
      lengthOf: (text) => plainLength(text, tier),
      ...(capChars !== undefined && { capChars }),
      nextTurn: index + 2,
      maxTurns,
      budget: this.#budget(),
      closing: index + 1 >= maxTurns ? OUT_OF_TURNS_PROMPT : null,
    };
    const output = shownOutput(facts);
    return { text: feedbackMessage(facts, output), withheldChars: output.withheldChars };
  }

  /**
   * Appends reply and feedback. Servers refuse empty assistant messages, so that an empty reply is left out and its
   * feedback joins the message before; an engine takes them, and its cache wants the conversation exactly as it was.
   */
  append(reply: string, feedback: string): void {
    this.#expected = followed(this.#sent, reply, feedback);
    const last = this.#messages.at(-1);
    const leaveOut = reply.trim() === '' && this.#root.engine === undefined;
    this.#messages =
      leaveOut && last?.role === 'user'
        ? [...this.#messages.slice(0, -1), { role: 'user', content: `${last.content}\n\n${feedback}` }]
        : [...this.#messages, { role: 'assistant', content: reply }, { role: 'user', content: feedback }];
  }

  /** The messages up to the last reply, and the request for a summary; older outputs cut where that is needed to fit. */
  summaryRequest(): readonly ChatMessage[] {
    const ask = { role: 'user', content: summaryPrompt(this.#sizes.tier) } as const;
    const { windowTokens, summaryTokens } = this.#sizes;
    return this.#fitted([...this.#messages.slice(0, -1), ask], windowTokens - summaryTokens).messages;
  }

  get windowIsSmall(): boolean {
    return this.#sizes.tier !== 'full';
  }

  /** The most a summary may have: it must not outgrow what it replaces. */
  get summaryTokens(): number {
    return this.#sizes.summaryTokens;
  }

  /** Puts a summary in place of the middle. @returns the messages that were replaced */
  compact(summary: string): readonly ChatMessage[] {
    const replaced = this.#messages.slice(2, -1);
    const tokens = this.#scope.tree.gauge(this.#root).text(summary);
    const { summaryTokens } = this.#sizes;
    const chars = tokens > summaryTokens ? charsThatFit(summary, tokens, summaryTokens) : summary.length;
    const bounded = truncateMiddle(summary, chars);
    this.#messages = compactedMessages(this.#messages, bounded, ++this.#compactions);
    return replaced;
  }

  /**
   * Cuts older messages until the next request leaves room for a reply.
   * @returns how many were changed; 0 when it fitted as it was
   * @throws SondeError `prompt-too-large` when even the question does not fit
   */
  fit(): number {
    const { messages, changed } = this.#fitted(this.#messages, this.#sizes.inputTokens);
    this.#messages = messages;
    return changed;
  }

  /** The model has refused these messages as too large: its window is taken for smaller than was thought. */
  narrow(messages: readonly ChatMessage[]): void {
    const refused = Math.min(this.#sizes.windowTokens, this.#tokens(messages));
    const root = { contextTokens: Math.floor(refused * AFTER_REFUSAL) };
    this.#sizes = { ...deriveSizes(root, this.#scope.tree.sub), tier: this.#sizes.tier };
  }

  #tokens(messages: readonly ChatMessage[]): number {
    return this.#scope.tree.gauge(this.#root).messages(messages);
  }

  #fitted(messages: readonly ChatMessage[], roomTokens: number) {
    const fitted = fitMessages(messages, roomTokens, (message) => this.#tokens([message]));
    if (fitted) return fitted;
    const { question } = this.#scope;
    const root = this.#root;
    const asked = question === null ? '' : `, the question ${question.length} characters of it`;
    throw new SondeError({
      code: 'prompt-too-large',
      message: `${root.name} takes about ${roomTokens} tokens at once; instructions and question have about ${this.#tokens(messages.slice(0, 2))}${asked}.`,
      hint: 'Ask a shorter question, put long texts into a document, or choose a root model with a larger window.',
    });
  }
}
