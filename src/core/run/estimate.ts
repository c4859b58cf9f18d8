/**
 * What a run may take, before it starts: ranges, from a look-up that needs a few passages to a question that makes
 * the sub-model read everything once. A model decides for itself, so the upper end is likely, not certain.
 */

import { departures, type Departures } from './departures';
import type { EstimateInput, EstimateModel, EstimateRole } from './estimate-input';
import type { Limits } from './limits';
import { callSeconds, type Range } from './pace';

export interface Estimate extends Departures {
  readonly turns: Range;
  readonly subcalls: Range;
  /** Calls to the verifier. */
  readonly verdicts: number;
  /** Input and output of all calls. */
  readonly tokens: Range;
  /** Null when a model that will be used has no known price. */
  readonly costUsd: Range | null;
  readonly timeS: Range;
  /** The upper end if every call had to move up to the last step; null without ladders. */
  readonly movedUp: { readonly tokens: number; readonly costUsd: number | null } | null;
  readonly way: 'direct' | 'recurse';
  /** Calls at a time that the sub-model's connections carry, where that is fewer than asked for and would matter. */
  readonly narrow: { readonly host: string; readonly calls: number } | null;
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
// The answer is once more before the root when it was sent back; the verifier sees it with the passages around what it
// quotes and what cells printed.
const SENT_BACK_TURNS: Range = { low: 0, high: 2 };
const VERDICT_INPUT_TOKENS: Range = { low: 600, high: 6_000 };
const VERDICT_OUTPUT_TOKENS: Range = { low: 30, high: 300 };
/** Asked directly, a model may still run a cell before it answers. */
const DIRECT_TURNS: Range = { low: 1, high: 2 };
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
    verdicts: input.verifier ? 1 : 0,
    tokens,
    costUsd: cost && cap(cost, limits.maxBudgetUsd, 'maxBudgetUsd'),
    timeS: cap({ low: low.timeS, high: high.timeS }, limits.maxTimeS, 'maxTimeS'),
    movedUp: movedUp(input, high),
    ...departures(input),
    way: input.way ?? 'recurse',
    narrow: narrowing(sub, limits, high.subcalls),
    serial: [...(root.serial ? (['root'] as const) : []), ...(sub.serial ? (['sub'] as const) : [])],
    cappedBy,
  };
}

/** Calls to one model, with all they send and get. */
interface Share {
  readonly calls: number;
  readonly input: number;
  readonly output: number;
}

interface Work {
  readonly turns: number;
  readonly subcalls: number;
  readonly shares: Readonly<Record<EstimateRole, Share>>;
  readonly tokens: number;
  readonly costUsd: number | null;
  readonly timeS: number;
  readonly cappedBy: readonly (keyof Limits)[];
}

function work(input: EstimateInput, end: 'low' | 'high'): Work {
  const { root, sub, verifier = null, limits } = input;
  const cappedBy: (keyof Limits)[] = [];
  const upTo = (value: number, limit: number | null, name: keyof Limits) => {
    if (limit === null || value <= limit) return value;
    cappedBy.push(name);
    return limit;
  };
  const direct = input.way === 'direct';
  const lookUp = root.reads === 'passages';
  const corpusTokens = input.chars / CHARS_PER_TOKEN;
  const chunkTokens = Math.min(MAX_CHUNK_TOKENS, sub.contextTokens / 2);
  // At the upper end everything is read once, and a tenth of the answers are looked into again.
  const readAll = Math.ceil(corpusTokens / chunkTokens);
  const usual = (direct ? DIRECT_TURNS : lookUp ? LOOKUP_TURNS : TURNS)[end];
  const turns = upTo(usual + (verifier ? SENT_BACK_TURNS[end] : 0), limits.maxTurns, 'maxTurns');
  const wished = direct ? 0 : lookUp ? LOOKUP_CALLS[end] : end === 'low' ? 0 : Math.ceil(readAll * 1.1) + 4;
  const subcalls = upTo(wished, limits.maxSubcalls, 'maxSubcalls');
  const feedback = (lookUp ? LOOKUP_FEEDBACK_TOKENS : TURN_FEEDBACK_TOKENS)[end];

  const system = Math.min(SYSTEM_TOKENS, root.contextTokens * SYSTEM_SHARE);
  const asked = system + input.questionChars / CHARS_PER_TOKEN + (direct ? corpusTokens : 0);
  const first = Math.min(root.contextTokens, asked);
  // Every turn sends again what came before it, as far as the window holds it.
  let rootInput = 0;
  for (let turn = 0; turn < turns; turn++) {
    const sent = first + turn * (TURN_OUTPUT_TOKENS[end] + feedback);
    rootInput += Math.min(sent, root.contextTokens);
  }
  // A model on the device goes on from the turn before, unless a sub-call made it forget the conversation.
  const forgets = root.serial === true && sub.serial === true && root.name === sub.name && subcalls > 0;
  const rootRead = root.serial && !forgets ? Math.min(rootInput, first + (turns - 1) * feedback) : rootInput;
  const chunk = lookUp ? 0 : corpusTokens / Math.max(1, readAll);
  const perCall = Math.min(
    chunkTokens,
    corpusTokens,
    Math.max(lookUp ? LOOKUP_CALL_TOKENS / 4 : LOOKUP_CALL_TOKENS, chunk),
  );
  const verdictInput = Math.min(VERDICT_INPUT_TOKENS[end], (verifier?.contextTokens ?? 0) / 2);
  const shares: Work['shares'] = {
    root: { calls: turns, input: rootInput, output: turns * TURN_OUTPUT_TOKENS[end] },
    sub: { calls: subcalls, input: subcalls * perCall, output: subcalls * CALL_OUTPUT_TOKENS[end] },
    verifier: {
      calls: verifier ? 1 : 0,
      input: verdictInput,
      output: verifier ? VERDICT_OUTPUT_TOKENS[end] : 0,
    },
  };
  const width = sub.serial ? 1 : Math.min(limits.maxConcurrency, sub.parallelCalls ?? Infinity);
  const verdictS = verifier ? callSeconds(verifier.pace, verdictInput, VERDICT_OUTPUT_TOKENS[end], end) : 0;
  return {
    turns,
    subcalls,
    shares,
    tokens: Math.round(Object.values(shares).reduce((all, { input, output }) => all + input + output, 0)),
    costUsd: sum([price(root, shares.root), price(sub, shares.sub), price(verifier, shares.verifier)]),
    timeS:
      START_S[end] +
      turns * callSeconds(root.pace, rootRead / Math.max(1, turns), TURN_OUTPUT_TOKENS[end], end) +
      Math.ceil(subcalls / width) * callSeconds(sub.pace, perCall, CALL_OUTPUT_TOKENS[end], end) +
      verdictS,
    cappedBy,
  };
}

/**
 * A sub-call or verdict that moves up is asked of each step in turn. The root stays where it moved to, so all its turns
 * cost what the dearest model does, and one at each of the others failed.
 */
function movedUp(input: EstimateInput, { shares }: Work): Estimate['movedUp'] {
  const { root: rootSteps = [], sub: subSteps = [], verifier: verifierSteps = [] } = input.ladders ?? {};
  if (rootSteps.length + subSteps.length + verifierSteps.length === 0) return null;
  const { root, sub, verifier = null, limits } = input;
  const turn = scaled(shares.root, 1 / Math.max(1, shares.root.calls));
  const rootCosts = [root, ...rootSteps].map((model) => price(model, shares.root));
  const dearest = rootCosts.some((cost) => cost === null)
    ? null
    : Math.max(...rootCosts.map((cost) => cost ?? 0));
  const costUsd = sum([
    dearest,
    ...rootSteps.map((model) => price(model, turn)),
    ...[sub, ...subSteps].map((model) => price(model, shares.sub)),
    ...[verifier, ...verifierSteps].map((model) => price(model, shares.verifier)),
  ]);
  const all = [
    scaled(shares.root, 1 + rootSteps.length / Math.max(1, shares.root.calls)),
    scaled(shares.sub, 1 + subSteps.length),
    scaled(shares.verifier, 1 + verifierSteps.length),
  ];
  const tokens = Math.round(all.reduce((total, { input, output }) => total + input + output, 0));
  return {
    tokens: Math.min(tokens, limits.maxTokens ?? Infinity),
    costUsd: costUsd === null ? null : Math.min(costUsd, limits.maxBudgetUsd ?? Infinity),
  };
}

function scaled({ calls, input, output }: Share, by: number): Share {
  return { calls: calls * by, input: input * by, output: output * by };
}

function narrowing(sub: EstimateModel, limits: Limits, subcalls: number): Estimate['narrow'] {
  const carried = sub.parallelCalls ?? null;
  if (carried === null || sub.host === null || Math.min(limits.maxConcurrency, subcalls) <= carried)
    return null;
  return { host: sub.host, calls: carried };
}

/** A model nothing is asked of costs nothing, whatever its price. */
function price(model: EstimateModel | null, { calls, input, output }: Share): number | null {
  if (model === null || calls === 0) return 0;
  return model.price && (input * model.price.input + output * model.price.output) / 1e6;
}

function sum(costs: readonly (number | null)[]): number | null {
  return costs.reduce<number | null>((all, cost) => (all === null || cost === null ? null : all + cost), 0);
}
