/** What is told of a time in which nothing could run: the computer slept, or the browser stopped the page. */

import type { Pause } from '../ports';
import type { Recorder } from './recorder';
import type { TreeContext } from './tree-context';

/** Puts each pause of the clock on the record of the run. Returns how to stop. */
export function recordPauses({ ports, recorder, limits }: TreeContext, runId: string): () => void {
  const stop = ports.clock.onPause?.((pause) => {
    note(recorder, runId, pauseWords(pause, limits.maxTimeS !== null));
  });
  return () => {
    stop?.();
  };
}

/** @param hasTimeLimit the limit on time is there, and leaves the pause out */
export function pauseWords({ kind, ms }: Pause, hasTimeLimit: boolean): string {
  const what = kind === 'slept' ? 'The computer slept' : 'The browser stopped this page';
  const limit = hasTimeLimit ? ' The limit on time leaves that out.' : '';
  return `${what} for ${lengthWords(ms)}; the run went on.${limit}`;
}

function note(recorder: Recorder, runId: string, text: string): void {
  recorder.record({ type: 'notice', runId, turnId: null, code: 'paused', text });
}

function lengthWords(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes >= 120) return `${Math.round(minutes / 60)} hours`;
  return minutes <= 1 ? 'a minute' : `${minutes} minutes`;
}
