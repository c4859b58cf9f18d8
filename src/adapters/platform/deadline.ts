/** Deadlines that judge something dead: only time in which it could have answered counts. */

import type { Clock } from '../../core/ports';

/** A timer later than this was held up, and what it waits for may be just behind it in the queue. */
const LATE_MS = 3_000;
/** What everybody gets who was held up, once. */
export const GRACE_MS = 5_000;

/**
 * Calls back once `ms` of time awake have gone by. After a pause the rest is waited for, and at least a grace period.
 * @returns how to cancel
 */
export function deadline(clock: Clock, ms: number, onPassed: () => void): () => void {
  const startedAtMs = clock.now();
  const pausedBeforeMs = clock.pausedMs?.() ?? 0;
  let gracedAfterMs: number | null = null;
  let cancel: () => void = () => undefined;
  const arm = (waitMs: number): void => {
    const dueAtMs = clock.now() + waitMs;
    cancel = clock.after(waitMs, () => {
      const pausedMs = (clock.pausedMs?.() ?? 0) - pausedBeforeMs;
      const leftMs = startedAtMs + ms + pausedMs - clock.now();
      const isLate = clock.now() - dueAtMs > LATE_MS;
      // One grace for each pause: timers that are always late must not put it off for ever.
      const grace = isLate && gracedAfterMs !== pausedMs ? GRACE_MS : 0;
      if (grace > 0) gracedAfterMs = pausedMs;
      const waitOnMs = Math.max(leftMs, grace);
      if (waitOnMs > 0) arm(waitOnMs);
      else onPassed();
    });
  };
  arm(ms);
  return () => {
    cancel();
  };
}
