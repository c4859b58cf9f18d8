/** The placeholders of a system prompt: their names, what they are for, and what they stand for in a run. */

import { listTools } from '../run/tool-list';
import type { Tool } from '../run/tools';
import type { PlaceholderValues } from './prompt-template';
import type { Sizes, Tier } from './sizes';

/** What a system prompt depends on. */
export interface SystemFacts {
  readonly sizes: Sizes;
  /** Levels of child runs still possible below this run; 0: `rlm_query` is a plain call. */
  readonly depthLeft: number;
  /** Sub-calls that run side by side; 1 where an engine answers one at a time. */
  readonly batchWidth: number;
  readonly maxTurns: number;
  /** The user's own functions and values that this run has; none when absent. */
  readonly tools?: readonly Tool[];
}

export interface Placeholder {
  readonly name: string;
  /** For the one who edits the prompt: what it stands for, in a phrase. */
  readonly meaning: string;
  readonly value: (facts: SystemFacts) => string;
}

/** More in one prompt is seldom read with care. */
const FILL_CHARS = 100_000;
/** Of a sub-call's window, what a part of a text may take; the rest is for the question. */
const CHUNK_SHARE = 0.85;
/** Characters to a token, as `chunk_by_tokens` counts them. */
const CHUNK_CHARS_PER_TOKEN = 4;

/** Characters that the list of the user's tools may take. */
const TOOL_CHARS: Readonly<Record<Tier, number>> = { full: 6_000, short: 2_000, tiny: 400 };

export const PLACEHOLDERS: readonly Placeholder[] = [
  {
    name: 'sub_chars',
    meaning: 'characters that fit the prompt of one sub-call',
    value: ({ sizes }) => count(sizes.subPromptChars),
  },
  {
    name: 'fill_chars',
    meaning: 'characters worth putting into one sub-call',
    value: ({ sizes }) => count(Math.min(sizes.subPromptChars, FILL_CHARS)),
  },
  {
    name: 'chunk_tokens',
    meaning: 'a size for chunk_by_tokens whose parts fit a sub-call, with its question',
    // Without separators, as it stands in Python code.
    value: ({ sizes }) => String(chunkTokens(sizes)),
  },
  {
    name: 'output_chars',
    meaning: 'characters of output shown to the model before they are cut',
    value: ({ sizes }) => count(sizes.outputChars),
  },
  {
    name: 'batch',
    meaning: 'how the calls of one batch are answered',
    value: ({ batchWidth }) => atATime(batchWidth),
  },
  {
    name: 'batch_advice',
    meaning: 'what that means for the size of a batch',
    value: ({ batchWidth }) => batchAdvice(batchWidth),
  },
  { name: 'max_turns', meaning: 'turns the run may take', value: ({ maxTurns }) => count(maxTurns) },
  {
    name: 'depth_left',
    meaning: 'levels of child runs below this one',
    value: ({ depthLeft }) => String(Math.max(0, depthLeft)),
  },
  {
    name: 'recursion',
    meaning: 'what rlm_query is at this depth, and what each level below has left',
    value: recursionLine,
  },
  {
    name: 'tools',
    meaning: 'your own tools, one to a line; left out when there are none',
    value: ({ tools = [], sizes }) => listTools(tools, TOOL_CHARS[sizes.tier]),
  },
];

/** What every placeholder stands for in a run. */
export function placeholderValues(facts: SystemFacts): PlaceholderValues {
  return Object.fromEntries(PLACEHOLDERS.map(({ name, value }) => [name, value(facts)]));
}

export function isPlaceholder(name: string): boolean {
  return PLACEHOLDERS.some((placeholder) => placeholder.name === name);
}

function chunkTokens({ subPromptChars }: Sizes): number {
  const chars = Math.min(subPromptChars * CHUNK_SHARE, FILL_CHARS);
  const tokens = Math.floor(chars / CHUNK_CHARS_PER_TOKEN);
  return tokens >= 1_000 ? Math.floor(tokens / 100) * 100 : Math.max(1, tokens);
}

/** Honest about engines that do one reply at a time: a batch saves words there, not time. */
function atATime(batchWidth: number): string {
  return batchWidth === 1 ? 'answered one at a time' : `${count(batchWidth)} side by side`;
}

function batchAdvice(batchWidth: number): string {
  return batchWidth === 1
    ? 'they are answered one after the other here, so that few are better than many'
    : `send them in batches of about ${count(Math.max(batchWidth, 8))}`;
}

function recursionLine({ depthLeft, maxTurns }: SystemFacts): string {
  const names = '`rlm_query(prompt, model=None)`, `rlm_query_batched(prompts, model=None)`';
  if (depthLeft <= 0)
    return `${names}: here the same as \`llm_query\` and \`llm_query_batched\`; no deeper level is left.`;
  const child = `${names}: a child like you, with a REPL of its own, the prompt as its \`context\`, and ${turns(maxTurns)}; \`recursive_llm(query, text)\` gives it a question about a text.`;
  const use = 'For parts that need several steps of code; slower and dearer than `llm_query`.';
  return `${child} ${levelsLine(depthLeft)} ${use}`;
}

/** What each level below has left. */
function levelsLine(depthLeft: number): string {
  if (depthLeft === 1) return 'One level deep: in a child, `rlm_query` is a plain `llm_query`.';
  const below = depthLeft === 2 ? 'one level' : `${depthLeft - 1} levels`;
  const rest = depthLeft === 2 ? 'theirs have none' : 'theirs one less, and so on';
  return `${depthLeft} levels deep from here: your children have ${below} below them, ${rest}; at the last, \`rlm_query\` is a plain \`llm_query\`. All of them share one budget.`;
}

function turns(maxTurns: number): string {
  return maxTurns === 1 ? 'one turn' : `up to ${count(maxTurns)} turns`;
}

function count(n: number): string {
  return n.toLocaleString('en-US');
}
