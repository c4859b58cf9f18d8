/** What keeps conversations going, made from the page's store, library and runs. */

import { takeLock, whenFree } from '../adapters/platform/tab-locks';
import type { Library } from '../core/corpus/library';
import type { Clock } from '../core/ports';
import { foldRun } from '../core/record/fold';
import type { RunStore } from '../core/record/run-store';
import { Conversations } from './conversations';
import type { RunsState } from './runs.svelte';

const lockName = (runId: string) => `sonde-variables-${runId}`;

/** @param runs asked for when needed: it is made with these conversations */
export function createConversations(
  store: RunStore,
  library: Pick<Library, 'context'>,
  clock: Clock,
  runs: () => Pick<RunsState, 'inMemory' | 'live'>,
): Conversations {
  const conversations = new Conversations({
    store,
    run: async (id) => (runs().inMemory(id) ?? foldRun(await store.events(id)))?.run ?? null,
    corpus: (id) => library.context(id),
    clock,
    most: interpretersKept(),
    // The run that has just ended is still among them.
    isBusy: () => runs().live.length > 1,
    saving: {
      begin: (runId) => {
        // Where there are no locks, this is the only tab.
        const lock = takeLock(lockName(runId)).catch(() => null);
        return () => void lock.then((release) => release?.());
      },
      done: (runId, signal) => whenFree(lockName(runId), signal),
    },
  });
  // A page that is kept for going back to keeps no interpreters.
  addEventListener('pagehide', () => conversations.close());
  return conversations;
}

/** Chromium says how much memory there is, in GiB, rounded; others do not. */
function interpretersKept(): number {
  const { deviceMemory = 4 } = navigator as Navigator & { deviceMemory?: number };
  return deviceMemory >= 8 ? 2 : deviceMemory >= 4 ? 1 : 0;
}
