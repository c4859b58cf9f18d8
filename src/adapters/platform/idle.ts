/** Waits until the page has nothing better to do. */

/** Resolves once the page is loaded and painted, `afterMs` have passed, and the browser is idle. */
export async function idle(afterMs: number): Promise<void> {
  if (document.readyState !== 'complete')
    await new Promise((resolve) => addEventListener('load', resolve, { once: true }));
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  // Safari has no idle callbacks.
  const callIdle = (globalThis as Partial<Pick<Window, 'requestIdleCallback'>>).requestIdleCallback;
  if (callIdle) await new Promise((resolve) => callIdle(resolve, { timeout: 5000 }));
}

/** True where the user asked the browser to save data; false where it does not tell. */
export function savesData(): boolean {
  const { connection } = navigator as { connection?: { readonly saveData?: boolean } };
  return connection?.saveData === true;
}
