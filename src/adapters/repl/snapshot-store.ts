/** Keeps the memory snapshot of a started interpreter across visits, in Cache storage, checked by its digest. */

const CACHE_NAME = 'sonde-python';
const DIGEST_HEADER = 'X-Sonde-Digest';

export interface SnapshotStore {
  /** The snapshot, or null when there is none or it is not what was stored. */
  load(): Promise<Blob | null>;
  save(snapshot: Blob): Promise<void>;
  remove(): Promise<void>;
}

/** What a snapshot depends on besides the files: the features the wasm engine gave Pyodide. */
function engineFeatures(): string {
  const features = ['Suspending' in WebAssembly, 'Exception' in WebAssembly, 'Tag' in WebAssembly];
  return features.map(Number).join('');
}

async function digestOf(blob: Blob): Promise<string> {
  // Only secure contexts have `subtle`; elsewhere the length alone is compared.
  if (!('subtle' in crypto)) return String(blob.size);
  const hash = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer());
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * A store that never throws: without storage (private windows, quota) there is simply no snapshot to restore,
 * and the next start takes longer.
 */
export function snapshotStore(pyodideVersion: string, runtimeHash: string): SnapshotStore {
  const key = new URL(
    `python-snapshot/${pyodideVersion}-${runtimeHash}-${engineFeatures()}`,
    document.baseURI,
  ).href;
  const open = () => ('caches' in globalThis ? caches.open(CACHE_NAME) : Promise.resolve(null));
  const quietly = <T>(work: Promise<T>, otherwise: T): Promise<T> => work.catch(() => otherwise);
  const remove = async () => {
    await (await open())?.delete(key);
  };
  return {
    load: () =>
      quietly(
        (async () => {
          const cached = await (await open())?.match(key);
          if (!cached) return null;
          const snapshot = await cached.blob();
          if (cached.headers.get(DIGEST_HEADER) === (await digestOf(snapshot))) return snapshot;
          await remove();
          return null;
        })(),
        null,
      ),
    save: (snapshot) =>
      quietly(
        (async () => {
          const cache = await open();
          if (!cache) return;
          for (const old of await cache.keys()) await cache.delete(old);
          const headers = { [DIGEST_HEADER]: await digestOf(snapshot) };
          await cache.put(key, new Response(snapshot, { headers }));
        })(),
        undefined,
      ),
    remove: () => quietly(remove(), undefined),
  };
}
