/**
 * The gate before a root model on another host: what a turn printed is capped, or shown to the user first. Summaries,
 * reminders and the last request of a run hold nothing the model has not seen; they pass.
 */

import type { Problem } from '../errors';
import { truncateMiddle } from '../turn/feedback';
import { recordNotice, type RunScope } from './run-scope';

export class OutputGate {
  readonly #scope: RunScope;

  constructor(scope: RunScope) {
    this.#scope = scope;
  }

  /** The most characters of output a message may carry; undefined when not capped. */
  get capChars(): number | undefined {
    const { guard } = this.#scope.tree;
    return this.#host !== null && guard.mode === 'cap' ? guard.chars : undefined;
  }

  /** Why a run with this guard cannot be had at all, or null. Asked before anything is sent. */
  get obstacle(): Problem | null {
    const { guard, ports } = this.#scope.tree;
    if (this.#host === null || guard.mode !== 'ask' || ports.review) return null;
    return {
      code: 'invalid-argument',
      message: `Nothing was sent to ${this.#host}: output is to be reviewed first, and there is nobody here to review it.`,
      hint: 'Ask on the page, cap the output instead, or turn the guard off.',
    };
  }

  /**
   * A message as it may be sent. With `ask` the user decides, one message at a time over the whole tree; the time limit
   * stands still meanwhile. When nothing is to be sent the tree is halted.
   * @param nodeId the turn whose output it is, or the call that asks a child run its question
   * @throws AbortError when stopped, here or elsewhere, while the user decides
   */
  async pass(text: string, nodeId: string): Promise<string> {
    const { tree, runId, signal } = this.#scope;
    const { review } = tree.ports;
    const host = this.#host;
    if (host === null || tree.guard.mode !== 'ask' || !review) return text;
    const release = await tree.reviews.acquire(signal);
    const goOn = tree.ledger.pause();
    try {
      const asked = review({ runId, turnId: nodeId, host, text }, signal);
      const decision = await orAborted(asked, signal);
      if (decision.verdict === 'stop') {
        tree.halt({
          code: 'interrupted',
          message: `Stopped at the review: what the last code printed was not sent to ${host}.`,
        });
        signal.throwIfAborted();
      } else if (decision.text !== text) {
        this.#record(nodeId, `Changed before it was sent to ${host}.`, text.length, decision.text.length);
        return decision.text;
      }
      return text;
    } finally {
      goOn();
      release();
    }
  }

  /** A child's question is computed by code, from documents as like as not: it goes through the gate too. */
  async passQuestion(question: string, callId: string): Promise<string> {
    const { capChars } = this;
    if (capChars === undefined) return this.pass(question, callId);
    const cut = truncateMiddle(question, capChars);
    if (cut !== question) this.#recordCap(null, question.length - capChars);
    return cut;
  }

  /** @param withheldChars what the cap kept back of the turn's output */
  recordCut(turnId: string, withheldChars: number): void {
    if (withheldChars > 0) this.#recordCap(turnId, withheldChars);
  }

  get #host(): string | null {
    return this.#scope.root.host;
  }

  #recordCap(turnId: string | null, withheld: number): void {
    const { capChars = 0 } = this;
    const text = `Cut to ${count(capChars)} characters before it was sent to ${this.#host ?? ''}: ${count(withheld)} more were kept back.`;
    recordNotice(this.#scope, turnId, 'output-guarded', text);
  }

  #record(nodeId: string, what: string, before: number, after: number): void {
    const text = `${what} ${count(before)} characters before, ${count(after)} after.`;
    const isCall = nodeId === this.#scope.parentCallId;
    recordNotice(this.#scope, isCall ? null : nodeId, 'output-guarded', text);
  }
}

/** Settles with the promise, or rejects with the signal's reason as soon as it is aborted. */
async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error); // an AbortError, by the platform's contract
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    signal.throwIfAborted();
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function count(n: number): string {
  return n.toLocaleString('en-US');
}
