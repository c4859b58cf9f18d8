/** How many cells of a replay did otherwise than recorded, those of its child runs included. */

import type { RunNode } from '../../core/record/tree';

export function differingCells(run: RunNode): number {
  const own = run.notices.filter(({ code }) => code === 'replay-differs').length;
  const children = run.turns.flatMap((turn) =>
    turn.cells.flatMap((cell) => cell.calls.flatMap((call) => (call.child ? [call.child] : []))),
  );
  return children.reduce((sum, child) => sum + differingCells(child), own);
}
