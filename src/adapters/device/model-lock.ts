/** One tab at a time works on a model's files; the others wait and look on. */

import { SondeError } from '../../core/errors';
import type { DeviceModel } from '../../core/models/device';
import { modelBase } from './model-layout';

export type LocksPort = Pick<LockManager, 'request'>;

const LOOK_EVERY_MS = 700;

const lockName = (model: DeviceModel): string => `sonde-model-files ${modelBase(model.modelUrl)}`;

/**
 * Does the work while holding the model; waits for another tab that holds it.
 * @param lookOn called every so often while waiting
 * @throws what `work` throws; the signal's reason when aborted while waiting
 */
export async function holding<T>(
  locks: LocksPort | undefined,
  model: DeviceModel,
  signal: AbortSignal,
  work: () => Promise<T>,
  lookOn: () => Promise<void>,
): Promise<T> {
  signal.throwIfAborted();
  // Only insecure pages have no locks, and those cannot keep files either.
  if (!locks) return work();
  const looking = { busy: false };
  const timer = setInterval(() => {
    if (looking.busy) return;
    looking.busy = true;
    void lookOn()
      .catch(() => undefined) // only a look; what is wrong with the store will be told by the work itself
      .finally(() => (looking.busy = false));
  }, LOOK_EVERY_MS);
  try {
    return (await locks.request(lockName(model), { signal }, () => {
      clearInterval(timer);
      return work();
    })) as T; // the DOM's types lose the promise's type
  } finally {
    clearInterval(timer);
  }
}

/** Does the work only when nobody else has the model. @throws SondeError `download-failed` when somebody has */
export async function holdingNow<T>(
  locks: LocksPort | undefined,
  model: DeviceModel,
  work: () => Promise<T>,
): Promise<T> {
  if (!locks) return work();
  return (await locks.request(lockName(model), { ifAvailable: true }, (lock) => {
    if (lock) return work();
    throw new SondeError({
      code: 'download-failed',
      message: `${model.label} is being fetched or checked at this moment, maybe in another tab. Nothing was changed.`,
      hint: 'Pause that first.',
    });
  })) as T; // as above
}
