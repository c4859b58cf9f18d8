/** The models that can be chosen in one place: the reader, and what is known of each connected server. */

import type { ModelChoice } from './model-settings';
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
  return choice.provider === 'reader' ? 'reader' : JSON.stringify([choice.connectionId, choice.model]);
}

/** The reader first, then each server's models; what is chosen now is always among them. */
export function modelOptions(models: ModelsState): ModelOption[] {
  const chosen = [models.rootChoice, ...(models.subChoice ? [models.subChoice] : [])];
  const choices: ModelChoice[] = [{ provider: 'reader' }, ...chosen];
  for (const { id: connectionId } of models.connections) {
    const listed = models.models(connectionId).models.slice(0, LISTED_PER_SERVER);
    for (const { id } of listed) choices.push({ provider: 'openai', connectionId, model: id });
  }
  const byValue = new Map(choices.map((choice) => [optionValue(choice), choice]));
  return [...byValue].map(([value, choice]) => ({ value, label: models.describe(choice), choice }));
}
