/** Locks between the tabs of this site, held for as long as a tab lives: what one tab owns, the others see. */

/** Resolves the promise of a request made in the meantime; gives it up again when called. */
export type Release = () => void;

/** Absent where the page is not served securely: then every tab is taken to be the only one. */
function lockManager(): LockManager | null {
  return (navigator.locks as LockManager | undefined) ?? null;
}

/**
 * Takes the lock if nobody holds it. The holder's page is not frozen in the background, as far as browsers keep to that.
 * @returns how to give it up, or null when another tab, or this one, holds it
 */
export function takeLock(name: string): Promise<Release | null> {
  return request(name, { ifAvailable: true });
}

/** Waits for the lock. @throws the signal's reason */
export async function waitForLock(name: string, signal: AbortSignal): Promise<Release> {
  const release = await request(name, { signal });
  if (release === null) throw new Error('a lock that was waited for was not given');
  return release;
}

/** Resolves once nobody holds the lock: at once when it is free, else when its holder gives it up or is gone. */
export async function whenFree(name: string, signal?: AbortSignal): Promise<void> {
  await lockManager()?.request(name, { mode: 'shared', ...(signal && { signal }) }, () => undefined);
}

/** The names of the locks that are held now, in any tab; empty when it cannot be known. */
export async function heldLocks(): Promise<ReadonlySet<string | undefined>> {
  return new Set((await lockManager()?.query())?.held?.map(({ name }) => name));
}

function request(name: string, options: LockOptions): Promise<Release | null> {
  const locks = lockManager();
  if (!locks) return Promise.resolve(() => undefined);
  return new Promise((resolve, reject) => {
    locks
      .request(name, options, (lock) => {
        if (!lock) {
          resolve(null);
          return undefined;
        }
        return new Promise<void>((release) => {
          resolve(release);
        });
      })
      // Aborted, or the page is being closed.
      .catch(reject);
  });
}
