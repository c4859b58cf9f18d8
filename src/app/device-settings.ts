/** What is kept of the models on this device: how each is loaded, how fast it was, and what was being fetched. */

import * as v from 'valibot';

const id = v.pipe(v.string(), v.nonEmpty(), v.maxLength(500));
const positive = v.pipe(v.number(), v.gtValue(0), v.maxValue(1e9));

const optionsSchema = v.object({
  /** Null: the model's own default. */
  contextTokens: v.fallback(v.nullable(v.pipe(positive, v.integer(), v.minValue(256))), null),
  /** Root turns are held to their format while they are generated. */
  grammar: v.fallback(v.boolean(), true),
});

/** Null: never measured. */
const rate = v.fallback(v.nullable(positive), null);
const paceSchema = v.object({ inputTokensPerS: rate, outputTokensPerS: rate });

export const deviceSettingsSchema = v.object({
  /** By model id. */
  options: v.fallback(v.record(id, optionsSchema), {}),
  /** Measured, by model id: a mean that follows the latest calls. */
  paces: v.fallback(v.record(id, paceSchema), {}),
  /** Downloads that were under way, and not paused, when the page was left. */
  fetching: v.fallback(v.array(id), []),
});

export type DeviceSettings = v.InferOutput<typeof deviceSettingsSchema>;
export type DeviceModelOptions = v.InferOutput<typeof optionsSchema>;
export type MeasuredPace = v.InferOutput<typeof paceSchema>;

export const DEFAULT_DEVICE_SETTINGS: DeviceSettings = { options: {}, paces: {}, fetching: [] };
export const DEFAULT_MODEL_OPTIONS: DeviceModelOptions = { contextTokens: null, grammar: true };

/** Weight of the newest call in the mean. */
const NEWEST = 0.3;

/** The mean with one more measurement in it; nulls leave it as it was. */
export function blendPace(known: MeasuredPace | undefined, measured: MeasuredPace): MeasuredPace {
  if (!known) return measured;
  const blend = (before: number | null, now: number | null): number | null =>
    before === null || now === null ? (now ?? before) : before + (now - before) * NEWEST;
  return {
    inputTokensPerS: blend(known.inputTokensPerS, measured.inputTokensPerS),
    outputTokensPerS: blend(known.outputTokensPerS, measured.outputTokensPerS),
  };
}
