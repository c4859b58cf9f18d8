/** Figures of a model from its own files, which know better than any table. */

import type { DeviceModel } from '../../core/models/device';
import { kvBytesPerToken } from './catalogue';
import type { ModelConfig } from './model-layout';
import { quantizationOf } from './quantization';

/** The window the model was made for, in tokens; null when its configuration does not say. */
export function maxContextOf(config: ModelConfig): number | null {
  const inner = config.model_config;
  const windows = [
    config.context_window_size,
    inner?.context_window_size ?? undefined,
    inner?.max_position_embeddings ?? undefined,
  ];
  // The engine writes -1 for "not set".
  const known = windows.filter((tokens) => tokens !== undefined && tokens > 0) as number[];
  return known.length === 0 ? null : Math.max(...known);
}

/** Bytes a token of the window takes; null for models that mix kinds of attention and where a figure is missing. */
export function kvBytesOf(config: ModelConfig, valueBytes: 2 | 4): number | null {
  const inner = config.model_config;
  if (!inner || inner.layer_types !== undefined || inner.full_attention_interval !== undefined) return null;
  const { num_hidden_layers: layers, num_attention_heads: heads, hidden_size: hidden } = inner;
  const kvHeads = inner.num_key_value_heads ?? heads;
  const headDim = inner.head_dim ?? (hidden && heads ? hidden / heads : null);
  return layers && kvHeads && headDim ? kvBytesPerToken(layers, kvHeads, headDim, valueBytes) : null;
}

/** The model with what its kept configuration says; what it does not say stays as it was. */
export function withExactFigures(
  model: DeviceModel,
  config: ModelConfig,
  downloadBytes: number | null,
): DeviceModel {
  const quantization = quantizationOf(config.quantization ?? model.id);
  const kv = quantization && kvBytesOf(config, quantization.valueBytes);
  return {
    ...model,
    downloadBytes: downloadBytes ?? model.downloadBytes,
    kvBytesPerToken: kv ?? model.kvBytesPerToken,
    maxContextTokens: maxContextOf(config) ?? model.maxContextTokens,
  };
}
