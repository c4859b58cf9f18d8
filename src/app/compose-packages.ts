/** Wires Python packages: the part of `compose.ts` that is about them. */

import { pyodidePackagesUrl } from '../adapters/packages/pyodide-packages';
import type { Outgoing } from '../adapters/platform/outgoing';
import type { SettingsPort } from './model-ports';
import type { Notices } from './notices.svelte';
import { PackagesState } from './packages.svelte';

/** Their list, and what fetches them, are loaded when the first one is asked for. */
export function createPackages(settings: SettingsPort, notices: Notices, outgoing: Outgoing): PackagesState {
  return new PackagesState({
    settings,
    defaultBaseUrl: pyodidePackagesUrl(),
    say: (text) => {
      notices.say(text);
    },
    shelf: async (state) => {
      const { packageShelf } = await import('../adapters/packages/shelf');
      return packageShelf({
        baseUrl: () => state.baseUrl,
        fetch: outgoing({ purpose: 'package' }),
        onProgress: (fetching) => {
          state.showFetching(fetching);
        },
        onKept: (notKept) => {
          state.noteKept(notKept);
        },
      });
    },
  });
}
