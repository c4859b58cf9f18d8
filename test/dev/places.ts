/** The page with the real library and settings and without runs, to look at its places while they are made. Never built. */

import * as v from 'valibot';
import { mount } from 'svelte';
import { listModels, testConnection } from '../../src/adapters/models/connection';
import { PRESETS } from '../../src/adapters/models/presets';
import { SondeDatabase } from '../../src/adapters/store/database';
import { createLibrary } from '../../src/adapters/store/library';
import { createRunStore } from '../../src/adapters/store/run-store';
import { createSettings } from '../../src/adapters/store/settings';
import type { App } from '../../src/app/app.svelte';
import { LibraryState } from '../../src/app/library.svelte';
import { ModelsState } from '../../src/app/models.svelte';
import { Notices } from '../../src/app/notices.svelte';
import { browserStore, Preferences } from '../../src/app/preferences.svelte';
import { Router } from '../../src/app/router.svelte';
import { RunsState } from '../../src/app/runs.svelte';
import PageOfSonde from '../../src/ui/App.svelte';
import '../../src/ui/tokens.css';
import '../../src/ui/base.css';

const notices = new Notices();
const database = new SondeDatabase();
const settings = createSettings(database);
const app: App = {
  router: new Router(),
  library: new LibraryState(
    {
      library: createLibrary(),
      sample: () =>
        Promise.resolve(
          Array.from({ length: 140 }, (_, index) => {
            const path = `letters/${String(1900 + (index % 40))}/letter-${String(index + 1).padStart(3, '0')}.txt`;
            const text =
              `Letter ${String(index + 1)}\n\n` +
              'The harbour was quiet, and the tide came in late. '.repeat(40 + index);
            return { path, file: new File([text], path.split('/').at(-1) ?? path) };
          }),
        ),
    },
    notices,
  ),
  models: new ModelsState({
    presets: PRESETS,
    listModels,
    testConnection,
    settings: { ...settings, get: (key) => settings.get(key, v.unknown()) },
    session: browserStore('sessionStorage'),
    newId: () => crypto.randomUUID(),
  }),
  runs: new RunsState({
    start: () => Promise.reject(new Error('This page has no loop.')),
    store: createRunStore(database, () => undefined),
  }),
  preferences: new Preferences(browserStore('localStorage')),
  notices,
  openModel: () => ({
    name: 'built-in reader',
    host: null,
    contextTokens: 32_768,
    price: { input: 0, output: 0 },
    complete: () => {
      throw new Error('This page has no models.');
    },
  }),
  unsupported: null,
  warmPython: () => undefined,
};

app.preferences.apply(document.documentElement, matchMedia('(prefers-contrast: more)').matches);
const target = document.getElementById('app');
if (target) mount(PageOfSonde, { target, props: { app } });
void app.library.refresh();
void app.models.load();
