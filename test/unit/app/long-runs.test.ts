import { describe, expect, it } from 'vitest';
import { LongRuns } from '../../../src/app/long-runs.svelte';
import { Preferences } from '../../../src/app/preferences.svelte';
import { RunView } from '../../../src/app/run-view.svelte';
import { textContext } from '../../../src/core/corpus/context';
import { DEFAULT_LIMITS } from '../../../src/core/run/limits';
import type { RunOutcome, RunRequest } from '../../../src/core/run/request';
import { idleModel } from '../../dev/memory';

function setUp() {
  const state = { screenOn: false, asks: false, isHidden: false };
  let show: () => void = () => undefined;
  let tellBattery: (battery: { level: number; charging: boolean }) => void = () => undefined;
  const longRuns = new LongRuns({
    screen: { hold: () => void (state.screenOn = true), release: () => void (state.screenOn = false) },
    page: {
      get isHidden() {
        return state.isHidden;
      },
      onShown: (callback) => (show = callback),
      askBeforeLeaving: (on) => (state.asks = on),
    },
    watchBattery: (callback) => {
      tellBattery = callback;
      return Promise.resolve();
    },
    preferences: new Preferences(null),
  });
  return {
    state,
    longRuns,
    show: () => {
      state.isHidden = false;
      show();
    },
    battery: (level: number, charging = false) => {
      tellBattery({ level, charging });
    },
  };
}

function request(engine?: string): RunRequest {
  const model = idleModel('m', null);
  return {
    question: 'Q?',
    context: textContext('x'),
    corpus: null,
    root: idleModel('cloud', 'api.example.com'),
    sub: engine === undefined ? model : { ...model, engine },
    limits: DEFAULT_LIMITS,
  };
}

/** A live run and how to end it. */
function run(id: string) {
  const view = new RunView(id, () => undefined);
  let end: (outcome: RunOutcome) => void = () => undefined;
  view.goLive(new Promise<RunOutcome>((resolve) => (end = resolve)), () => undefined);
  return {
    view,
    end: async (status: RunOutcome['status']) => {
      end({ runId: id, status, answer: '', problem: null, durationMs: 1 });
      await view.outcome;
    },
  };
}

describe('a page with long runs', () => {
  it('keeps the screen on and asks before closing from the first run to the end of the last', async () => {
    const { state, longRuns } = setUp();
    const [first, second] = [run('a'), run('b')];
    longRuns.follow(first.view, request());
    longRuns.follow(second.view, request());
    expect(state).toMatchObject({ screenOn: true, asks: true });
    await first.end('answered');
    expect(state).toMatchObject({ screenOn: true, asks: true });
    await second.end('failed');
    expect(state).toMatchObject({ screenOn: false, asks: false });
  });

  it('leaves the screen alone when told so, at once', () => {
    const { state, longRuns } = setUp();
    longRuns.follow(run('a').view, request());
    longRuns.keepScreenOn(false);
    expect(state).toMatchObject({ screenOn: false, asks: true });
    longRuns.keepScreenOn(true);
    expect(state.screenOn).toBe(true);
  });

  it('says in the title how a run ended that nobody saw end, until somebody looks', async () => {
    const { state, longRuns, show } = setUp();
    const [seen, unseen] = [run('a'), run('b')];
    longRuns.follow(seen.view, request());
    await seen.end('answered');
    expect(longRuns.endedUnseen).toBeNull();
    longRuns.follow(unseen.view, request());
    state.isHidden = true;
    await unseen.end('answered');
    expect(longRuns.endedUnseen).toBe('✓ Answered');
    show();
    expect(longRuns.endedUnseen).toBeNull();
  });

  it('speaks of the battery only when it is low, not charging, and a model here uses it', async () => {
    const { longRuns, battery } = setUp();
    const [cloud, local] = [run('cloud'), run('local')];
    longRuns.follow(cloud.view, request());
    longRuns.follow(local.view, request('gpu'));
    expect(longRuns.batteryHint('local')).toBeNull();
    battery(0.18);
    expect(longRuns.batteryHint('local')).toContain('18 %');
    expect(longRuns.batteryHint('cloud')).toBeNull();
    battery(0.18, true);
    expect(longRuns.batteryHint('local')).toBeNull();
    battery(0.2);
    expect(longRuns.batteryHint('local')).toBeNull();
    battery(0.05);
    await local.end('answered');
    expect(longRuns.batteryHint('local')).toBeNull();
  });
});
