/** What one run asks of its root model: its turns, summaries of its messages, and a last best answer. */

import type { Problem } from '../errors';
import type { ChatMessage, ChatModel, Repl, TokenUsage } from '../ports';
import type { ModelLabel } from '../record/events';
import { askAside, recordBrokenTurn, type AsideProgress } from './asides';
import { callModel, type CallRequest, type ModelReply } from './call-model';
import { historyCell } from './compaction';
import type { Conversation } from './conversation';
import { askUpwards, emptyReply, isTooLarge, labelOf, nextStep, recordStep, type Climber } from './ladder';
import { recordNotice, type RunScope } from './run-scope';
import { UsageTally } from './tree-context';

/** Time Python may take to append the replaced messages to `history`. */
const HISTORY_TIMEOUT_MS = 10_000;

/** The reply of a turn, and which model gave it. */
export interface TurnReply extends ModelReply {
  readonly model: ModelLabel;
}

export class RootCalls {
  readonly #scope: RunScope;
  readonly #conversation: Conversation;
  readonly #steps: readonly ChatModel[];
  /** Moves up only, and stays there for the rest of the run. */
  #model: ChatModel;

  constructor(scope: RunScope, conversation: Conversation) {
    this.#scope = scope;
    this.#conversation = conversation;
    this.#model = scope.root;
    this.#steps = scope.tree.stepsFrom(scope.root, 'root');
  }

  /** The reply of a turn: of the model the run has come to, or of one above it when that one fails or says nothing. */
  async turn(turnId: string, opening: Promise<Repl>): Promise<TurnReply> {
    const { ports } = this.#scope.tree;
    const startedAtMs = ports.clock.now();
    const last: AsideProgress = { model: this.#model, spent: new UsageTally(), retries: 0 };
    const all = new UsageTally();
    let came = '';
    const ask = (model: ChatModel, spent: UsageTally): Promise<ModelReply> => {
      Object.assign(last, { model, spent });
      if (model !== this.#model) this.#goTo(model, turnId);
      return this.#askFitting(turnId, opening, {
        shape: { kind: 'turn' },
        onText: (text) => ports.onDelta?.({ type: 'reply-delta', turnId, text }),
        onRetry: () => ports.onDelta?.({ type: 'reply-reset', turnId }),
        onTook: (usage, { text, retries }) => {
          for (const sum of [spent, all]) sum.add(usage);
          last.retries += retries;
          came = text;
        },
      });
    };
    const empty = ({ text }: ModelReply, model: ChatModel) => (text.trim() === '' ? emptyReply(model) : null);
    try {
      const above = this.#steps.slice(this.#steps.indexOf(this.#model) + 1);
      const { value, model } = await askUpwards(this.#climber(turnId), [this.#model, ...above], ask, empty);
      return { ...value, usage: all.snapshot(), retries: last.retries, model: labelOf(model) };
    } catch (error) {
      const prompt = this.#conversation.messages.at(-1)?.content ?? '';
      const broken = { reply: came, error, startedAtMs };
      if (last.spent.inputTokens > 0) recordBrokenTurn(this.#scope, turnId, prompt, last, broken);
      throw error;
    }
  }

  /** Moves up although the model replied. @returns false when there is no step above */
  moveUp(turnId: string, reason: Problem): boolean {
    const from = this.#model;
    const to = nextStep(this.#steps, from, reason);
    if (!to) return false;
    recordStep(this.#climber(turnId), [from, to], reason, new UsageTally().snapshot());
    this.#goTo(to, turnId);
    return true;
  }

  /** A recorded turn was answered by this model: the run has come to it. */
  follow(recorded: ModelLabel | null): void {
    const known =
      recorded && this.#steps.find(({ name, host }) => name === recorded.name && host === recorded.host);
    if (!known || this.#steps.indexOf(known) <= this.#steps.indexOf(this.#model)) return;
    this.#model = known;
    this.#conversation.moveTo(known);
  }

  #goTo(model: ChatModel, turnId: string): void {
    this.#model = model;
    this.#conversation.moveTo(model);
    this.#scope.tree.ports.onDelta?.({ type: 'reply-reset', turnId });
  }

  #climber(turnId: string): Climber {
    const { tree, runId } = this.#scope;
    return { tree, runId, nodeId: turnId, role: 'root' };
  }

  /** The last message has already asked for the best answer. */
  async best(turnId: string, opening: Promise<Repl>): Promise<string> {
    const prompt = this.#conversation.messages.at(-1)?.content ?? '';
    const { reply } = await askAside(
      this.#scope,
      { turnId, purpose: 'best', prompt },
      this.#model,
      async (progress) => {
        const { text } = await this.#askFitting(turnId, opening, { kind: 'aside', onTook: taking(progress) });
        return { reply: text };
      },
    );
    return reply;
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
    const messages = this.#conversation.summaryRequest();
    const asked = { turnId, purpose: 'summary', prompt: messages.at(-1)?.content ?? '' } as const;
    const { reply } = await askAside(this.#scope, asked, this.#model, async (progress) => {
      const options = { kind: 'aside', ...bound, onTook: taking(progress) } as const;
      return { reply: (await this.#ask(messages, turnId, options)).text };
    });
    return reply;
  }

  /**
   * Asks with the conversation as it is, cut where it has to be. A model that refuses it as too large counts more tokens
   * than was thought: it is compacted harder, and the model is asked once more.
   */
  async #askFitting(turnId: string, opening: Promise<Repl>, options: AskOptions): Promise<ModelReply> {
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
    { onTook, ...options }: AskOptions,
  ): Promise<ModelReply> {
    const { tree, runId, signal, tally } = this.#scope;
    const { onDelta } = tree.ports;
    const asked = callModel(this.#model, messages, {
      kind: 'turn',
      tree,
      signal,
      origin: { runId, nodeId: turnId, role: 'root' },
      maxOutputTokens: this.#conversation.replyTokens(messages),
      onWaiting: (ahead, text) => onDelta?.({ type: 'waiting', nodeId: turnId, ahead, text }),
      onCharged: (usage, came) => {
        tally.add(usage);
        onTook(usage, came);
      },
      ...options,
    });
    const reply = await asked.catch((error: unknown) => {
      if (isTooLarge(error)) this.#conversation.narrow(messages);
      throw error;
    });
    tally.add(reply.usage);
    onTook(reply.usage, reply);
    return reply;
  }
}

interface AskOptions extends Partial<CallRequest> {
  /** Told of everything that was taken, once for each request. */
  readonly onTook: (usage: TokenUsage, came: Pick<ModelReply, 'text' | 'retries'>) => void;
}

function taking(progress: AsideProgress): AskOptions['onTook'] {
  return (usage, { retries }) => {
    progress.spent.add(usage);
    progress.retries += retries;
  };
}
