/** The part of a run that is recorded and stands: what a resumed run does not record again, and what it has used up. */

import type { RunEvent, RunEventBody } from '../record/events';
import { foldRun } from '../record/fold';
import { isCounted } from '../record/measures';
import type { CallNode, CellNode, RunNode, RunTree, TurnNode } from '../record/tree';
import type { Rerun, Spent } from './request';

/** What a run is gone through again by; null for a log without a root. */
export function rerunOf(mode: Rerun['mode'], events: readonly RunEvent[]): Rerun | null {
  const tree = foldRun(events);
  const last = events.at(-1);
  if (!tree || !last) return null;
  return {
    mode,
    record: tree.run,
    nextSeq: last.seq + 1,
    lastAtMs: last.atMs,
    spent: spentOf(tree, last.atMs),
  };
}

/** A sub-call whose answer stands. One that was stopped, or for which there was nothing left, is asked anew. */
export function isSettled({ reply, problem }: Pick<CallNode, 'reply' | 'problem'>): boolean {
  return reply !== null && (problem === null || !RETAKEN.has(problem.code));
}

const RETAKEN = new Set(['interrupted', 'limit']);

/** Told anew whatever the record says: it is about the time it is told at. */
const ALWAYS_TOLD = new Set(['paused', 'resumed', 'throttled', 'six-connections']);

/** Whether an event is recorded already. */
export function recordedEvents(record: RunNode): (body: RunEventBody) => boolean {
  const known = new Set<string>();
  const finishedTurns = new Map<string, string | null>();
  const addTurn = (turn: TurnNode): void => {
    known.add(`turn-started ${turn.id}`);
    if (turn.text !== null) known.add(`turn-replied ${turn.id}`);
    for (const cell of turn.cells) addCell(cell);
    for (const { to } of turn.escalations) known.add(`escalated ${turn.id} ${to.name}`);
    for (const aside of turn.asides) if (aside.problem === null) known.add(`aside ${aside.id}`);
    if (!turn.finished || !turn.cells.every(isWhole)) return;
    finishedTurns.set(turn.id, turn.feedback);
  };
  const addCell = (cell: CellNode): void => {
    known.add(`cell-started ${cell.id}`);
    if (isWhole(cell)) known.add(`cell-finished ${cell.id}`);
    for (const call of cell.calls) {
      known.add(`call-started ${call.id}`);
      if (isSettled(call)) known.add(`call-finished ${call.id}`);
      if (call.child) addRun(call.child);
    }
  };
  const addRun = (run: RunNode): void => {
    known.add(`run-started ${run.id}`);
    for (const turn of run.turns) addTurn(turn);
    for (const { turnId, code, text } of run.notices) known.add(noticeKey(run.id, turnId, code, text));
  };
  addRun(record);
  return (body) => {
    // A turn the run had ended with is followed by another where there is room for one now.
    if (body.type === 'turn-finished')
      return finishedTurns.has(body.turnId) && [null, finishedTurns.get(body.turnId)].includes(body.feedback);
    if (body.type !== 'notice') return known.has(keyOf(body));
    const { runId, turnId, code, text } = body;
    if (ALWAYS_TOLD.has(code)) return false;
    return (turnId !== null && finishedTurns.has(turnId)) || known.has(noticeKey(runId, turnId, code, text));
  };
}

function isWhole({ result }: CellNode): boolean {
  return result !== null && result.interrupted !== 'stop';
}

function noticeKey(...parts: (string | null)[]): string {
  return `notice ${parts.join(' ')}`;
}

function keyOf(body: Exclude<RunEventBody, { type: 'notice' | 'turn-finished' }>): string {
  switch (body.type) {
    case 'run-started':
    case 'run-finished':
      return `${body.type} ${body.runId}`;
    case 'turn-started':
    case 'turn-replied':
      return `${body.type} ${body.turnId}`;
    case 'cell-started':
    case 'cell-finished':
      return `${body.type} ${body.cellId}`;
    case 'call-started':
    case 'call-finished':
      return `${body.type} ${body.callId}`;
    case 'aside':
      return `aside ${body.asideId}`;
    case 'escalated':
      return `escalated ${body.nodeId} ${body.to.name}`;
  }
}

function spentOf({ run, totals, usage }: RunTree, lastAtMs: number): Spent {
  const pausedMs = run.notices.reduce((sum, notice) => sum + notice.pausedMs, 0);
  const replies = Object.values(usage).reduce((sum, { calls }) => sum + calls, 0);
  return {
    tokens: totals.inputTokens + totals.outputTokens,
    costUsd: Object.values(usage).reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0),
    subcalls: plainCalls(run),
    replies,
    replyTokens: totals.outputTokens,
    awakeMs: Math.max(0, lastAtMs - run.startedAtMs - pausedMs),
  };
}

/** Sub-calls that were sent. */
function plainCalls(run: RunNode): number {
  let sent = 0;
  for (const turn of run.turns)
    for (const cell of turn.cells)
      for (const call of cell.calls)
        if (call.child) sent += plainCalls(call.child);
        else if (!call.cached && isCounted(call)) sent++;
  return sent;
}
