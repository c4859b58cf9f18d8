/** Models on this device: the GPU, the catalogue, and the files in the engine's own stores. */

import { SondeError } from '../../core/errors';
import type { DeviceModel, DeviceModels, GpuReport, KeptModel } from '../../core/models/device';
import type { Clock } from '../../core/ports';
import { DEFAULT_RETRY, type RetryPolicy } from '../models/retry';
import { deleteFolder, deleteKept } from './artifact-store';
import { modelsOf } from './catalogue';
import { customModels, inspectCustom, isShared, type CustomModelStore } from './custom-models';
import { downloadModel, planOf, progressElsewhere, type DownloadPorts } from './download';
import { withExactFigures } from './exact-figures';
import { probeGpu } from './gpu-probe';
import { keptOfAll } from './kept';
import { modelBase } from './model-layout';
import { holding, holdingNow, type LocksPort } from './model-lock';
import { keptConfig } from './read-layout';
import type { StoragePort } from './storage-room';
import type { TransferMeter } from './transfer-meter';
import { verifyModel } from './verify';

export interface DeviceModelsPorts {
  readonly clock: Clock;
  readonly customs: CustomModelStore;
  /** Every request this adapter makes goes through it. */
  readonly fetch: typeof globalThis.fetch;
  readonly retry?: RetryPolicy;
  /** A connection that brings nothing for so long is made anew. Default: 30 s. */
  readonly stallMs?: number;
  readonly storage?: StoragePort;
  readonly locks?: LocksPort;
  readonly probe?: () => Promise<GpuReport>;
}

const STALL_MS = 30_000;

/** Cheap: nothing is asked of the GPU, the network or the stores before it is needed. */
export function createDeviceModels(ports: DeviceModelsPorts): DeviceModels {
  return new StoredModels(ports);
}

/** What browsers lack on insecure pages, whatever the types say. */
const platform = (): { storage?: StorageManager; locks?: LockManager } => navigator;

/** Without storage nothing is kept, and what there is to fetch can be shown all the same. */
function nothingWhereBlocked(thrown: unknown): ReadonlyMap<string, KeptModel> {
  if (thrown instanceof SondeError && thrown.code === 'storage-blocked') return new Map();
  throw thrown;
}

class StoredModels implements DeviceModels {
  readonly #network: DownloadPorts;
  readonly #customs: CustomModelStore;
  readonly #locks: LocksPort | undefined;
  readonly #probe: () => Promise<GpuReport>;
  #report: Promise<GpuReport> | null = null;

  constructor(ports: DeviceModelsPorts) {
    this.#customs = ports.customs;
    this.#locks = ports.locks ?? platform().locks;
    this.#probe = ports.probe ?? probeGpu;
    this.#network = {
      fetch: ports.fetch,
      clock: ports.clock,
      retry: ports.retry ?? DEFAULT_RETRY,
      random: Math.random,
      stallMs: ports.stallMs ?? STALL_MS,
      storage: ports.storage ?? platform().storage,
    };
  }

  gpu: DeviceModels['gpu'] = async () => {
    const report = await (this.#report ??= this.#probe());
    // A driver that was away may be back: what failed is asked again the next time.
    if (report.problem) this.#report = null;
    return report;
  };

  catalogue: DeviceModels['catalogue'] = async () => {
    const known = await this.#known();
    const kept = await keptOfAll(known).catch(nothingWhereBlocked);
    const exact = async (model: DeviceModel): Promise<DeviceModel> => {
      const there = kept.get(model.id);
      if (!there || there.state === 'none') return model;
      const config = await keptConfig(model);
      return config ? withExactFigures(model, config, there.bytesTotal) : model;
    };
    return Promise.all(known.map(exact));
  };

  kept: DeviceModels['kept'] = async (model) => {
    const kept = await keptOfAll([model]);
    return kept.get(model.id) ?? { state: 'none', bytes: 0, bytesTotal: null };
  };

  keptAll: DeviceModels['keptAll'] = (models) => keptOfAll(models);

  plan: DeviceModels['plan'] = (model, signal) => planOf(model, this.#network, signal);

  download: DeviceModels['download'] = (model, onProgress, signal) => {
    let meter: TransferMeter | null = null;
    return holding(
      this.#locks,
      model,
      signal,
      () => downloadModel(model, this.#network, onProgress, signal),
      async () => {
        meter = await progressElsewhere(model, meter, () => this.#network.clock.now(), onProgress);
      },
    );
  };

  verify: DeviceModels['verify'] = (model, onProgress, signal) =>
    holdingNow(this.#locks, model, () =>
      verifyModel(model, () => this.#network.clock.now(), onProgress, signal),
    );

  remove: DeviceModels['remove'] = (model) =>
    holdingNow(this.#locks, model, async () => {
      await deleteFolder(modelBase(model.modelUrl));
      const sharers = (await this.#known()).filter(({ libraryUrl }) => libraryUrl === model.libraryUrl);
      const kept = await keptOfAll(sharers);
      if ([...kept.values()].every(({ state }) => state === 'none'))
        await deleteKept({ scope: 'library', url: new URL(model.libraryUrl).href });
    });

  addCustom: DeviceModels['addCustom'] = async (wanted, signal) => {
    const taken = new Set((await this.#known()).map(({ id }) => id));
    const model = await inspectCustom(wanted, taken, this.#network, signal);
    await this.#customs.write([...(await customModels(this.#customs)), model]);
    return model;
  };

  removeCustom: DeviceModels['removeCustom'] = async (id) => {
    const customs = await customModels(this.#customs);
    const model = customs.find((custom) => custom.id === id);
    if (!model) {
      const message = `There is no model of your own named ${id}.`;
      throw new SondeError({ code: 'invalid-argument', message });
    }
    if (!isShared(model, await this.#known())) await this.remove(model);
    await this.#customs.write(customs.filter((custom) => custom.id !== id));
  };

  async #known(): Promise<readonly DeviceModel[]> {
    const [{ default: list }, customs] = await Promise.all([
      import('virtual:sonde-device-catalogue'),
      customModels(this.#customs),
    ]);
    return [...modelsOf(list.records), ...customs];
  }
}
