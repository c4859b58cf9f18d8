/** What left this device in a run, at a glance: one verdict and the hosts. */

import { reachOf, type Reach } from './departure';
import type { HostCount, RunMark } from './request-log';

export interface ReachedHost extends HostCount {
  readonly reach: Reach;
}

export interface Glance {
  /**
   * `nothing`: the log is complete, and no request went beyond this computer. `left`: some did. `incomplete`: what is
   * listed did, and more may have. `unrecorded`: the run has no log.
   */
  readonly verdict: 'nothing' | 'left' | 'incomplete' | 'unrecorded';
  /** The run goes on: the verdict is about what was sent so far. */
  readonly going: boolean;
  /** Beyond this computer, most bytes first. */
  readonly beyond: readonly ReachedHost[];
  /** Servers on this computer. */
  readonly near: readonly ReachedHost[];
}

/** @param going whether the run is under way, in this tab or another */
export function glanceAt(mark: RunMark | null, going: boolean): Glance {
  if (!mark) return { verdict: 'unrecorded', going, beyond: [], near: [] };
  const hosts = mark.hosts
    .map((count) => ({ ...count, reach: reachOf(count.host) }))
    .sort((a, b) => b.bodyBytes - a.bodyBytes || b.requests - a.requests);
  const near = hosts.filter(({ reach }) => reach === 'device');
  const beyond = hosts.filter(({ reach }) => reach !== 'device');
  // A log never closed belongs to a run that broke off: its last requests may not have been written.
  const isWhole = mark.complete && (going || mark.state === 'closed');
  return { verdict: !isWhole ? 'incomplete' : beyond.length > 0 ? 'left' : 'nothing', going, beyond, near };
}
