/** API keys: in memory and session storage by default, on this device only where the user asked for it. */

import * as v from 'valibot';
import { toProblem, type Problem } from '../core/errors';
import { keysSchema } from './model-settings';
import type { SettingsPort } from './model-ports';
import type { TextStore } from './preferences.svelte';

type Keys = Readonly<Record<string, string>>;

const SESSION_KEY = 'sonde.keys';
const SETTINGS_KEY = 'keys';

export class KeyRing {
  readonly #settings: SettingsPort;
  readonly #session: TextStore | null;
  #sessionKeys: Keys = $state.raw({});
  #deviceKeys: Keys = $state.raw({});
  #problem: Problem | null = $state.raw(null);

  constructor(settings: SettingsPort, session: TextStore | null) {
    this.#settings = settings;
    this.#session = session;
  }

  /** Why keys meant to be remembered are not. */
  get problem(): Problem | null {
    return this.#problem;
  }

  /** Reads the keys of this session and those kept on the device. Never rejects. */
  async load(): Promise<void> {
    try {
      this.#sessionKeys = parse(JSON.parse(this.#session?.getItem(SESSION_KEY) ?? '{}'));
    } catch {
      this.#sessionKeys = {}; // cut short or blocked: the key is asked for again
    }
    try {
      this.#deviceKeys = parse(await this.#settings.get(SETTINGS_KEY));
    } catch (thrown) {
      this.#problem = toProblem(thrown);
    }
  }

  /** The key with this id, or an empty string. */
  get(id: string): string {
    return this.#sessionKeys[id] ?? this.#deviceKeys[id] ?? '';
  }

  /** Keeps a key for the session, or on the device; never in both, so that forgetting it is one act. */
  set(id: string, key: string, onDevice: boolean): void {
    const session = without(this.#sessionKeys, id);
    const device = without(this.#deviceKeys, id);
    const kept = key === '' ? {} : { [id]: key };
    this.#writeSession(onDevice ? session : { ...session, ...kept });
    if (onDevice || id in this.#deviceKeys) this.#writeDevice(onDevice ? { ...device, ...kept } : device);
  }

  remove(id: string): void {
    this.set(id, '', false);
  }

  #writeSession(keys: Keys): void {
    this.#sessionKeys = keys;
    try {
      if (Object.keys(keys).length === 0) this.#session?.removeItem(SESSION_KEY);
      else this.#session?.setItem(SESSION_KEY, JSON.stringify(keys));
    } catch {
      // Blocked: the key holds in memory until the page is reloaded, as promised at least.
    }
  }

  #writeDevice(keys: Keys): void {
    this.#deviceKeys = keys;
    const empty = Object.keys(keys).length === 0;
    (empty ? this.#settings.remove(SETTINGS_KEY) : this.#settings.set(SETTINGS_KEY, keys)).then(
      () => (this.#problem = null),
      (thrown: unknown) => (this.#problem = toProblem(thrown)),
    );
  }
}

function parse(value: unknown): Keys {
  const parsed = v.safeParse(keysSchema, value);
  return parsed.success ? parsed.output : {};
}

function without(keys: Keys, id: string): Keys {
  return Object.fromEntries(Object.entries(keys).filter(([other]) => other !== id));
}
