/** The state of the whole page: one owner for each thing, handed to every place. */

import type { Problem } from '../core/errors';
import type { ModelRef } from '../core/models/model-ref';
import type { ChatModel } from '../core/ports';
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
  /** Builds the model a reference names. @throws SondeError when it cannot be */
  openModel(ref: ModelRef): ChatModel;
  /** Why this browser can run no question; null when it can. */
  readonly unsupported: Problem | null;
  /** Starts an interpreter before it is needed, so that the first question does not wait for it. */
  warmPython(): void;
}
