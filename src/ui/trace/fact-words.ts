/** Facts several kinds of nodes have, in words. */

import type { Problem } from '../../core/errors';
import type { TokenUsage } from '../../core/ports';
import { formatCount, formatMoney } from '../kit/format';

export type Fact = readonly [name: string, value: string | null];

/** Tokens and money of one request or several. */
export function usageFacts(usage: TokenUsage | null): readonly Fact[] {
  if (!usage) return [];
  const { inputTokens, outputTokens, costUsd, estimated } = usage;
  const counts = `${formatCount(inputTokens)} in, ${formatCount(outputTokens)} out`;
  return [
    ['Tokens', estimated ? `${counts}, estimated` : counts],
    ['Money', costUsd === null ? 'price unknown' : formatMoney(costUsd, 'precise')],
  ];
}

/** Null when the first try was the last. */
export function retryWords(retries: number): string | null {
  if (retries === 0) return null;
  return retries === 1 ? 'once' : `${String(retries)} times`;
}

export function problemWords({ message, hint }: Problem): string {
  return [message, hint ?? ''].join(' ').trim();
}
