/** How many bytes each part of what this site stores takes, read from the stores themselves. */

import type { SondeDatabase } from '../store/database';

export type StoragePartId = 'documents' | 'runs' | 'models' | 'python' | 'packages' | 'app';

export interface StoragePart {
  readonly id: StoragePartId;
  readonly bytes: number;
  /** False where a store does not tell sizes and they were added up from what was written to it. */
  readonly exact: boolean;
  /** Documents, runs or files. */
  readonly count: number;
}

interface Sum {
  bytes: number;
  count: number;
}

/** Rows read between two breaths of the page. */
const ROWS_AT_ONCE = 50;

const CACHES: readonly { readonly id: StoragePartId; readonly has: (name: string) => boolean }[] = [
  { id: 'models', has: (name) => name.startsWith('webllm/') },
  { id: 'python', has: (name) => name === 'sonde-python' },
  { id: 'packages', has: (name) => name === 'sonde-packages' },
  { id: 'app', has: (name) => name === `sonde-offline ${new URL('./', document.baseURI).pathname}` },
];

/** @throws SondeError when the database cannot be read */
export async function measureStorage(db: SondeDatabase): Promise<StoragePart[]> {
  const [documents, runs] = await db.within(() => Promise.all([measureDocuments(db), measureRuns(db)]));
  const names = 'caches' in globalThis ? await caches.keys() : [];
  const kept = CACHES.map(async ({ id, has }): Promise<StoragePart> => {
    const sums = await Promise.all(names.filter(has).map(measureCache));
    const bytes = sums.reduce((total, sum) => total + sum.bytes, 0);
    return { id, bytes, exact: true, count: sums.reduce((total, sum) => total + sum.count, 0) };
  });
  return [documents, runs, ...(await Promise.all(kept))];
}

/** Removes a part that is fetched or made again when needed. */
export async function clearStorage(id: 'models' | 'python' | 'packages'): Promise<void> {
  const has = CACHES.find((one) => one.id === id)?.has;
  for (const name of await caches.keys()) if (has?.(name)) await caches.delete(name);
}

/** The text as stored; what the database adds around it is not told by any browser. */
async function measureDocuments(db: SondeDatabase): Promise<StoragePart> {
  const sum: Sum = { bytes: 0, count: 0 };
  await db.documents.each(({ sizeBytes }) => {
    sum.bytes += sizeBytes;
    sum.count++;
  });
  return { id: 'documents', exact: true, ...sum };
}

/** Events as they would be written out; the database packs them in its own way. */
async function measureRuns(db: SondeDatabase): Promise<StoragePart> {
  const count = await db.runs.count();
  const keys = await db.events.toCollection().primaryKeys();
  let bytes = 0;
  for (let start = 0; start < keys.length; start += ROWS_AT_ONCE) {
    const rows = await db.events.bulkGet(keys.slice(start, start + ROWS_AT_ONCE));
    for (const row of rows) bytes += row ? JSON.stringify(row.events).length : 0;
  }
  return { id: 'runs', exact: false, bytes, count };
}

async function measureCache(name: string): Promise<Sum> {
  const cache = await caches.open(name);
  const sum: Sum = { bytes: 0, count: 0 };
  for (const request of await cache.keys()) {
    const response = await cache.match(request);
    if (!response) continue;
    sum.bytes += await sizeOf(response);
    sum.count++;
  }
  return sum;
}

/** The header says it where the body was not compressed on its way; otherwise the body is counted. */
async function sizeOf(response: Response): Promise<number> {
  const told = Number(response.headers.get('content-length') ?? NaN);
  if (Number.isFinite(told) && response.headers.get('content-encoding') === null) {
    await response.body?.cancel();
    return told;
  }
  let bytes = 0;
  const reader = response.body?.getReader();
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read())
    bytes += read.value.byteLength;
  return bytes;
}
