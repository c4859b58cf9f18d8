/** A worker that fails in every way a worker can, for the tests of its host. */

import { expose } from 'comlink';
import { holdLifeLock } from '../../../src/adapters/worker-host';
import { signalOf, withOutcomes, type WithOutcomes } from '../../../src/adapters/worker-outcome';
import { SondeError } from '../../../src/core/errors';

let calls = 0;

const api = {
  /** How many calls this very worker has had: 1 tells a fresh one. */
  count: (): Promise<number> => Promise.resolve(++calls),
  refuse: (): Promise<never> =>
    Promise.reject(new SondeError({ code: 'quota', message: 'No room.', hint: 'Make some.' })),
  hang: (): Promise<never> => new Promise(() => undefined),
  spin: (): Promise<never> => {
    for (;;) calls++;
  },
  /** As when the browser ends it for memory: no event reaches the page. */
  die: (): Promise<never> => {
    self.close();
    return new Promise(() => undefined);
  },
  crash: (): Promise<never> => {
    setTimeout(() => {
      throw new Error('out of the blue');
    });
    return new Promise(() => undefined);
  },
  untilCancelled: (cancel: MessagePort): Promise<never> =>
    new Promise((_, reject) => {
      const signal = signalOf(cancel);
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
    }),
};
export type FragileApi = typeof api;

holdLifeLock();
expose(withOutcomes(api) satisfies WithOutcomes<FragileApi>);
