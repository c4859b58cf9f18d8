/** Models on this device in words: what each is for, what it takes, how far its download is. */

import type {
  DeviceModel,
  DeviceModelTier,
  GpuReport,
  KeptModel,
  LoadProgress,
} from '../../../core/models/device';
import { memoryAdvice } from '../../../core/models/device-fit';
import type { Download } from '../../../app/device-downloads.svelte';
import { formatAbout, formatBytes, formatCount, formatPercent } from '../../kit/format';

export const TIER_WORDS: Readonly<Record<DeviceModelTier, string>> = {
  tiny: 'The smallest: for old machines, and for sub-calls',
  light: 'Small and quick: good for sub-calls',
  default: 'A good start: writes the code a root model needs',
  general: 'General purpose',
  strong: 'Stronger, and slower',
  big: 'The largest: for GPUs with much memory',
};

/** `1.8 GB to fetch`, `2.5 GB of GPU memory`, … */
export function factsOf(
  model: DeviceModel,
  kept: KeptModel,
  memoryBytes: number,
  windowTokens: number,
): string[] {
  const { downloadBytes, licence } = model;
  const size =
    kept.state === 'complete'
      ? `${formatBytes(kept.bytes)} on this device`
      : downloadBytes === null
        ? 'size known when it is fetched'
        : `${formatBytes(downloadBytes)} to fetch`;
  return [
    size,
    ...(memoryBytes > 0 ? [`${formatBytes(memoryBytes)} of GPU memory`] : []),
    `window ${formatCount(windowTokens)} tokens`,
    licence ?? 'licence not known',
  ];
}

/** What the GPU can do, in a line or two. */
export function gpuWords(gpu: GpuReport): string {
  const name = gpu.description === '' ? 'This GPU' : `This GPU (${gpu.description})`;
  if (gpu.software)
    return 'This browser computes for a GPU on the processor: models run, but very slowly. The smallest is the only one worth trying.';
  const form = gpu.shaderF16
    ? ''
    : ' It has no 16-bit arithmetic, so the larger 32-bit form of each model is taken.';
  return `${name} can run models.${form} ${memoryAdvice(gpu)}`;
}

/** `412 MB of 1.8 GB · 12 MB/s · about 2 min left`, as far as known. */
export function progressWords({ phase, progress }: Download): string {
  if (!progress) return PHASE_WORDS[phase];
  const { bytes, bytesTotal, bytesPerS } = progress;
  const parts = [`${formatBytes(bytes)} of ${formatBytes(bytesTotal)}`];
  if ((phase === 'fetching' || phase === 'checking') && bytesPerS > 0) {
    parts.push(`${formatBytes(bytesPerS)}/s`);
    const leftMs = ((bytesTotal - bytes) / bytesPerS) * 1000;
    parts.push(leftMs < 2000 ? 'nearly done' : `${formatAbout(leftMs)} left`);
  }
  return parts.join(' · ');
}

export const PHASE_WORDS: Readonly<Record<Download['phase'], string>> = {
  starting: 'Reading its list of files',
  fetching: 'Fetching',
  elsewhere: 'Another tab is fetching it',
  checking: 'Checking what is kept',
  paused: 'Paused',
  failed: 'Stopped',
};

export function loadWords({ phase, fraction }: LoadProgress): string {
  return phase === 'weights'
    ? `Loading into GPU memory, ${formatPercent(fraction)} (1 of 2)`
    : `Preparing its shaders, ${formatPercent(fraction)} (2 of 2)`;
}
