import { describe, expect, it } from 'vitest';
import { RunFold, foldRun } from '../../../src/core/record/fold';
import type { CallNode, RunNode } from '../../../src/core/record/tree';
import { syntheticRun } from '../../fixtures/synthetic-run';

function callsOf(run: RunNode): CallNode[] {
  return run.turns.flatMap((turn) => turn.cells.flatMap((cell) => cell.calls));
}

function folded(events = syntheticRun()): { fold: RunFold; root: RunNode } {
  const fold = new RunFold();
  for (const event of events) fold.apply(event);
  if (!fold.tree) throw new Error('no root');
  return { fold, root: fold.tree.run };
}

describe('the fold of a run', () => {
  it('nests turns, cells, sub-calls and child runs', () => {
    const { root } = folded();
    expect(root.turns).toHaveLength(4);
    expect(root.status).toBe('answered');
    expect(root.turns[1]?.cells[0]?.calls).toHaveLength(24);
    const children = callsOf(root).flatMap((call) => (call.child ? [call.child] : []));
    expect(children.map((child) => child.depth)).toEqual([1, 1]);
    expect(callsOf(children[0] as RunNode).some((call) => call.child?.depth === 2)).toBe(true);
  });

  it('counts every call once: a child run through its own turns, not again through its call', () => {
    const { fold, root } = folded();
    let calls = 0;
    let tokens = 0;
    const visit = (run: RunNode) => {
      for (const turn of run.turns) {
        calls++;
        tokens += (turn.usage?.inputTokens ?? 0) + (turn.usage?.outputTokens ?? 0);
        for (const call of turn.cells.flatMap((cell) => cell.calls)) {
          if (call.child) visit(call.child);
          else {
            if (call.problem === null) calls++; // the failed ones here never got a word of reply
            tokens += (call.usage?.inputTokens ?? 0) + (call.usage?.outputTokens ?? 0);
          }
        }
      }
    };
    visit(root);
    expect(fold.tree?.totals.calls).toBe(calls);
    expect((fold.tree?.totals.inputTokens ?? 0) + (fold.tree?.totals.outputTokens ?? 0)).toBe(tokens);
    const byModel = Object.values(fold.tree?.usage ?? {}).reduce((sum, usage) => sum + usage.calls, 0);
    expect(byModel).toBe(calls);
  });

  it('gives the way to a node at any depth', () => {
    const { fold, root } = folded();
    const child = callsOf(root).find((call) => call.child)?.child as RunNode;
    const inner = callsOf(child)[0] as CallNode;
    const path = fold.path(inner.id);
    expect(path?.runs.map((run) => run.id)).toEqual([root.id, child.id]);
    expect(path?.call).toBe(inner);
    expect(path?.cell?.calls).toContain(inner);
    expect(path?.turn?.cells).toContain(path?.cell);
    expect(fold.path(child.id)).toMatchObject({ turn: null, cell: null, call: null });
    expect(fold.path('nothing')).toBeNull();
  });

  it('comes out the same event by event as all at once', () => {
    const events = syntheticRun();
    expect(JSON.stringify(folded(events).fold.tree)).toBe(JSON.stringify(foldRun(events)));
  });

  it.each([1, 5, 20, 60, 100])('shows what a log cut after %i events has, marked broken', (cutAt) => {
    const tree = foldRun(syntheticRun({ cutAt }));
    expect(tree?.run.status).toBe('broken');
    const open = callsOf(tree?.run as RunNode).flatMap((call) => (call.child ? [call.child] : []));
    expect(open.every((child) => child.status !== 'running')).toBe(true);
  });

  it('ignores events about what never started', () => {
    const events = syntheticRun().filter((event) => event.type !== 'cell-started');
    const tree = foldRun(events);
    expect(tree?.run.status).toBe('answered');
    expect(tree?.run.turns.every((turn) => turn.cells.length === 0)).toBe(true);
    expect(tree?.totals.subcalls).toBe(0);
  });

  it('is plain JSON', () => {
    const tree = foldRun(syntheticRun());
    expect(JSON.parse(JSON.stringify(tree))).toEqual(tree);
  });
});
