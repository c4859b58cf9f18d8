/** What a test of the record needs on the page's storage, and its own way to find passages in what a server received. */

import type { Page } from 'playwright';
import type { ScriptRequest } from '../fixtures/server/script';
import { scriptingReady } from './harness';

/** Lines of words that hardly recur, so that a passage stands in one place only. */
export function linesOf(word: string, count: number): string {
  let state = word.length;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0).toString(36);
  const line = (i: number) => `${word} ${String(i)}: ${next()} ${next()} ${next()}\n`;
  return Array.from({ length: count }, (_, i) => line(i)).join('');
}

/** Makes a server the root model, as the Models place keeps it. */
export async function connectTo(
  page: Page,
  { baseUrl, model, apiKey }: { readonly baseUrl: string; readonly model: string; readonly apiKey: string },
): Promise<void> {
  await page.evaluate(
    async ({ baseUrl, model, apiKey }) => {
      const db = await new Promise<IDBDatabase>((resolve) => {
        const opening = indexedDB.open('sonde');
        opening.onsuccess = () => resolve(opening.result);
      });
      const put = db.transaction('settings', 'readwrite').objectStore('settings');
      const rememberKey = true;
      const connection = { id: 'far', presetId: 'custom', label: 'Far', baseUrl, headers: {}, rememberKey };
      const root = { provider: 'openai', connectionId: 'far', model };
      put.put({ key: 'models', value: { connections: [connection], root, sub: { provider: 'reader' } } });
      put.put({ key: 'keys', value: { far: apiKey } });
      await new Promise((done) => (put.transaction.oncomplete = done));
      db.close();
    },
    { baseUrl, model, apiKey },
  );
  await page.reload();
  await scriptingReady(page);
}

/** Stretches of the document found in what the server received, by looking at every 32 characters of it. */
export function passagesIn(requests: readonly ScriptRequest[], text: string): number[][] {
  const received = requests.flatMap(({ messages }) => messages.map(({ content }) => content));
  const plain = received.flatMap((content) => [content, content.replaceAll('\\n', '\n')]);
  const found: number[][] = [];
  for (let at = 0; at + 32 <= text.length; at++) {
    const piece = text.slice(at, at + 32);
    if (!plain.some((content) => content.includes(piece))) continue;
    const last = found.at(-1);
    if (last && (last[1] ?? 0) >= at) last[1] = at + 32;
    else found.push([at, at + 32]);
  }
  return found;
}

/** All of this site's storage as text. */
export async function everythingStored(page: Page): Promise<string> {
  const rows = await page.evaluate(async () => {
    const db = await new Promise<IDBDatabase>((resolve) => {
      const opening = indexedDB.open('sonde');
      opening.onsuccess = () => resolve(opening.result);
    });
    const all: unknown[] = [{ ...localStorage }];
    for (const name of db.objectStoreNames) {
      const request = db.transaction(name).objectStore(name).getAll();
      await new Promise((done) => (request.onsuccess = done));
      all.push(request.result);
    }
    db.close();
    return JSON.stringify(all);
  });
  return rows;
}

export async function storedRows(page: Page, tables: readonly string[]): Promise<unknown[]> {
  return page.evaluate(async (names) => {
    const db = await new Promise<IDBDatabase>((resolve) => {
      const opening = indexedDB.open('sonde');
      opening.onsuccess = () => resolve(opening.result);
    });
    const all: unknown[] = [];
    for (const name of names) {
      const request = db.transaction(name).objectStore(name).getAll();
      await new Promise((done) => (request.onsuccess = done));
      all.push(...(request.result as unknown[]));
    }
    db.close();
    return all;
  }, tables);
}
