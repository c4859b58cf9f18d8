/** The settings of models on this device: how each is loaded, how fast it was, which downloads are to go on. */

import * as v from 'valibot';
import { toProblem, type Problem } from '../core/errors';
import {
  blendPace,
  DEFAULT_DEVICE_SETTINGS,
  DEFAULT_MODEL_OPTIONS,
  deviceSettingsSchema,
  type DeviceModelOptions,
  type DeviceSettings,
  type MeasuredPace,
} from './device-settings';
import type { SettingsPort } from './model-ports';

const SETTINGS_KEY = 'device';

export class DeviceChoices {
  readonly #port: SettingsPort;
  #settings: DeviceSettings = $state.raw(DEFAULT_DEVICE_SETTINGS);
  #problem = $state.raw<Problem | null>(null);

  constructor(port: SettingsPort) {
    this.#port = port;
  }

  /** Why they are not kept; they hold until the page closes. */
  get problem(): Problem | null {
    return this.#problem;
  }
  /** Downloads that were under way when they were last kept. */
  get fetching(): readonly string[] {
    return this.#settings.fetching;
  }

  /** Never rejects. */
  async load(): Promise<void> {
    try {
      const stored = v.safeParse(deviceSettingsSchema, await this.#port.get(SETTINGS_KEY));
      if (stored.success) this.#settings = stored.output;
    } catch (thrown) {
      this.#problem = toProblem(thrown);
    }
  }

  options(id: string): DeviceModelOptions {
    return this.#settings.options[id] ?? DEFAULT_MODEL_OPTIONS;
  }
  setOptions(id: string, changes: Partial<DeviceModelOptions>): void {
    this.#save({ options: { ...this.#settings.options, [id]: { ...this.options(id), ...changes } } });
  }

  pace(id: string): MeasuredPace | null {
    return this.#settings.paces[id] ?? null;
  }
  addPace(id: string, measured: MeasuredPace): void {
    const pace = blendPace(this.#settings.paces[id], measured);
    this.#save({ paces: { ...this.#settings.paces, [id]: pace } });
  }

  setFetching(ids: readonly string[]): void {
    if (ids.join('\n') !== this.fetching.join('\n')) this.#save({ fetching: [...ids] });
  }

  #save(changes: Partial<DeviceSettings>): void {
    this.#settings = { ...this.#settings, ...changes };
    this.#port.set(SETTINGS_KEY, this.#settings).then(
      () => (this.#problem = null),
      (thrown: unknown) => (this.#problem = toProblem(thrown)),
    );
  }
}
