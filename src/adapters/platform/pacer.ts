/** Lets the page draw and answer keys while thousands of calls are started: a few starts a task, and none before its turn. */

/** Starting a request costs the page's thread about a millisecond. */
const STARTS_PER_TASK = 4;

/** What of `scheduler` is used; Firefox ESR and Safari may lack it. */
interface TaskScheduler {
  postTask(callback: () => void, options: { priority: 'background' }): Promise<unknown>;
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

/** A task of its own, after drawing and input where the browser can order them. */
function postTask(callback: () => void): void {
  const { scheduler } = globalThis as { scheduler?: TaskScheduler };
  if (scheduler) void scheduler.postTask(callback, { priority: 'background' });
  else setTimeout(callback);
}
