/** The state of the whole page: one owner for each thing, handed to every place. */

import type { LibraryState } from './library.svelte';
import type { ModelsState } from './models.svelte';
import type { Notices } from './notices.svelte';
import type { Preferences } from './preferences.svelte';
import type { Router } from './router.svelte';
import type { RunsState } from './runs.svelte';

export interface App {
  readonly router: Router;
  readonly library: LibraryState;
  readonly models: ModelsState;
  readonly runs: RunsState;
  readonly preferences: Preferences;
  readonly notices: Notices;
}
