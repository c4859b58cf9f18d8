/** The tree as the rows of a rail: child runs follow the turn that started them, one step in. */

import type { CallNode, NoticeNode, RunNode, TurnNode } from './tree';

export type RailRow =
  | {
      readonly kind: 'turn';
      readonly id: string;
      readonly depth: number;
      readonly run: RunNode;
      readonly turn: TurnNode;
      readonly notices: readonly NoticeNode[];
    }
  | {
      readonly kind: 'child';
      readonly id: string;
      readonly depth: number;
      readonly run: RunNode;
      readonly call: CallNode;
      readonly open: boolean;
    }
  /** Notices of a run that belong to no turn. */
  | {
      readonly kind: 'notices';
      readonly id: string;
      readonly depth: number;
      readonly notices: readonly NoticeNode[];
    }
  | { readonly kind: 'end'; readonly id: string; readonly depth: number; readonly run: RunNode };

/** More children than this in one turn start closed: the strip of squares shows them. */
const OPEN_CHILDREN = 3;

/**
 * Rows in reading order.
 * @param toggled run ids whose children-header the reader turned from its default
 * @param shown run ids that must be open, e.g. the ancestors of the selected node
 */
export function railRows(root: RunNode, toggled: ReadonlySet<string>, shown: ReadonlySet<string>): RailRow[] {
  const rows: RailRow[] = [];
  addRun(rows, root, 0, toggled, shown);
  return rows;
}

function addRun(
  rows: RailRow[],
  run: RunNode,
  depth: number,
  toggled: ReadonlySet<string>,
  shown: ReadonlySet<string>,
): void {
  const loose = run.notices.filter((notice) => notice.turnId === null);
  for (const turn of run.turns) {
    const notices = run.notices.filter((notice) => notice.turnId === turn.id);
    rows.push({ kind: 'turn', id: turn.id, depth, run, turn, notices });
    const children = childCalls(turn);
    for (const { call, child } of children) {
      const byDefault = children.length <= OPEN_CHILDREN;
      const open = shown.has(child.id) || (toggled.has(child.id) ? !byDefault : byDefault);
      rows.push({ kind: 'child', id: child.id, depth: depth + 1, run: child, call, open });
      if (open) addRun(rows, child, depth + 1, toggled, shown);
    }
  }
  if (loose.length > 0) rows.push({ kind: 'notices', id: `${run.id}/notices`, depth, notices: loose });
  if (run.status !== 'running') rows.push({ kind: 'end', id: `${run.id}/end`, depth, run });
}

function childCalls(turn: TurnNode): { call: CallNode; child: RunNode }[] {
  const found = [];
  for (const cell of turn.cells)
    for (const call of cell.calls) if (call.child) found.push({ call, child: call.child });
  return found;
}
