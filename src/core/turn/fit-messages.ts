/** The last resort of a small window: older outputs are shortened, then left out, until a request fits. */

import type { ChatMessage } from '../ports';
import { truncateMiddle } from './feedback';

export interface FittedMessages {
  readonly messages: readonly ChatMessage[];
  /** Messages that were shortened or left out; 0 when everything fitted as it was. */
  readonly changed: number;
}

/** Characters a message may keep, tried from the mildest cut to the hardest. */
const STEPS = [2_000, 1_000, 500, 250, 120];

/**
 * System prompt and first message stay as they are. Of the rest, outputs go before replies and old ones before new ones;
 * the last message is cut least.
 * @param measure tokens of one message
 * @returns null when even the hardest cut is too large
 */
export function fitMessages(
  messages: readonly ChatMessage[],
  roomTokens: number,
  measure: (message: ChatMessage) => number,
): FittedMessages | null {
  const kept = [...messages];
  const sizes = kept.map(measure);
  const changed = new Set<number>();
  const total = () => sizes.reduce((sum, size) => sum + size, 0);
  const done = () => ({ messages: kept, changed: changed.size });
  if (total() <= roomTokens) return done();
  const last = kept.length - 1;
  const middle = Array.from({ length: Math.max(0, last - 2) }, (_, i) => i + 2);
  const byRole = (role: ChatMessage['role']) => middle.filter((at) => kept[at]?.role === role);
  const order = [...byRole('user'), ...byRole('assistant'), last].filter((at) => at >= 2);
  for (const limit of STEPS) {
    for (const at of order) {
      const message = messages[at];
      if (!message || message.content.length <= limit) continue;
      const shorter = { ...message, content: truncateMiddle(message.content, limit) };
      const size = measure(shorter);
      // The words about a cut can be longer than what it saves.
      if (size >= (sizes[at] ?? 0)) continue;
      kept[at] = shorter;
      sizes[at] = size;
      changed.add(at);
      if (total() <= roomTokens) return done();
    }
  }
  // A reply and its output at a time, so that roles go on taking turns.
  for (let oldest = 2; kept.length > 4; oldest += 2) {
    kept.splice(2, 2);
    sizes.splice(2, 2);
    changed.add(oldest).add(oldest + 1);
    if (total() <= roomTokens) return done();
  }
  return null;
}
