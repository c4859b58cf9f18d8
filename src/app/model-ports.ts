/** What the models' state asks of the outside: servers, models on this device, and a place to keep settings. */

import type { ConnectionTest, Endpoint, ListedModel } from '../core/models/servers';

export interface ServerPort {
  /** @throws SondeError with a model code; an AbortError */
  listModels(endpoint: Endpoint, signal: AbortSignal): Promise<readonly ListedModel[]>;
  testConnection(endpoint: Endpoint, signal: AbortSignal): Promise<ConnectionTest>;
}

/** Kept on this device. @throws SondeError `storage-blocked`, `quota` */
export interface SettingsPort {
  /** Whatever was stored, to be parsed; null or undefined when nothing was. */
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  remove(key: string): Promise<void>;
}

/** What is known of the models on this device, by their ids. */
export interface DeviceNames {
  /** What it is, where it runs, and what it would take to have it here. */
  describe(id: string): string;
  /** The window the user chose for it, in tokens; null when none was chosen. */
  chosenWindow(id: string): number | null;
}
