/** The engine's stores in Cache storage: which files are there, reading and deleting them. */

import { SondeError } from '../../core/errors';
import { SCOPES, type ModelFile, type Scope } from './model-layout';

/** The addresses that are kept, at one moment. */
export type KeptUrls = Readonly<Record<Scope, ReadonlySet<string>>>;

const scopes = Object.keys(SCOPES) as Scope[]; // the keys of a literal

/** @throws SondeError `storage-blocked` where there is no Cache storage */
export async function openScope(scope: Scope): Promise<Cache> {
  try {
    return await caches.open(SCOPES[scope]);
  } catch (cause) {
    const message = 'This browser does not let the page keep files.';
    const hint = 'Leave the private window, or allow this site to store data, and open it over https.';
    throw new SondeError({ code: 'storage-blocked', message, hint }, { cause });
  }
}

/** One pass over the keys of all stores; nothing is read. */
export async function keptUrls(): Promise<KeptUrls> {
  const keys = async (scope: Scope) => {
    const requests = await (await openScope(scope)).keys();
    return new Set(requests.map(({ url }) => url));
  };
  const [config, library, model] = await Promise.all([keys('config'), keys('library'), keys('model')]);
  return { config, library, model };
}

export async function readKept(file: ModelFile): Promise<Response | undefined> {
  return (await openScope(file.scope)).match(file.url);
}

export async function deleteKept(file: Pick<ModelFile, 'scope' | 'url'>): Promise<void> {
  await (await openScope(file.scope)).delete(file.url);
}

/** Deletes every file of the folder `base`, listed or not. */
export async function deleteFolder(base: string): Promise<void> {
  const kept = await keptUrls();
  for (const scope of scopes) {
    const cache = await openScope(scope);
    for (const url of kept[scope]) if (url.startsWith(base)) await cache.delete(url);
  }
}

/** Stores a response under the file's address; nothing is kept when its stream fails. @throws SondeError `quota` */
export async function keep(file: ModelFile, response: Response): Promise<void> {
  const cache = await openScope(file.scope);
  try {
    await cache.put(file.url, response);
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'QuotaExceededError') throw full(file, thrown);
    throw thrown;
  }
}

function full(file: ModelFile, cause: unknown): SondeError {
  return new SondeError(
    {
      code: 'quota',
      message: `There was no room for ${file.name}. The files fetched before it are kept.`,
      hint: 'Delete a model or documents you no longer need, or free space on the disk, then go on.',
    },
    { cause },
  );
}
