/** What fits which machine: facts forbid, memory only advises. */

import { describe, expect, it } from 'vitest';
import list from 'virtual:sonde-device-catalogue';
import { modelsOf } from '../../../src/adapters/device/catalogue';
import {
  allowsAnyUse,
  bestChoice,
  fitOf,
  fitTogether,
  memoryAdvice,
  memoryAt,
  windowChoices,
} from '../../../src/core/models/device-fit';
import type { DeviceModel, GpuReport } from '../../../src/core/models/device';

const GIB = 2 ** 30;
const catalogue = modelsOf(list.records);

function model(id: string): DeviceModel {
  const found = catalogue.find((one) => one.id === id);
  if (!found) throw new Error(`${id} is not in the catalogue`);
  return found;
}

function gpu(changes: Partial<GpuReport> = {}): GpuReport {
  return {
    problem: null,
    software: false,
    shaderF16: true,
    description: 'apple metal-3',
    maxBufferBytes: 4 * GIB,
    maxStorageBindingBytes: GIB,
    maxStorageBuffersPerStage: 10,
    maxWorkgroupStorageBytes: 32 << 10,
    deviceMemoryBytes: 8 * GIB,
    ...changes,
  };
}

const coder = (size: string, kind = 'q4f16_1') => model(`Qwen2.5-Coder-${size}-Instruct-${kind}-MLC`);

describe('whether a model fits', () => {
  it('cannot without a GPU, and says why', () => {
    const problem = { code: 'gpu-unavailable', message: 'No GPU.' } as const;
    expect(fitOf(gpu({ problem }), coder('3B'), catalogue)).toMatchObject({
      verdict: 'cannot',
      model: null,
      reason: 'No GPU.',
    });
    expect(bestChoice(gpu({ problem }), catalogue)).toBeNull();
  });

  it('is answered for the 32-bit twin where 16-bit arithmetic is missing, at the twin’s cost', () => {
    const fit = fitOf(gpu({ shaderF16: false }), coder('3B'), catalogue);
    expect(fit).toMatchObject({ verdict: 'fits', memoryBytes: coder('3B', 'q4f32_1').memoryBytes });
    expect(fit.model?.id).toBe(coder('3B', 'q4f32_1').id);
    expect(fit.reason).toMatch(/shader-f16.*twin/);
    const alone = model('gemma3-1b-it-q4f16_1-MLC');
    expect(fitOf(gpu({ shaderF16: false }), alone, catalogue)).toMatchObject({
      verdict: 'cannot',
      model: null,
    });
  });

  it('cannot where its largest buffer is larger than the GPU’s', () => {
    const gemma = model('gemma-4-E2B-it-q4f16_1-MLC');
    expect(fitOf(gpu({ maxStorageBindingBytes: 2 ** 27 }), gemma, catalogue).verdict).toBe('cannot');
    expect(fitOf(gpu(), gemma, catalogue).verdict).toBe('fits');
  });

  it('is advice where only memory is in question', () => {
    const verdictOn = (memoryGib: number | null, id: string) =>
      fitOf(gpu({ deviceMemoryBytes: memoryGib === null ? null : memoryGib * GIB }), model(id), catalogue)
        .verdict;
    const big = 'Qwen2.5-Coder-7B-Instruct-q4f16_1-MLC';
    const huge = 'Llama-3.1-70B-Instruct-q3f16_1-MLC';
    expect(verdictOn(4, coder('1.5B').id)).toBe('fits');
    expect(verdictOn(4, coder('3B').id)).toBe('perhaps');
    expect(verdictOn(4, big)).toBe('unlikely');
    expect(verdictOn(8, big)).toBe('perhaps'); // 8 is told by every larger machine too
    expect(verdictOn(16, big)).toBe('fits');
    expect(verdictOn(16, huge)).toBe('unlikely');
    expect(verdictOn(null, coder('3B').id)).toBe('fits');
    expect(verdictOn(null, huge)).toBe('perhaps');
  });

  it('says that a computed GPU is slow, and offers the smallest there', () => {
    const computed = gpu({ software: true, shaderF16: false, maxBufferBytes: GIB });
    expect(fitOf(computed, coder('0.5B', 'q4f32_1'), catalogue).reason).toMatch(/very slowly/);
    expect(bestChoice(computed, catalogue)?.model.id).toBe(coder('0.5B', 'q4f32_1').id);
  });

  it('speaks of memory as what it is: a hint', () => {
    expect(memoryAdvice(gpu())).toMatch(/8 GB of memory or more.*none tells of the GPU’s own/);
    expect(memoryAdvice(gpu({ deviceMemoryBytes: null }))).toMatch(/does not tell/);
  });
});

describe('windows', () => {
  it('cost what their tokens take', () => {
    const { memoryBytes } = coder('3B');
    expect(memoryAt(coder('3B'), 8192) - memoryBytes).toBe(4096 * 2 * 36 * 2 * 128 * 2);
    const choices = windowChoices(gpu({ deviceMemoryBytes: 16 * GIB }), coder('3B'));
    expect(choices.map(({ contextTokens }) => contextTokens)).toEqual([2048, 4096, 8192, 16_384, 32_768]);
    expect(choices.map(({ memoryBytes }) => memoryBytes)).toEqual(
      choices.map(({ contextTokens }) => memoryAt(coder('3B'), contextTokens)),
    );
    expect(choices.map(({ verdict }) => verdict)).toEqual(Array(5).fill('fits'));
  });

  it('stop at what the model was made for, at what this machine can hold, and at what is known', () => {
    const at = (machine: GpuReport, id: string) =>
      windowChoices(machine, model(id)).map(({ contextTokens }) => contextTokens);
    expect(at(gpu(), 'Qwen2-Math-7B-Instruct-q4f16_1-MLC')).toEqual([2048, 4096]);
    expect(at(gpu({ deviceMemoryBytes: 4 * GIB }), 'Phi-3.5-mini-instruct-q4f16_1-MLC')).toEqual([
      2048, 4096,
    ]);
    expect(at(gpu(), 'Qwen3.5-2B-q4f16_1-MLC')).toEqual([2048, 4096]);
    expect(at(gpu({ deviceMemoryBytes: 2 * GIB }), 'Qwen3-8B-q4f16_1-MLC')).toEqual([4096]);
  });
});

describe('what to suggest', () => {
  it('is the default model where it fits, with a larger window, else a smaller one', () => {
    const best = (memoryGib: number) => {
      const choice = bestChoice(gpu({ deviceMemoryBytes: memoryGib * GIB }), catalogue);
      return [choice?.model.id, choice?.contextTokens];
    };
    expect(best(8)).toEqual([coder('3B').id, 8192]);
    expect(best(4)).toEqual([coder('1.5B').id, 8192]);
    expect(best(2)).toEqual([coder('0.5B').id, 8192]);
    const without = bestChoice(gpu({ shaderF16: false }), catalogue);
    expect(without?.model.id).toBe(coder('3B', 'q4f32_1').id);
  });

  it('is, between models of one tier that fit equally well, one that may be used for anything', () => {
    const bound = coder('3B');
    const free = { ...bound, id: 'free', licence: 'Apache-2.0' };
    const unknown = { ...bound, id: 'unknown', licence: null };
    const best = (models: DeviceModel[], machine = gpu()) => bestChoice(machine, models)?.model.id;
    expect(best([unknown, bound, free, coder('1.5B')])).toBe('free');
    expect(best([bound, unknown])).toBe(bound.id);
    // A freer licence makes up for neither a smaller tier nor a worse fit.
    expect(best([bound, coder('1.5B')])).toBe(bound.id);
    expect(best([bound, { ...free, memoryBytes: 9 * GIB }])).toBe(bound.id);
    const small = gpu({ deviceMemoryBytes: 4 * GIB });
    expect(best([bound, free], small)).toBe('free');
    expect(best(catalogue.filter(allowsAnyUse))).toBe(coder('1.5B').id);
  });

  it('counts two models together, and one that has both roles once', () => {
    const two = [{ model: coder('3B') }, { model: coder('1.5B') }];
    const sum = coder('3B').memoryBytes + coder('1.5B').memoryBytes;
    expect(fitTogether(gpu(), two)).toMatchObject({ verdict: 'fits', memoryBytes: sum });
    expect(fitTogether(gpu({ deviceMemoryBytes: 4 * GIB }), two)).toMatchObject({ verdict: 'unlikely' });
    const same = [{ model: coder('3B') }, { model: coder('3B'), contextTokens: 8192 }];
    expect(fitTogether(gpu(), same).memoryBytes).toBe(memoryAt(coder('3B'), 8192));
    expect(fitTogether(gpu({ shaderF16: false }), two)).toMatchObject({ verdict: 'cannot' });
  });
});
