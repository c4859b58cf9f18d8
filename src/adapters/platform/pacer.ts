/**
 * Lets the page draw and answer keys while thousands of calls are started: a few starts a task, and none before its turn.
 * A wide batch goes out first all the same.
 */

/** Starting a request costs the page's thread about a millisecond. */
const STARTS_PER_TASK = 4;
/** The widest batch: so many are sent before replies are read, or the last of them would wait for the first replies. */
const URGENT_STARTS = 256;
/** A rest after which the next call begins another batch. */
const REST_MS = 500;

type Priority = 'user-blocking' | 'background';

/** What of `scheduler` is used; Firefox ESR and Safari may lack it. */
interface TaskScheduler {
  postTask(callback: () => void, options: { priority: Priority }): Promise<unknown>;
}

/** @returns a function whose promise resolves when it is the caller's turn, in order of calling */
export function createPacer(): () => Promise<void> {
  const waiting: (() => void)[] = [];
  let isPosted = false;
  let urgent = URGENT_STARTS;
  let startedAtMs = 0;
  const serve = () => {
    isPosted = false;
    const nowMs = performance.now();
    if (nowMs - startedAtMs > REST_MS) urgent = URGENT_STARTS;
    startedAtMs = nowMs;
    const turns = waiting.splice(0, STARTS_PER_TASK);
    urgent = Math.max(0, urgent - turns.length);
    for (const turn of turns) turn();
    if (waiting.length > 0) post();
  };
  const post = () => {
    isPosted = true;
    const rested = performance.now() - startedAtMs > REST_MS;
    postTask(serve, urgent > 0 || rested ? 'user-blocking' : 'background');
  };
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (!isPosted) post();
    });
}

/** A task of its own: before those that bring replies, or after drawing and input, where the browser can order them. */
function postTask(callback: () => void, priority: Priority): void {
  const { scheduler } = globalThis as { scheduler?: TaskScheduler };
  if (scheduler) void scheduler.postTask(callback, { priority });
  else setTimeout(callback);
}
