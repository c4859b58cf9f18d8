import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../../src/core/ports';
import { fitMessages } from '../../../src/core/turn/fit-messages';

const measure = ({ content }: ChatMessage): number => content.length;
const message = (role: ChatMessage['role'], content: string): ChatMessage => ({ role, content });

/** System, question, then so many turns; every output says which it is, at its head and at its tail. */
function conversation(turns: number, chars = 1_800): ChatMessage[] {
  const messages = [message('system', 'S'.repeat(300)), message('user', 'Q'.repeat(300))];
  for (let i = 0; i < turns; i++)
    messages.push(message('assistant', `reply ${i}`), message('user', `<${i} ${'x'.repeat(chars)} ${i}>`));
  return messages;
}

describe('messages that are too large together', () => {
  it('stay as they are when they are not', () => {
    const messages = conversation(3);
    expect(fitMessages(messages, 10_000, measure)).toEqual({ messages, changed: 0 });
  });

  it('lose the middle of old outputs first, as little as will do; question and newest last', () => {
    const messages = conversation(4);
    const fitted = fitMessages(messages, 7_200, measure);
    const cut = fitted?.messages.map(({ content }, i) => content !== messages[i]?.content) ?? [];
    expect(cut).toEqual([false, false, false, true, false, false, false, false, false, false]);
    expect(fitted?.changed).toBe(1);
    expect(fitted?.messages[3]?.content).toMatch(/^<0 x+\n… \[.*cut here\] …\nx+ 0>$/);
  });

  it('are left out, a reply and its output at a time, when cutting is not enough', () => {
    const fitted = fitMessages(conversation(12), 1_400, measure);
    const kept = fitted?.messages ?? [];
    expect(kept.map(measure).reduce((sum, size) => sum + size)).toBeLessThanOrEqual(1_400);
    expect(kept.map(({ role }) => role).join(' ')).toMatch(/^system user( assistant user)+$/);
    expect(kept[2]?.content).not.toBe('reply 0');
    expect(kept.at(-1)?.content).toMatch(/^<11 [\s\S]* 11>$/);
  });

  it('never grow by the words about a cut', () => {
    const messages = conversation(1, 125); // cutting it to 120 characters would add more than it takes
    expect(fitMessages(messages, 700, measure)).toBeNull();
    expect(fitMessages(messages, 760, measure)?.changed).toBe(0);
  });

  it('are refused when even the question is too large', () => {
    expect(fitMessages(conversation(2), 500, measure)).toBeNull();
  });
});
