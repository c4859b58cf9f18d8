/**
 * What a run may take, before it starts: ranges, from a look-up that needs a few passages to a question that makes
 * the sub-model read everything once. A model decides for itself, so the upper end is likely, not certain.
 */

import type { Price } from '../ports';
import type { Limits } from './limits';

export interface Range {
  readonly low: number;
  readonly high: number;
}

/** How fast a model answers, from best to worst. */
export interface Pace {
  /** Seconds to the first token of a short prompt. */
  readonly latencyS: Range;
  /** Generated tokens a second. */
  readonly outputTokensPerS: Range;
  /** Tokens of a prompt read a second, where that takes a time worth counting. */
  readonly inputTokensPerS?: Range;
}

/** A server on the network: from a fast small model to a busy large one. */
export const SERVED_PACE: Pace = {
  latencyS: { low: 0.4, high: 2 },
  outputTokensPerS: { low: 30, high: 150 },
};
/** The built-in reader computes its answers. */
export const READER_PACE: Pace = {
  latencyS: { low: 0, high: 0.05 },
  outputTokensPerS: { low: 1e4, high: 1e5 },
};

// Every generated token reads the whole model from memory once, so its size and the memory's speed bound the pace: from
// a small integrated GPU to a large one of its own. Reading a prompt is bounded by arithmetic: some dozens of times faster.
const MEMORY_BYTES_PER_S: Range = { low: 20e9, high: 250e9 };
const READING_ADVANTAGE: Range = { low: 12, high: 25 };
const OVERHEAD_LIMIT_TOKENS_PER_S = 120;
/** A processor that computes for a missing GPU: measured in seconds a token rather than tokens a second. */
const SOFTWARE_SLOWDOWN = 40;

/** A model on this device's GPU that nothing was measured of yet. @param memoryBytes what it takes of the GPU's memory */
export function gpuPace(memoryBytes: number, software: boolean): Pace {
  const slowdown = software ? SOFTWARE_SLOWDOWN : 1;
  const output = (end: 'low' | 'high') =>
    Math.min(OVERHEAD_LIMIT_TOKENS_PER_S, MEMORY_BYTES_PER_S[end] / Math.max(1, memoryBytes)) / slowdown;
  return {
    latencyS: { low: 0.1, high: 0.5 },
    outputTokensPerS: { low: output('low'), high: output('high') },
    inputTokensPerS: {
      low: output('low') * READING_ADVANTAGE.low,
      high: output('high') * READING_ADVANTAGE.high,
    },
  };
}

export interface EstimateModel {
  readonly name: string;
  /** Null when nothing leaves the device. */
  readonly host: string | null;
  readonly contextTokens: number;
  readonly price: Price | null;
  readonly pace: Pace;
  /** `passages`: as root it looks up a few passages, whatever the size of the corpus. Default: `all`. */
  readonly reads?: 'all' | 'passages';
  /** Answers one call at a time, on this device. */
  readonly serial?: boolean;
}

export interface EstimateInput {
  /** Size of the corpus in code points. */
  readonly chars: number;
  readonly questionChars: number;
  readonly root: EstimateModel;
  readonly sub: EstimateModel;
  readonly limits: Limits;
}

export interface Estimate {
  readonly turns: Range;
  readonly subcalls: Range;
  /** Input and output of all calls. */
  readonly tokens: Range;
  /** Null when a model that will be used has no known price. */
  readonly costUsd: Range | null;
  readonly timeS: Range;
  /** Hosts that will be sent something, and what. Empty: nothing leaves the device. */
  readonly leaves: readonly { readonly host: string; readonly what: readonly ('root' | 'sub')[] }[];
  /** Roles whose model answers one call at a time. */
  readonly serial: readonly ('root' | 'sub')[];
  /** Limits that cut the upper end. */
  readonly cappedBy: readonly (keyof Limits)[];
}

// What runs were seen to take: a system prompt of about 2,000 tokens, turns that add some 1,000 of output and
// reply, sub-calls that fill half of the sub-model's window but seldom more than 50,000 tokens.
const SYSTEM_TOKENS = 2_000;
/** Of a small window the prompt takes no more than this. */
const SYSTEM_SHARE = 0.12;
const TURN_OUTPUT_TOKENS: Range = { low: 150, high: 700 };
const TURN_FEEDBACK_TOKENS: Range = { low: 300, high: 2_500 };
const LOOKUP_CALL_TOKENS = 1_000;
const CALL_OUTPUT_TOKENS: Range = { low: 60, high: 400 };
const MAX_CHUNK_TOKENS = 50_000;
const TURNS: Range = { low: 2, high: 12 };
const CHARS_PER_TOKEN = 4;
// The reader explores, searches, and has some dozens of passages rated.
const LOOKUP_TURNS: Range = { low: 2, high: 5 };
const LOOKUP_CALLS: Range = { low: 8, high: 40 };
const LOOKUP_FEEDBACK_TOKENS: Range = { low: 300, high: 1_500 };
// An interpreter may be waiting, or have to be fetched and started.
const START_S: Range = { low: 0, high: 5 };

export function estimateRun(input: EstimateInput): Estimate {
  const { root, sub, limits } = input;
  const low = work(input, 'low');
  const high = work(input, 'high');
  const cappedBy: (keyof Limits)[] = [...high.cappedBy];
  const cap = (value: Range, limit: number | null, name: keyof Limits): Range => {
    if (limit === null || value.high <= limit) return value;
    cappedBy.push(name);
    return { low: Math.min(value.low, limit), high: limit };
  };
  const tokens = cap({ low: low.tokens, high: high.tokens }, limits.maxTokens, 'maxTokens');
  const cost =
    low.costUsd === null || high.costUsd === null ? null : { low: low.costUsd, high: high.costUsd };
  return {
    turns: { low: low.turns, high: high.turns },
    subcalls: { low: low.subcalls, high: high.subcalls },
    tokens,
    costUsd: cost && cap(cost, limits.maxBudgetUsd, 'maxBudgetUsd'),
    timeS: cap({ low: low.timeS, high: high.timeS }, limits.maxTimeS, 'maxTimeS'),
    leaves: departures(root, sub),
    serial: [...(root.serial ? (['root'] as const) : []), ...(sub.serial ? (['sub'] as const) : [])],
    cappedBy,
  };
}

interface Work {
  readonly turns: number;
  readonly subcalls: number;
  readonly tokens: number;
  readonly costUsd: number | null;
  readonly timeS: number;
  readonly cappedBy: readonly (keyof Limits)[];
}

function work(input: EstimateInput, end: 'low' | 'high'): Work {
  const { root, sub, limits } = input;
  const cappedBy: (keyof Limits)[] = [];
  const upTo = (value: number, limit: number | null, name: keyof Limits) => {
    if (limit === null || value <= limit) return value;
    cappedBy.push(name);
    return limit;
  };
  const corpusTokens = input.chars / CHARS_PER_TOKEN;
  const chunkTokens = Math.min(MAX_CHUNK_TOKENS, sub.contextTokens / 2);
  // At the upper end everything is read once, and a tenth of the answers are looked into again.
  const readAll = Math.ceil(corpusTokens / chunkTokens);
  const lookUp = root.reads === 'passages';
  const turns = upTo((lookUp ? LOOKUP_TURNS : TURNS)[end], limits.maxTurns, 'maxTurns');
  const wished = lookUp ? LOOKUP_CALLS[end] : end === 'low' ? 0 : Math.ceil(readAll * 1.1) + 4;
  const subcalls = upTo(wished, limits.maxSubcalls, 'maxSubcalls');
  const feedback = (lookUp ? LOOKUP_FEEDBACK_TOKENS : TURN_FEEDBACK_TOKENS)[end];

  const system = Math.min(SYSTEM_TOKENS, root.contextTokens * SYSTEM_SHARE);
  const first = Math.min(root.contextTokens, system + input.questionChars / CHARS_PER_TOKEN);
  // Every turn sends again what came before it, as far as the window holds it.
  let rootInput = 0;
  for (let turn = 0; turn < turns; turn++) {
    const sent = first + turn * (TURN_OUTPUT_TOKENS[end] + feedback);
    rootInput += Math.min(sent, root.contextTokens);
  }
  // A model on the device goes on from the turn before, unless a sub-call made it forget the conversation.
  const forgets = root.serial === true && sub.serial === true && root.name === sub.name && subcalls > 0;
  const rootRead = root.serial && !forgets ? Math.min(rootInput, first + (turns - 1) * feedback) : rootInput;
  const rootOutput = turns * TURN_OUTPUT_TOKENS[end];
  const chunk = lookUp ? 0 : corpusTokens / Math.max(1, readAll);
  const perCall = Math.min(
    chunkTokens,
    corpusTokens,
    Math.max(lookUp ? LOOKUP_CALL_TOKENS / 4 : LOOKUP_CALL_TOKENS, chunk),
  );
  const subInput = subcalls * perCall;
  const subOutput = subcalls * CALL_OUTPUT_TOKENS[end];
  return {
    turns,
    subcalls,
    tokens: Math.round(rootInput + rootOutput + subInput + subOutput),
    costUsd: sum(price(root, rootInput, rootOutput), subcalls === 0 ? 0 : price(sub, subInput, subOutput)),
    timeS:
      START_S[end] +
      turns * seconds(root.pace, rootRead / Math.max(1, turns), TURN_OUTPUT_TOKENS[end], end) +
      Math.ceil(subcalls / (sub.serial ? 1 : limits.maxConcurrency)) *
        seconds(sub.pace, perCall, CALL_OUTPUT_TOKENS[end], end),
    cappedBy,
  };
}

/** Time of one call; the low end is the fast one. */
function seconds(pace: Pace, inputTokens: number, outputTokens: number, end: 'low' | 'high'): number {
  const fast = end === 'low' ? 'high' : 'low';
  const reading = pace.inputTokensPerS ? inputTokens / pace.inputTokensPerS[fast] : 0;
  return pace.latencyS[end] + reading + outputTokens / pace.outputTokensPerS[fast];
}

function price(model: EstimateModel, input: number, output: number): number | null {
  return model.price && (input * model.price.input + output * model.price.output) / 1e6;
}

function sum(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

function departures(root: EstimateModel, sub: EstimateModel): Estimate['leaves'] {
  const byHost = new Map<string, ('root' | 'sub')[]>();
  for (const [role, { host }] of [
    ['root', root],
    ['sub', sub],
  ] as const)
    if (host !== null) byHost.set(host, [...(byHost.get(host) ?? []), role]);
  return [...byHost].map(([host, what]) => ({ host, what }));
}
