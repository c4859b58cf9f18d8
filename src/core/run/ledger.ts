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
  /** The most tokens its reply may have so that this call alone passes no limit; null while there is plenty. */
  readonly outputTokens: number | null;
}

/** Tokens of a reply assumed before the first reply of a tree has been seen. */
const ASSUMED_REPLY_TOKENS = 500;

/** With less than this left, replies are bounded. Above it a bound could be more than some servers take. */
const PLENTY_TOKENS = 4_096;

/**
 * A `repair` asks once more for a sub-call that was sent before, of the same model or a stronger one; an `aside` is a
 * request beside the turns. Only a `subcall` counts against `maxSubcalls`.
 */
export type CallKind = 'turn' | 'subcall' | 'repair' | 'aside';

type Dimension = 'maxBudgetUsd' | 'maxTimeS' | 'maxTokens' | 'maxSubcalls';

/** How far one limit is used. */
export interface LimitUse {
  readonly limit: keyof Limits;
  readonly used: number;
  readonly of: number;
  /** e.g. `12 of 50 sub-calls`. */
  readonly words: string;
}

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
  #pauses = 0;
  #pausedAtMs = 0;
  #pausedMs = 0;

  constructor(limits: Limits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
    this.#startedAtMs = this.#awakeMs();
  }

  /** Begins with what the tree had used up before it broke off. */
  goOnFrom({ tokens, costUsd, subcalls, replies, replyTokens, awakeMs }: Spent): void {
    this.#tokens += tokens;
    this.#costUsd += costUsd;
    this.#subcalls += subcalls;
    this.#replies += replies;
    this.#replyTokens += replyTokens;
    this.#startedAtMs -= awakeMs;
  }

  /**
   * Reserves what a call is expected to take.
   * @throws SondeError `limit` when it would not fit what is left
   */
  reserve(inputTokens: number, price: Price | null, kind: CallKind): Reservation {
    const { maxSubcalls } = this.#limits;
    if (kind === 'subcall' && maxSubcalls !== null && this.#subcalls >= maxSubcalls) {
      const detail = maxSubcalls === 0 ? 'no sub-calls are allowed' : `all ${maxSubcalls} sub-calls are used`;
      throw new SondeError(limitProblem('maxSubcalls', detail));
    }
    const reservation = this.#hold(inputTokens, price);
    if (kind === 'subcall') this.#subcalls++;
    return reservation;
  }

  /**
   * A try failed after some of its reply had come, and the same call is tried again: the try is settled, the next one
   * reserved.
   * @throws SondeError `limit` when another try would not fit what is left; the reservation is gone then
   */
  renew(reservation: Reservation, used: TokenUsage, inputTokens: number, price: Price | null): Reservation {
    this.settle(reservation, used);
    return this.#hold(inputTokens, price);
  }

  #hold(inputTokens: number, price: Price | null): Reservation {
    const { maxTokens, maxBudgetUsd } = this.#limits;
    const replyTokens =
      this.#replies === 0 ? ASSUMED_REPLY_TOKENS : Math.ceil(this.#replyTokens / this.#replies);
    const tokens = inputTokens + replyTokens;
    const inputUsd = price ? (inputTokens * price.input) / 1e6 : 0;
    const costUsd = inputUsd + (price ? (replyTokens * price.output) / 1e6 : 0);
    const takenTokens = this.#tokens + this.#reservedTokens;
    if (maxTokens !== null && takenTokens + tokens > maxTokens) {
      const taken = `${count(takenTokens)} of ${count(maxTokens)} tokens are taken`;
      throw new SondeError(limitProblem('maxTokens', `${taken}; this needs about ${count(tokens)}`));
    }
    const takenUsd = this.#costUsd + this.#reservedCostUsd;
    if (maxBudgetUsd !== null && takenUsd + costUsd > maxBudgetUsd) {
      const taken = `${usd(takenUsd)} of ${usd(maxBudgetUsd)} is taken`;
      throw new SondeError(limitProblem('maxBudgetUsd', `${taken}; this needs about ${usd(costUsd)}`));
    }
    const byTokens = maxTokens === null ? Infinity : maxTokens - takenTokens - inputTokens;
    const byMoney =
      maxBudgetUsd === null || !price || price.output === 0
        ? Infinity
        : ((maxBudgetUsd - takenUsd - inputUsd) * 1e6) / price.output;
    const room = Math.floor(Math.min(byTokens, byMoney));
    this.#reservedTokens += tokens;
    this.#reservedCostUsd += costUsd;
    return { tokens, costUsd, outputTokens: room < PLENTY_TOKENS ? Math.max(1, room) : null };
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
    for (const { limit, used, of, words } of this.usage()) {
      // A limit of nothing is kept by refusing what would take something.
      if (used >= of && of > 0 && limit !== 'maxSubcalls') return limitProblem(limit, words);
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

  /** What is limited and how far it is used, e.g. `12 of 50 sub-calls, $0.02 of $1.00`. */
  summary(): string {
    return this.usage()
      .map(({ words }) => words)
      .join(', ');
  }

  /** What the tree has used of each of its limits. */
  usage(): LimitUse[] {
    const { maxBudgetUsd, maxTimeS, maxTokens, maxSubcalls } = this.#limits;
    const all: [Dimension, number, number | null][] = [
      ['maxSubcalls', this.#subcalls, maxSubcalls],
      ['maxTokens', this.#tokens, maxTokens],
      ['maxBudgetUsd', this.#costUsd, maxBudgetUsd],
      ['maxTimeS', this.#elapsedMs() / 1000, maxTimeS],
    ];
    return all.flatMap(([limit, used, of]) =>
      of === null ? [] : [{ limit, used, of, words: describe(limit, used, of) }],
    );
  }

  /** What has been settled so far. */
  get spent(): { readonly tokens: number; readonly costUsd: number; readonly subcalls: number } {
    return { tokens: this.#tokens, costUsd: this.#costUsd, subcalls: this.#subcalls };
  }

  /** Time asleep does not count: nobody gets anything for it, and a lid closed for the night is no run of eight hours. */
  #awakeMs(): number {
    return this.#clock.now() - (this.#clock.pausedMs?.() ?? 0);
  }

  #elapsedMs(): number {
    const now = this.paused ? this.#pausedAtMs : this.#awakeMs();
    return now - this.#startedAtMs - this.#pausedMs;
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
      return `${count(used)} of ${count(limit)} tokens`;
    case 'maxBudgetUsd':
      return `${usd(used)} of ${usd(limit)}`;
    case 'maxTimeS':
      return `${Math.round(used)} of ${limit} s`;
  }
}

function usd(amount: number): string {
  return `$${amount < 0.01 && amount > 0 ? amount.toPrecision(2) : amount.toFixed(2)}`;
}

function count(n: number): string {
  return n.toLocaleString('en-US');
}
