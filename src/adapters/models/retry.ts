/** When to try again, and how long to wait first (protocol.md §5). Time and chance are passed in. */

import type { SondeError } from '../../core/errors';
import type { Clock } from '../../core/ports';

export interface RetryPolicy {
  /** Tries after the first, for a server that has answered before. */
  readonly maxRetries: number;
  /** Tries after the first while nothing has ever answered: a wrong address should not take a minute to report. */
  readonly maxConnectRetries: number;
  /** The wait doubles from `baseMs` up to `capMs`, then is shortened by up to half at random. */
  readonly baseMs: number;
  readonly capMs: number;
  /** A server that asks for a longer wait than this is reported instead of waited for. */
  readonly maxRetryAfterMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = {
  maxRetries: 5,
  maxConnectRetries: 2,
  baseMs: 500,
  capMs: 30_000,
  maxRetryAfterMs: 120_000,
};

/** One failed try, classified. */
export interface Failure {
  /** What the user is told when no try is left. */
  readonly error: SondeError;
  /** `connect`: nothing answered. `never`: trying again cannot help. */
  readonly retry: 'yes' | 'once' | 'connect' | 'never';
  /** The wait the server asked for, if it did. */
  readonly retryAfterMs: number | null;
}

/** Statuses worth another try. 400, 401, 403 and 404 never are. */
export function isRetryableStatus(status: number): boolean {
  return status === 408 || status === 409 || status === 425 || status === 429 || status >= 500;
}

/** `retry-after-ms`, or `Retry-After` in seconds or as a date; null when absent, unreadable or in the past. */
export function retryAfterMs(headers: Headers, nowMs: number): number | null {
  const milliseconds = numberIn(headers.get('retry-after-ms'));
  if (milliseconds !== null) return milliseconds;
  const value = headers.get('retry-after');
  if (value === null) return null;
  const seconds = numberIn(value);
  if (seconds !== null) return seconds * 1000;
  const wait = Date.parse(value) - nowMs;
  return wait > 0 ? wait : null;
}

function numberIn(text: string | null): number | null {
  if (text === null || !/^\s*\d+(\.\d+)?\s*$/.test(text)) return null;
  return Number(text);
}

export interface RetryState {
  /** Tries made so far, at least 1. */
  readonly attempt: number;
  /** Whether this server has ever answered. */
  readonly answeredBefore: boolean;
}

/** The wait before the next try in ms, or null when the failure is final. `random` gives [0, 1). */
export function nextDelayMs(
  failure: Failure,
  { attempt, answeredBefore }: RetryState,
  policy: RetryPolicy,
  random: () => number,
): number | null {
  if (attempt > triesAllowed(failure, answeredBefore, policy)) return null;
  const backoff = Math.min(policy.capMs, policy.baseMs * 2 ** (attempt - 1)) * (1 - random() / 2);
  if (failure.retryAfterMs === null) return Math.round(backoff);
  if (failure.retryAfterMs > policy.maxRetryAfterMs) return null;
  // Never before the time asked for; a little after it, so that a whole batch does not come back at once.
  return Math.round(failure.retryAfterMs + random() * policy.baseMs);
}

function triesAllowed(failure: Failure, answeredBefore: boolean, policy: RetryPolicy): number {
  switch (failure.retry) {
    case 'never':
      return 0;
    case 'once':
      return Math.min(1, policy.maxRetries);
    case 'connect':
      return answeredBefore ? policy.maxRetries : Math.min(policy.maxConnectRetries, policy.maxRetries);
    case 'yes':
      return policy.maxRetries;
  }
}

/** Resolves after `ms`; rejects at once with the signal's reason when aborted. */
export function wait(ms: number, signal: AbortSignal, clock: Clock): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      cancel();
      reject(signal.reason as Error); // an AbortError by the platform's contract
    };
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', abort);
      resolve();
    });
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
