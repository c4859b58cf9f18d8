import { describe, expect, it } from 'vitest';
import { findNodes } from '../../../src/core/record/find';
import { foldRun, RunFold } from '../../../src/core/record/fold';
import {
  awakeMs,
  callState,
  countCalls,
  runCost,
  turnCost,
  turnState,
} from '../../../src/core/record/measures';
import { milestone } from '../../../src/core/record/milestones';
import { railRows } from '../../../src/core/record/rail';
import { headAndTail, thoughtOf } from '../../../src/core/record/reply-text';
import type { RunTree } from '../../../src/core/record/tree';
import { syntheticRun, type SyntheticOptions } from '../../fixtures/synthetic-run';

const none: ReadonlySet<string> = new Set();

function treeOf(options: SyntheticOptions = {}): RunTree {
  const tree = foldRun(syntheticRun(options));
  if (!tree) throw new Error('no root');
  return tree;
}

describe('the rail', () => {
  it('puts child runs after the turn that started them, one step in', () => {
    const rows = railRows(treeOf().run, none, none);
    const kinds = rows.map((row) => `${row.kind}${String(row.depth)}`);
    expect(kinds.slice(0, 5)).toEqual(['turn0', 'turn0', 'turn0', 'child1', 'turn1']);
    expect(kinds.at(-1)).toBe('end0');
    expect(new Set(rows.map((row) => row.id)).size).toBe(rows.length);
  });

  it('starts many children closed, and opens what is toggled or must be shown', () => {
    const { run } = treeOf({ children: 5, depth: 1 });
    const closed = railRows(run, none, none);
    const children = closed.filter((row) => row.kind === 'child');
    expect(children).toHaveLength(5);
    expect(closed.some((row) => row.kind === 'turn' && row.depth === 1)).toBe(false);
    const id = children[2]?.id ?? '';
    for (const rows of [railRows(run, new Set([id]), none), railRows(run, none, new Set([id]))])
      expect(rows.filter((row) => row.kind === 'turn' && row.run.id === id)).toHaveLength(2);
  });

  it('keeps notices with their turn', () => {
    const rows = railRows(treeOf().run, none, none);
    const told = rows.filter((row) => row.kind === 'turn' && row.notices.length > 0);
    expect(told.map((row) => (row.kind === 'turn' ? row.turn.index : -1))).toEqual([2]);
  });
});

describe('what nodes cost and how they stand', () => {
  it('leaves the time asleep out of what a run has taken', () => {
    const [started] = syntheticRun();
    if (started?.type !== 'run-started') throw new Error('no start');
    const { runId, atMs } = started;
    const fold = new RunFold();
    fold.apply(started);
    const notice = {
      v: started.v,
      type: 'notice',
      runId,
      turnId: null,
      code: 'paused',
      text: 'slept',
    } as const;
    fold.apply({ ...notice, seq: 1, atMs: atMs + 700_000, pausedMs: 600_000 });
    fold.apply({ ...notice, seq: 2, atMs: atMs + 710_000 }); // of an older version: nobody knows how long
    const run = fold.tree?.run;
    if (!run) throw new Error('no run');
    expect(awakeMs(run, atMs + 731_000)).toBe(131_000);
    run.durationMs = 800_000;
    expect(awakeMs(run, atMs + 9_000_000)).toBe(200_000);
    Object.assign(run, { durationMs: null, status: 'broken' });
    expect(awakeMs(run, atMs)).toBeNull();
  });

  it('sums a run to the totals of its tree', () => {
    const tree = treeOf();
    expect(runCost(tree.run)).toMatchObject({
      calls: tree.totals.calls,
      inputTokens: tree.totals.inputTokens,
      outputTokens: tree.totals.outputTokens,
    });
    const perTurn = tree.run.turns.map((turn) => turnCost(turn).calls);
    expect(perTurn.reduce((sum, calls) => sum + calls, 0)).toBe(tree.totals.calls);
  });

  it('counts the states of sub-calls', () => {
    const calls = treeOf({ calls: 34, failEvery: 17, retryEvery: 10 }).run.turns[1]?.cells[0]?.calls ?? [];
    expect(countCalls(calls)).toEqual({
      total: 34,
      running: 0,
      done: 32,
      failed: 2,
      retried: 4,
      cached: 0,
      escalated: 0,
      cut: 0,
    });
  });

  it('sums steps up a ladder, verdicts and recorded replies to the totals of the tree', () => {
    const tree = treeOf({ helped: true, calls: 30 });
    const { calls, inputTokens, outputTokens, cached } = tree.totals;
    const { costUsd, ...cost } = runCost(tree.run);
    expect(cost).toMatchObject({ calls, inputTokens, outputTokens });
    expect(costUsd).toBeCloseTo(tree.totals.costUsd ?? NaN, 10);
    const [, second] = tree.run.turns;
    expect(second?.answeredBy?.name).toBe('gpt-larger');
    expect(countCalls(second?.cells[0]?.calls ?? [])).toMatchObject({ cached, escalated: 4, cut: 0 });
    expect(cached).toBe(10);
    expect(tree.usage['judge-70b']).toMatchObject({ calls: 2 });
    // Nothing of what a recorded reply once took is counted again.
    expect(cost.calls).toBe(tree.run.turns.reduce((sum, turn) => sum + turnCost(turn).calls, 0));
  });

  it('says a turn whose cell raised has failed, and one cut off has stopped', () => {
    const { run } = treeOf();
    expect(run.turns.map((turn) => turnState(turn, run))).toEqual(['done', 'done', 'failed', 'done']);
    const cut = treeOf({ cutAt: 3 }).run;
    expect(cut.turns.map((turn) => turnState(turn, cut))).toContain('stopped');
  });

  it('leaves a call running until its reply is there', () => {
    const calls = treeOf({ cutAt: 20 }).run.turns[1]?.cells[0]?.calls ?? [];
    expect(calls.length).toBeGreaterThan(5);
    expect(calls.map(callState)).toContain('running');
  });
});

describe('finding nodes', () => {
  it('filters by what came from the record, what moved up, and requests beside the turns', () => {
    const { run } = treeOf({ helped: true, calls: 30 });
    expect(findNodes(run, '', 'cached')).toHaveLength(10);
    const moved = findNodes(run, '', 'escalated');
    expect(moved.map(({ kind }) => kind)).toEqual(['turn', 'call', 'call', 'call', 'call']);
    expect(findNodes(run, 'the ship', 'asides').map(({ place }) => place)).toEqual(['Turn 3, verdict']);
  });

  it('finds text in prompts, replies, code and output of every depth', () => {
    const { run } = treeOf();
    expect(findNodes(run, 'PASSAGE 7 of 24', 'any').map((node) => node.place)).toEqual([
      'Turn 2, sub-call 7',
    ]);
    expect(findNodes(run, 'llm_query_batched', 'any').some((node) => node.kind === 'cell')).toBe(true);
    expect(findNodes(run, 'passage', 'any').some((node) => node.depth === 2)).toBe(true);
    expect(findNodes(run, 'no such words', 'any')).toEqual([]);
  });

  it('filters by what became of a node', () => {
    const { run } = treeOf({ calls: 34, failEvery: 17, children: 1, depth: 1 });
    const failed = findNodes(run, '', 'failed');
    expect(failed.filter((node) => node.kind === 'call')).toHaveLength(2);
    expect(failed.every((node) => node.state === 'failed')).toBe(true);
    expect(findNodes(run, '', 'children').map((node) => node.kind)).toEqual(['run']);
    expect(findNodes(run, '', 'retried').length).toBeGreaterThan(0);
    expect(findNodes(run, '', 'running')).toEqual([]);
  });

  it('shows the line that matched', () => {
    const [hit] = findNodes(treeOf().run, '500 four times', 'any');
    expect(hit?.excerpt).toContain('500 four times');
  });
});

describe('milestones', () => {
  it('says each step of the root once and its end, and nothing of tokens or single calls', () => {
    const fold = new RunFold();
    const said = syntheticRun({ children: 1, depth: 1 }).flatMap((event) => {
      fold.apply(event);
      return milestone(event, fold) ?? [];
    });
    expect(said).toEqual([
      'Turn 1 begins.',
      'Turn 2 begins.',
      'The cell of turn 2 finished 24 sub-calls. 1 failed.',
      'Turn 3 begins.',
      'The cell of turn 3 failed: KeyError.',
      'Half of the turns are used.',
      'Turn 4 begins.',
      'The answer is ready.',
    ]);
  });
});

describe('text in brief', () => {
  it('keeps the prose of a reply and drops fences and thinking', () => {
    const reply =
      '<think>hm</think>First look.\n\n```repl\nprint(1)\n~~~\n```\nThen more.\n~~~python\nx\n~~~';
    expect(thoughtOf(reply)).toBe('First look.\n\nThen more.');
    expect(thoughtOf('Just words.')).toBe('Just words.');
    expect(thoughtOf('```repl\nunclosed')).toBe('');
  });

  it('shows head and tail of long output and says how much lies between', () => {
    const text = Array.from({ length: 30 }, (_, i) => String(i)).join('\n');
    expect(headAndTail(text, 3, 2)).toEqual({ head: '0\n1\n2', tail: '28\n29', hiddenLines: 25 });
    expect(headAndTail('a\nb\n', 3, 2)).toEqual({ head: 'a\nb', tail: '', hiddenLines: 0 });
    expect(headAndTail('x'.repeat(1000), 3, 2).head).toHaveLength(401);
  });
});
