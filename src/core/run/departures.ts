/** Who would be sent something of a question that has not been asked yet. */

import type { EstimateInput, EstimateModel, EstimateRole } from './estimate-input';

export interface Departure {
  readonly host: string;
  readonly what: readonly EstimateRole[];
}

export interface Departures {
  /** Empty: nothing leaves the device. */
  readonly leaves: readonly Departure[];
  /** Hosts that are sent something more once a call moves up. */
  readonly mayLeave: readonly Departure[];
}

/** Hosts that are sent something: from the start, and once a call moves up. */
export function departures(input: EstimateInput): Departures {
  const { root, sub, verifier = null, ladders = {} } = input;
  const chosen: [EstimateRole, EstimateModel | null][] = [
    ['root', root],
    // Asked directly, a model may run cells all the same.
    ['sub', sub],
    ['verifier', verifier],
  ];
  const known = new Set(chosen.flatMap(([role, model]) => hosts(model).map((host) => `${role} ${host}`)));
  const steps = chosen.flatMap(([role]) =>
    (ladders[role] ?? []).map((model): [EstimateRole, EstimateModel] => [role, model]),
  );
  return {
    leaves: byHost(chosen, () => true),
    mayLeave: byHost(steps, (role, host) => !known.has(`${role} ${host}`)),
  };
}

function byHost(
  models: readonly (readonly [EstimateRole, EstimateModel | null])[],
  counts: (role: EstimateRole, host: string) => boolean,
): Departure[] {
  const sent = new Map<string, Set<EstimateRole>>();
  for (const [role, model] of models)
    for (const host of hosts(model))
      if (counts(role, host)) sent.set(host, (sent.get(host) ?? new Set()).add(role));
  return [...sent].map(([host, what]) => ({ host, what: [...what] }));
}

function hosts(model: EstimateModel | null): readonly string[] {
  return model === null || model.host === null ? [] : [model.host, ...(model.otherHosts ?? [])];
}
