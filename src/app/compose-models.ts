/** How models are made: those of this device, and any model by its reference. */

import * as v from 'valibot';
import { createReader } from '../adapters/models/reader';
import { createReplicatedModel } from '../adapters/models/replicas';
import { createDeviceEngine } from '../adapters/models/webllm/device-engine';
import { createGpuOwnership } from '../adapters/platform/gpu-lock';
import { savesData } from '../adapters/platform/idle';
import type { Outgoing } from '../adapters/platform/outgoing';
import { SondeError } from '../core/errors';
import type { DeviceModel, DeviceModels } from '../core/models/device';
import { modelRefSchema, type ModelRef } from '../core/models/model-ref';
import type { ChatModel, Clock } from '../core/ports';
import { DeviceState, type DevicePorts } from './device.svelte';
import type { SettingsPort } from './model-ports';
import type { ModelsState } from './models.svelte';

/** Models on this device. The list of them, and what fetches them, is loaded when it is first looked at. */
export function createDevice(
  clock: Clock,
  settings: SettingsPort,
  outgoing: Outgoing,
  onFetched: DevicePorts['onFetched'],
): DeviceState {
  const customs = 'custom-models';
  let loading: Promise<DeviceModels> | null = null;
  const models = () =>
    (loading ??= import('../adapters/device/device-models')
      .then(({ createDeviceModels }) =>
        createDeviceModels({
          clock,
          fetch: outgoing({ purpose: 'model-file' }),
          customs: { read: () => settings.get(customs), write: (all) => settings.set(customs, all) },
        }),
      )
      .catch((thrown: unknown) => {
        loading = null;
        throw thrown;
      }));
  const isKept = async (model: DeviceModel) => (await (await models()).kept(model)).state === 'complete';
  return new DeviceState({
    models,
    engine: createDeviceEngine({ isKept, gpu: createGpuOwnership() }),
    settings,
    clock,
    onFetched,
    mayResume: () => !savesData(),
  });
}

interface OpenPorts {
  readonly headersFor: ModelsState['headersFor'];
  readonly device: Pick<DeviceState, 'open'>;
  readonly outgoing: Outgoing;
}

/**
 * Builds the model a reference names; it may come from a script, so it is checked.
 * @throws SondeError `model-unavailable` or `invalid-argument` with what to do
 */
export function openModel(ref: ModelRef, ports: OpenPorts): ChatModel {
  const checked = v.safeParse(modelRefSchema, ref);
  if (!checked.success) {
    const message =
      'A model must be { provider: "reader" }, { provider: "webllm", model } or { provider: "openai", baseUrl, model }.';
    throw new SondeError({ code: 'invalid-argument', message });
  }
  switch (ref.provider) {
    case 'reader':
      return createReader();
    case 'openai': {
      const { baseUrl, replicas = [], model, apiKey, priceUsdPerMTok: price, contextTokens } = ref;
      const config = {
        baseUrl,
        model,
        ...(apiKey !== undefined && { apiKey }),
        ...(price && { price }),
        ...(contextTokens !== undefined && { contextTokens }),
      };
      return createReplicatedModel(config, replicas, ports.headersFor, { outgoing: ports.outgoing });
    }
    case 'webllm':
      return ports.device.open(ref);
  }
}
