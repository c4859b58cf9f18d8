/** Why nothing arrives yet, in words: how many calls are before this one, or how far its model is loaded. */

import type { Waiting } from '../../app/run-view.svelte';
import { formatPlural } from '../kit/format';

export function waitingWords({ ahead, text }: Waiting): string {
  return ahead === null || ahead === 0 ? text : `${formatPlural(ahead, 'call')} ahead`;
}

/**
 * For many calls at once: the loading of their model, or how many wait. Empty when none does.
 * @param unfinished calls that have no end yet; of those that take turns one is being answered
 */
export function queueWords(waits: readonly Waiting[], unfinished: number): string {
  const loading = waits.find(({ ahead }) => ahead === null);
  if (loading) return waitingWords(loading);
  const ahead = Math.min(Math.max(0, ...waits.map((wait) => wait.ahead ?? 0)), unfinished - 1);
  return ahead > 0 ? `one at a time, ${String(ahead)} waiting` : '';
}
