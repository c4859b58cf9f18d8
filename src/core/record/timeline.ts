/** The tree by time: bars on lanes. Few sub-calls are drawn one by one, many as how many were open at each moment. */

import { callState, runState, type NodeState } from './measures';
import type { RunNode, RunTree, TurnNode } from './tree';

export interface TimelineBar {
  /** The node; for a bar of many, the first of them. */
  readonly id: string;
  readonly kind: 'reply' | 'cell' | 'calls' | 'aside';
  /** Index into `lanes`. */
  readonly lane: number;
  /** Milliseconds since the first turn began: before it Python starts, and nothing is there to be drawn. */
  readonly startMs: number;
  readonly endMs: number;
  /** Place in the lane's height, 0 the top and 1 the bottom. */
  readonly top: number;
  readonly height: number;
  readonly state: NodeState;
  /** Nodes the bar stands for. */
  readonly count: number;
  /** How many of them failed in the bar's time. */
  readonly failed: number;
}

export interface TimelineLane {
  readonly depth: number;
  readonly kind: 'turns' | 'calls';
  /** Most nodes of the lane open at once. */
  readonly peak: number;
}

export interface Timeline {
  readonly totalMs: number;
  readonly lanes: readonly TimelineLane[];
  readonly bars: readonly TimelineBar[];
}

interface Interval {
  readonly id: string;
  readonly kind: TimelineBar['kind'];
  readonly startMs: number;
  readonly endMs: number;
  readonly state: NodeState;
}

interface Level {
  readonly turns: Interval[];
  readonly calls: Interval[];
}

/** Rows of single bars a lane has room for; beyond them, or beyond this many bars, a lane shows a profile. */
const MAX_ROWS = 8;
const MAX_SINGLE_BARS = 200;

/**
 * Two lanes a depth: the turns (replies and cells), and the sub-calls they made.
 * @param nowMs where nodes still running end, epoch milliseconds
 * @param slots how many places along the time axis a profile tells apart
 */
export function buildTimeline(tree: RunTree, nowMs: number, slots = 160): Timeline {
  const origin = tree.run.turns[0]?.startedAtMs ?? tree.run.startedAtMs;
  const levels: Level[] = [];
  const endMs = endOf(tree.run, nowMs) - origin;
  const totalMs = Math.max(1, endMs);
  collect(tree.run, 0, { origin, endMs: totalMs }, levels);
  const lanes: TimelineLane[] = [];
  const bars: TimelineBar[] = [];
  levels.forEach((level, depth) => {
    for (const kind of ['turns', 'calls'] as const) {
      const intervals = level[kind].sort((a, b) => a.startMs - b.startMs);
      if (intervals.length === 0) continue;
      const lane = lanes.length;
      const drawn = singleBars(intervals, lane) ?? profile(intervals, lane, totalMs, slots);
      lanes.push({ depth, kind, peak: drawn.peak });
      for (const bar of drawn.bars) bars.push(bar);
    }
  });
  return { totalMs, lanes, bars };
}

/** A run that broke off has no duration: it lasted until the last thing known of it. */
function endOf(run: RunNode, nowMs: number): number {
  if (run.durationMs !== null) return run.startedAtMs + run.durationMs;
  if (run.status === 'running') return nowMs;
  let last = run.startedAtMs;
  for (const turn of run.turns) {
    last = Math.max(last, turn.startedAtMs + (turn.durationMs ?? 0));
    for (const cell of turn.cells) {
      last = Math.max(last, cell.startedAtMs + (cell.result?.durationMs ?? 0));
      for (const call of cell.calls) last = Math.max(last, call.startedAtMs + (call.durationMs ?? 0));
    }
  }
  return last;
}

function collect(
  run: RunNode,
  depth: number,
  scale: { readonly origin: number; readonly endMs: number },
  levels: Level[],
): void {
  const level = (levels[depth] ??= { turns: [], calls: [] });
  for (const turn of run.turns) {
    collectTurn(turn, runState(run), scale, level);
    for (const cell of turn.cells)
      for (const call of cell.calls) if (call.child) collect(call.child, depth + 1, scale, levels);
  }
}

/** @param open the state of what has not finished: its run's */
function collectTurn(
  turn: TurnNode,
  open: NodeState,
  { origin, endMs }: { readonly origin: number; readonly endMs: number },
  level: Level,
): void {
  const interval = (
    node: { readonly id: string; readonly startedAtMs: number },
    kind: Interval['kind'],
    durationMs: number | null | undefined,
    state: NodeState,
  ): Interval => {
    const startMs = Math.min(endMs, node.startedAtMs - origin);
    return { id: node.id, kind, startMs, endMs: startMs + (durationMs ?? endMs - startMs), state };
  };
  level.turns.push(interval(turn, 'reply', turn.durationMs, turn.text === null ? open : 'done'));
  for (const { id, atMs, durationMs, problem } of turn.asides) {
    const sent = { id, startedAtMs: atMs - durationMs };
    level.turns.push(interval(sent, 'aside', durationMs, problem ? 'failed' : 'done'));
  }
  for (const cell of turn.cells) {
    const state = cell.result ? (cell.result.error ? 'failed' : 'done') : open;
    level.turns.push(interval(cell, 'cell', cell.result?.durationMs, state));
    for (const call of cell.calls) {
      const state = callState(call);
      // What waited for its turn was not under way yet.
      const sent = { id: call.id, startedAtMs: call.startedAtMs + call.queuedMs };
      const tookMs = call.durationMs === null ? null : Math.max(0, call.durationMs - call.queuedMs);
      level.calls.push(interval(sent, 'calls', tookMs, state === 'running' ? open : state));
    }
  }
}

interface Drawn {
  readonly bars: TimelineBar[];
  readonly peak: number;
}

/** One bar each, on as few rows as keep them apart; null when they are too many for that. */
function singleBars(intervals: readonly Interval[], lane: number): Drawn | null {
  if (intervals.length > MAX_SINGLE_BARS) return null;
  const rowEnds: number[] = [];
  const rows: number[] = [];
  for (const { startMs, endMs } of intervals) {
    let row = rowEnds.findIndex((end) => end <= startMs);
    if (row < 0) row = rowEnds.length;
    if (row >= MAX_ROWS) return null;
    rowEnds[row] = endMs;
    rows.push(row);
  }
  const height = 1 / rowEnds.length;
  const bars = intervals.map((interval, i) => {
    return {
      ...interval,
      lane,
      top: (rows[i] ?? 0) * height,
      height,
      count: 1,
      failed: interval.state === 'failed' ? 1 : 0,
    };
  });
  return { bars, peak: rowEnds.length };
}

/** A bar for each slot of time, as high as many were open in it, standing on the lane's floor. */
function profile(intervals: readonly Interval[], lane: number, totalMs: number, slots: number): Drawn {
  const slotMs = totalMs / slots;
  const open = new Int32Array(slots + 1);
  const failed = new Int32Array(slots + 1);
  const first = new Array<Interval | undefined>(slots);
  let lastOpen: Interval | undefined;
  for (const interval of intervals) {
    const from = Math.min(slots - 1, Math.floor(interval.startMs / slotMs));
    const to = Math.max(from, Math.min(slots - 1, Math.ceil(interval.endMs / slotMs) - 1));
    open[from] = (open[from] ?? 0) + 1;
    open[to + 1] = (open[to + 1] ?? 0) - 1;
    if (interval.state === 'failed') failed[to] = (failed[to] ?? 0) + 1;
    first[from] ??= interval;
  }
  const bars: TimelineBar[] = [];
  let count = 0;
  for (let slot = 0; slot < slots; slot++) {
    count += open[slot] ?? 0;
    lastOpen = first[slot] ?? lastOpen;
    if (count === 0 || !lastOpen) continue;
    const { id, kind } = lastOpen;
    const failures = failed[slot] ?? 0;
    const startMs = slot * slotMs;
    bars.push({
      id,
      kind,
      lane,
      startMs,
      endMs: startMs + slotMs,
      top: 0,
      height: 0,
      state: 'done',
      count,
      failed: failures,
    });
  }
  const peak = bars.reduce((most, bar) => Math.max(most, bar.count), 1);
  return { bars: bars.map((bar) => ({ ...bar, height: bar.count / peak, top: 1 - bar.count / peak })), peak };
}
