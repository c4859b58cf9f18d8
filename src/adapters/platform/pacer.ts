/** Lets the page draw and answer keys while thousands of calls are started: a few starts a task, and none before its turn. */

/** Starting a request costs the page's thread about a millisecond. */
const STARTS_PER_TASK = 6;

/** What of `scheduler` is used; Firefox ESR and Safari may lack it. */
interface TaskScheduler {
  postTask(callback: () => void, options: { priority: 'user-blocking' }): Promise<unknown>;
}

/** @returns a function whose promise resolves when it is the caller's turn, in order of calling */
export function createPacer(): () => Promise<void> {
  const waiting: (() => void)[] = [];
  let isPosted = false;
  const serve = () => {
    isPosted = false;
    for (const turn of waiting.splice(0, STARTS_PER_TASK)) turn();
    if (waiting.length > 0) post();
  };
  const post = () => {
    isPosted = true;
    postTask(serve);
  };
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (!isPosted) post();
    });
}

/**
 * A task of its own, before those that bring replies: behind them the rest of a wide batch would not be sent until its
 * first replies have all been read. What the user does still comes first, and `maxConcurrency` bounds how many there are.
 */
function postTask(callback: () => void): void {
  const { scheduler } = globalThis as { scheduler?: TaskScheduler };
  if (scheduler) void scheduler.postTask(callback, { priority: 'user-blocking' });
  else setTimeout(callback);
}
