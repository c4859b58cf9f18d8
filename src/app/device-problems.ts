/** What is wrong with a model of this device, or not, in words. */

import type { Problem } from '../core/errors';
import type { DeviceModel } from '../core/models/device';

/** @param listRead whether the list of models has been read */
export function unknownModel(id: string, listRead: boolean): Problem {
  return {
    code: 'model-unavailable',
    message: listRead
      ? `There is no model ${id} for this device.`
      : 'The models of this device have not been read yet.',
    hint: listRead ? 'Choose one in Models, or add it there.' : 'Try again in a moment.',
  };
}

/** For a model that is not on the device, or not whole. */
export function notHere({ label }: DeviceModel, fetching: boolean): Problem {
  return {
    code: 'model-unavailable',
    message: fetching ? `${label} is still being fetched.` : `${label} is not on this device yet.`,
    hint: fetching ? 'Wait for it, or choose another model.' : 'Fetch it in Models, or choose another model.',
  };
}

/** @param bad how many of its files were fetched again */
export function checkedWords({ label }: DeviceModel, bad: number): string {
  if (bad === 0) return `Every file of ${label} is as it should be.`;
  return `${bad === 1 ? 'One file' : `${String(bad)} files`} of ${label} ${bad === 1 ? 'was' : 'were'} bad, and fetched again.`;
}
