/** The one place where adapters are made and handed to the state of the page. */

import * as v from 'valibot';
import { listModels, testConnection } from '../adapters/models/connection';
import { createOpenAiModel } from '../adapters/models/openai';
import { PRESETS } from '../adapters/models/presets';
import { createReader } from '../adapters/models/reader';
import { createPacer } from '../adapters/platform/pacer';
import { createReplFactory } from '../adapters/repl/repl-factory';
import { missingSupport } from '../adapters/repl/support';
import { SondeDatabase } from '../adapters/store/database';
import { createLibrary } from '../adapters/store/library';
import { announceChanges, onLibraryChanged } from '../adapters/store/library-changes';
import { createRunStore } from '../adapters/store/run-store';
import { createSettings } from '../adapters/store/settings';
import { SondeError } from '../core/errors';
import { modelRefSchema, type ModelRef } from '../core/models/model-ref';
import type { ChatModel, Clock } from '../core/ports';
import { complete } from '../core/run/completion';
import type { RunPorts } from '../core/run/request';
import { openSession } from '../core/run/session';
import type { App } from './app.svelte';
import { LibraryState } from './library.svelte';
import { ModelsState } from './models.svelte';
import { Notices } from './notices.svelte';
import { browserStore, Preferences } from './preferences.svelte';
import { Router } from './router.svelte';
import { RunsState } from './runs.svelte';
import { createScripting } from './scripting';
import type { Sonde } from './scripting-api';

const clock: Clock = {
  now: () => Date.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};

const newId = (): string => crypto.randomUUID();

/** Makes everything the page is built on. Nothing heavy is loaded until it is first needed. */
export function compose(): { app: App; scripting: Sonde } {
  const notices = new Notices();
  const database = new SondeDatabase();
  const settings = createSettings(database);
  const library = announceChanges(createLibrary());
  const store = createRunStore(database, ({ message, hint }) => {
    notices.say(hint ? `${message} ${hint}` : message, { look: 'bad' });
  });
  const repls = createReplFactory();
  const runPorts: Omit<RunPorts, 'onEvent'> = { repls, clock, newId, pace: createPacer() };

  const runs = new RunsState({
    start: (request, { signal, onEvent, onDelta }) =>
      complete(request, { ...runPorts, onEvent, onDelta }, signal),
    store,
  });
  const models = new ModelsState({
    presets: PRESETS,
    listModels,
    testConnection,
    settings: { ...settings, get: (key) => settings.get(key, v.unknown()) },
    session: browserStore('sessionStorage'),
    newId,
  });
  const connect = (ref: ModelRef) => openModel(ref, (baseUrl) => models.headersFor(baseUrl));
  const sample = async () => (await import('./sample-files')).sampleFiles();
  const app: App = {
    router: new Router(),
    library: new LibraryState({ library, sample }, notices),
    models,
    runs,
    preferences: new Preferences(browserStore('localStorage')),
    notices,
    openModel: connect,
    unsupported: missingSupport(),
    warmPython: () => {
      repls.warm();
    },
  };
  onLibraryChanged(() => void app.library.reread());
  const scripting = createScripting({
    library,
    runs: store,
    removeRun: (id) => runs.remove(id),
    connect,
    openSession: (request) => openSession(request, { ...runPorts, onEvent: () => undefined }),
    start: async (request, options) => {
      const view = await runs.start(request, options);
      const outcome = await view.outcome;
      if (!outcome) throw new Error('a run that was just started has no outcome');
      return { ...outcome, tree: view.tree };
    },
  });
  return { app, scripting };
}

/**
 * Builds the model a reference names; it may come from a script, so it is checked.
 * @throws SondeError `model-unavailable` or `invalid-argument` with what to do
 */
function openModel(ref: ModelRef, headersFor: ModelsState['headersFor']): ChatModel {
  const checked = v.safeParse(modelRefSchema, ref);
  if (!checked.success) {
    const message = 'A model must be { provider: "reader" } or { provider: "openai", baseUrl, model }.';
    throw new SondeError({ code: 'invalid-argument', message });
  }
  switch (ref.provider) {
    case 'reader':
      return createReader();
    case 'openai': {
      const { baseUrl, model, apiKey, priceUsdPerMTok: price, contextTokens } = ref;
      return createOpenAiModel({
        baseUrl,
        model,
        headers: headersFor(baseUrl),
        ...(apiKey !== undefined && { apiKey }),
        ...(price && { price }),
        ...(contextTokens !== undefined && { contextTokens }),
      });
    }
    case 'webllm':
      throw new SondeError({
        code: 'model-unavailable',
        message: `${ref.model} cannot run here: this version of Sonde does not run models on the GPU.`,
        hint: 'Choose the built-in reader or a server.',
      });
  }
}
