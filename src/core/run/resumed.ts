/** How a tree of runs begins that goes through a record: what it knows, and what is told of it. */

import type { RunNode } from '../record/tree';
import { LIMIT_FIELDS, type LimitField } from './limit-fields';
import type { Limits } from './limits';
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
  const changed = changedLimits(record.limits, tree.limits);
  const now = changed === '' ? '' : ` Limits from here on: ${changed}.`;
  const text = `The run went on. ${counted(turns, 'turn')} and ${counted(calls, 'sub-call')} were taken from the record; the code was run again.${now}`;
  const notice = { type: 'notice', runId: record.id, turnId: null, code: 'resumed', text, pausedMs } as const;
  tree.recorder.record(changed === '' ? notice : { ...notice, limits: tree.limits });
}

/** e.g. `turns 60 (30 before), money no limit (US$ 1 before)`; empty when they are the same. */
function changedLimits(before: Limits, now: Limits): string {
  return LIMIT_FIELDS.filter(({ name }) => before[name] !== now[name])
    .map((field) => {
      const label = field.label.toLowerCase();
      return `${label} ${inWords(field, now[field.name])} (${inWords(field, before[field.name])} before)`;
    })
    .join(', ');
}

function inWords({ unit }: LimitField, value: number | null): string {
  if (value === null) return 'no limit';
  const number = value.toLocaleString('en-US', { maximumSignificantDigits: 6 });
  return unit === 'US$' ? `US$ ${number}` : unit === '' ? number : `${number} ${unit}`;
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
