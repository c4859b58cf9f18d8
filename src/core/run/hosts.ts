/** Which hosts a model is reached at, and which models a guarded run may come to from another. */

import type { ChatModel } from '../ports';
import type { OutputGuard } from './output-guard';

export type Reached = Pick<ChatModel, 'host' | 'replicas'>;

/** Those of all its addresses; none for a model on this device. */
export function hostsOf(model: Reached): ReadonlySet<string> {
  const hosts = (model.replicas ?? [model]).map(({ host }) => host);
  return new Set(hosts.filter((host) => host !== null));
}

/** Under a guard what has been shown was guarded for the host it went to: no other host is sent it. */
export function mayBeShown(step: Reached, first: Reached, guard: OutputGuard): boolean {
  return guard.mode === 'off' || step.host === null || step.host === first.host;
}

/** What code passes on goes where the sub-model is, never to a root that is to see no more than the guard lets by. */
export function mayBePassed(step: Reached, sub: Reached, root: Reached, guard: OutputGuard): boolean {
  if (guard.mode === 'off') return true;
  const kept = hostsOf(root);
  const known = hostsOf(sub);
  return [...hostsOf(step)].every((host) => !kept.has(host) || known.has(host));
}
