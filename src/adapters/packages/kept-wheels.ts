/** Files of packages kept on this device, in Cache storage, under the version of the list that pins them. */

import type { KeptPackage } from '../../core/python-packages';
import type { LockedPackage, PackageLock } from './lock';
import { sha256 } from './sha256';

const CACHE_NAME = 'sonde-packages';
const SIZE_HEADER = 'X-Sonde-Bytes';

export interface KeptWheels {
  /** Whether the file is kept, without reading it. */
  has(entry: LockedPackage): Promise<boolean>;
  /** The file as it was pinned; null when it is not kept. One that has changed is thrown away. */
  load(entry: LockedPackage): Promise<Blob | null>;
  /** False when it could not be kept: no room, or no storage here. */
  save(entry: LockedPackage, bytes: Blob): Promise<boolean>;
  list(): Promise<KeptPackage[]>;
  remove(name: string): Promise<void>;
}

/** Without Cache storage (private windows, plain HTTP) nothing is kept, and nothing fails. */
export function keptWheels(lock: () => Promise<PackageLock>): KeptWheels {
  const open = async () => {
    const { id } = await lock();
    const folder = new URL(`python-packages/${id}/`, document.baseURI).href;
    const cache = 'caches' in globalThis ? await caches.open(CACHE_NAME).catch(() => null) : null;
    return { cache, folder };
  };
  const remove = async (entry: LockedPackage) => {
    const { cache, folder } = await open();
    await cache?.delete(folder + entry.fileName);
  };
  return {
    has: async (entry) => {
      const { cache, folder } = await open();
      return (await cache?.match(folder + entry.fileName)) !== undefined;
    },
    load: async (entry) => {
      const { cache, folder } = await open();
      const kept = await cache?.match(folder + entry.fileName);
      if (!kept) return null;
      const bytes = await kept.blob();
      if ((await sha256(bytes)) === entry.sha256) return bytes;
      await remove(entry);
      return null;
    },
    save: async (entry, bytes) => {
      const { cache, folder } = await open();
      if (!cache) return false;
      try {
        for (const { url } of await cache.keys()) if (!url.startsWith(folder)) await cache.delete(url);
        const headers = { [SIZE_HEADER]: String(bytes.size) };
        await cache.put(folder + entry.fileName, new Response(bytes, { headers }));
        return true;
      } catch {
        return false; // the quota, mostly; the package is used all the same
      }
    },
    list: async () => {
      const { cache, folder } = await open();
      const pinned = await lock();
      const found: KeptPackage[] = [];
      for (const request of (await cache?.keys()) ?? []) {
        const entry = pinned.fromFile(request.url.slice(folder.length));
        const kept = entry && request.url.startsWith(folder) ? await cache?.match(request) : undefined;
        if (!entry || !kept) continue;
        const sizeBytes = Number(kept.headers.get(SIZE_HEADER)) || 0;
        found.push({ name: entry.name, version: entry.version, sizeBytes });
      }
      return found.toSorted((a, b) => a.name.localeCompare(b.name));
    },
    remove: async (name) => {
      const entry = (await lock()).named(name);
      if (entry) await remove(entry);
    },
  };
}
