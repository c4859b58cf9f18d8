/** What something cost, in words: tokens, money, time. */

import type { Cost } from '../../core/record/measures';
import { formatDuration, formatMoney, formatTokens } from '../kit/format';

/** Time that is still running, in whole seconds: `7 s`, `1 min 05 s`. */
export function elapsedWords(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return seconds < 60 ? `${String(seconds)}\u202fs` : formatDuration(seconds * 1000);
}

/** `1.2k tokens · $0.0040 · 1.5 s`; parts that are unknown or nothing are left out. */
export function costWords(cost: Cost, durationMs: number | null): string {
  const parts = [];
  const tokens = cost.inputTokens + cost.outputTokens;
  if (tokens > 0) parts.push(formatTokens(tokens, cost.estimated ? 'estimate' : 'exact'));
  if (cost.costUsd !== null && cost.costUsd > 0) parts.push(formatMoney(cost.costUsd, 'precise'));
  if (durationMs !== null) parts.push(formatDuration(durationMs));
  return parts.join(' · ');
}
