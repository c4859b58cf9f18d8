/** How fast a model on this device answers: measured at every call, so that the next estimate is of this machine. */

import type { ChatEvent, ChatModel, Clock } from '../core/ports';
import { gpuPace, type Pace } from '../core/run/pace';
import type { MeasuredPace } from './device-settings';

/** Below these a rate says more about the clock than about the model. */
const MIN_OUTPUT_TOKENS = 8;
const MIN_INPUT_TOKENS = 32;
const MIN_MS = 50;

/** The model, with every completed call measured. Waiting for a place, loading and retries do not count. */
export function measured(
  model: ChatModel,
  clock: Pick<Clock, 'now'>,
  onSample: (sample: MeasuredPace) => void,
): ChatModel {
  const watched: ChatModel = {
    name: model.name,
    host: model.host,
    // Read anew: it is the window really loaded.
    get contextTokens() {
      return model.contextTokens;
    },
    price: model.price,
    ...(model.shapes && { shapes: model.shapes }),
    complete: (messages, options, signal) =>
      watch(model.complete(messages, options, signal), clock, onSample),
  };
  // Read anew too: whether it shares its engine is decided when a run begins.
  return Object.defineProperty(watched, 'engine', { get: () => model.engine, enumerable: true });
}

async function* watch(
  events: AsyncIterable<ChatEvent>,
  clock: Pick<Clock, 'now'>,
  onSample: (sample: MeasuredPace) => void,
): AsyncGenerator<ChatEvent> {
  let startedMs = clock.now();
  let firstMs: number | null = null;
  for await (const event of events) {
    if (event.type === 'waiting' || event.type === 'retry') {
      startedMs = clock.now();
      firstMs = null;
    } else if (event.type === 'end') {
      if (firstMs !== null) onSample(sampleOf(event.usage, firstMs - startedMs, clock.now() - firstMs));
    } else firstMs ??= clock.now();
    yield event;
  }
}

function sampleOf(
  usage: Extract<ChatEvent, { type: 'end' }>['usage'],
  readingMs: number,
  writingMs: number,
): MeasuredPace {
  const { inputTokens, outputTokens } = usage;
  const rate = (tokens: number, ms: number, least: number) =>
    tokens >= least && ms >= MIN_MS ? (tokens / ms) * 1000 : null;
  return {
    inputTokensPerS: rate(inputTokens, readingMs, MIN_INPUT_TOKENS),
    // The first token came with the prompt's reading.
    outputTokensPerS: rate(outputTokens - 1, writingMs, MIN_OUTPUT_TOKENS),
  };
}

/** How far a run's pace strays from the mean of earlier ones, either way. */
const STRAY = 1.4;

/** The pace an estimate counts with: measured where there are measurements, else what GPUs of its kind do. */
export function paceFor(known: MeasuredPace | null, memoryBytes: number, software: boolean): Pace {
  const guess = gpuPace(memoryBytes, software);
  const around = (rate: number) => ({ low: rate / STRAY, high: rate * STRAY });
  return {
    latencyS: guess.latencyS,
    outputTokensPerS: known?.outputTokensPerS ? around(known.outputTokensPerS) : guess.outputTokensPerS,
    ...(known?.inputTokensPerS
      ? { inputTokensPerS: around(known.inputTokensPerS) }
      : guess.inputTokensPerS && { inputTokensPerS: guess.inputTokensPerS }),
  };
}
