/** What is worth saying aloud of a run, in a sentence: its steps, never its tokens. */

import { countCalls } from './measures';
import type { NoticeCode, RunEvent } from './events';
import type { RunFold } from './fold';

/** Notices that are said; the others are there to be read. */
const SAID: readonly NoticeCode[] = ['limit-warning', 'paused', 'gate-rejected', 'resumed'];

/** The sentence for an event that has just been folded; null for most. Child runs speak through their parents. */
export function milestone(event: RunEvent, fold: RunFold): string | null {
  switch (event.type) {
    case 'turn-started': {
      const path = fold.path(event.turnId);
      return path?.runs.length === 1 ? `Turn ${String(event.index + 1)} begins.` : null;
    }
    case 'cell-finished': {
      const path = fold.path(event.cellId);
      if (path?.runs.length !== 1 || !path.turn || !path.cell) return null;
      const { error } = event.result;
      const turn = String(path.turn.index + 1);
      if (error) return `The cell of turn ${turn} failed: ${error.type}.`;
      const { total, failed } = countCalls(path.cell.calls);
      if (total === 0) return null;
      const failures = failed === 0 ? '' : ` ${String(failed)} failed.`;
      return `The cell of turn ${turn} finished ${String(total)} ${total === 1 ? 'sub-call' : 'sub-calls'}.${failures}`;
    }
    case 'notice':
      return SAID.includes(event.code) ? event.text : null;
    case 'run-finished':
      return fold.path(event.runId)?.runs.length === 1 ? endWords(event.status) : null;
    case 'run-started':
    case 'turn-replied':
    case 'turn-finished':
    case 'cell-started':
    case 'call-started':
    case 'call-finished':
    case 'escalated':
    case 'aside':
      return null;
  }
}

function endWords(status: 'answered' | 'partial' | 'stopped' | 'failed'): string {
  switch (status) {
    case 'answered':
      return 'The answer is ready.';
    case 'partial':
      return 'A limit was reached. A partial answer is ready.';
    case 'stopped':
      return 'The run was stopped.';
    case 'failed':
      return 'The run failed.';
  }
}
