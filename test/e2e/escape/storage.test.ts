/** What the page's origin keeps is out of Python's reach: stores, locks, channels, blobs, and the page itself. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLab, type LabSite } from './grounds';
import { inPlainWorker, inSandbox, openSandbox, underPolicyAlone } from './probe';

const SECRET = 'sk-the-secret-of-the-page';

interface Store {
  readonly name: string;
  /** Run on the page: puts the secret where the probe looks for it; may return a text the probe gets as \`given\`. */
  readonly plant: string;
  /** Run in the worker: returns what it could read. */
  readonly probe: string;
}

const openDatabase = `const database = await new Promise((resolve, reject) => {
  const opening = indexedDB.open('keys', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('keys');
  opening.onsuccess = () => resolve(opening.result);
  opening.onerror = () => reject(opening.error);
});`;

const STORES: readonly Store[] = [
  {
    name: 'a database, by its name',
    plant: `${openDatabase} const done = database.transaction('keys', 'readwrite');
      done.objectStore('keys').put('${SECRET}', 'key');
      await new Promise((resolve) => (done.oncomplete = resolve)); database.close();`,
    probe: `${openDatabase} return await new Promise((resolve, reject) => {
      const reading = database.transaction('keys').objectStore('keys').get('key');
      reading.onsuccess = () => resolve(reading.result);
      reading.onerror = () => reject(reading.error);
    })`,
  },
  {
    name: 'the list of databases',
    plant: `await new Promise((resolve, reject) => {
      const opening = indexedDB.open('${SECRET}', 1);
      opening.onsuccess = () => resolve(opening.result.close());
      opening.onerror = () => reject(opening.error);
    })`,
    probe: `return (await indexedDB.databases()).map(({ name }) => name).join()`,
  },
  {
    name: 'Cache storage',
    plant: `await (await caches.open('keys')).put('/key', new Response('${SECRET}'))`,
    probe: `return await (await (await caches.open('keys')).match('/key')).text()`,
  },
  {
    name: 'the private file system',
    plant: `const file = await (await navigator.storage.getDirectory()).getFileHandle('key', { create: true });
      const writable = await file.createWritable(); await writable.write('${SECRET}'); await writable.close();`,
    probe: `const file = await (await navigator.storage.getDirectory()).getFileHandle('key');
      return await (await file.getFile()).text()`,
  },
  {
    name: 'a storage bucket',
    plant: `const bucket = await navigator.storageBuckets.open('keys');
      await (await bucket.caches.open('keys')).put('/key', new Response('${SECRET}'))`,
    probe: `const bucket = await navigator.storageBuckets.open('keys');
      return await (await (await bucket.caches.open('keys')).match('/key')).text()`,
  },
  {
    name: 'the older file system',
    plant: `const system = await new Promise((resolve, reject) => webkitRequestFileSystem(0, 1000, resolve, reject));
      const entry = await new Promise((resolve, reject) => system.root.getFile('key', { create: true }, resolve, reject));
      const writer = await new Promise((resolve, reject) => entry.createWriter(resolve, reject));
      await new Promise((resolve) => { writer.onwriteend = resolve; writer.write(new Blob(['${SECRET}'])); })`,
    probe: `const system = webkitRequestFileSystemSync(0, 1000);
      return new FileReaderSync().readAsText(system.root.getFile('key', {}).file())`,
  },
  {
    name: 'the names of locks',
    plant: `await new Promise((held) => navigator.locks.request('${SECRET}', () => { held(); return new Promise(() => {}); }))`,
    probe: `return (await navigator.locks.query()).held.map(({ name }) => name).join()`,
  },
  {
    name: 'what a BroadcastChannel carries',
    plant: `const channel = new BroadcastChannel('keys'); setInterval(() => channel.postMessage('${SECRET}'), 50)`,
    probe: `const channel = new BroadcastChannel('keys');
      return await new Promise((resolve) => (channel.onmessage = ({ data }) => resolve(data)))`,
  },
  {
    name: "a blob of the page's, by its URL",
    plant: `return URL.createObjectURL(new Blob(['${SECRET}']))`,
    probe: `return await (await fetch(given)).text()`,
  },
  {
    name: "a file of the page's origin",
    plant: `return new URL('plain-worker.js', location.href).href`,
    probe: `return (await (await fetch(given)).text()).includes('importScripts') ? '${SECRET}' : 'nothing'`,
  },
];

let lab: LabSite;

beforeAll(async () => {
  lab = await openLab();
  await openSandbox(lab.page);
});
afterAll(() => lab.close());

describe('reading', () => {
  it.for(STORES)('$name: nothing from Python, all of it from a plain worker', async ({ plant, probe }) => {
    const given = await lab.page.evaluate<unknown>(`(async () => { ${plant} })()`);
    const body = `const given = ${JSON.stringify(given ?? null)}; ${probe}`;
    expect(await inPlainWorker(lab.page, body), 'control').toContain(SECRET);
    expect(await inSandbox(lab.page, body)).not.toContain(SECRET);
    expect(await underPolicyAlone(lab.page, body)).not.toContain(SECRET);
  });
});

describe('writing', () => {
  /** Counts on the page what arrives; returns the body to run in a worker. */
  const SENDERS = [
    [
      'a BroadcastChannel delivers nothing to the page',
      `const heard = (window.heard = { count: 0 }); new BroadcastChannel('shout').onmessage = () => heard.count++`,
      `new BroadcastChannel('shout').postMessage('x'); await new Promise((resolve) => setTimeout(resolve, 300))`,
    ],
    [
      'a database cannot be made in the origin of the page',
      `const heard = (window.heard = { count: 0 }); setInterval(async () => {
        if ((await indexedDB.databases()).some(({ name }) => name === 'planted')) heard.count = 1;
      }, 50)`,
      `await new Promise((resolve, reject) => {
        const opening = indexedDB.open('planted', 1);
        opening.onsuccess = resolve;
        opening.onerror = () => reject(opening.error);
      }); await new Promise((resolve) => setTimeout(resolve, 300))`,
    ],
    [
      'a lock of the page cannot be taken',
      `const heard = (window.heard = { count: 0 }); setInterval(async () => {
        if ((await navigator.locks.query()).held.some(({ name }) => name === 'taken')) heard.count = 1;
      }, 50)`,
      `await new Promise((held) => navigator.locks.request('taken', () => {
        held(); return new Promise((resolve) => setTimeout(resolve, 500));
      })); await new Promise((resolve) => setTimeout(resolve, 300))`,
    ],
  ] as const;

  it.for(SENDERS)('%s', async ([, listen, body]) => {
    await lab.page.evaluate(`{ ${listen} }`);
    const heard = () => lab.page.evaluate<number>('window.heard.count');
    await inSandbox(lab.page, body);
    await underPolicyAlone(lab.page, body);
    expect(await heard()).toBe(0);
    await inPlainWorker(lab.page, body);
    expect(await heard(), 'control').toBeGreaterThan(0);
  });

  it('a message to its maker never gets to the page, as one of a plain worker does', async () => {
    const body = `if (typeof postMessage === 'function') postMessage({ sonde: 'hello' });
      await new Promise((resolve) => setTimeout(resolve, 300))`;
    await lab.page.evaluate(() => {
      window.strayMessages = [];
      addEventListener('message', ({ data }) => window.strayMessages?.push(data));
    });
    await inSandbox(lab.page, body);
    expect(await lab.page.evaluate(() => window.strayMessages)).toEqual([]);
    const heard = lab.page.evaluate(
      (script) =>
        new Promise((resolve) => {
          const worker = new Worker('plain-worker.js');
          worker.onmessage = ({ data }) => resolve(data);
          worker.postMessage(script);
        }),
      `postMessage({ sonde: 'hello' })`,
    );
    expect(await heard).toEqual({ sonde: 'hello' });
  });
});

describe('navigation', () => {
  it('of the frame or the page: a worker, plain or not, cannot do it', async () => {
    const body = `const tried = [];
      for (const attempt of [
        () => { self.location = 'https://example.invalid/'; },
        () => { self.location.href = 'https://example.invalid/'; },
        () => self.location.assign('https://example.invalid/'),
        () => self.location.replace('https://example.invalid/'),
      ]) try { attempt(); tried.push('done'); } catch (error) { tried.push(error.name); }
      await new Promise((resolve) => setTimeout(resolve, 300));
      return tried.join() + ' ' + self.location.protocol`;
    expect(await inSandbox(lab.page, body)).toBe('returned done,done,TypeError,TypeError blob:');
    expect(await inPlainWorker(lab.page, body)).toBe('returned done,done,TypeError,TypeError https:');
    expect(lab.page.url()).toBe(lab.url);
    const [page, ...frames] = lab.page.frames().map((frame) => frame.url());
    expect(page).toBe(lab.url);
    expect(frames).not.toEqual([]);
    for (const url of frames) expect(url).toMatch(new RegExp(`^blob:${new URL(lab.url).origin}/`));
  });

  it('of the frame to another site is refused by its own flags, even to code in the frame itself', async () => {
    const frame = lab.page.frames().find((one) => one.url().startsWith('blob:'));
    const outcome = await frame?.evaluate(() => {
      try {
        (top as Window).location.href = 'https://example.invalid/';
        return 'done';
      } catch (error) {
        return (error as Error).name;
      }
    });
    expect(outcome).toBe('SecurityError');
    expect(lab.page.url()).toBe(lab.url);
  });
});
