/** The models that can be chosen in one place: the reader, those kept on this device, and what each server listed. */

import type { AskingState } from './asking.svelte';
import type { ModelChoice } from './model-settings';
import type { DeviceState } from './device.svelte';
import type { ModelsState } from './models.svelte';

export interface ModelOption {
  /** Identity of the choice, for a select. */
  readonly value: string;
  readonly label: string;
  readonly choice: ModelChoice;
}

/** A server may list hundreds; the Models place searches them. */
const LISTED_PER_SERVER = 40;

export function optionValue(choice: ModelChoice): string {
  switch (choice.provider) {
    case 'reader':
      return 'reader';
    case 'webllm':
      return JSON.stringify([choice.model]);
    case 'openai':
      return JSON.stringify([choice.connectionId, choice.model]);
  }
}

/** The reader first, then what is kept on this device, then each server's models; what is chosen now is among them. */
export function modelOptions(
  models: ModelsState,
  device: DeviceState | null,
  asking: Pick<AskingState, 'verifierChoice'> | null = null,
): ModelOption[] {
  const chosen = [models.rootChoice, models.subChoice, asking?.verifierChoice ?? null].filter(
    (choice) => choice !== null,
  );
  const choices: ModelChoice[] = [{ provider: 'reader' }, ...chosen];
  for (const { id } of device?.keptModels ?? []) choices.push({ provider: 'webllm', model: id });
  for (const { id: connectionId } of models.connections) {
    const listed = models.models(connectionId).models.slice(0, LISTED_PER_SERVER);
    for (const { id } of listed) choices.push({ provider: 'openai', connectionId, model: id });
  }
  const byValue = new Map(choices.map((choice) => [optionValue(choice), choice]));
  return [...byValue].map(([value, choice]) => ({ value, label: models.describe(choice), choice }));
}
