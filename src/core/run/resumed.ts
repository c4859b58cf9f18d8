/** How a tree of runs begins that goes through a record: what it knows, and what is told of it. */

import type { RunNode } from '../record/tree';
import { recordedEvents } from './recorded-part';
import type { Rerun, RunPorts } from './request';
import { RerunCursor } from './rerun';
import type { TreeContext, TreeInit } from './tree-context';

/** The part of a tree that is about its record. */
export function beginAgain(
  rerun: Rerun,
  runId: string,
  { newId }: Pick<RunPorts, 'newId'>,
): Pick<TreeInit, 'rerun' | 'earlier'> {
  const cursor = new RerunCursor(rerun, runId, newId);
  if (rerun.mode === 'replay') return { rerun: cursor };
  return { rerun: cursor, earlier: { nextSeq: rerun.nextSeq, has: recordedEvents(rerun.record) } };
}

/** The first event of what follows; its pause is the time the run was not going on. */
export function tellResumed(tree: TreeContext, { record, spent, lastAtMs }: Rerun): void {
  tree.ledger.goOnFrom(spent);
  const { turns, calls } = answered(record);
  const pausedMs = Math.max(0, tree.ports.clock.now() - lastAtMs);
  const text = `The run went on. ${counted(turns, 'turn')} and ${counted(calls, 'sub-call')} were taken from the record; the code was run again.`;
  const notice = { type: 'notice', runId: record.id, turnId: null, code: 'resumed', text, pausedMs } as const;
  tree.recorder.record(notice);
}

function answered(run: RunNode): { turns: number; calls: number } {
  const sum = { turns: 0, calls: 0 };
  for (const turn of run.turns) {
    if (turn.text !== null) sum.turns++;
    for (const cell of turn.cells)
      for (const call of cell.calls) {
        if (call.reply !== null) sum.calls++;
        else if (call.child) {
          const below = answered(call.child);
          sum.turns += below.turns;
          sum.calls += below.calls;
        }
      }
  }
  return sum;
}

function counted(n: number, what: string): string {
  return `${n.toLocaleString('en-US')} ${what}${n === 1 ? '' : 's'}`;
}
