/** Downloads of models: under way, paused or failed. They go on while one moves about the app, and after a reload. */

import { isAbort, toProblem, type Problem } from '../core/errors';
import type { DeviceModel, DeviceModels, DownloadProgress } from '../core/models/device';

/** `starting`: its list of files is being read. `checking`: kept files are read again before what is bad is fetched. */
export type DownloadPhase = 'starting' | 'fetching' | 'elsewhere' | 'checking' | 'paused' | 'failed';

export interface Download {
  readonly model: DeviceModel;
  readonly phase: DownloadPhase;
  readonly progress: DownloadProgress | null;
  /** Why it failed. */
  readonly problem: Problem | null;
}

export interface DownloadEnd {
  readonly how: 'complete' | 'paused' | 'failed';
  /** Files that were not as they should be and were deleted; null when kept files were not read again. */
  readonly bad: number | null;
}

export interface DownloadsPorts {
  /** The adapter, loaded when first needed. */
  readonly models: () => Promise<DeviceModels>;
  /** A download has ended, however: what is kept of the model has changed. */
  readonly onEnd: (model: DeviceModel, end: DownloadEnd) => void;
  /** Ids of the downloads that are to go on when the page is opened again. */
  readonly remember: (ids: readonly string[]) => void;
}

interface Running {
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

export class DeviceDownloads {
  readonly #ports: DownloadsPorts;
  #items: Readonly<Record<string, Download>> = $state.raw({});
  // What is shown of a download is in `#items`.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #running = new Map<string, Running>();
  /** Failed by the network: they go on by themselves too, when the page is opened again. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #wanted = new Set<string>();

  constructor(ports: DownloadsPorts) {
    this.#ports = ports;
  }

  /** In the order they were started; paused and failed ones too. */
  get list(): readonly Download[] {
    return Object.values(this.#items);
  }
  /** Those that are being fetched now. */
  get active(): readonly Download[] {
    return this.list.filter(({ phase }) => phase !== 'paused' && phase !== 'failed');
  }
  of(id: string): Download | null {
    return this.#items[id] ?? null;
  }

  /** Fetches what is missing. @param check reads what is kept again first. Resolves when it has ended; never rejects. */
  start(model: DeviceModel, check = false): Promise<void> {
    const running = this.#running.get(model.id);
    if (running) return running.ended;
    const controller = new AbortController();
    this.#wanted.add(model.id);
    this.#set(model, { phase: check ? 'checking' : 'starting', progress: null, problem: null });
    const ended = this.#fetch(model, check, controller.signal);
    this.#running.set(model.id, { controller, ended });
    this.#remember();
    return ended;
  }

  /** What is complete is kept; `start` goes on. */
  pause(id: string): void {
    this.#wanted.delete(id);
    this.#running.get(id)?.controller.abort();
  }

  /** Ends it and takes it from the list. What was fetched stays: see `DeviceState.remove`. */
  async stop(id: string): Promise<void> {
    this.pause(id);
    await this.#running.get(id)?.ended;
    this.dismiss(id);
  }

  /** Takes a paused or failed one from the list. */
  dismiss(id: string): void {
    if (this.#running.has(id)) return;
    this.#wanted.delete(id);
    this.#items = Object.fromEntries(Object.entries(this.#items).filter(([other]) => other !== id));
    this.#remember();
  }

  async #fetch(model: DeviceModel, check: boolean, signal: AbortSignal): Promise<void> {
    const onProgress = (phase: DownloadPhase) => (progress: DownloadProgress) => {
      if (signal.aborted) return;
      this.#set(model, { phase: progress.elsewhere ? 'elsewhere' : phase, progress, problem: null });
    };
    let how: DownloadEnd['how'] = 'complete';
    let bad: number | null = null;
    try {
      const models = await this.#ports.models();
      if (check) bad = (await models.verify(model, onProgress('checking'), signal)).length;
      await models.download(model, onProgress('fetching'), signal);
    } catch (thrown) {
      how = isAbort(thrown) || signal.aborted ? 'paused' : 'failed';
      const problem = how === 'failed' ? toProblem(thrown) : null;
      this.#set(model, { phase: how, progress: this.of(model.id)?.progress ?? null, problem });
      if (problem && problem.code !== 'download-failed') this.#wanted.delete(model.id);
    }
    this.#running.delete(model.id);
    if (how === 'complete') this.dismiss(model.id);
    else this.#remember();
    this.#ports.onEnd(model, { how, bad });
  }

  #set(model: DeviceModel, state: Omit<Download, 'model'>): void {
    this.#items = { ...this.#items, [model.id]: { model, ...state } };
  }

  #remember(): void {
    this.#ports.remember([...this.#wanted]);
  }
}
