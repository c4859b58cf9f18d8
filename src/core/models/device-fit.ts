/** Which models this machine can run, at which window, and which to offer: advice, for browsers do not tell GPU memory. */

import type { DeviceModel, DeviceModelTier, GpuReport } from './device';
import { sizeText } from './device-sizes';

const GIB = 2 ** 30;

/** Where browsers stop counting RAM: the first the standard's old cap, the second today's on desktops. */
const MEMORY_CAPS_BYTES: readonly number[] = [8 * GIB, 32 * GIB];

/** Windows worth choosing between, in tokens. */
const WINDOWS: readonly number[] = [2048, 4096, 8192, 16_384, 32_768];

/** Beyond this a small model gains little for its root turns, and every prefill costs more. */
const BEST_WINDOW_TOKENS = 8192;

/** The first that fits well is offered; the stronger ones are for those who ask for them. */
const BEST_TIERS: readonly DeviceModelTier[] = ['default', 'light', 'tiny'];

/** Licences that allow any use, in a business too. */
const ANY_USE_LICENCES: readonly string[] = ['Apache-2.0', 'MIT'];

/** `cannot` is a fact; the others are advice from what the browser tells, and lock nothing. */
export type FitVerdict = 'fits' | 'perhaps' | 'unlikely' | 'cannot';

export interface Fit {
  readonly verdict: FitVerdict;
  /** The one to load: the model asked about, or its twin; null when neither can run here. */
  readonly model: DeviceModel | null;
  /** GPU memory it would take at the window asked about. */
  readonly memoryBytes: number;
  /** One sentence, when there is something to say. */
  readonly reason: string | null;
}

export interface WindowChoice {
  readonly contextTokens: number;
  readonly memoryBytes: number;
  readonly verdict: FitVerdict;
}

export interface MemoryBudget {
  /** What a model may take without worry. */
  readonly comfortableBytes: number;
  /** More than this is unlikely to load; null when the browser does not tell enough to say. */
  readonly ceilingBytes: number | null;
}

/** What may be counted on here. GPUs of laptops and phones share the RAM, so RAM is the best sign there is. */
export function memoryBudget(gpu: GpuReport): MemoryBudget {
  const ram = gpu.deviceMemoryBytes;
  if (ram === null) {
    const guess = Math.min(4 * GIB, Math.max(GIB, 2 * gpu.maxBufferBytes));
    return { comfortableBytes: guess, ceilingBytes: null };
  }
  if (ram < 8 * GIB) return { comfortableBytes: ram * 0.5, ceilingBytes: ram * 0.9 };
  const capped = MEMORY_CAPS_BYTES.includes(ram);
  return {
    comfortableBytes: ram * 0.6,
    ceilingBytes: capped ? (ram >= 32 * GIB ? null : ram * 2) : ram * 0.9,
  };
}

/** What is known of this machine's memory, in words. */
export function memoryAdvice(gpu: GpuReport): string {
  const ram = gpu.deviceMemoryBytes;
  const { comfortableBytes } = memoryBudget(gpu);
  const gibibytes = (bytes: number) => `${String(Math.round((bytes / GIB) * 10) / 10)} GB`;
  const told =
    ram === null
      ? 'This browser does not tell how much memory there is'
      : `This browser tells of ${gibibytes(ram)} of memory${MEMORY_CAPS_BYTES.includes(ram) ? ' or more' : ''}`;
  return `${told}, and none tells of the GPU’s own. Models up to about ${gibibytes(comfortableBytes)} should fit; larger ones may.`;
}

/** GPU memory of a model with a window, in bytes. The figure for the default window where a token's cost is not known. */
export function memoryAt(model: DeviceModel, contextTokens: number = model.contextTokens): number {
  return model.memoryBytes + (contextTokens - model.contextTokens) * (model.kvBytesPerToken ?? 0);
}

function byMemory(gpu: GpuReport, bytes: number): FitVerdict {
  const { comfortableBytes, ceilingBytes } = memoryBudget(gpu);
  if (bytes <= comfortableBytes) return gpu.software ? 'perhaps' : 'fits';
  return ceilingBytes === null || bytes <= ceilingBytes ? 'perhaps' : 'unlikely';
}

/** Why its shaders cannot run here whatever the memory, or null. */
function obstacle(gpu: GpuReport, model: DeviceModel): string | null {
  if (gpu.problem) return gpu.problem.message;
  if (model.needsF16 && !gpu.shaderF16) return 'This GPU has no 16-bit arithmetic (shader-f16).';
  if (model.storageBindingBytes > gpu.maxStorageBindingBytes)
    return `It needs buffers of ${sizeText(model.storageBindingBytes)}; this GPU has ${sizeText(gpu.maxStorageBindingBytes)}.`;
  return null;
}

function memoryReason(gpu: GpuReport, verdict: FitVerdict, bytes: number): string | null {
  if (verdict === 'unlikely')
    return `It needs ${sizeText(bytes)} of GPU memory, more than this machine seems to have.`;
  if (gpu.software) return 'The processor does the GPU’s work in this browser: it runs, but very slowly.';
  if (verdict === 'perhaps')
    return `It needs ${sizeText(bytes)} of GPU memory; whether there is so much, browsers do not tell.`;
  return null;
}

/**
 * Whether a model runs here, itself or as its twin from `catalogue`.
 * @param contextTokens the window it is to have; the default one when absent
 */
export function fitOf(
  gpu: GpuReport,
  model: DeviceModel,
  catalogue: readonly DeviceModel[],
  contextTokens?: number,
): Fit {
  const because = obstacle(gpu, model);
  const twin = because === null ? undefined : catalogue.find(({ id }) => id === model.twinId);
  const chosen = because === null ? model : twin && obstacle(gpu, twin) === null ? twin : null;
  const memoryBytes = memoryAt(chosen ?? model, contextTokens);
  if (chosen === null) return { verdict: 'cannot', model: null, memoryBytes, reason: because };
  const verdict = byMemory(gpu, memoryBytes);
  const reasons = [
    chosen === model ? null : `${because ?? ''} Its 32-bit twin is used instead.`,
    memoryReason(gpu, verdict, memoryBytes),
  ];
  const reason = reasons.filter((text) => text !== null).join(' ') || null;
  return { verdict, model: chosen, memoryBytes, reason };
}

/**
 * Windows to choose from, smallest first, with what each costs: those the model was made for and that are not out of
 * reach here, and always the default one. Only smaller ones where a token's cost is not known.
 */
export function windowChoices(gpu: GpuReport, model: DeviceModel): readonly WindowChoice[] {
  const known = model.kvBytesPerToken !== null;
  const most = known ? (model.maxContextTokens ?? model.contextTokens) : model.contextTokens;
  const sizes = new Set([...WINDOWS.filter((tokens) => tokens <= most), model.contextTokens]);
  return [...sizes]
    .sort((a, b) => a - b)
    .map((contextTokens) => {
      const memoryBytes = memoryAt(model, contextTokens);
      const verdict = obstacle(gpu, model) === null ? byMemory(gpu, memoryBytes) : 'cannot';
      return { contextTokens, memoryBytes, verdict };
    })
    .filter(({ contextTokens, verdict }) => verdict !== 'unlikely' || contextTokens === model.contextTokens);
}

/** Whether models fit in memory side by side; one that is named twice counts once, with its larger window. */
export function fitTogether(
  gpu: GpuReport,
  wanted: readonly { readonly model: DeviceModel; readonly contextTokens?: number }[],
): Pick<Fit, 'verdict' | 'memoryBytes' | 'reason'> {
  const byId = new Map<string, number>();
  for (const { model, contextTokens } of wanted)
    byId.set(model.id, Math.max(byId.get(model.id) ?? 0, memoryAt(model, contextTokens)));
  const memoryBytes = [...byId.values()].reduce((sum, bytes) => sum + bytes, 0);
  const because = wanted.map(({ model }) => obstacle(gpu, model)).find((text) => text !== null);
  if (because) return { verdict: 'cannot', memoryBytes, reason: because };
  const verdict = byMemory(gpu, memoryBytes);
  if (verdict === 'fits' || gpu.software || byId.size < 2)
    return { verdict, memoryBytes, reason: memoryReason(gpu, verdict, memoryBytes) };
  const reason = `Together they need ${sizeText(memoryBytes)} of GPU memory, which may be more than there is.`;
  return { verdict, memoryBytes, reason };
}

/** Whether its licence sets no bounds to what it is used for; false where the licence is not known. */
export function allowsAnyUse({ licence }: DeviceModel): boolean {
  return licence !== null && ANY_USE_LICENCES.includes(licence);
}

/**
 * The model and window to suggest on this machine, ready to load; null when none can run. Between models of one tier that
 * fit equally well, one whose licence allows any use.
 */
export function bestChoice(
  gpu: GpuReport,
  catalogue: readonly DeviceModel[],
): { readonly model: DeviceModel; readonly contextTokens: number } | null {
  const smallestFirst = BEST_TIERS.toReversed();
  const firstWith = (tiers: readonly DeviceModelTier[], fitting: (fit: Fit) => boolean) => {
    for (const tier of tiers) {
      const equals = catalogue
        .filter((model) => model.tier === tier)
        .map((model) => fitOf(gpu, model, catalogue));
      const some = equals.filter((fit) => fit.model !== null && fitting(fit));
      const best = some.find(({ model }) => model && allowsAnyUse(model)) ?? some[0];
      if (best) return best;
    }
    return null;
  };
  // A computed GPU runs the smallest bearably and nothing else.
  const chosen = gpu.software
    ? firstWith(smallestFirst, () => true)
    : (firstWith(BEST_TIERS, ({ verdict }) => verdict === 'fits') ??
      firstWith(smallestFirst, ({ verdict }) => verdict === 'perhaps'));
  if (!chosen?.model) return null;
  const { model } = chosen;
  const roomy = windowChoices(gpu, model).filter(
    ({ contextTokens, verdict }) => verdict === 'fits' && contextTokens <= BEST_WINDOW_TOKENS,
  );
  return { model, contextTokens: roomy.at(-1)?.contextTokens ?? model.contextTokens };
}
