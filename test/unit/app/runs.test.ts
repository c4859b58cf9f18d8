import { describe, expect, it } from 'vitest';
import { RunsState, type RunHooks, type RunsPorts } from '../../../src/app/runs.svelte';
import { SondeError } from '../../../src/core/errors';
import { textContext } from '../../../src/core/corpus/context';
import type { RunEvent } from '../../../src/core/record/events';
import type { RunOutcome, RunRequest } from '../../../src/core/run/request';
import { DEFAULT_LIMITS } from '../../../src/core/run/limits';
import { idleModel, MemoryRuns } from '../../dev/memory';
import { syntheticRun } from '../../fixtures/synthetic-run';

const request: RunRequest = {
  question: 'What did Ahab lose?',
  context: textContext('Call me Ishmael.'),
  corpus: null,
  root: idleModel('root', null),
  sub: idleModel('sub', null),
  limits: DEFAULT_LIMITS,
};

/** Frames are painted when the test says so. */
class Frames {
  readonly waiting: (() => void)[] = [];
  readonly next = (callback: () => void) => void this.waiting.push(callback);
  paint(): void {
    for (const callback of this.waiting.splice(0)) callback();
  }
}

function outcome(runId: string): RunOutcome {
  return { runId, status: 'answered', answer: 'A leg.', problem: null, durationMs: 5 };
}

function setUp(start: (hooks: RunHooks) => Promise<RunOutcome>, store = new MemoryRuns()) {
  const frames = new Frames();
  const ports: RunsPorts = { start: (_request, hooks) => start(hooks), store, nextFrame: frames.next };
  return { runs: new RunsState(ports), store, frames };
}

const whole = (events: readonly RunEvent[]) => (hooks: RunHooks) => {
  for (const event of events) hooks.onEvent(event);
  return Promise.resolve(outcome('run'));
};

describe('runs of the page', () => {
  it('folds, stores and lists a run, and lets it be opened again', async () => {
    const events = syntheticRun();
    const { runs, store } = setUp(whole(events));
    const view = await runs.start(request);
    expect(view.id).toBe('run');
    expect(await view.outcome).toEqual(outcome('run'));
    expect(view.phase).toBe('ended');
    expect(view.tree?.run.answer).toContain('Ahab');
    expect(store.logs.get('run')).toEqual(events);
    expect(runs.history.map(({ id, status }) => [id, status])).toEqual([['run', 'answered']]);
    expect(runs.live).toEqual([]);
    expect(runs.open('run')).toBe(view);
  });

  it('tells the screen once a frame, however many events arrive', async () => {
    const events = syntheticRun({ calls: 5000 });
    const { runs, frames } = setUp(whole(events));
    const view = await runs.start(request);
    expect(frames.waiting).toHaveLength(1);
    const before = view.version;
    frames.paint();
    expect(view.version).toBe(before + 1);
    expect(view.tree?.totals.subcalls).toBeGreaterThan(5000);
  });

  it('stops a live run and keeps what there is', async () => {
    const events = syntheticRun();
    const { runs } = setUp(
      (hooks) =>
        new Promise((resolve) => {
          for (const event of events.slice(0, 20)) hooks.onEvent(event);
          hooks.signal.addEventListener('abort', () => {
            resolve({ ...outcome('run'), status: 'stopped' });
          });
        }),
    );
    const view = await runs.start(request);
    expect(view.phase).toBe('live');
    expect(runs.live).toEqual([view]);
    view.stop();
    expect(view.stopping).toBe(true);
    expect((await view.outcome)?.status).toBe('stopped');
    expect(view.stopping).toBe(false);
    expect(view.tree?.run.turns.length).toBeGreaterThan(0);
  });

  it('shows text as it arrives and drops it when it is void or whole', async () => {
    const events = syntheticRun();
    const turn = events.find((event) => event.type === 'turn-started');
    const replied = events.find((event) => event.type === 'turn-replied');
    if (turn?.type !== 'turn-started' || !replied) throw new Error('no turn');
    const { turnId } = turn;
    let hooks: RunHooks | null = null;
    const { runs } = setUp((given) => {
      hooks = given;
      for (const event of events.slice(0, 2)) given.onEvent(event);
      return new Promise(() => undefined);
    });
    const view = await runs.start(request);
    const live = hooks as RunHooks | null;
    live?.onDelta({ type: 'reply-delta', turnId, text: 'Let me ' });
    live?.onDelta({ type: 'reply-delta', turnId, text: 'look.' });
    expect(view.liveText(turnId)).toBe('Let me look.');
    live?.onDelta({ type: 'reply-reset', turnId });
    expect(view.liveText(turnId)).toBe('');
    live?.onDelta({ type: 'reply-delta', turnId, text: 'Again.' });
    live?.onEvent(replied);
    expect(view.liveText(turnId)).toBe('');
  });

  it('rejects what cannot begin, and ends as failed what breaks later', async () => {
    const problem = new SondeError({ code: 'repl-unsupported', message: 'No JSPI here.' });
    await expect(setUp(() => Promise.reject(problem)).runs.start(request)).rejects.toBe(problem);
    const { runs } = setUp((hooks) => {
      for (const event of syntheticRun({ cutAt: 10 })) hooks.onEvent(event);
      return Promise.reject(new Error('broke'));
    });
    const view = await runs.start(request);
    expect((await view.outcome)?.status).toBe('failed');
    expect(view.problem?.message).toBe('broke');
    expect(view.tree?.run.status).toBe('broken');
  });

  it('opens a stored run, says what is missing, and what cannot be read', async () => {
    const store = new MemoryRuns();
    for (const event of syntheticRun({ runId: 'old' })) store.append('old', event);
    const { runs } = setUp(() => Promise.reject(new Error('unused')), store);
    const view = runs.open('old');
    expect(view.phase).toBe('loading');
    await expect.poll(() => view.phase).toBe('ended');
    expect(view.tree?.run.status).toBe('answered');
    const missing = runs.open('nothing');
    await expect.poll(() => missing.phase).toBe('missing');
    store.events = () => Promise.reject(new SondeError({ code: 'storage-blocked', message: 'Blocked.' }));
    const unreadable = runs.open('old2');
    await expect.poll(() => unreadable.phase).toBe('unreadable');
    expect(unreadable.problem?.code).toBe('storage-blocked');
  });

  it('removes a run', async () => {
    const { runs, store } = setUp(whole(syntheticRun()));
    await (
      await runs.start(request)
    ).outcome;
    await runs.remove('run');
    expect(store.logs.size).toBe(0);
    expect(runs.history).toEqual([]);
  });

  it('keeps a run off the disk when asked to', async () => {
    const { runs, store } = setUp(whole(syntheticRun()));
    await (
      await runs.start(request, { save: false })
    ).outcome;
    expect(store.logs.size).toBe(0);
  });
});
