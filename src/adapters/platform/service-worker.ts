/** The page's side of the service worker: registering, filling and resetting the offline copy, and changing versions. */

import * as v from 'valibot';
import { SondeError } from '../../core/errors';
import { pageLockName, WAY_OUT, type Ask, type KeepFailure } from '../../../workers/offline/messages';
import { explainFailure } from './offline-failures';

const FILE = 'service-worker.js';
const ANSWER_MS = 20_000;
/** One file may take long on a slow line; the worker itself is ended by the browser after five minutes. */
const KEEP_MS = 300_000;
const TAKE_OVER_MS = 15_000;

const failureSchema = v.object({
  reason: v.picklist(['unreachable', 'status', 'changed', 'quota', 'storage']),
  path: v.string(),
  detail: v.string(),
});
const keptSchema = v.object({ failure: v.nullable(failureSchema) });
const surveySchema = v.object({
  entry: v.string(),
  totalBytes: v.number(),
  missing: v.array(v.object({ path: v.string(), bytes: v.number() })),
});
const installFailedSchema = v.object({ type: v.literal('install-failed'), failure: failureSchema });

export type Survey = v.InferOutput<typeof surveySchema>;

export type OfflineEvent =
  /** A new version has been fetched whole and waits. */
  | { readonly type: 'waiting' }
  /** This page is older than the version that now serves the site: another tab changed to it. */
  | { readonly type: 'replaced' }
  /** A version could not be fetched; what was kept before is. */
  | { readonly type: 'failed'; readonly problem: SondeError };

/** Null where there can be no service worker: no secure context, a private window, or a policy. */
export function createOfflineCopy(): OfflineCopy | null {
  // Firefox leaves the property out in private windows; `caches` is missing where the page is not served securely.
  const isThere = 'serviceWorker' in navigator && 'caches' in globalThis && 'locks' in navigator;
  return isThere ? new OfflineCopy() : null;
}

export class OfflineCopy {
  /** The site's root; several sites may share an origin. */
  readonly #scope = new URL('./', document.baseURI).href;
  readonly #entry = pageEntry();
  readonly #busyLock = `sonde-busy ${this.#scope}`;
  readonly #listeners = new Set<(event: OfflineEvent) => void>();
  /** Null on the first visit, and for a page loaded past everything kept. */
  readonly #servedBy = navigator.serviceWorker.controller;
  #registration: ServiceWorkerRegistration | null = null;
  #isListening = false;
  #isReloading = false;
  #hasFailed = false;

  onEvent(listener: (event: OfflineEvent) => void): void {
    this.#listeners.add(listener);
  }

  /** Registers, and resolves once a version serves the site. @throws SondeError what keeps it from that */
  async register(): Promise<void> {
    this.#listen();
    this.#hasFailed = false;
    const failed = new Promise<never>((_, reject) => {
      this.onEvent((event) => {
        if (event.type === 'failed') reject(event.problem);
      });
    });
    failed.catch(() => undefined); // met by the race
    const registration = await navigator.serviceWorker
      .register(new URL(FILE, this.#scope), { scope: this.#scope, updateViaCache: 'none' })
      .catch((cause: unknown) => {
        throw explainFailure({ reason: 'unreachable', path: FILE, detail: String(cause) }, cause);
      });
    this.#registration = registration;
    registration.addEventListener('updatefound', () => this.#follow(registration.installing));
    if (registration.waiting && registration.active) this.#emit({ type: 'waiting' });
    else this.#follow(registration.installing);
    await Promise.race([activated(registration), failed]);
    // It may have changed while this page was starting.
    if (navigator.serviceWorker.controller !== this.#servedBy) await this.#seeWhoServes();
  }

  get isUpdateWaiting(): boolean {
    return Boolean(this.#registration?.waiting && this.#registration.active);
  }

  /** Asks the host for a newer version; it is fetched in the background. Being offline is no trouble. */
  async checkForUpdate(): Promise<void> {
    await this.#registration?.update().catch(() => undefined); // offline, or the host is down: asked again later
  }

  /** What of the version that serves the site is kept. @throws SondeError */
  async survey(): Promise<Survey> {
    return v.parse(surveySchema, await this.#ask({ type: 'survey' }, ANSWER_MS));
  }

  /** Fetches and keeps one file. @throws SondeError with the reason in words */
  async keep(path: string): Promise<void> {
    const { failure } = v.parse(keptSchema, await this.#ask({ type: 'keep', path }, KEEP_MS));
    if (failure) throw explainFailure(failure);
  }

  /** Lets go of files that no open page needs. */
  async tidy(): Promise<void> {
    await this.#ask({ type: 'tidy' }, ANSWER_MS);
  }

  /** Does `work` in one tab at a time. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    return navigator.locks.request(`sonde-fill ${this.#scope}`, work);
  }

  /** While it is held, no tab changes to another version. Returns how to let go. */
  holdBack(): () => void {
    const controller = new AbortController();
    let release = (): void => controller.abort();
    navigator.locks
      .request(this.#busyLock, { mode: 'shared', signal: controller.signal }, () => {
        return new Promise<void>((resolve) => {
          release = resolve;
        });
      })
      .catch(() => undefined); // let go of before it was had
    return () => release();
  }

  /**
   * Changes every tab to the version that waits, unless one holds back. The page is not reloaded here.
   * @returns false when a tab holds back. @throws SondeError when the version does not take over
   */
  async takeOver(): Promise<boolean> {
    return navigator.locks.request(this.#busyLock, { ifAvailable: true }, async (lock) => {
      if (!lock) return false;
      const waiting = this.#registration?.waiting;
      if (!waiting) return true; // another tab has done it, or there is nothing newer than what is kept
      this.#isReloading = true;
      const changed = new Promise<boolean>((resolve) => {
        navigator.serviceWorker.addEventListener('controllerchange', () => resolve(true), { once: true });
        setTimeout(() => resolve(false), TAKE_OVER_MS);
      });
      waiting.postMessage({ type: 'take-over' } satisfies Ask);
      if (await changed) return true;
      this.#isReloading = false;
      throw new SondeError({
        code: 'internal',
        message: 'The new version did not take over. This one goes on working.',
        hint: 'Close the other tabs of Sonde, then try again.',
      });
    });
  }

  /** Removes the offline copy; nothing else that is stored. The next load comes from the host. */
  async reset(): Promise<void> {
    const registration = await navigator.serviceWorker.getRegistration(this.#scope);
    await registration?.unregister();
    await caches.delete(`sonde-offline ${new URL(this.#scope).pathname}`);
    this.#registration = null;
  }

  async #ask(ask: Ask, deadlineMs: number): Promise<unknown> {
    const worker = this.#registration?.active;
    if (!worker) throw explainFailure({ reason: 'storage', path: '', detail: 'no service worker' });
    const { port1, port2 } = new MessageChannel();
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      return await new Promise<unknown>((resolve, reject) => {
        port1.onmessage = ({ data }: MessageEvent<unknown>) => resolve(data);
        timer = setTimeout(() => reject(explainFailure(SILENT)), deadlineMs);
        worker.postMessage(ask, [port2]);
      });
    } finally {
      clearTimeout(timer);
      port1.close();
    }
  }

  #listen(): void {
    if (this.#isListening) return;
    this.#isListening = true;
    void this.#holdPageLock();
    const workers = navigator.serviceWorker;
    workers.addEventListener('message', ({ data }) => this.#hear(data));
    workers.addEventListener('controllerchange', () => void this.#seeWhoServes());
    workers.startMessages();
  }

  #emit(event: OfflineEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  #hear(data: unknown): void {
    const failed = v.safeParse(installFailedSchema, data);
    if (failed.success) this.#fail(failed.output.failure);
  }

  /** A version on its way in: installed beside another one it waits; dead before that, it could not be fetched. */
  #follow(worker: ServiceWorker | null): void {
    worker?.addEventListener('statechange', () => {
      if (worker.state === 'installed' && this.#registration?.active) this.#emit({ type: 'waiting' });
      // Mostly it has said why; ended by the browser it has not.
      else if (worker.state === 'redundant' && !this.#registration?.active)
        setTimeout(() => this.#fail(UNEXPLAINED), 1000);
    });
  }

  #fail(failure: KeepFailure): void {
    if (failure === UNEXPLAINED && this.#hasFailed) return;
    this.#hasFailed = true;
    this.#emit({ type: 'failed', problem: explainFailure(failure) });
  }

  async #seeWhoServes(): Promise<void> {
    if (this.#isReloading || !navigator.serviceWorker.controller) return;
    const { entry } = await this.survey();
    if (entry !== this.#entry) this.#emit({ type: 'replaced' });
  }

  /** For as long as the page is there, its version's files are kept. */
  #holdPageLock(): Promise<unknown> {
    const name = pageLockName(this.#scope, this.#entry);
    return navigator.locks.request(name, { mode: 'shared' }, () => new Promise<never>(() => undefined));
  }
}

const SILENT: KeepFailure = { reason: 'storage', path: '', detail: 'the service worker did not answer' };
const UNEXPLAINED: KeepFailure = { reason: 'storage', path: '', detail: 'the service worker ended' };

/** The script this page was started with, relative to the site's root: what tells its version from others. */
export function pageEntry(): string {
  const scope = new URL('./', document.baseURI).href;
  const script = document.querySelector<HTMLScriptElement>('script[type="module"][src]');
  return script?.src.startsWith(scope) ? script.src.slice(scope.length) : '';
}

/** True when the address says `?no-sw`, and takes it away, so that the next load is an ordinary one. */
export function takeWayOut(): boolean {
  const url = new URL(location.href);
  if (!url.searchParams.has(WAY_OUT)) return false;
  url.searchParams.delete(WAY_OUT);
  history.replaceState(history.state, '', url);
  return true;
}

async function activated(registration: ServiceWorkerRegistration): Promise<void> {
  if (registration.active?.state === 'activated') return;
  const worker = registration.active ?? registration.waiting ?? registration.installing;
  await new Promise<void>((resolve) => {
    worker?.addEventListener('statechange', () => {
      if (worker.state === 'activated') resolve();
    });
  });
}
