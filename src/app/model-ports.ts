/** What the models' state asks of the outside: servers, their presets, and a place to keep settings. */

import type { Problem } from '../core/errors';
import type { Price } from '../core/ports';

/** Where a server is and how to be let in. */
export interface Endpoint {
  readonly baseUrl: string;
  readonly apiKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A kind of server people have, with what is known about reaching it from a page. */
export interface ModelPreset {
  readonly id: string;
  readonly label: string;
  readonly baseUrl: string;
  readonly key: 'required' | 'optional' | 'none';
  /** Where to get a key. */
  readonly keyUrl?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What has to be set on the server before a page may talk to it. */
  readonly setup?: string;
}

/** A model as a server lists it; what the server does not say is null. */
export interface ListedModel {
  readonly id: string;
  readonly contextTokens: number | null;
  readonly price: Price | null;
}

export type ConnectionTest =
  | {
      readonly ok: true;
      readonly models: readonly string[];
      readonly latencyMs: number;
      /** HTTP version; null when the browser does not tell. */
      readonly protocol: 'h1' | 'h2' | 'h3' | null;
    }
  | { readonly ok: false; readonly problem: Problem };

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
