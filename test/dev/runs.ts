/**
 * A page for looking at Ask, Answer and Trace with made-up logs. `?show=ask|run|trace|history|both` chooses the place;
 * `&run=small|large|partial|failed|broken` the log; `window.playLive(calls, ms)` plays one as if it ran now.
 */

import { mount } from 'svelte';
import { AskState } from '../../src/app/ask.svelte';
import { LibraryState } from '../../src/app/library.svelte';
import { ModelsState } from '../../src/app/models.svelte';
import { Notices } from '../../src/app/notices.svelte';
import { Router } from '../../src/app/router.svelte';
import { RunsState, type RunHooks } from '../../src/app/runs.svelte';
import type { RunOutcome } from '../../src/core/run/request';
import { syntheticRun, type SyntheticOptions } from '../fixtures/synthetic-run';
import { idleModel, memoryLibrary, MemoryRuns } from './memory';
import { idleDevice } from '../fixtures/device/idle-device';
import RunsPage from './RunsPage.svelte';

const book =
  'CHAPTER 1. Loomings.\n\nCall me Ishmael. Some years ago—never mind how long precisely—having little or no money in my purse.\n\n'.padEnd(
    200_000,
    'The sea rolled on. ',
  ) +
  'I’d strike the sun if it insulted me.' +
  ' And the sea rolled on.'.repeat(20_000);

const store = new MemoryRuns();
const kinds: Record<string, SyntheticOptions> = {
  small: {},
  large: { calls: 5000, turns: 12, children: 5, depth: 3, limits: { maxBudgetUsd: 100 } },
  partial: {
    status: 'partial',
    problem: {
      code: 'limit',
      message: 'The run reached its limit of 4 turns.',
      hint: 'Raise it under Limits and ask again.',
    },
  },
  failed: {
    status: 'failed',
    problem: {
      code: 'auth',
      message: 'api.example.org refused the key.',
      hint: 'Check the key under Models. The trace was kept.',
    },
  },
  broken: { cutAt: 40 },
  helped: { helped: true, calls: 60, limits: { maxBudgetUsd: 100 } },
};
for (const [runId, options] of Object.entries(kinds))
  for (const event of syntheticRun({ ...options, runId })) store.append(runId, event);
for (let i = 0; i < 150; i++)
  for (const event of syntheticRun({
    runId: `old${String(i)}`,
    calls: 4,
    children: 0,
    question: `Question ${String(i)} about the voyage`,
    startMs: Date.UTC(2026, 9, 1) - i * 9e7,
  }))
    store.append(`old${String(i)}`, event);

const library = new LibraryState(
  { library: memoryLibrary({ 'moby-dick.txt': book }), sample: () => Promise.resolve([]) },
  new Notices(),
);
await library.refresh();
const device = idleDevice();
const models = new ModelsState({
  presets: [],
  listModels: () => Promise.resolve([]),
  testConnection: () => Promise.resolve({ ok: true, models: [], latencyMs: 1, protocol: 'h2' }),
  settings: {
    get: () => Promise.resolve(null),
    set: () => Promise.resolve(),
    remove: () => Promise.resolve(),
  },
  session: null,
  newId: () => crypto.randomUUID(),
});

/** Plays a log in `ms`, whatever its own times say. */
let next: { calls: number; ms: number } = { calls: 200, ms: 4000 };
async function play(_request: unknown, { signal, onEvent, onDelta }: RunHooks): Promise<RunOutcome> {
  const runId = `live${String(Date.now())}`;
  const events = syntheticRun({ runId, calls: next.calls, startMs: Date.now() });
  const began = performance.now();
  for (let i = 0; i < events.length;) {
    const due = Math.ceil(((performance.now() - began) / next.ms) * events.length);
    for (; i < Math.min(due, events.length); i++) {
      const event = events[i];
      if (!event) break;
      onEvent({ ...event, atMs: Date.now() });
      if (event.type === 'turn-started')
        onDelta({
          type: 'reply-delta',
          turnId: event.turnId,
          text: 'Looking at the words as they arrive. '.repeat(8),
        });
    }
    await new Promise((resolve) => setTimeout(resolve, 4));
    if (signal.aborted) break;
  }
  return { runId, status: 'answered', answer: '', problem: null, durationMs: next.ms };
}
const runs = new RunsState({ start: play, store });
const router = new Router();
const ask = new AskState({
  library,
  models,
  runs,
  conversations: { follow: () => Promise.reject(new Error('not here')), giveBack: () => undefined },
  openModel: (ref) =>
    ref.provider === 'reader'
      ? idleModel('built-in reader', null)
      : idleModel('gpt-large', 'api.example.org'),
  unsupported: null,
  warmPython: () => undefined,
});
const query = new URLSearchParams(location.search);
ask.chooseCorpus(query.has('empty') ? null : 'c1');
if (query.has('q')) ask.question = query.get('q') ?? '';
if (query.has('theme')) document.documentElement.dataset['theme'] = query.get('theme') ?? '';

const target = document.querySelector('#app');
if (!target) throw new Error('The page has no #app.');
mount(RunsPage, {
  target,
  props: { ask, runs, library, models, device, router, show: query.get('show') ?? 'both' },
});

Object.assign(window, {
  playLive: async (calls: number, ms: number) => {
    next = { calls, ms };
    ask.question = 'What did Ahab lose?';
    const id = await ask.ask();
    if (id === null) throw new Error(ask.problem?.message ?? 'not started');
    router.go({ place: 'run', runId: id, nodeId: null, quote: null });
    await runs.open(id).outcome;
  },
});
