import { describe, expect, it } from 'vitest';
import { foldRun } from '../../../src/core/record/fold';
import { buildTimeline, type Timeline } from '../../../src/core/record/timeline';
import { syntheticRun, type SyntheticOptions } from '../../fixtures/synthetic-run';

function timelineOf(options: SyntheticOptions = {}, nowMs = Date.now()): Timeline {
  const tree = foldRun(syntheticRun(options));
  if (!tree) throw new Error('no root');
  return buildTimeline(tree, nowMs);
}

describe('the timeline', () => {
  it('has a lane of turns and one of sub-calls for each depth', () => {
    const { lanes } = timelineOf();
    expect(lanes.map(({ depth, kind }) => `${kind}${String(depth)}`)).toEqual([
      'turns0',
      'calls0',
      'turns1',
      'calls1',
      'turns2',
      'calls2',
    ]);
  });

  it('begins with the first turn, not with the start of Python before it', () => {
    const events = syntheticRun({ calls: 4, children: 0 });
    const late = events.map((event) =>
      event.type === 'run-started' ? { ...event, atMs: event.atMs - 60_000 } : event,
    );
    const tree = foldRun(late);
    if (!tree) throw new Error('no root');
    expect(buildTimeline(tree, Date.now()).bars[0]?.startMs).toBe(0);
  });

  it('keeps every bar inside the run and inside its lane', () => {
    for (const options of [{}, { calls: 5000 }, { cutAt: 30 }]) {
      const { bars, totalMs } = timelineOf(options);
      for (const bar of bars) {
        expect(bar.startMs).toBeGreaterThanOrEqual(0);
        expect(bar.endMs).toBeLessThanOrEqual(totalMs + 1);
        expect(bar.endMs).toBeGreaterThanOrEqual(bar.startMs);
        expect(bar.top).toBeGreaterThanOrEqual(-1e-9);
        expect(bar.top + bar.height).toBeLessThanOrEqual(1 + 1e-9);
      }
    }
  });

  it('draws five thousand sub-calls as a profile of how many were under way: sixteen at once', () => {
    const { bars, lanes } = timelineOf({ calls: 5000, children: 0 });
    const calls = bars.filter((bar) => bar.kind === 'calls');
    expect(calls.length).toBeLessThanOrEqual(160);
    const peak = lanes.find(({ kind }) => kind === 'calls')?.peak ?? 0;
    // A slot may see one call end and the next begin, so it counts up to twice the concurrency.
    expect(peak).toBeGreaterThanOrEqual(16);
    expect(calls.some((bar) => bar.failed > 0)).toBe(true);
  });

  it('draws a few sub-calls one by one, apart where they overlap', () => {
    const { bars } = timelineOf({ calls: 6, children: 0 });
    const calls = bars.filter((bar) => bar.kind === 'calls');
    expect(calls).toHaveLength(6);
    for (const a of calls)
      for (const b of calls)
        if (a !== b && a.top === b.top) expect(a.endMs <= b.startMs || b.endMs <= a.startMs).toBe(true);
  });

  it('ends a broken run at the last thing known of it, and a live one now', () => {
    const broken = timelineOf({ cutAt: 3 }, Date.UTC(2030, 0, 1));
    expect(broken.totalMs).toBeLessThan(10_000);
    const events = syntheticRun({ cutAt: 3 });
    const live = foldRun(events);
    if (!live) throw new Error('no root');
    live.run.status = 'running';
    expect(buildTimeline(live, live.run.startedAtMs + 60_000).totalMs).toBe(60_000);
  });

  it('takes a few milliseconds for five thousand sub-calls', () => {
    const tree = foldRun(syntheticRun({ calls: 5000 }));
    if (!tree) throw new Error('no root');
    buildTimeline(tree, 0);
    const began = performance.now();
    for (let i = 0; i < 5; i++) buildTimeline(tree, 0);
    expect((performance.now() - began) / 5).toBeLessThan(100);
  });
});
