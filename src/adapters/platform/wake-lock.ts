/** Keeps the screen on, where the browser can and allows it; where not, nothing is said: the run goes on all the same. */

/** The screen stays on from `hold` to `release`. Both may be called again and again. */
export interface ScreenLock {
  hold(): void;
  release(): void;
}

export function createScreenLock(): ScreenLock {
  const { wakeLock } = navigator as { wakeLock?: WakeLock }; // absent where the page is not served securely
  let wanted = false;
  let asking = false;
  let lock: WakeLockSentinel | null = null;

  const ask = async (): Promise<void> => {
    if (!wakeLock || !wanted || asking || lock || document.visibilityState !== 'visible') return;
    asking = true;
    try {
      lock = await wakeLock.request('screen');
      lock.addEventListener('release', () => {
        lock = null;
      });
    } catch {
      // Refused: the battery is low, or a policy forbids it. It is asked for again when the page is next looked at.
    }
    asking = false;
    if (!wanted) await letGo();
  };
  const letGo = async (): Promise<void> => {
    const held = lock;
    lock = null;
    await held?.release();
  };
  // The browser takes the lock away from a page that is not looked at.
  document.addEventListener('visibilitychange', () => void ask());

  return {
    hold() {
      wanted = true;
      void ask();
    },
    release() {
      wanted = false;
      void letGo();
    },
  };
}
