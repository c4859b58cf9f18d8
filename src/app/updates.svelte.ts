/** A newer version of the site: when it is there, when it may take the place of this one, and what to do when parts are gone. */

import { toProblem, type Problem } from '../core/errors';
import type { TextStore } from './preferences.svelte';

/** The service worker, or anything like it. */
export interface VersionsPort {
  onEvent(
    listener: (event: {
      readonly type: 'waiting' | 'replaced' | 'failed';
      readonly problem?: Problem;
    }) => void,
  ): void;
  checkForUpdate(): Promise<void>;
  /** While it is held, no tab changes to another version. Returns how to let go. */
  holdBack(): () => void;
  /** Changes every tab to the newer version; false when one holds back. @throws SondeError */
  takeOver(): Promise<boolean>;
}

export interface UpdatesPorts {
  /** Null where there is no service worker. */
  readonly versions: VersionsPort | null;
  /** Why the page must not be reloaded now, as a sentence; null when it may. */
  readonly busy: () => string | null;
  readonly reload: () => void;
  /** Lasts as long as the tab: remembers that a reload has been tried. */
  readonly session: TextStore | null;
  /** What tells this version from another. */
  readonly version: string;
}

export type Prompt =
  /** A newer version has been fetched and waits. */
  | 'waiting'
  /** Another tab has changed to a newer version; this one runs on with its own files. */
  | 'replaced'
  /** A part of the page that is loaded when first needed could not be. */
  | 'part-missing'
  /** The same, after a reload: another one would not help. */
  | 'part-still-missing';

const RELOADED_KEY = 'sonde.reloaded-for-part';
const CHECK_EVERY_MS = 3_600_000;
const CHECK_ON_RETURN_MS = 900_000;

export class Updates {
  readonly #ports: UpdatesPorts;
  #prompt: Prompt | null = $state.raw(null);
  #isPutOff = $state.raw(false);
  #isElsewhereBusy = $state.raw(false);
  #isReloading = $state.raw(false);
  #problem: Problem | null = $state.raw(null);
  #checkedAtMs = Date.now();

  constructor(ports: UpdatesPorts) {
    this.#ports = ports;
    ports.versions?.onEvent(({ type, problem }) => {
      if (type === 'failed') this.#problem = problem ?? null;
      else {
        this.#problem = null;
        this.#show(type);
      }
    });
  }

  /** What there is to say, put off or not. */
  get prompt(): Prompt | null {
    return this.#prompt;
  }
  /** True while the prompt is to be shown over the page. */
  get isShown(): boolean {
    return this.#prompt !== null && !this.#isPutOff;
  }
  /** Why the page cannot be reloaded now, as a sentence; null when it can. */
  get heldBackBy(): string | null {
    return this.#ports.busy();
  }
  /** The last try was held back by another tab. */
  get isElsewhereBusy(): boolean {
    return this.#isElsewhereBusy && this.#prompt === 'waiting';
  }
  get isReloading(): boolean {
    return this.#isReloading;
  }
  /** Why a newer version could not be fetched or put in place; null when nothing went wrong. */
  get problem(): Problem | null {
    return this.#problem;
  }

  /** Watches for newer versions, and keeps other tabs from changing while this one is busy. */
  start(): void {
    const { versions } = this.#ports;
    if (!versions) return;
    $effect.root(() => {
      $effect(() => (this.#ports.busy() === null ? undefined : versions.holdBack()));
    });
    setInterval(() => void this.check(), CHECK_EVERY_MS);
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden && Date.now() - this.#checkedAtMs > CHECK_ON_RETURN_MS) void this.check();
    });
  }

  async check(): Promise<void> {
    this.#checkedAtMs = Date.now();
    await this.#ports.versions?.checkForUpdate();
  }

  /** A part that is loaded when first needed could not be. Never reloads by itself. */
  partFailed(): void {
    const reloadedFor = this.#read();
    this.#show(reloadedFor === this.#ports.version ? 'part-still-missing' : 'part-missing');
  }

  later(): void {
    this.#isPutOff = true;
  }

  /** Changes to the newer version, where there is one, and loads the page anew. Does nothing while something holds back. */
  async reload(): Promise<void> {
    if (this.#ports.busy() !== null || this.#isReloading) return;
    this.#isReloading = true;
    this.#isElsewhereBusy = false;
    try {
      if (this.#prompt === 'waiting' && (await this.#ports.versions?.takeOver()) === false) {
        this.#isElsewhereBusy = true;
        this.#isReloading = false;
        return;
      }
      if (this.#prompt === 'part-missing') this.#write();
      this.#ports.reload();
    } catch (thrown) {
      this.#problem = toProblem(thrown);
      this.#isReloading = false;
    }
  }

  #show(prompt: Prompt): void {
    // What is broken now matters more than what could be had.
    const isLesser = prompt === 'waiting' && this.#prompt?.startsWith('part');
    if (isLesser) return;
    this.#prompt = prompt;
    this.#isPutOff = false;
    this.#isElsewhereBusy = false;
  }

  #read(): string | null {
    try {
      return this.#ports.session?.getItem(RELOADED_KEY) ?? null;
    } catch {
      return null; // storage is blocked: the reload is offered again, and is still the user's choice
    }
  }

  #write(): void {
    try {
      this.#ports.session?.setItem(RELOADED_KEY, this.#ports.version);
    } catch {
      // as above
    }
  }
}
