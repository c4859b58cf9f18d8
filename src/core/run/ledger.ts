/**
 * The ledger: what one tree of runs has spent and may still spend. One for the whole tree, so that a child draws on
 * its parent's remainder. Amounts are reserved before a call is sent and settled after it (protocol §4).
 */

import { SondeError, type Problem } from '../errors';
import type { Clock, Price, TokenUsage } from '../ports';
import type { Limits } from './limits';
import type { Spent } from './request';

/** Held for a call in flight; give it back with `settle` or `release`. */
export interface Reservation {
  readonly tokens: number;
  readonly costUsd: number;
}

/** Tokens of a reply assumed before the first reply of a tree has been seen. */
const ASSUMED_REPLY_TOKENS = 500;

/** A `repair` asks a sub-call's model once more; only a `subcall` counts against `maxSubcalls`. */
export type CallKind = 'turn' | 'subcall' | 'repair';

type Dimension = 'maxBudgetUsd' | 'maxTimeS' | 'maxTokens' | 'maxSubcalls';

export class Ledger {
  readonly #limits: Limits;
  readonly #clock: Clock;
  #startedAtMs: number;
  #tokens = 0;
  #costUsd = 0;
  #subcalls = 0;
  #replies = 0;
  #replyTokens = 0;
  #reservedTokens = 0;
  #reservedCostUsd = 0;
  readonly #warned = new Set<string>();
  #pauses = 0;
  #pausedAtMs = 0;
  #pausedMs = 0;

  constructor(limits: Limits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
    this.#startedAtMs = this.#awakeMs();
  }

  /** Begins with what the tree had used up before it broke off; what was warned of then is not warned of again. */
  goOnFrom({ tokens, costUsd, subcalls, replies, replyTokens, awakeMs }: Spent): void {
    this.#tokens += tokens;
    this.#costUsd += costUsd;
    this.#subcalls += subcalls;
    this.#replies += replies;
    this.#replyTokens += replyTokens;
    this.#startedAtMs -= awakeMs;
    this.warnings();
  }

  /**
   * Reserves what a call is expected to take.
   * @throws SondeError `limit` when it would not fit what is left
   */
  reserve(inputTokens: number, price: Price | null, kind: CallKind): Reservation {
    const { maxSubcalls, maxTokens, maxBudgetUsd } = this.#limits;
    if (kind === 'subcall' && maxSubcalls !== null && this.#subcalls >= maxSubcalls) {
      throw new SondeError(limitProblem('maxSubcalls', `all ${maxSubcalls} sub-calls are used`));
    }
    const replyTokens =
      this.#replies === 0 ? ASSUMED_REPLY_TOKENS : Math.ceil(this.#replyTokens / this.#replies);
    const tokens = inputTokens + replyTokens;
    const costUsd = price ? (inputTokens * price.input + replyTokens * price.output) / 1e6 : 0;
    const takenTokens = this.#tokens + this.#reservedTokens;
    if (maxTokens !== null && takenTokens + tokens > maxTokens) {
      throw new SondeError(
        limitProblem(
          'maxTokens',
          `${takenTokens} of ${maxTokens} tokens are taken; this needs about ${tokens}`,
        ),
      );
    }
    const takenUsd = this.#costUsd + this.#reservedCostUsd;
    if (maxBudgetUsd !== null && takenUsd + costUsd > maxBudgetUsd) {
      throw new SondeError(
        limitProblem(
          'maxBudgetUsd',
          `${usd(takenUsd)} of ${usd(maxBudgetUsd)} is taken; this needs about ${usd(costUsd)}`,
        ),
      );
    }
    if (kind === 'subcall') this.#subcalls++;
    this.#reservedTokens += tokens;
    this.#reservedCostUsd += costUsd;
    return { tokens, costUsd };
  }

  /** Replaces a reservation by what the call really used. */
  settle(reservation: Reservation, usage: TokenUsage): void {
    this.release(reservation);
    this.#tokens += usage.inputTokens + usage.outputTokens;
    this.#costUsd += usage.costUsd ?? 0;
    this.#replies++;
    this.#replyTokens += usage.outputTokens;
  }

  /** Gives a reservation back; for a call that failed before it cost anything. */
  release(reservation: Reservation): void {
    this.#reservedTokens -= reservation.tokens;
    this.#reservedCostUsd -= reservation.costUsd;
  }

  /** The limit that has been reached, or null. Depth, turns and errors are counted by the run itself. */
  exceeded(): Problem | null {
    for (const [dimension, used, limit] of this.#usage()) {
      if (used >= limit && dimension !== 'maxSubcalls')
        return limitProblem(dimension, describe(dimension, used, limit));
    }
    return null;
  }

  /** Milliseconds until `maxTimeS`; null when time is not limited. */
  remainingMs(): number | null {
    const { maxTimeS } = this.#limits;
    return maxTimeS === null ? null : Math.max(0, maxTimeS * 1000 - this.#elapsedMs());
  }

  /** Time stands still while the user is being asked something. Returns how to go on; pauses may overlap. */
  pause(): () => void {
    if (this.#pauses++ === 0) this.#pausedAtMs = this.#awakeMs();
    let paused = true;
    return () => {
      if (paused && --this.#pauses === 0) this.#pausedMs += this.#awakeMs() - this.#pausedAtMs;
      paused = false;
    };
  }

  get paused(): boolean {
    return this.#pauses > 0;
  }

  timeProblem(): Problem {
    return limitProblem('maxTimeS', `${this.#limits.maxTimeS ?? 0} s are over`);
  }

  /** Sentences for the model, once each, as 50 % and 80 % of a limit are passed. */
  warnings(): string[] {
    const sentences: string[] = [];
    for (const [dimension, used, limit] of this.#usage()) {
      const level = used >= 0.8 * limit ? 80 : used >= 0.5 * limit ? 50 : 0;
      if (level === 0 || this.#warned.has(`${dimension} ${level}`)) continue;
      this.#warned.add(`${dimension} 50`).add(`${dimension} ${level}`);
      sentences.push(`${level} % of a limit is used: ${describe(dimension, used, limit)}.`);
    }
    return sentences;
  }

  /** What is limited and how far it is used, e.g. `12 of 50 sub-calls, $0.02 of $1.00`. */
  summary(): string {
    return this.#usage()
      .map(([dimension, used, limit]) => describe(dimension, used, limit))
      .join(', ');
  }

  /** Time asleep does not count: nobody gets anything for it, and a lid closed for the night is no run of eight hours. */
  #awakeMs(): number {
    return this.#clock.now() - (this.#clock.pausedMs?.() ?? 0);
  }

  #elapsedMs(): number {
    const now = this.paused ? this.#pausedAtMs : this.#awakeMs();
    return now - this.#startedAtMs - this.#pausedMs;
  }

  #usage(): [Dimension, number, number][] {
    const { maxBudgetUsd, maxTimeS, maxTokens, maxSubcalls } = this.#limits;
    const all: [Dimension, number, number | null][] = [
      ['maxSubcalls', this.#subcalls, maxSubcalls],
      ['maxTokens', this.#tokens, maxTokens],
      ['maxBudgetUsd', this.#costUsd, maxBudgetUsd],
      ['maxTimeS', this.#elapsedMs() / 1000, maxTimeS],
    ];
    return all.filter((entry): entry is [Dimension, number, number] => entry[2] !== null);
  }
}

/** A reached limit as a problem; the message begins with the limit's name in `Limits`. */
export function limitProblem(limit: keyof Limits, detail: string): Problem {
  return {
    code: 'limit',
    message: `${limit}: ${detail}`,
    hint: 'Raise the limit and ask again to go further.',
  };
}

function describe(dimension: Dimension, used: number, limit: number): string {
  switch (dimension) {
    case 'maxSubcalls':
      return `${used} of ${limit} sub-calls`;
    case 'maxTokens':
      return `${used.toLocaleString('en-US')} of ${limit.toLocaleString('en-US')} tokens`;
    case 'maxBudgetUsd':
      return `${usd(used)} of ${usd(limit)}`;
    case 'maxTimeS':
      return `${Math.round(used)} of ${limit} s`;
  }
}

function usd(amount: number): string {
  return `$${amount < 0.01 && amount > 0 ? amount.toPrecision(2) : amount.toFixed(2)}`;
}
