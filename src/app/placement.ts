/** Where the two roles run, as four choices: all on this device, all on servers, or one of each. */

import type { DeviceModel } from '../core/models/device';
import type { DeviceState } from './device.svelte';
import type { ModelChoice, ServedChoice } from './model-settings';
import type { ModelsState } from './models.svelte';

export type Placement = 'device' | 'served-root' | 'device-root' | 'served';

export const PLACEMENTS: readonly { readonly value: Placement; readonly label: string }[] = [
  { value: 'device', label: 'All on this device' },
  { value: 'served-root', label: 'Cloud root, local sub-calls' },
  { value: 'device-root', label: 'Local root, cloud sub-calls' },
  { value: 'served', label: 'All remote' },
];

/** What stands between a placement and an answer, and in which part of Models it is put right. */
export interface Missing {
  readonly text: string;
  readonly where: 'device' | 'servers' | 'roles';
}

export interface PlacementPlan {
  readonly root: ModelChoice;
  /** Null: the same as the root. */
  readonly sub: ModelChoice | null;
}

/**
 * Where the roles run now. The built-in reader runs on this device; null where it has both roles although a model could
 * have them.
 */
export function placementOf(models: ModelsState, device: Pick<DeviceState, 'best'>): Placement | null {
  const reads =
    models.rootChoice.provider === 'reader' && (models.subChoice?.provider ?? 'reader') === 'reader';
  if (reads && device.best) return null;
  const here = (choice: ModelChoice) => choice.provider !== 'openai';
  const root = here(models.rootChoice);
  const sub = here(models.subChoice ?? models.rootChoice);
  return root ? (sub ? 'device' : 'device-root') : sub ? 'served-root' : 'served';
}

/** Both roles with the best there is for each place; null when it takes a server and there is none. */
export function planPlacement(
  placement: Placement,
  models: ModelsState,
  device: Pick<DeviceState, 'best'>,
): PlacementPlan | null {
  const local = localChoice(models, device.best);
  if (placement === 'device') return { root: local('root'), sub: null };
  const [servedRoot, servedSub] = [servedChoice(models, 'root'), servedChoice(models, 'sub')];
  if (!servedRoot || !servedSub) return null;
  if (placement === 'served-root') return { root: servedRoot, sub: local('sub') };
  if (placement === 'device-root') return { root: local('root'), sub: servedSub };
  return { root: servedRoot, sub: sameChoice(servedRoot, servedSub) ? null : servedSub };
}

/** What keeps the roles, as they are, from answering as meant. Empty when nothing does. */
export function missingFor(
  placement: Placement | null,
  models: ModelsState,
  device: Pick<DeviceState, 'gpu' | 'kept' | 'downloads' | 'find'>,
): Missing[] {
  const choices = [models.rootChoice, models.subChoice ?? models.rootChoice];
  const missing: Missing[] = [];
  const add = (text: string, where: Missing['where']) => {
    if (!missing.some((other) => other.text === text)) missing.push({ text, where });
  };
  if (placement !== null && placement !== 'device' && models.connections.length === 0)
    add('Add a server first.', 'servers');
  for (const choice of choices) {
    if (choice.provider === 'openai' && choice.model === '') add('Choose a model of the server.', 'roles');
    if (choice.provider !== 'webllm') continue;
    const model = device.find(choice.model);
    if (device.gpu?.problem) add('This device cannot run a model on its GPU.', 'device');
    else if (model && device.kept(model.id).state !== 'complete')
      add(
        device.downloads.of(model.id) ? `${model.label} is being fetched.` : 'Fetch a model first.',
        'device',
      );
  }
  return missing;
}

/** The model of this device for a role: the one it has, else that of the other role, else the best; else the reader. */
function localChoice(models: ModelsState, best: DeviceModel | null) {
  return (role: 'root' | 'sub'): ModelChoice => {
    const root = models.rootChoice;
    const sub = models.subChoice ?? root;
    const known = (role === 'root' ? [root, sub] : [sub, root]).find(({ provider }) => provider === 'webllm');
    return known ?? (best ? { provider: 'webllm', model: best.id } : { provider: 'reader' });
  };
}

/** The model of a server for a role: used there last, or in the other role; else any server; null without one. */
function servedChoice(models: ModelsState, role: 'root' | 'sub'): ServedChoice | null {
  const { lastServed } = models;
  const last = [lastServed[role], lastServed.root, lastServed.sub];
  const there = last.find((choice) => choice && models.connection(choice.connectionId));
  const [first] = models.connections;
  return there ?? (first ? { provider: 'openai', connectionId: first.id, model: '' } : null);
}

function sameChoice(a: ModelChoice, b: ModelChoice): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
