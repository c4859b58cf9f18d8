/** Ways out of a worker, as bodies of async functions. `url`, `ws`, `udp` are what they may try to reach. */

export interface Route {
  readonly name: string;
  readonly body: string;
}

/** A nested worker's own script, run from a URL of the given kind. */
const fetchNow = `fetch(URL_HERE, { mode: 'no-cors' })`;
const within = (code: string) =>
  `const inner = ${JSON.stringify(code)}.replaceAll('URL_HERE', JSON.stringify(url));`;
const blobUrl = `const blob = URL.createObjectURL(new Blob([inner], { type: 'text/javascript' }));`;
/** Errors of a nested worker would climb up and end the worker that made it. */
const spawn = `const spawn = (...given) => { new Worker(...given).onerror = (event) => event.preventDefault(); };`;
const settle = `await new Promise((resolve) => setTimeout(resolve, 400));`;

/** Tried against the page's own origin and a foreign one. */
export const HTTP_ROUTES: readonly Route[] = [
  { name: 'fetch', body: `return (await fetch(url, { mode: 'no-cors' })).type` },
  {
    name: 'fetch that outlives its worker',
    body: `await fetch(url, { method: 'POST', body: 'x', keepalive: true, mode: 'no-cors' })`,
  },
  {
    name: 'XMLHttpRequest',
    body: `return await new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.onload = () => resolve(request.status);
      request.onerror = () => reject(new Error('network'));
      request.open('GET', url);
      request.send();
    })`,
  },
  {
    name: 'synchronous XMLHttpRequest',
    body: `const request = new XMLHttpRequest(); request.open('GET', url, false); request.send()`,
  },
  {
    name: 'WebSocket',
    body: `return await new Promise((resolve, reject) => {
      const socket = new WebSocket(ws);
      socket.onopen = () => resolve('open');
      socket.onerror = () => reject(new Error('network'));
    })`,
  },
  { name: 'WebSocketStream', body: `await new WebSocketStream(ws).opened` },
  {
    name: 'EventSource',
    body: `return await new Promise((resolve, reject) => {
      const events = new EventSource(url);
      events.onmessage = () => resolve('message');
      events.onerror = () => { events.close(); reject(new Error('network')); };
    })`,
  },
  { name: 'FontFace', body: `await new FontFace('probe', 'url(' + url + '.woff2)').load()` },
  { name: 'importScripts', body: `importScripts(url + '.js')` },
  { name: 'import() over HTTP', body: `await import(url + '.js')` },
  {
    name: 'import() of a data URL that fetches',
    body: `${within(fetchNow)} await import('data:text/javascript,' + encodeURIComponent('await ' + inner))`,
  },
  {
    name: 'import() of a blob that fetches',
    body: `${within(`await ${fetchNow}`)} ${blobUrl} await import(blob)`,
  },
  {
    name: 'import() of a blob that imports over HTTP',
    body: `${within(`import URL_HERE`)} ${blobUrl} await import(blob)`,
  },
  {
    name: 'importScripts of a blob that fetches',
    body: `${within(fetchNow)} ${blobUrl} importScripts(blob); ${settle}`,
  },
  {
    name: 'importScripts of a data URL that fetches',
    body: `${within(fetchNow)} importScripts('data:text/javascript,' + encodeURIComponent(inner)); ${settle}`,
  },
  {
    name: 'a blob worker that fetches',
    body: `${within(fetchNow)} ${blobUrl} ${spawn} spawn(blob); ${settle}`,
  },
  {
    name: 'a blob worker that calls importScripts',
    body: `${within(`importScripts(URL_HERE)`)} ${blobUrl} ${spawn} spawn(blob); ${settle}`,
  },
  {
    name: 'a blob module worker that fetches',
    body: `${within(fetchNow)} ${blobUrl} ${spawn} spawn(blob, { type: 'module' }); ${settle}`,
  },
  {
    name: 'a blob worker within a blob worker that fetches',
    body: `const innermost = "${fetchNow}".replace('URL_HERE', JSON.stringify(url));
      const inner = 'new Worker(URL.createObjectURL(new Blob([' + JSON.stringify(innermost) + '])))';
      ${blobUrl} ${spawn} spawn(blob); ${settle}`,
  },
  {
    name: 'a data URL worker that fetches',
    body: `${within(fetchNow)} ${spawn} spawn('data:text/javascript,' + encodeURIComponent(inner)); ${settle}`,
  },
  { name: 'WebAssembly streamed from a server', body: `await WebAssembly.compileStreaming(fetch(url))` },
  { name: 'a request for Cache storage', body: `await (await caches.open('probe')).add(url)` },
  { name: 'the Function constructor', body: `${within(`return ${fetchNow}`)} await new Function(inner)()` },
  {
    name: "an async function's constructor",
    body: `${within(`await ${fetchNow}`)} await (async () => {}).constructor(inner)()`,
  },
  {
    name: "a generator's constructor",
    body: `${within(`yield ${fetchNow}`)} await (function* () {}).constructor(inner)().next().value`,
  },
  { name: 'indirect eval', body: `${within(fetchNow)} await (0, eval)(inner)` },
  { name: 'a timer given text', body: `${within(fetchNow)} setTimeout(inner, 0); ${settle}` },
];

/** Scripts of workers have to come from the own origin; a plain worker cannot have them from elsewhere either. */
export const OWN_ORIGIN_ROUTES: readonly Route[] = [
  { name: 'a worker over HTTP', body: `${spawn} spawn(url + '.js'); ${settle}` },
  {
    name: 'a module worker over HTTP',
    body: `${spawn} spawn(url + '.js', { type: 'module' }); ${settle}`,
  },
];

/** What no dedicated worker has, sandboxed or not: nothing is proved by its absence but that there is no such way. */
export const ABSENT: readonly Route[] = [
  { name: 'RTCPeerConnection', body: `return typeof RTCPeerConnection` },
  { name: 'navigator.sendBeacon', body: `return typeof navigator.sendBeacon` },
  { name: 'navigator.serviceWorker', body: `return typeof navigator.serviceWorker` },
  { name: 'SharedWorker', body: `return typeof SharedWorker` },
  { name: 'document', body: `return typeof document` },
  { name: 'Image', body: `return typeof Image` },
  { name: 'window', body: `return typeof window` },
  { name: 'parent', body: `return typeof parent` },
  { name: 'top', body: `return typeof top` },
  { name: 'opener', body: `return typeof opener` },
  { name: 'localStorage', body: `return typeof localStorage` },
  { name: 'sessionStorage', body: `return typeof sessionStorage` },
  { name: 'cookieStore', body: `return typeof cookieStore` },
  { name: 'open', body: `return typeof open` },
];
