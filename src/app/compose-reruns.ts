/** Wires what can be done with recorded runs: the part of `compose.ts` that is about them. */

import type { Library } from '../core/corpus/library';
import type { ModelRef } from '../core/models/model-ref';
import type { ChatModel } from '../core/ports';
import type { RunStore } from '../core/record/run-store';
import type { Conversations } from './conversations';
import { normalBaseUrl } from './model-settings';
import type { ModelsState } from './models.svelte';
import { RunAgain } from './run-again';
import type { RunsState } from './runs.svelte';

export interface RunAgainParts {
  readonly store: RunStore;
  readonly library: Library;
  readonly runs: RunsState;
  readonly models: Pick<ModelsState, 'connections' | 'keyOf'>;
  readonly conversations: Conversations;
  readonly newId: () => string;
  /** @throws SondeError `model-unavailable` */
  readonly connect: (ref: ModelRef) => Promise<ChatModel>;
}

export function createRunAgain(parts: RunAgainParts): RunAgain {
  const { models, conversations, ...rest } = parts;
  return new RunAgain({
    ...rest,
    withKey: (ref) => {
      if (ref.provider !== 'openai') return ref;
      const address = normalBaseUrl(ref.baseUrl);
      const known = models.connections.find(({ baseUrl }) => normalBaseUrl(baseUrl) === address);
      const apiKey = known ? models.keyOf(known.id) : '';
      return apiKey === '' ? ref : { ...ref, apiKey };
    },
    // The interpreter of the answer before stays with its conversation: a run that goes through its record has its own.
    follow: async (runId) => {
      const follows = await conversations.follow(runId);
      conversations.giveBack(follows, true);
      return { ...follows, repl: null };
    },
  });
}
