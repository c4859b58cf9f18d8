/** Which models are in GPU memory: starts the engine's worker, loads, notices when it is gone, and lets go. */

import type { InitProgressReport } from '@mlc-ai/web-llm';
import { SondeError } from '../../../core/errors';
import type { DeviceModel, GpuOwnership, LoadProgress } from '../../../core/models/device';
import { pageClock } from '../../platform/clock';
import { deadline } from '../../platform/deadline';
import { EngineGone, EngineWorker, type LoadItem } from './engine-worker';
import { EngineFailure, toEngineError } from './failures';
import type { EngineTiming } from './timing';

export interface ResidencyPorts {
  readonly startWorker: () => Worker;
  /** Whether all files of the model are on this device: nothing is fetched in the middle of a question. */
  readonly isKept: (model: DeviceModel) => Promise<boolean>;
  /** Only one tab at a time has models on the GPU; without it, this one does not ask. */
  readonly gpu?: GpuOwnership;
  readonly timing: EngineTiming;
}

interface Watchers {
  readonly onProgress: (progress: LoadProgress) => void;
  /** The worker is gone, for whatever reason. */
  readonly onGone: () => void;
  readonly onAskedToYield: () => boolean;
}

export class Residency {
  readonly #ports: ResidencyPorts;
  readonly #watchers: Watchers;
  #worker: EngineWorker | null = null;
  #loaded: readonly LoadItem[] = [];
  #releaseGpu: (() => void) | null = null;
  #load: AbortController | null = null;
  #touch: () => void = () => undefined;

  constructor(ports: ResidencyPorts, watchers: Watchers) {
    this.#ports = ports;
    this.#watchers = watchers;
  }

  get loaded(): readonly LoadItem[] {
    return this.#loaded;
  }

  /** The engine, when it has the model loaded with at least this window; null otherwise. */
  engineFor(id: string, contextTokens: number): EngineWorker | null {
    const item = this.#loaded.find(({ model }) => model.id === id);
    return item && item.contextTokens >= contextTokens ? this.#worker : null;
  }

  /**
   * Puts the models into GPU memory side by side, the first one alone when the others are not kept here or there is no
   * room for all.
   * @returns true when they were too large together
   * @throws SondeError; EngineGone when it was ended from here. Nothing is loaded then
   */
  async load(items: readonly LoadItem[]): Promise<boolean> {
    const controller = new AbortController();
    this.#load = controller;
    const [first] = items;
    if (!first) return false;
    try {
      const present = await this.#present(items);
      const { gpu } = this.#ports;
      this.#releaseGpu ??= gpu
        ? await gpu.acquire(this.#watchers.onAskedToYield, controller.signal)
        : () => undefined;
      controller.signal.throwIfAborted();
      try {
        await this.#put(present);
        return false;
      } catch (error) {
        const tooLarge = error instanceof SondeError && error.code === 'gpu-memory';
        if (!tooLarge || present.length === 1) throw error;
        await this.#put([first]);
        return true;
      }
    } finally {
      this.#load = null;
      if (this.#loaded.length === 0) this.end('Nothing is loaded.', true);
    }
  }

  /** Ends the worker and gives up the GPU. @param wanted see `EngineGone` */
  end(how: string, wanted: boolean): void {
    const gone = new EngineGone(how, wanted);
    this.#load?.abort(gone);
    this.#worker?.end(gone);
    this.#worker = null;
    this.#loaded = [];
    this.#releaseGpu?.();
    this.#releaseGpu = null;
    this.#watchers.onGone();
  }

  /** @throws SondeError `model-unavailable` when the first is not kept here */
  async #present(items: readonly LoadItem[]): Promise<readonly LoadItem[]> {
    const kept = await Promise.all(items.map(({ model }) => this.#ports.isKept(model)));
    const [first] = items;
    if (first && !kept[0])
      throw new SondeError({
        code: 'model-unavailable',
        message: `${first.model.label} is not on this device yet, or only in part.`,
        hint: 'Download it under Models, then ask again.',
      });
    return items.filter((_, i) => kept[i]);
  }

  async #put(items: readonly LoadItem[]): Promise<void> {
    this.#loaded = [];
    const worker = (this.#worker ??= this.#start());
    const { loadSilenceMs } = this.#ports.timing;
    let cancel: () => void = () => undefined;
    this.#touch = () => {
      cancel();
      cancel = deadline(pageClock, loadSilenceMs, () => {
        worker.end(
          new EngineGone(`Loading made no progress for ${Math.round(loadSilenceMs / 1000)} seconds.`),
        );
      });
    };
    this.#touch();
    try {
      await worker.load(items);
      this.#loaded = items;
    } catch (error) {
      worker.end(new EngineGone('Loading failed.'));
      this.#worker = null;
      throw this.#asProblem(error, items);
    } finally {
      cancel();
      this.#touch = () => undefined;
    }
  }

  #start(): EngineWorker {
    const worker = new EngineWorker(this.#ports.startWorker, (report) => {
      this.#touch();
      this.#watchers.onProgress(progressOf(report));
    });
    worker.gone.addEventListener('abort', () => {
      if (this.#worker !== worker) return;
      this.#worker = null;
      this.#loaded = [];
      this.#watchers.onGone();
    });
    return worker;
  }

  #asProblem(error: unknown, items: readonly LoadItem[]): unknown {
    const label = items.map(({ model }) => model.label).join(' and ');
    if (error instanceof EngineFailure) {
      const contextTokens = Math.max(...items.map((item) => item.contextTokens));
      return toEngineError(error, { label, contextTokens, phase: 'load' });
    }
    if (!(error instanceof EngineGone) || error.wanted) return error;
    return new SondeError(
      {
        code: 'silent',
        message: `${label} was not loaded. ${error.message}`,
        hint: 'Ask again. If it happens again, choose a smaller model or a smaller window under Models.',
      },
      { cause: error },
    );
  }
}

/** The engine counts 0 to 1 twice and tells the phase in words only; its last word, `Finish loading on …`, is of neither. */
function progressOf({ progress, text }: InitProgressReport): LoadProgress {
  return { phase: /shader|finish/i.test(text) ? 'shaders' : 'weights', fraction: progress, text };
}
