/** One tab at a time changes the search index. */

const LOCK = 'sonde-search-index';

/** Runs `work` when no other tab is at it. Where there are no locks, tabs may do the same work twice. */
export async function withIndexLock<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const locks = navigator.locks as LockManager | undefined; // absent where the page is not served securely
  if (!locks) return work();
  return locks.request(LOCK, { signal }, work);
}
