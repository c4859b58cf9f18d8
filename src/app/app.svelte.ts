/** The state of the whole page: one owner for each thing, handed to every place. */

import type { Problem } from '../core/errors';
import type { ModelRef } from '../core/models/model-ref';
import type { ChatModel } from '../core/ports';
import type { AskingState } from './asking.svelte';
import type { Conversations } from './conversations';
import type { DisclosureState } from './disclosure.svelte';
import type { GuardState } from './guard.svelte';
import type { InstallState } from './install.svelte';
import type { DeviceState } from './device.svelte';
import type { LibraryState } from './library.svelte';
import type { LongRuns } from './long-runs.svelte';
import type { ModelsState } from './models.svelte';
import type { Notices } from './notices.svelte';
import type { OfflineState } from './offline.svelte';
import type { PackagesState } from './packages.svelte';
import type { Preferences } from './preferences.svelte';
import type { PromptsState } from './prompts.svelte';
import type { ReviewsState } from './review.svelte';
import type { Router } from './router.svelte';
import type { RunAgain } from './run-again';
import type { RunsState } from './runs.svelte';
import type { StorageState } from './storage.svelte';
import type { ToolsState } from './tools.svelte';
import type { Updates } from './updates.svelte';

export interface App {
  readonly router: Router;
  readonly library: LibraryState;
  readonly models: ModelsState;
  readonly asking: AskingState;
  readonly conversations: Conversations;
  readonly device: DeviceState;
  readonly runs: RunsState;
  readonly again: RunAgain;
  readonly longRuns: LongRuns;
  readonly guard: GuardState;
  readonly reviews: ReviewsState;
  readonly disclosure: DisclosureState;
  readonly packages: PackagesState;
  readonly tools: ToolsState;
  readonly prompts: PromptsState;
  readonly preferences: Preferences;
  readonly notices: Notices;
  readonly offline: OfflineState;
  readonly updates: Updates;
  readonly storage: StorageState;
  readonly install: InstallState;
  /** Builds the model a reference names. @throws SondeError when it cannot be */
  openModel(ref: ModelRef): ChatModel;
  /** Why this browser can run no question; null when it can. */
  readonly unsupported: Problem | null;
  /** Starts an interpreter before it is needed, so that the first question does not wait for it. */
  warmPython(): void;
}
