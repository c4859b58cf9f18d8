/** Takes from the worker what Python never needs. The frame's policy is the boundary; this closes what it leaves open. */

/**
 * Interpreters share the frame's opaque origin, and so its channels. A nested worker would have all of these again.
 * The worker itself speaks over its port only, so nothing is left to say to the frame.
 */
const POWERS = ['BroadcastChannel', 'Worker', 'SharedWorker', 'postMessage'] as const;

/** For good: they are deleted wherever in the chain of the global object they are. */
export function dropPowers(): void {
  let holder: unknown = self;
  while (holder !== null) {
    for (const power of POWERS) Reflect.deleteProperty(holder as object, power);
    holder = Object.getPrototypeOf(holder);
  }
}
