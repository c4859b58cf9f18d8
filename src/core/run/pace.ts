/** How fast models answer, from best to worst: of servers, of the built-in reader, and of a GPU nothing was measured of. */

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

/** Time of one call, in seconds; the low end is the fast one. */
export function callSeconds(
  pace: Pace,
  inputTokens: number,
  outputTokens: number,
  end: 'low' | 'high',
): number {
  const fast = end === 'low' ? 'high' : 'low';
  const reading = pace.inputTokensPerS ? inputTokens / pace.inputTokensPerS[fast] : 0;
  return pace.latencyS[end] + reading + outputTokens / pace.outputTokensPerS[fast];
}
