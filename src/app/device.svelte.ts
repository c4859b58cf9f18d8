/** Models on this device: what the GPU can do, which models there are and are kept, how each is loaded, what is loaded now. */

import { SondeError, toProblem, type Problem } from '../core/errors';
import type {
  CustomModel,
  DeviceEngine,
  DeviceModel,
  DeviceModels,
  GpuReport,
  KeptModel,
} from '../core/models/device';
import {
  allowsAnyUse,
  bestChoice,
  fitOf,
  fitTogether,
  memoryBudget,
  type Fit,
} from '../core/models/device-fit';
import { sizeText } from '../core/models/device-sizes';
import type { ModelRef } from '../core/models/model-ref';
import type { ChatModel, Clock } from '../core/ports';
import type { Pace } from '../core/run/pace';
import { DeviceChoices } from './device-choices.svelte';
import { DeviceMemory, type Placed } from './device-memory.svelte';
import { DeviceDownloads, type DownloadEnd } from './device-downloads.svelte';
import { notHere, unknownModel } from './device-problems';
import { measured, paceFor } from './device-pace';
import type { DeviceNames, SettingsPort } from './model-ports';

export interface DevicePorts {
  /** Fetching and keeping; loaded when first needed. */
  readonly models: () => Promise<DeviceModels>;
  readonly engine: DeviceEngine;
  readonly settings: SettingsPort;
  readonly clock: Pick<Clock, 'now'>;
  /**
   * A download has come to its end, perhaps while the user was elsewhere.
   * @param bad how many files were replaced, where kept ones were checked first; else null
   */
  readonly onFetched: (model: DeviceModel, problem: Problem | null, bad: number | null) => void;
  /** Whether downloads may go on by themselves, e.g. false on a connection that is paid by the byte. */
  readonly mayResume: () => boolean;
}

const NOT_KEPT: KeptModel = { state: 'none', bytes: 0, bytesTotal: null };

export class DeviceState implements DeviceNames {
  readonly #ports: DevicePorts;
  readonly downloads: DeviceDownloads;
  readonly memory: DeviceMemory;
  readonly choices: DeviceChoices;
  #phase = $state.raw<'unread' | 'loading' | 'ready' | 'failed'>('unread');
  #problem = $state.raw<Problem | null>(null);
  #gpu = $state.raw<GpuReport | null>(null);
  #catalogue: readonly DeviceModel[] = $state.raw([]);
  #kept: Readonly<Record<string, KeptModel>> = $state.raw({});
  #reading: Promise<void> | null = null;
  #restored: Promise<void> | null = null;
  readonly #byId = $derived<Readonly<Record<string, DeviceModel>>>(
    Object.fromEntries(this.#catalogue.map((model) => [model.id, model])),
  );

  constructor(ports: DevicePorts) {
    this.#ports = ports;
    this.choices = new DeviceChoices(ports.settings);
    this.memory = new DeviceMemory(ports.engine);
    this.downloads = new DeviceDownloads({
      models: ports.models,
      onEnd: (model, end) => void this.#ended(model, end),
      remember: (ids) => {
        this.choices.setFetching(ids);
      },
    });
  }

  /** `unread` until something needs to know; `failed`: see `problem`. */
  get phase(): 'unread' | 'loading' | 'ready' | 'failed' {
    return this.#phase;
  }
  get problem(): Problem | null {
    return this.#problem;
  }
  get gpu(): GpuReport | null {
    return this.#gpu;
  }
  get catalogue(): readonly DeviceModel[] {
    return this.#catalogue;
  }
  /** Models that can answer without fetching anything. */
  get keptModels(): readonly DeviceModel[] {
    return this.#catalogue.filter(({ id }) => this.kept(id).state === 'complete');
  }

  /**
   * Reads what was kept in settings, and goes on with downloads the last visit left behind. Looks at the GPU only when
   * something of this device is in use. Never rejects.
   */
  restore(inUse: () => boolean): Promise<void> {
    this.#restored ??= this.#restore(inUse);
    return this.#restored;
  }

  /** Asks the GPU, reads the catalogue and what is kept; again only after a failure. Never rejects. */
  load(): Promise<void> {
    this.#reading ??= this.#read();
    return this.#reading;
  }

  kept(id: string): KeptModel {
    return this.#kept[id] ?? NOT_KEPT;
  }

  /** A model by its id; the twin where this GPU cannot run the model itself. */
  find(id: string): DeviceModel | null {
    const model = this.#byId[id];
    return model ? this.usable(model) : null;
  }

  describe(id: string): string {
    const model = this.find(id);
    if (!model) return `${id} on this GPU`;
    const where = `${model.label} on this ${this.#gpu?.software ? 'processor' : 'GPU'}`;
    const toFetch = model.downloadBytes ?? model.memoryBytes;
    return this.kept(model.id).state === 'complete' ? where : `${where}, ${sizeText(toFetch)} to fetch once`;
  }

  /** Whether it can run here; null before the GPU was asked. */
  fit(model: DeviceModel): Fit | null {
    return this.#gpu && fitOf(this.#gpu, model, this.#catalogue, this.chosenWindow(model.id) ?? undefined);
  }

  /** The model itself, or the twin this GPU can run in its stead. */
  usable(model: DeviceModel): DeviceModel {
    return (this.#gpu && fitOf(this.#gpu, model, this.#catalogue).model) ?? model;
  }

  /** The one to put in a role: the largest kept one that fits, else what suits this machine; null when none can run. */
  get best(): DeviceModel | null {
    const gpu = this.#gpu;
    if (!gpu || gpu.problem) return null;
    const order: readonly string[] = ['fits', 'perhaps', 'unlikely'];
    const kept = this.keptModels
      .filter(({ purpose }) => purpose === 'chat')
      .map((model) => ({ model, rank: order.indexOf(this.fit(model)?.verdict ?? 'cannot') }))
      .filter(({ rank }) => rank >= 0)
      .sort((a, b) => a.rank - b.rank || b.model.memoryBytes - a.model.memoryBytes);
    return kept[0]?.model ?? bestChoice(gpu, this.#catalogue)?.model ?? null;
  }

  /** What to fetch in place of a model whose licence has bounds; null for others, and where nothing better can run. */
  freeAlternative({ licence }: DeviceModel): DeviceModel | null {
    const gpu = this.#gpu;
    if (!gpu || gpu.problem || !licence?.includes('non-commercial')) return null;
    return bestChoice(gpu, this.#catalogue.filter(allowsAnyUse))?.model ?? null;
  }

  /** Reads the setting as it stands, for a model that may not be known yet. */
  chosenWindow(id: string): number | null {
    return this.choices.options(id).contextTokens;
  }
  /** The window a model is loaded with, in tokens. */
  windowOf(model: DeviceModel): number {
    return this.chosenWindow(model.id) ?? model.contextTokens;
  }

  paceOf(id: string): Pace {
    const memoryBytes = this.find(id)?.memoryBytes ?? 3e9;
    return paceFor(this.choices.pace(id), memoryBytes, this.#gpu?.software ?? false);
  }
  /** @throws SondeError `model-unavailable` */
  open(ref: Extract<ModelRef, { provider: 'webllm' }>): ChatModel {
    const model = this.find(ref.model);
    if (!model) throw new SondeError(this.#gpu?.problem ?? unknownModel(ref.model, this.#phase === 'ready'));
    const { grammar } = this.choices.options(model.id);
    const contextTokens = ref.contextTokens ?? this.windowOf(model);
    return this.memory.open({ model, contextTokens }, { grammar }, (chat) =>
      measured(chat, this.#ports.clock, (pace) => {
        this.choices.addPace(model.id, pace);
      }),
    );
  }

  /** What keeps a model from answering now, in words; null when nothing does. */
  hindrance(ref: ModelRef): Problem | null {
    if (ref.provider !== 'webllm' || this.#phase !== 'ready') return null;
    if (this.#gpu?.problem) return this.#gpu.problem;
    const model = this.find(ref.model);
    if (!model || this.kept(model.id).state === 'complete') return null;
    const fetching = this.downloads.active.some((download) => download.model.id === model.id);
    return notHere(model, fetching);
  }

  /** Has the models behind a run's roles stay loaded side by side where memory allows; else each is loaded in turn. */
  prepareRun(root: ChatModel, sub: ChatModel): void {
    const placed = this.memory.placedBehind(root, sub);
    this.memory.keepTogether(this.fitsTogether(placed) ? placed : []);
  }
  fitsTogether(placed: readonly Placed[]): boolean {
    if (placed.length < 2 || !this.#gpu) return true;
    const { verdict, memoryBytes } = fitTogether(this.#gpu, placed);
    const roomy = memoryBytes <= memoryBudget(this.#gpu).comfortableBytes;
    return verdict === 'fits' || (verdict === 'perhaps' && roomy);
  }

  /** Deletes its files, unloading it first. @throws SondeError */
  async remove(model: DeviceModel): Promise<void> {
    await this.downloads.stop(model.id);
    if (this.memory.loadedWindow(model.id) !== null) await this.memory.unload();
    await (await this.#ports.models()).remove(model);
    await this.#rereadKept();
  }

  /**
   * Has everything that is kept deleted at once: downloads end and nothing stays loaded before, and what is there is read
   * again after, however it went. @throws what `deleteAll` throws
   */
  async removeAll(deleteAll: () => Promise<void>): Promise<void> {
    await Promise.all(this.downloads.list.map(({ model }) => this.downloads.stop(model.id)));
    if (this.memory.state.loading || this.memory.state.loaded.length > 0) await this.memory.unload();
    try {
      await deleteAll();
    } finally {
      await this.reread();
    }
  }

  /** Reads again what is kept, for it was changed from elsewhere. Never rejects. */
  async reread(): Promise<void> {
    await this.#reading;
    if (this.#phase === 'ready') await this.#rereadKept();
  }

  /** For files that turned out bad: deletes them and fetches the model anew. */
  async fetchAgain(model: DeviceModel): Promise<void> {
    await this.remove(model);
    await this.downloads.start(model);
  }

  /** Loads into GPU memory now; `memory.problem` says why it failed. Never rejects. */
  async loadNow(model: DeviceModel): Promise<void> {
    const { grammar } = this.choices.options(model.id);
    await this.memory.load({ model, contextTokens: this.windowOf(model) }, { grammar });
  }

  /** @throws SondeError `invalid-argument`, `download-failed` */
  async addCustom(custom: CustomModel, signal: AbortSignal): Promise<DeviceModel> {
    const models = await this.#ports.models();
    const model = await models.addCustom(custom, signal);
    this.#catalogue = await models.catalogue();
    await this.#rereadKept();
    return model;
  }
  async removeCustom(model: DeviceModel): Promise<void> {
    await this.remove(model);
    const models = await this.#ports.models();
    await models.removeCustom(model.id);
    this.#catalogue = await models.catalogue();
  }

  async #restore(inUse: () => boolean): Promise<void> {
    await this.choices.load();
    const { fetching } = this.choices;
    if (fetching.length === 0 && !inUse()) return;
    await this.load();
    if (!this.#ports.mayResume()) return;
    for (const model of fetching.map((id) => this.#byId[id]))
      if (model && this.kept(model.id).state !== 'complete') void this.downloads.start(model);
  }

  async #read(): Promise<void> {
    this.#phase = 'loading';
    try {
      const models = await this.#ports.models();
      const [gpu, catalogue] = await Promise.all([models.gpu(), models.catalogue()]);
      this.#kept = Object.fromEntries(await models.keptAll(catalogue));
      this.#gpu = gpu;
      this.#catalogue = catalogue;
      this.#problem = null;
      this.#phase = 'ready';
    } catch (thrown) {
      this.#problem = toProblem(thrown);
      this.#phase = 'failed';
      this.#reading = null;
    }
  }

  async #ended(model: DeviceModel, { how, bad }: DownloadEnd): Promise<void> {
    await this.#rereadKept();
    if (how === 'complete') this.#ports.onFetched(model, null, bad);
    const problem = this.downloads.of(model.id)?.problem;
    if (how === 'failed' && problem) this.#ports.onFetched(model, problem, bad);
  }

  async #rereadKept(): Promise<void> {
    try {
      const models = await this.#ports.models();
      this.#catalogue = await models.catalogue();
      this.#kept = Object.fromEntries(await models.keptAll(this.#catalogue));
    } catch (thrown) {
      this.#problem = toProblem(thrown);
    }
  }
}
