/** Which models answer: connections to servers, the model of each role, their figures, and the default limits. */

import * as v from 'valibot';
import { toProblem, type Problem } from '../core/errors';
import type { ModelRef } from '../core/models/model-ref';
import { contextTokensOf } from '../core/models/windows';
import { priceOf } from '../core/models/prices';
import type { Limits } from '../core/run/limits';
import {
  DEFAULT_SETTINGS,
  figuresKey,
  hostOf,
  isAddress,
  normalBaseUrl,
  settingsSchema,
  type Connection,
  type ModelChoice,
  type ModelFigures,
  type ModelSettings,
  type ServedChoice,
} from './model-settings';
import type { ConnectionTest, Endpoint, ModelPreset } from '../core/models/servers';
import type { DeviceNames, ServerPort, SettingsPort } from './model-ports';
import { KeyRing } from './key-ring.svelte';
import type { TextStore } from './preferences.svelte';
import { ServerLists, type ModelList } from './server-lists.svelte';

export interface ModelsPorts extends ServerPort {
  readonly presets: readonly ModelPreset[];
  readonly settings: SettingsPort;
  /** Session storage, so that keys outlive a reload but not the tab; null when blocked. */
  readonly session: TextStore | null;
  readonly newId: () => string;
  /** Names and windows of the models on this device; without it they are known by their ids. */
  readonly device?: DeviceNames;
}

export const READER_WORDS = 'Built-in reader — finds and quotes passages; no AI';
const READER: ModelChoice = { provider: 'reader' };
const SETTINGS_KEY = 'models';

export class ModelsState {
  readonly #ports: ModelsPorts;
  readonly #keys: KeyRing;
  readonly #servers: ServerLists;
  #settings: ModelSettings = $state.raw(DEFAULT_SETTINGS);
  #storageProblem: Problem | null = $state.raw(null);

  constructor(ports: ModelsPorts) {
    this.#ports = ports;
    this.#keys = new KeyRing(ports.settings, ports.session);
    this.#servers = new ServerLists(ports);
  }

  get presets(): readonly ModelPreset[] {
    return this.#ports.presets;
  }
  get connections(): readonly Connection[] {
    return this.#settings.connections;
  }
  /** What was chosen for the root; see `root` for the model itself. */
  get rootChoice(): ModelChoice {
    return this.#valid(this.#settings.root);
  }
  /** Null: the same as the root. */
  get subChoice(): ModelChoice | null {
    return this.#settings.sub && this.#valid(this.#settings.sub);
  }
  get root(): ModelRef {
    return this.refOf(this.rootChoice);
  }
  get sub(): ModelRef {
    return this.refOf(this.subChoice ?? this.rootChoice);
  }
  /** Whether a model of this device has a role. */
  get usesDevice(): boolean {
    return [this.rootChoice, this.subChoice].some((choice) => choice?.provider === 'webllm');
  }
  get limits(): Limits {
    return this.#settings.limits;
  }
  /** Why settings are not kept, e.g. storage is blocked; they hold until the page closes. */
  get storageProblem(): Problem | null {
    return this.#storageProblem ?? this.#keys.problem;
  }

  /** Reads what was kept. Never rejects. */
  async load(): Promise<void> {
    try {
      const stored = v.safeParse(settingsSchema, await this.#ports.settings.get(SETTINGS_KEY));
      if (stored.success) this.#settings = stored.output;
    } catch (thrown) {
      this.#storageProblem = toProblem(thrown);
    }
    await this.#keys.load();
  }

  connection(id: string): Connection | null {
    return this.connections.find((connection) => connection.id === id) ?? null;
  }

  preset(id: string): ModelPreset | null {
    return this.presets.find((preset) => preset.id === id) ?? null;
  }

  /** Adds a connection from a preset. */
  connect(preset: ModelPreset): Connection {
    const connection: Connection = {
      id: this.#ports.newId(),
      presetId: preset.id,
      label: preset.label,
      baseUrl: preset.baseUrl,
      replicas: [],
      headers: { ...preset.headers },
      rememberKey: false,
    };
    this.#save({ connections: [...this.connections, connection] });
    return connection;
  }

  /** Changes a connection; what its server said before is forgotten. */
  edit(id: string, changes: Partial<Pick<Connection, 'label' | 'baseUrl' | 'replicas' | 'headers'>>): void {
    this.#save({
      connections: this.connections.map((connection) =>
        connection.id === id ? { ...connection, ...changes } : connection,
      ),
    });
    if ('baseUrl' in changes || 'headers' in changes || 'replicas' in changes) this.#servers.forget(id);
  }

  /** Removes a connection and its key; roles that used it fall back to the reader. */
  disconnect(id: string): void {
    this.#save({ connections: this.connections.filter((connection) => connection.id !== id) });
    this.#keys.remove(id);
    this.#servers.forget(id);
  }

  /** The key of a connection, or an empty string. */
  keyOf(connectionId: string): string {
    return this.#keys.get(connectionId);
  }

  setKey(connectionId: string, key: string): void {
    this.#keys.set(connectionId, key, this.connection(connectionId)?.rememberKey ?? false);
    this.#servers.forget(connectionId);
  }

  /** Whether the key is written to this device, or forgotten with the tab. */
  rememberKey(connectionId: string, remember: boolean): void {
    this.#save({
      connections: this.connections.map((connection) =>
        connection.id === connectionId ? { ...connection, rememberKey: remember } : connection,
      ),
    });
    this.#keys.set(connectionId, this.keyOf(connectionId), remember);
  }

  chooseRoot(choice: ModelChoice): void {
    this.place(choice, this.#settings.sub);
  }

  /** Null: the same as the root. */
  chooseSub(choice: ModelChoice | null): void {
    this.place(this.#settings.root, choice);
  }

  /** Sets both roles. @param sub null: the same as the root */
  place(root: ModelChoice, sub: ModelChoice | null): void {
    const { lastServed } = this.#settings;
    this.#save({
      root,
      sub,
      lastServed: { root: servedOf(root) ?? lastServed.root, sub: servedOf(sub) ?? lastServed.sub },
    });
  }

  /** The model of a server each role was given last. */
  get lastServed(): ModelSettings['lastServed'] {
    return this.#settings.lastServed;
  }

  setLimits(limits: Limits): void {
    this.#save({ limits });
  }

  /** The reader's own figures for a model; null fields are not set. */
  figures(connectionId: string, model: string): ModelFigures {
    return this.#settings.figures[figuresKey(connectionId, model)] ?? { price: null, contextTokens: null };
  }

  setFigures(connectionId: string, model: string, figures: ModelFigures): void {
    this.#save({ figures: { ...this.#settings.figures, [figuresKey(connectionId, model)]: figures } });
  }

  /** Figures that hold for a model: the reader's own, else the server's, else the table's. Null: unknown. */
  effectiveFigures(connectionId: string, model: string): ModelFigures {
    const own = this.figures(connectionId, model);
    const listed = this.models(connectionId).models.find(({ id }) => id === model);
    return {
      price: own.price ?? listed?.price ?? priceOf(model),
      contextTokens: own.contextTokens ?? listed?.contextTokens ?? contextTokensOf(model),
    };
  }

  /** A choice as a model reference, with key and figures. A choice that cannot be used is the reader. */
  refOf(choice: ModelChoice): ModelRef {
    if (choice.provider === 'webllm') {
      const contextTokens = this.#ports.device?.chosenWindow(choice.model);
      return { provider: 'webllm', model: choice.model, ...(contextTokens ? { contextTokens } : {}) };
    }
    const connection = choice.provider === 'openai' ? this.connection(choice.connectionId) : null;
    if (choice.provider === 'reader' || !connection || choice.model === '') return { provider: 'reader' };
    const { price, contextTokens } = this.effectiveFigures(connection.id, choice.model);
    const apiKey = this.keyOf(connection.id);
    const replicas = replicasOf(connection);
    return {
      provider: 'openai',
      baseUrl: normalBaseUrl(connection.baseUrl),
      ...(replicas.length > 0 ? { replicas } : {}),
      model: choice.model,
      ...(apiKey === '' ? {} : { apiKey }),
      ...(price ? { priceUsdPerMTok: price } : {}),
      ...(contextTokens ? { contextTokens } : {}),
    };
  }

  /** Headers to send to a server beyond the key: those of the connection, or the preset, with this address. */
  headersFor(baseUrl: string): Readonly<Record<string, string>> {
    const same = (other: { readonly baseUrl: string }) =>
      normalBaseUrl(other.baseUrl) === normalBaseUrl(baseUrl);
    return (this.connections.find(same) ?? this.presets.find(same))?.headers ?? {};
  }

  /** A choice in words: what it is and where it runs. */
  describe(choice: ModelChoice): string {
    if (choice.provider === 'webllm')
      return this.#ports.device?.describe(choice.model) ?? `${choice.model} on this GPU`;
    const connection = choice.provider === 'openai' ? this.connection(choice.connectionId) : null;
    if (choice.provider === 'reader' || !connection) return READER_WORDS;
    return `${choice.model || 'No model chosen'} at ${hostOf(connection.baseUrl)}`;
  }

  /** The models a server said it has; `listModels` asks it. */
  models(connectionId: string): ModelList {
    return this.#servers.models(connectionId);
  }

  async listModels(connectionId: string, signal: AbortSignal): Promise<void> {
    const endpoint = this.#endpoint(connectionId);
    if (endpoint) await this.#servers.listModels(connectionId, endpoint, signal);
  }

  /**
   * How the last test of a connection went; null when it was not tested since it changed.
   * @param replica one of its further addresses; its first address when absent
   */
  test(connectionId: string, replica?: string): ConnectionTest | 'running' | null {
    return this.#servers.test(connectionId, replica && normalBaseUrl(replica));
  }

  async runTest(connectionId: string, signal: AbortSignal): Promise<void> {
    const connection = this.connection(connectionId);
    const endpoint = this.#endpoint(connectionId);
    if (!connection || !endpoint) return;
    const replicas = replicasOf(connection).map((baseUrl) => ({ ...endpoint, baseUrl }));
    await this.#servers.runTest(connectionId, endpoint, signal, replicas);
  }

  #endpoint(connectionId: string): Endpoint | null {
    const connection = this.connection(connectionId);
    if (!connection) return null;
    const apiKey = this.keyOf(connectionId);
    const { baseUrl, headers } = connection;
    return { baseUrl: normalBaseUrl(baseUrl), headers, ...(apiKey === '' ? {} : { apiKey }) };
  }

  #valid(choice: ModelChoice): ModelChoice {
    return choice.provider !== 'openai' || this.connection(choice.connectionId) ? choice : READER;
  }

  #save(changes: Partial<ModelSettings>): void {
    this.#settings = { ...this.#settings, ...changes };
    this.#ports.settings.set(SETTINGS_KEY, this.#settings).then(
      () => (this.#storageProblem = null),
      (thrown: unknown) => (this.#storageProblem = toProblem(thrown)),
    );
  }
}

/** The further addresses that are ones, each once. */
function replicasOf({ baseUrl, replicas }: Connection): string[] {
  const others = replicas.filter(isAddress).map(normalBaseUrl);
  return [...new Set(others)].filter((other) => other !== normalBaseUrl(baseUrl));
}

/** A choice worth remembering: a model of a server, by name. */
function servedOf(choice: ModelChoice | null): ServedChoice | null {
  return choice?.provider === 'openai' && choice.model !== '' ? choice : null;
}
