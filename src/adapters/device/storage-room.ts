/** Room for a model: asked for and checked before anything is fetched. */

import { SondeError } from '../../core/errors';
import { sizeText } from '../../core/models/device-sizes';

export type StoragePort = Pick<StorageManager, 'estimate' | 'persist' | 'persisted'>;

/** Chromium always says that so much is left on larger disks, lest pages recognise the machine by its disk. */
const UNTOLD_BYTES = 10 * 2 ** 30;

/** Room this site has left, in bytes; null when the browser does not tell. */
export async function freeBytes(storage: StoragePort | undefined): Promise<number | null> {
  try {
    const { quota, usage } = (await storage?.estimate()) ?? {};
    if (quota === undefined || usage === undefined) return null;
    const free = Math.max(0, quota - usage);
    return free >= UNTOLD_BYTES ? null : free;
  } catch {
    return null; // some private windows refuse to say
  }
}

/**
 * Asks that what is kept is not cleared when space runs low, and that there is enough of it.
 * @throws SondeError `quota` with both sizes
 */
export async function makeRoom(
  storage: StoragePort | undefined,
  label: string,
  bytesMissing: number,
): Promise<void> {
  // A wish: browsers may refuse, and the download is worth having all the same. Not waited for: Firefox asks its user.
  void storage?.persist().catch(() => false);
  const free = await freeBytes(storage);
  if (free === null || free >= bytesMissing) return;
  throw new SondeError({
    code: 'quota',
    message: `${label} needs ${sizeText(bytesMissing)} more, and this site has room for ${free < 1e6 ? 'less than 1 MB' : sizeText(free)}. Nothing was fetched.`,
    hint: 'Delete a model or documents you no longer need, or free space on the disk. Private windows have little room.',
  });
}
