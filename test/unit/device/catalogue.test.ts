/** The engine's own list as models: complete, told apart, and with figures that agree with the engine's. */

import { prebuiltAppConfig } from '@mlc-ai/web-llm';
import { describe, expect, it } from 'vitest';
import list from 'virtual:sonde-device-catalogue';
import { modelsOf } from '../../../src/adapters/device/catalogue';
import { modelBase } from '../../../src/adapters/device/model-layout';
import { quantizationOf, twinIdOf } from '../../../src/adapters/device/quantization';
import type { DeviceModel } from '../../../src/core/models/device';

const models = modelsOf(list.records);
const byId = new Map(models.map((model) => [model.id, model]));
const get = (id: string): DeviceModel => {
  const model = byId.get(id);
  if (!model) throw new Error(`${id} is not in the catalogue`);
  return model;
};

describe('the catalogue', () => {
  it('has every model of the package that can answer, and no other', () => {
    const embeddings = prebuiltAppConfig.model_list.filter(
      ({ model_type }) => (model_type as number | undefined) === 1,
    );
    expect(embeddings.length).toBeGreaterThan(0);
    const wanted = prebuiltAppConfig.model_list.filter((record) => !embeddings.includes(record));
    expect([...byId.keys()].sort()).toEqual(wanted.map(({ model_id }) => model_id).sort());
    for (const { model_id, model, model_lib } of wanted)
      expect(get(model_id)).toMatchObject({ modelUrl: model, libraryUrl: model_lib });
  });

  it('begins with the tiers, smallest first, each with all figures and a twin', () => {
    const tiered = models.filter(({ tier }) => tier !== null);
    expect(models.slice(0, tiered.length)).toEqual(tiered);
    expect(tiered.map(({ tier }) => tier)).toEqual([
      'tiny',
      'light',
      'default',
      'general',
      'general',
      'general',
      'strong',
      'strong',
      'big',
      'big',
    ]);
    for (const model of tiered) {
      expect(model).toMatchObject({ purpose: 'chat', needsF16: true, contextTokens: 4096 });
      for (const figure of [
        'kvBytesPerToken',
        'maxContextTokens',
        'downloadBytes',
        'licence',
        'twinId',
      ] as const)
        expect(model[figure], `${model.id} ${figure}`).not.toBeNull();
      expect(get(model.twinId ?? '').needsF16).toBe(false);
    }
    expect(get('Qwen2.5-Coder-3B-Instruct-q4f16_1-MLC').label).toBe('Qwen2.5-Coder 3B');
  });

  it('tells all models apart by label', () => {
    expect(new Set(models.map(({ label }) => label)).size).toBe(models.length);
  });

  it('takes every model with 16-bit arithmetic as needing it, declared or not', () => {
    for (const { id, needsF16 } of models) expect(needsF16, id).toBe(/q\d+f16/.test(id));
    expect(twinIdOf('X-q4f32_1-MLC')).toBeNull();
    expect(quantizationOf('Ministral-3-3B-Instruct-2512-BF16-q4f16_1-MLC')?.name).toBe('q4f16_1');
  });

  it('marks models that see and models that were never taught to follow', () => {
    expect(get('Phi-3.5-vision-instruct-q4f16_1-MLC').purpose).toBe('vision');
    expect(get('Ministral-3-3B-Base-2512-q4f16_1-MLC').purpose).toBe('base');
  });

  it('knows what a token costs as the engine does, where it lists one model with two windows', () => {
    let compared = 0;
    for (const small of models.filter(({ id }) => id.endsWith('-1k'))) {
      const large = byId.get(small.id.replace(/-1k$/, ''));
      // Some are listed with one figure for both.
      if (!large?.kvBytesPerToken || large.memoryBytes === small.memoryBytes) continue;
      const perToken = (large.memoryBytes - small.memoryBytes) / (large.contextTokens - small.contextTokens);
      expect(perToken / large.kvBytesPerToken, small.id).toBeGreaterThan(0.98);
      expect(perToken / large.kvBytesPerToken, small.id).toBeLessThan(1.25);
      compared++;
    }
    expect(compared).toBeGreaterThanOrEqual(10);
  });

  it('is fetched in less than the model takes in memory', () => {
    for (const { id, downloadBytes, memoryBytes } of models) {
      if (downloadBytes === null) continue;
      expect(downloadBytes, id).toBeLessThan(memoryBytes);
      expect(downloadBytes, id).toBeGreaterThan(memoryBytes * 0.15);
    }
  });

  it('finds a model’s folder as the engine does', () => {
    expect(modelBase('https://huggingface.co/a/b')).toBe('https://huggingface.co/a/b/resolve/main/');
    expect(modelBase('https://huggingface.co/a/b/')).toBe('https://huggingface.co/a/b/resolve/main/');
    expect(modelBase('https://huggingface.co/a/b/resolve/v2')).toBe('https://huggingface.co/a/b/resolve/v2/');
  });
});
