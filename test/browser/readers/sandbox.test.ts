/** Readers are as powerless as Python is, and one that goes wrong takes nothing with it. */

import { expose, wrap } from 'comlink';
import { afterEach, expect, test } from 'vitest';
import { pythonSite } from '../../../src/adapters/repl/python-files';
import { SandboxFrame } from '../../../src/adapters/repl/sandbox-frame';
import { ReaderFiles } from '../../../src/adapters/readers/reader-files';
import { createReaderPlace } from '../../../src/adapters/readers/reader-place';
import { Readers } from '../../../src/adapters/readers/readers';
import type { ReaderFile, ReaderPlace } from '../../../src/adapters/readers/wire';
import { withOutcomes, type WithOutcomes } from '../../../src/adapters/worker-outcome';

const signal = new AbortController().signal;
const nothing = {
  text: () => Promise.resolve(),
  child: () => Promise.resolve(),
  lostChild: () => Promise.resolve(),
  progress: () => Promise.resolve(),
};
const csv = {
  file: new Blob(['1\n00:00:01,000 --> 00:00:02,000\nHello\n']),
  path: 'a.srt',
  format: 'subtitles',
  password: null,
  ocr: null,
} as const;

/** Readers whose worker is another script than the real one, as long as `script` says so. */
function readersWith(script: () => string | null, silenceMs = 700): Readers {
  const real = new ReaderFiles();
  const files = {
    file: (name: ReaderFile) => {
      const other = name === 'worker' ? script() : null;
      return other === null ? real.file(name) : Promise.resolve(new Blob([other]));
    },
  } as ReaderFiles; // only `file` is asked of it
  const { port1, port2 } = new MessageChannel();
  expose(withOutcomes(createReaderPlace(files)), port1);
  return new Readers(Promise.resolve(wrap<WithOutcomes<ReaderPlace>>(port2)), { cores: 2, silenceMs });
}

afterEach(() => {
  for (const frame of document.querySelectorAll('iframe[sandbox]')) frame.remove();
});

test('a reader reaches no network, no storage and no page', async () => {
  const probe = `self.onmessage = async ({ ports: [port] }) => {
    const routes = {
      own: () => fetch(${JSON.stringify(location.href)}),
      other: () => fetch('http://127.0.0.1:9/', { mode: 'no-cors' }),
      request: () => new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        request.onload = resolve;
        request.onerror = () => reject(new Error('blocked'));
        request.open('GET', ${JSON.stringify(location.href)});
        request.send();
      }),
      socket: () => new Promise((resolve, reject) => {
        const socket = new WebSocket(${JSON.stringify(location.origin.replace('http', 'ws'))});
        socket.onopen = resolve;
        socket.onerror = () => reject(new Error('blocked'));
      }),
      script: async () => importScripts(${JSON.stringify(`${location.origin}/readers/worker`)}),
      module: () => import(${JSON.stringify(`${location.origin}/readers/pdf`)}),
      database: () => new Promise((resolve, reject) => {
        const opening = indexedDB.open('sonde');
        opening.onsuccess = resolve;
        opening.onerror = () => reject(opening.error);
      }),
      caches: () => caches.open('x'),
      files: () => navigator.storage.getDirectory(),
    };
    const reached = [];
    for (const [name, route] of Object.entries(routes))
      try { await route(); reached.push(name); } catch {}
    port.postMessage(reached);
  };`;
  const frame = await SandboxFrame.create(await pythonSite().frame());
  const { port1, port2 } = new MessageChannel();
  const reached = new Promise<unknown>((resolve) => {
    port1.onmessage = ({ data }) => {
      resolve(data);
    };
  });
  frame.run(new Blob([probe]), port2, () => undefined);
  expect(await reached).toEqual([]);
  frame.close();
});

test('a reader that hangs is ended in time, its file gets a reason, and the next file is read', async () => {
  let hangs = true;
  const readers = readersWith(() => (hangs ? 'self.onmessage = () => { for (;;); }' : null));
  const startedAt = performance.now();
  await expect(readers.read(csv, nothing, signal)).rejects.toMatchObject({ code: 'unreadable' });
  expect(performance.now() - startedAt).toBeLessThan(5000);
  hangs = false;
  const pieces: Uint8Array[] = [];
  const real = readersWith(() => null, 8000);
  const sink = { ...nothing, text: async (utf8: Uint8Array) => void pieces.push(utf8) };
  await expect(real.read(csv, sink, signal)).resolves.toMatchObject({ kind: 'subtitles', problem: null });
  expect(new TextDecoder().decode(pieces[0])).toContain('Hello');
});

test('a reader that dies at once, or was cancelled, does not keep the others waiting', async () => {
  const dead = readersWith(() => 'throw new Error("no")');
  await expect(dead.read(csv, nothing, signal)).rejects.toMatchObject({ code: 'unreadable' });
  const controller = new AbortController();
  const stuck = readersWith(() => 'self.onmessage = () => { for (;;); }', 60_000);
  const reading = stuck.read(csv, nothing, controller.signal);
  setTimeout(() => {
    controller.abort();
  }, 100);
  await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
});

test('trouble on this side ends the reading as what it is', async () => {
  const readers = readersWith(() => null, 8000);
  const full = new DOMException('full', 'QuotaExceededError');
  const sink = { ...nothing, text: () => Promise.reject(full) };
  await expect(readers.read(csv, sink, signal)).rejects.toBe(full);
});
