/** The one place where adapters are made and handed to the state of the page. */

import * as v from 'valibot';
import { listModels, testConnection } from '../adapters/models/connection';
import { PRESETS } from '../adapters/models/presets';
import { savesData } from '../adapters/platform/idle';
import { pageClock as clock } from '../adapters/platform/clock';
import { createPageLife } from '../adapters/platform/lifecycle';
import { createOutgoing, watchForUnnoted } from '../adapters/platform/outgoing';
import { createPacer } from '../adapters/platform/pacer';
import { watchBattery } from '../adapters/platform/power';
import { openRunChannel } from '../adapters/platform/run-channel';
import { createOfflineCopy, pageEntry, takeWayOut } from '../adapters/platform/service-worker';
import { clearStorage, measureStorage } from '../adapters/platform/storage-parts';
import { createScreenLock } from '../adapters/platform/wake-lock';
import { createReplFactory } from '../adapters/repl/repl-factory';
import { missingSupport } from '../adapters/repl/support';
import { SondeDatabase } from '../adapters/store/database';
import { corpusHost, createLibrary } from '../adapters/store/library';
import { announceChanges, onLibraryChanged } from '../adapters/store/library-changes';
import { createReplyCache } from '../adapters/store/reply-cache';
import { createRequestLog } from '../adapters/store/request-log';
import { createRunStore } from '../adapters/store/run-store';
import { createSettings } from '../adapters/store/settings';
import { createTraceStore } from '../adapters/store/trace-store';
import { createTracer } from '../adapters/store/tracer';
import type { ModelRef } from '../core/models/model-ref';
import { foldRun } from '../core/record/fold';
import type { RunPorts } from '../core/run/request';
import type { App } from './app.svelte';
import { AskingState } from './asking.svelte';
import { measureParts } from './storage-parts';
import { createConversations } from './compose-conversations';
import { createDevice, openModel } from './compose-models';
import { createPackages } from './compose-packages';
import { createRunAgain } from './compose-reruns';
import { checkedWords } from './device-problems';
import { DisclosureState } from './disclosure.svelte';
import { GuardState } from './guard.svelte';
import { InstallState } from './install.svelte';
import { LibraryState } from './library.svelte';
import type { SettingsPort } from './model-ports';
import { LongRuns } from './long-runs.svelte';
import { ModelsState } from './models.svelte';
import { Notices } from './notices.svelte';
import { OfflineState } from './offline.svelte';
import { browserStore, Preferences } from './preferences.svelte';
import { PromptsState } from './prompts.svelte';
import { ReviewsState } from './review.svelte';
import { Router } from './router.svelte';
import { RunsState } from './runs.svelte';
import { createScripting, type ScriptingPorts } from './scripting';
import type { Sonde } from './scripting-api';
import { StorageState } from './storage.svelte';
import { ToolsState } from './tools.svelte';
import { Updates } from './updates.svelte';

const newId = (): string => crypto.randomUUID();
/** The loop, fetched when a question is being typed. */
const loop = () => import('../core/run/completion');

/** Makes everything the page is built on. Nothing heavy is loaded until it is first needed. */
export function compose(page: Pick<ScriptingPorts, 'answerMarkup'>): { app: App; scripting: Sonde } {
  const notices = new Notices();
  const database = new SondeDatabase();
  const settings = createSettings(database);
  const corpora = corpusHost();
  const library = announceChanges(createLibrary(corpora));
  const tabs = openRunChannel();
  const store = createRunStore(database, {
    onProblem: ({ message, hint }) => {
      notices.say(hint ? `${message} ${hint}` : message, { look: 'bad' });
    },
    onWritten: (runId, status) => {
      tabs.tell({ type: 'written', runId, status });
    },
  });
  const requests = createRequestLog(database, ({ message }) => {
    notices.say(`What this run sends is not recorded in full. ${message}`, { look: 'bad' });
  });
  const outgoing = createOutgoing(
    watchForUnnoted((request) => {
      requests.note(request);
    }),
  );
  const reviews = new ReviewsState();
  const anySettings: SettingsPort = { ...settings, get: (key) => settings.get(key, v.unknown()) };
  const packages = createPackages(anySettings, notices, outgoing);
  const repls = createReplFactory({
    packages: packages.attended,
    onFull: () => {
      conversations.makeRoom();
    },
  });
  const replies = createReplyCache(database);
  const runPorts: Omit<RunPorts, 'onEvent'> = { repls, clock, newId, pace: createPacer(), replies };
  /** For runs and interpreters of scripts: nobody may be there to be asked. */
  const unattendedRepls = repls.withPackages(packages.unattended);

  const runs = new RunsState({
    start: async (request, { unattended, save, signal, onEvent, onDelta }) => {
      const { context, follows = null } = request;
      conversations.begins(follows);
      device.prepareRun(request.root, request.sub);
      packages.newRun();
      const ports = unattended ? { ...runPorts, repls: unattendedRepls } : runPorts;
      const keepRepl: RunPorts['keepRepl'] = (runId, repl) => {
        conversations.keep(runId, repl, { context, save, follows });
      };
      const { complete } = await loop();
      return complete(request, { ...ports, ...reviews.portsOf(onEvent), onDelta, keepRepl }, signal);
    },
    store,
    requests,
    tabs,
    onStarted: (view, request) => {
      longRuns.follow(view, request);
    },
  });
  const conversations = createConversations(store, library, clock, () => runs);
  const preferences = new Preferences(browserStore('localStorage'));
  const longRuns = new LongRuns({
    screen: createScreenLock(),
    page: createPageLife(),
    watchBattery,
    preferences,
  });
  const device = createDevice(clock, anySettings, outgoing, (model, problem, bad) => {
    const use = () => {
      models.place({ provider: 'webllm', model: model.id }, null);
    };
    if (problem) notices.say(`${model.label}: ${problem.message}`, { look: 'bad' });
    else if (bad !== null) notices.say(checkedWords(model, bad));
    else notices.say(`${model.label} is on this device now.`, { action: { label: 'Use it', run: use } });
  });
  const models = new ModelsState({
    presets: PRESETS,
    listModels: (endpoint, signal) => listModels(endpoint, signal, outgoing),
    testConnection: (endpoint, signal) => testConnection(endpoint, signal, { outgoing }),
    settings: anySettings,
    session: browserStore('sessionStorage'),
    newId,
    device,
  });
  const connect = (ref: ModelRef) =>
    openModel(ref, { headersFor: (baseUrl) => models.headersFor(baseUrl), device, outgoing });
  const connectLoaded = async (ref: ModelRef) => {
    // A script may hand over anything; what is no reference is refused by the next line.
    if ((ref as Partial<ModelRef> | undefined)?.provider === 'webllm') await device.load();
    return connect(ref);
  };
  const sample = async () => (await import('./sample-files')).sampleFiles();
  const libraryState = new LibraryState({ library, sample }, notices);
  /** Why the page should be left alone now. */
  const busy = (): string | null => {
    if (runs.live.length > 0) return 'A run is under way. It would be cut short.';
    if (device.downloads.active.length > 0)
      return 'A model is being fetched. What is complete of it is kept.';
    if (libraryState.importing) return 'Documents are being imported. Try again when they are stored.';
    return null;
  };
  // A version under development is served anew each time, so nothing of it is kept.
  const copy = import.meta.env.PROD ? createOfflineCopy() : null;
  const offline = new OfflineState({
    copy,
    savesData,
    takeWayOut,
    busy,
  });
  const app: App = {
    router: new Router(),
    library: libraryState,
    offline,
    updates: new Updates({
      versions: copy,
      busy,
      reload: () => {
        location.reload();
      },
      session: browserStore('sessionStorage'),
      version: pageEntry(),
    }),
    install: new InstallState(),
    storage: new StorageState({
      measure: () => {
        void libraryState.refresh(); // what the browser counts in all is read with it
        return measureParts(measureStorage(database), replies);
      },
      clear: (id) => {
        if (id === 'replies') return replies.clear();
        return id === 'models' ? device.removeAll(() => clearStorage(id)) : clearStorage(id);
      },
      clearRuns: async () => {
        await runs.refresh();
        for (const { id, status } of runs.history) if (status !== 'running') await runs.remove(id);
      },
      removeOfflineCopy: () => offline.remove(),
      onCleared: () => void libraryState.refresh(),
    }),
    models,
    asking: new AskingState({ settings: anySettings, models }),
    conversations,
    again: createRunAgain({ store, library, runs, models, conversations, newId, connect: connectLoaded }),
    device,
    packages,
    runs,
    guard: new GuardState(anySettings),
    tools: new ToolsState({
      settings: anySettings,
      attempt: async (tool, call, signal) =>
        (await import('../core/run/tool-trial')).tryTool(tool, call, repls, signal),
    }),
    prompts: new PromptsState(anySettings),
    reviews,
    disclosure: new DisclosureState({
      log: requests,
      tracer: createTracer(corpora),
      traces: createTraceStore(database),
      runs: () => store.list(),
      tree: async (id) => foldRun(await store.events(id)),
      corpora: () => library.list(),
      documents: (id) => library.documents(id),
    }),
    preferences,
    longRuns,
    notices,
    openModel: connect,
    unsupported: missingSupport(),
    warmPython: () => {
      repls.warm();
      void loop().catch(() => undefined); // told when the run starts
    },
  };
  onLibraryChanged(() => void app.library.reread());
  const scripting = createScripting({
    library,
    runs: store,
    ...page,
    removeRun: (id) => runs.remove(id),
    disclose: async (id) => {
      // A run that is not kept is on the page only.
      const tree = runs.open(id).tree ?? foldRun(await store.events(id));
      return tree && app.disclosure.report(tree);
    },
    connect: connectLoaded,
    again: app.again,
    packages,
    conversations,
    openSession: async (request) => {
      const { openSession } = await import('../core/run/session');
      return openSession(request, { ...runPorts, repls: unattendedRepls, onEvent: () => undefined });
    },
    start: async (request, options) => {
      const view = await runs.start(request, { ...options, unattended: true });
      const outcome = await view.outcome;
      if (!outcome) throw new Error('a run that was just started has no outcome');
      return { ...outcome, tree: view.tree };
    },
  });
  return { app, scripting };
}
