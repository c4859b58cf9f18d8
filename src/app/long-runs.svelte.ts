/** What a run of minutes or hours needs of the page: the screen kept on, a question before closing, a word at the end. */

import type { RunOutcome, RunRequest } from '../core/run/request';
import type { Preferences } from './preferences.svelte';
import type { RunView } from './run-view.svelte';

export interface LongRunsPorts {
  readonly screen: { hold(): void; release(): void };
  readonly page: {
    readonly isHidden: boolean;
    onShown(callback: () => void): void;
    askBeforeLeaving(on: boolean): void;
  };
  /** Calls back with the battery's state now and after each change; never where it is not known. `level` is 0–1. */
  readonly watchBattery: (
    callback: (battery: { readonly level: number; readonly charging: boolean }) => void,
  ) => Promise<void>;
  readonly preferences: Preferences;
}

/** Below this a model on this device may well empty the battery before it has answered. */
const LOW_BATTERY = 0.2;

const END_WORDS: Readonly<Record<RunOutcome['status'], string>> = {
  answered: '✓ Answered',
  partial: '✓ Partial answer',
  stopped: 'Stopped',
  failed: '✕ Failed',
};

export class LongRuns {
  readonly #ports: LongRunsPorts;
  #live = 0;
  /** Ids of live runs with a model on this device. */
  #onDevice = $state.raw<readonly string[]>([]);
  #battery = $state.raw<{ level: number; charging: boolean } | null>(null);
  #watchesBattery = false;
  #ended = $state.raw<string | null>(null);

  constructor(ports: LongRunsPorts) {
    this.#ports = ports;
    ports.page.onShown(() => {
      this.#ended = null;
    });
  }

  /** How the last run ended while nobody looked, for the window's title; null once somebody has. */
  get endedUnseen(): string | null {
    return this.#ended;
  }

  get keepsScreenOn(): boolean {
    return this.#ports.preferences.keepScreenOn;
  }

  keepScreenOn(on: boolean): void {
    this.#ports.preferences.setKeepScreenOn(on);
    this.#apply();
  }

  /** What to do about the battery while this run goes on; null when there is nothing to say. */
  batteryHint(runId: string): string | null {
    const battery = this.#battery;
    if (!battery || battery.charging || battery.level >= LOW_BATTERY) return null;
    if (!this.#onDevice.includes(runId)) return null;
    const percent = `${String(Math.round(battery.level * 100))} %`;
    return `The battery is at ${percent}. A model on this device uses much of it: plug in, or stop and choose a server.`;
  }

  /** A run of this tab has begun. */
  follow(view: RunView, request: RunRequest): void {
    const onDevice = request.root.engine !== undefined || request.sub.engine !== undefined;
    if (onDevice) {
      this.#onDevice = [...this.#onDevice, view.id];
      this.#watchBattery();
    }
    this.#live++;
    this.#apply();
    void view.outcome?.then((outcome) => {
      this.#live--;
      this.#onDevice = this.#onDevice.filter((id) => id !== view.id);
      if (this.#ports.page.isHidden) this.#ended = END_WORDS[outcome.status];
      this.#apply();
    });
  }

  #apply(): void {
    const { screen, page } = this.#ports;
    page.askBeforeLeaving(this.#live > 0);
    if (this.#live > 0 && this.keepsScreenOn) screen.hold();
    else screen.release();
  }

  #watchBattery(): void {
    if (this.#watchesBattery) return;
    this.#watchesBattery = true;
    void this.#ports.watchBattery((battery) => {
      this.#battery = battery;
    });
  }
}
