/** A run's time: its limit, which stands still while nothing can run, and a word in the record when that happened. */

import type { Pause } from '../ports';
import type { TreeContext } from './tree-context';

/** A paused clock is looked at now and then: when it goes on is for others to say. */
const LOOK_WHILE_PAUSED_MS = 250;

/** Calls back once the time limit of the tree has been reached. Returns how to stop watching. */
export function watchTime(tree: TreeContext, onOver: () => void): () => void {
  const { ledger, recorder, ports, treeId } = tree;
  let cancel: () => void = () => undefined;
  const look = (): void => {
    const remainingMs = ledger.remainingMs();
    if (remainingMs === null) return;
    if (remainingMs === 0) onOver();
    else cancel = ports.clock.after(Math.max(remainingMs, ledger.paused ? LOOK_WHILE_PAUSED_MS : 0), look);
  };
  look();
  const stopListening = ports.clock.onPause?.((pause) => {
    const text = pauseWords(pause);
    const pausedMs = pause.ms;
    recorder.record({ type: 'notice', runId: treeId, turnId: null, code: 'paused', text, pausedMs });
  });
  return () => {
    cancel();
    stopListening?.();
  };
}

function pauseWords({ kind, ms }: Pause): string {
  const seconds = Math.round(ms / 1000);
  const time = seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
  const what =
    kind === 'slept' ? `The computer slept for ${time}.` : `The browser stopped this page for ${time}.`;
  return `${what} The run went on after it; that time counts against no limit.`;
}
