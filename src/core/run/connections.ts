/** What is told of the connections to a model's addresses: how many calls they carry, and how many they take. */

import type { ChatModel } from '../ports';
import type { ThrottleChange } from './throttle';
import type { Limits } from './limits';
import type { Recorder } from './recorder';

/** What of a tree has a part in it. */
interface Telling {
  readonly limits: Limits;
  readonly recorder: Recorder;
  connectionsTold: boolean;
}

/** Told once in a tree, of the first batch that is wider than its model's connections. */
export function noteConnections(tree: Telling, runId: string, model: ChatModel, calls: number): void {
  const carried = parallelCallsOf(model);
  const width = Math.min(calls, tree.limits.maxConcurrency);
  if (carried === null || width <= carried || tree.connectionsTold) return;
  tree.connectionsTold = true;
  const text = connectionsNotice(model, carried, width);
  tree.recorder.record({ type: 'notice', runId, turnId: null, code: 'six-connections', text });
}

/** Requests that the connections to all addresses of a model carry at once; null when there is no bound, or none is known. */
export function parallelCallsOf(model: ChatModel): number | null {
  let sum = 0;
  for (const one of model.replicas ?? [model]) {
    const carried = one.parallelCalls?.() ?? null;
    if (carried === null) return null;
    sum += carried;
  }
  return sum;
}

function connectionsNotice(model: ChatModel, carried: number, width: number): string {
  const several = (model.replicas?.length ?? 1) > 1;
  const who = several
    ? `The ${model.replicas?.length ?? 1} addresses of ${model.name} speak`
    : `${hostOf(model)} speaks`;
  const sends = several ? `${carried} requests at a time, six to each,` : `${carried} requests at a time`;
  return `${who} HTTP/1.1, so the browser sends ${sends} of the ${width} this run would. A server that speaks HTTP/2, for example behind Caddy or nginx with a certificate, takes them all at once.`;
}

export function throttleNotice(change: ThrottleChange, model: ChatModel): string {
  const host = hostOf(model);
  if (change.kind === 'recovered') return `${host} takes ${callsAtATime(change.to)} again.`;
  if (change.from === 1)
    return `${host} is limiting requests, one at a time already. Each is tried again when it says.`;
  return `${host} is limiting requests: ${callsAtATime(change.to)} now, after ${change.from}. It gets more again as calls succeed.`;
}

function callsAtATime(count: number): string {
  return count === 1 ? 'one call at a time' : `${count} calls at a time`;
}

function hostOf({ host, name }: ChatModel): string {
  return host ?? name;
}
