/** The engine's list of models as the app shows it: tiers first, labels, licences, twins and sizes. */

import type { DeviceModel, DeviceModelPurpose, DeviceModelTier } from '../../core/models/device';
import type { CatalogueRecord } from './catalogue-record';
import { licenceOf, shapeOf } from './families';
import { quantizationOf, twinIdOf } from './quantization';

const MIB = 2 ** 20;

/** The ones offered first, in this order: they write code well for their size. */
const TIERS: readonly (readonly [id: string, tier: DeviceModelTier])[] = [
  ['Qwen2.5-Coder-0.5B-Instruct-q4f16_1-MLC', 'tiny'],
  ['Qwen2.5-Coder-1.5B-Instruct-q4f16_1-MLC', 'light'],
  ['Qwen2.5-Coder-3B-Instruct-q4f16_1-MLC', 'default'],
  ['Qwen3-1.7B-q4f16_1-MLC', 'general'],
  ['Llama-3.2-3B-Instruct-q4f16_1-MLC', 'general'],
  ['Hermes-3-Llama-3.2-3B-q4f16_1-MLC', 'general'],
  ['Qwen3-4B-q4f16_1-MLC', 'strong'],
  ['Phi-4-mini-instruct-q4f16_1-MLC', 'strong'],
  ['Qwen2.5-Coder-7B-Instruct-q4f16_1-MLC', 'big'],
  ['Qwen3-8B-q4f16_1-MLC', 'big'],
];

const QUANTIZATION_WORDS: Readonly<Record<string, string>> = {
  q4f16_1: '',
  q4f32_1: '32-bit arithmetic',
  q0f16: '16-bit weights',
  q0f32: '32-bit weights',
};

/** e.g. `Qwen2.5-Coder 3B`; forms other than the usual one are told apart after a comma. */
export function labelOf(id: string): string {
  const quantization = quantizationOf(id)?.name ?? '';
  const small = /-1k$/.test(id) ? '1k window' : '';
  const name = id
    .replace(`-${quantization}`, '')
    .replace(/-MLC(-1k)?$/, '')
    .replace(/-(instruct|it)(?=-|$)/gi, '')
    .replace(/-(\d+(?:[._]\d+)?[BM])(?=-|$)/i, ' $1');
  const words = QUANTIZATION_WORDS[quantization] ?? quantization;
  return [name, words, small].filter((part) => part !== '').join(', ');
}

function purposeOf(record: CatalogueRecord): DeviceModelPurpose {
  if (record.vision) return 'vision';
  return /-Base-/.test(record.id) ? 'base' : 'chat';
}

function modelOf(record: CatalogueRecord, ids: ReadonlySet<string>): DeviceModel {
  const { id, contextTokens } = record;
  const shape = shapeOf(id);
  const quantization = quantizationOf(id);
  const twinId = twinIdOf(id);
  const bits = quantization?.bitsPerWeight ?? null;
  return {
    id,
    label: labelOf(id),
    tier: TIERS.find(([tiered]) => tiered === id)?.[1] ?? null,
    purpose: purposeOf(record),
    needsF16: record.features.includes('shader-f16') || (quantization?.needsF16 ?? false),
    twinId: twinId !== null && ids.has(twinId) ? twinId : null,
    memoryBytes: Math.round(record.memoryMiB * MIB),
    downloadBytes: shape && bits !== null ? Math.round((shape.parameters * bits) / 8) : null,
    storageBindingBytes: record.storageBindingBytes,
    contextTokens,
    maxContextTokens: shape && Math.max(shape.maxContextTokens, contextTokens),
    kvBytesPerToken:
      shape && quantization
        ? kvBytesPerToken(shape.layers, shape.kvHeads, shape.headDim, quantization.valueBytes)
        : null,
    licence: licenceOf(id),
    modelUrl: record.modelUrl,
    libraryUrl: record.libraryUrl,
    manifestFile: record.manifestFile,
    custom: false,
  };
}

/** Keys and values of every layer for one token, in bytes. */
export function kvBytesPerToken(
  layers: number,
  kvHeads: number,
  headDim: number,
  valueBytes: number,
): number {
  return 2 * layers * kvHeads * headDim * valueBytes;
}

/** The engine's records as models: those with a tier in its order, then the others by name. */
export function modelsOf(records: readonly CatalogueRecord[]): readonly DeviceModel[] {
  const ids = new Set(records.map(({ id }) => id));
  const models = records.map((record) => modelOf(record, ids));
  const rank = ({ id }: DeviceModel) => {
    const place = TIERS.findIndex(([tiered]) => tiered === id);
    return place === -1 ? TIERS.length : place;
  };
  return models.toSorted((a, b) => rank(a) - rank(b) || a.label.localeCompare(b.label, 'en'));
}
