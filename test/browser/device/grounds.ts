/** A fresh synthetic model for each test, and the adapter with waits short enough for tests. */

import { createDeviceModels, type DeviceModelsPorts } from '../../../src/adapters/device/device-models';
import { DEFAULT_RETRY } from '../../../src/adapters/models/retry';
import type { DeviceModel, DownloadProgress } from '../../../src/core/models/device';
import type { Clock } from '../../../src/core/ports';
import { serveModel, type ServedModel } from '../../fixtures/model-files/model-host';
import type { ModelScript } from '../../fixtures/model-files/model-script';

export const clock: Clock = {
  now: () => Date.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};

export function openModels(ports: Partial<DeviceModelsPorts> = {}) {
  let stored: unknown;
  return createDeviceModels({
    clock,
    fetch: (input, init) => fetch(input, init),
    customs: {
      read: () => Promise.resolve(stored),
      write: (models) => {
        stored = structuredClone(models);
        return Promise.resolve();
      },
    },
    retry: { ...DEFAULT_RETRY, maxRetries: 2, baseMs: 30 },
    stallMs: 1500,
    ...ports,
  });
}

export async function serverOrigin(): Promise<string> {
  return (await fetch('/model-server')).text();
}

let made = 0;

/** Four shards of some 300 KB unless the script says otherwise. */
export async function freshModel(script: Partial<ModelScript> = {}): Promise<ServedModel> {
  const name = `model-${String(Date.now())}-${String(made++)}`;
  return serveModel(await serverOrigin(), name, {
    shardBytes: [300_000, 280_000, 310_000, 5_000],
    ...script,
  });
}

/** Downloads to the end, or until `until` says stop; gives the progress that was told. */
export async function fetchWhole(
  models: ReturnType<typeof openModels>,
  model: DeviceModel,
  until: (progress: DownloadProgress) => boolean = () => false,
): Promise<{ readonly told: readonly DownloadProgress[]; readonly thrown: unknown }> {
  const told: DownloadProgress[] = [];
  const pause = new AbortController();
  const onProgress = (progress: DownloadProgress) => {
    told.push(progress);
    if (until(progress)) pause.abort();
  };
  try {
    await models.download(model, onProgress, pause.signal);
    return { told, thrown: null };
  } catch (thrown) {
    return { told, thrown };
  }
}
