/** One tab owns a run and writes its record; the other tabs of the same site look on through this. */

import type { RunSummary } from './run-store';

/** What another tab did to a stored run. */
export type RunNews =
  /** More of its events are on disk; `status` is that of its summary now. */
  | { readonly type: 'written'; readonly runId: string; readonly status: RunSummary['status'] }
  | { readonly type: 'removed'; readonly runId: string };

export interface RunTabs {
  /** Calls back for what other tabs do, for as long as the page is there. */
  onNews(callback: (news: RunNews) => void): void;
  /** Calls back when another tab asks for a run to be stopped, whoever owns it. */
  onAskedToStop(callback: (runId: string) => void): void;
  /** Asks the tab that owns the run to stop it. Nothing comes back: the run's record tells. */
  askToStop(runId: string): void;
  /** Tells the other tabs. */
  tell(news: RunNews): void;
  /**
   * Resolves once no tab owns the run: it has ended, or its tab was closed or crashed.
   * @throws the signal's reason
   */
  whenFree(runId: string, signal?: AbortSignal): Promise<void>;
}
