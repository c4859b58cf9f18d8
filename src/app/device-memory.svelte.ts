/** What is in the GPU's memory: which models are loaded or being loaded, loading one early, and letting go of all. */

import { isAbort, toProblem, type Problem } from '../core/errors';
import type { DeviceEngine, DeviceModel, EngineModelOptions, EngineState } from '../core/models/device';
import type { ChatModel } from '../core/ports';

/** A model and the window it is loaded with, in tokens. */
export interface Placed {
  readonly model: DeviceModel;
  readonly contextTokens: number;
}

export class DeviceMemory {
  readonly #engine: DeviceEngine;
  #state: EngineState = $state.raw({ loaded: [], loading: null, calls: {}, problem: null });
  #problem = $state.raw<Problem | null>(null);
  #loading: AbortController | null = null;
  readonly #placed = new WeakMap<ChatModel, Placed>();

  constructor(engine: DeviceEngine) {
    this.#engine = engine;
    this.#state = engine.state;
    engine.subscribe(() => (this.#state = engine.state));
  }

  get state(): EngineState {
    return this.#state;
  }
  /** Why the last `load` failed; null once another is tried. */
  get problem(): Problem | null {
    return this.#problem;
  }
  /** The window a model in memory was loaded with, in tokens; null when it is not there. */
  loadedWindow(id: string): number | null {
    return this.#state.loaded.find((loaded) => loaded.id === id)?.contextTokens ?? null;
  }

  /** A model to call. Nothing is loaded before the first call. @param wrap what is put around it */
  open(
    placed: Placed,
    options: Pick<EngineModelOptions, 'grammar'>,
    wrap: (chat: ChatModel) => ChatModel,
  ): ChatModel {
    const { model, contextTokens } = placed;
    const chat = wrap(this.#engine.model(model, { contextTokens, ...options }));
    this.#placed.set(chat, placed);
    return chat;
  }

  /** The models of this device behind the roles of a run, each once. */
  placedBehind(...chats: readonly ChatModel[]): Placed[] {
    const all = chats.map((chat) => this.#placed.get(chat)).filter((placed) => placed !== undefined);
    return all.filter((placed, at) => all.findIndex(({ model }) => model.id === placed.model.id) === at);
  }

  /** Models that are to stay loaded side by side, at most two. */
  keepTogether(placed: readonly Placed[]): void {
    this.#engine.keepTogether(placed);
  }

  /** Loads now rather than at the first call; `problem` says why it failed. Never rejects. */
  async load({ model, contextTokens }: Placed, options: Pick<EngineModelOptions, 'grammar'>): Promise<void> {
    const controller = new AbortController();
    this.#loading = controller;
    this.#problem = null;
    try {
      await this.#engine.load(model, controller.signal, { contextTokens, ...options });
    } catch (thrown) {
      if (!isAbort(thrown)) this.#problem = toProblem(thrown);
    }
  }

  /** Gives up a `load`, and frees the GPU's memory. Calls that wait are rejected. Never rejects itself. */
  async unload(): Promise<void> {
    this.#loading?.abort();
    try {
      await this.#engine.unload();
    } catch (thrown) {
      this.#problem = toProblem(thrown);
    }
  }
}
