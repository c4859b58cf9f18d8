/** When the root's messages outgrow its window: a summary replaces the middle, the rest goes to `history` (protocol §3). */

import type { ChatMessage } from '../ports';
import type { Tier } from '../turn/sizes';

const SUMMARY_PROMPT = `Your messages are about to outgrow your window. Sum up your progress for yourself, in one to three paragraphs:
what is done and what is left; every result you will need, exactly, with the names of the variables that hold it; what you will do next. Write no code.`;

const SHORT_SUMMARY_PROMPT =
  'Your window is nearly full. In at most 120 words: what you found (exact results), which variables hold it, what to do next. No code.';

/** The user message that asks for a summary. */
export function summaryPrompt(tier: Tier): string {
  return tier === 'tiny' ? SHORT_SUMMARY_PROMPT : SUMMARY_PROMPT;
}

/** System and first message, the summary as the model's own words, then the newest feedback. */
export function compactedMessages(
  messages: readonly ChatMessage[],
  summary: string,
  times: number,
): ChatMessage[] {
  const newest = messages.at(-1)?.content ?? '';
  const note = `Earlier messages were replaced by your summary (${times === 1 ? 'once' : `${times} times`} so far). They are in \`history\`; your variables are unchanged. Go on from there.`;
  return [
    ...messages.slice(0, 2),
    { role: 'assistant', content: summary.trim() === '' ? 'I have no summary.' : summary },
    { role: 'user', content: `${note}\n\n${newest}` },
  ];
}

/** Python that appends the replaced messages and their summary to `history`. A JSON string is a Python string too. */
export function historyCell(replaced: readonly ChatMessage[], summary: string): string {
  const entries = [...replaced, { role: 'summary', content: summary }];
  return `import json as _json
from sonde.conversation import remember as _remember
_remember(_json.loads(${JSON.stringify(JSON.stringify(entries))}))`;
}
