/**
 * Serves the site's own files from where they are kept, so that it works without a network after one visit. Touches
 * nothing else: no other origin, no other cache. Its own small precache rather than Workbox's, because files are checked
 * by digest, fetched one at a time while nobody waits, shared between versions, and kept for tabs of an older version.
 */

import { KeepError } from './offline/fetch-checked';
import { KeptFiles } from './offline/kept-files';
import {
  pageLockPrefix,
  WAY_OUT,
  type Ask,
  type InstallFailed,
  type Kept,
  type OfflineFile,
} from './offline/messages';

declare const self: ServiceWorkerGlobalScope & {
  /** The build puts the list here. */
  readonly __WB_MANIFEST: readonly OfflineFile[];
};

const DIGEST_START = /^\?([0-9a-f]{8,64})$/;

const root = self.registration.scope;
const kept = new KeptFiles(self.__WB_MANIFEST, root);

self.addEventListener('install', (event) => {
  event.waitUntil(install());
});

self.addEventListener('activate', (event) => {
  event.waitUntil(self.clients.claim().then(tidy));
});

self.addEventListener('message', (event) => {
  event.waitUntil(answer(event.data as Ask, event.ports[0])); // only pages of this origin can send one
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const path = request.method === 'GET' ? kept.pathOf(url) : null;
  if (path === null || isWayOut(url)) return;
  if (request.mode === 'navigate') event.respondWith(page(path, request));
  else event.respondWith(file(path, url, event));
});

function isWayOut(url: URL): boolean {
  return url.searchParams.has(WAY_OUT);
}

async function page(path: string, request: Request): Promise<Response> {
  return (await orNothing(kept.findDocument(path))) ?? fetch(request);
}

async function file(path: string, url: URL, { request, clientId }: FetchEvent): Promise<Response> {
  const client = await self.clients.get(clientId);
  if (client && isWayOut(new URL(client.url))) return fetch(request);
  const wanted = DIGEST_START.exec(url.search)?.[1];
  return (await orNothing(kept.find(path, wanted))) ?? fetch(request);
}

/** A storage that cannot be read is no reason not to ask the network. */
function orNothing<T>(reading: Promise<T>): Promise<T | undefined> {
  return reading.catch(() => undefined);
}

/**
 * The first version takes what a page needs to appear and leaves the rest to the pages, file by file. A later one takes
 * all that changed before it may replace one that was kept whole, or the site would work offline less than before.
 */
async function install(): Promise<void> {
  try {
    const isWhole = self.registration.active !== null && (await kept.wasWhole());
    await kept.remember();
    for (const { path } of isWhole ? kept.all : kept.shell) await kept.keep(path);
  } catch (thrown) {
    await tellFailure(thrown);
    throw thrown;
  }
}

async function tellFailure(thrown: unknown): Promise<void> {
  const message: InstallFailed = { type: 'install-failed', failure: failureOf(thrown) };
  for (const client of await self.clients.matchAll({ includeUncontrolled: true }))
    client.postMessage(message);
}

async function answer(ask: Ask, port: MessagePort | undefined): Promise<void> {
  switch (ask.type) {
    case 'survey':
      return reply(port, () => kept.survey());
    case 'keep':
      return reply(port, () => outcome(kept.keep(ask.path)));
    case 'tidy':
      return reply(port, () => outcome(tidy()));
    case 'take-over':
      return self.skipWaiting();
  }
}

async function reply(port: MessagePort | undefined, work: () => Promise<unknown>): Promise<void> {
  try {
    port?.postMessage(await work());
  } catch (thrown) {
    port?.postMessage({ failure: failureOf(thrown) } satisfies Kept);
  }
}

async function outcome(work: Promise<void>): Promise<Kept> {
  await work;
  return { failure: null };
}

function failureOf(thrown: unknown): InstallFailed['failure'] {
  return thrown instanceof KeepError
    ? thrown.failure
    : { reason: 'storage', path: '', detail: String(thrown) };
}

/** Pages hold a lock each; while one holds none yet, it is not known which version it is. */
async function tidy(): Promise<void> {
  const { held = [] } = await self.navigator.locks.query();
  const locks = held.map(({ name }) => name ?? '');
  const pages = (await self.clients.matchAll({ type: 'window', includeUncontrolled: true })).filter(
    ({ url }) => url.startsWith(root),
  );
  if (pages.length <= locks.filter((name) => name.startsWith(pageLockPrefix(root))).length)
    await kept.tidy(locks);
}
