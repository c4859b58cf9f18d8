/**
 * Keeps one Comlink worker at hand: starts it when first needed, gives every call a deadline and a signal, rejects
 * what was pending when the worker dies, and starts another for the next call.
 */

import { releaseProxy, wrap, type Remote } from 'comlink';
import { SondeError } from '../core/errors';
import { pageClock } from './platform/clock';
import { deadline } from './platform/deadline';
import { unwrap, type Outcome, type WithOutcomes } from './worker-outcome';

export interface CallOptions {
  /**
   * Silence longer than this ends the worker: it is taken to hang. Progress (`touch`) starts the time anew; time in
   * which the computer slept does not count.
   */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
  /** What its silence means, when that can be told. */
  readonly silence?: SondeError | undefined;
}

/** Time a cancelled call has to clean up and reject by itself before it is rejected here. */
const CANCEL_GRACE_MS = 3000;

interface Live<A> {
  readonly worker: Worker;
  readonly api: Remote<WithOutcomes<A>>;
  /** Resolves once its death would be noticed. Nothing is asked of it before. */
  readonly watched: Promise<void>;
  /** Aborted, with the reason, when the worker is gone. */
  readonly gone: AbortController;
}

export class WorkerHost<A extends object> {
  readonly #start: () => Worker;
  readonly #what: string;
  #live: Live<A> | null = null;

  /**
   * `start` makes the worker, which must call `holdLifeLock` at its start.
   * `what` names the worker in messages for the user: "The library".
   */
  constructor(start: () => Worker, what: string) {
    this.#start = start;
    this.#what = what;
  }

  /**
   * Calls into the worker.
   * @throws SondeError as thrown in the worker; `internal` when the worker died or went silent; the signal's reason.
   */
  async call<T>(
    use: (api: Remote<WithOutcomes<A>>, touch: () => void) => Promise<Outcome<T>>,
    { deadlineMs, signal, silence }: CallOptions,
  ): Promise<T> {
    signal?.throwIfAborted();
    const live = (this.#live ??= this.#begin());
    const pending = new Pending(deadlineMs, () => {
      this.#end(live, silence ?? this.#lost('did not answer in time'));
    });
    const onGone = (): void => {
      pending.reject(live.gone.signal.reason);
    };
    const onAbort = (): void => {
      pending.rejectLater(CANCEL_GRACE_MS, signal?.reason);
    };
    live.gone.signal.addEventListener('abort', onGone);
    signal?.addEventListener('abort', onAbort);
    try {
      const touch = (): void => {
        pending.touch();
      };
      const calling = live.watched.then(() => use(live.api, touch));
      return unwrap(await Promise.race([calling, pending.failure]));
    } finally {
      pending.settle();
      live.gone.signal.removeEventListener('abort', onGone);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Ends the worker; pending calls reject. The next call starts another. */
  close(): void {
    if (this.#live) this.#end(this.#live, this.#lost('was closed'));
  }

  #begin(): Live<A> {
    const worker = this.#start();
    const gone = new AbortController();
    const watched = new Promise<void>((ready) => {
      watchLife(worker, gone.signal, ready, () => {
        this.#end(live, this.#lost('stopped unexpectedly'));
      });
    });
    const live: Live<A> = { worker, api: wrap<WithOutcomes<A>>(worker), watched, gone };
    worker.addEventListener('error', (event) => {
      event.preventDefault(); // it is reported through the calls it breaks
      this.#end(live, this.#lost(`stopped: ${event.message || 'it could not be loaded'}`));
    });
    worker.addEventListener('messageerror', () => {
      this.#end(live, this.#lost('sent something unreadable'));
    });
    return live;
  }

  #end(live: Live<A>, reason: SondeError): void {
    if (this.#live === live) this.#live = null;
    if (live.gone.signal.aborted) return;
    live.gone.abort(reason);
    live.api[releaseProxy]();
    live.worker.terminate();
  }

  #lost(how: string): SondeError {
    return new SondeError({
      code: 'internal',
      message: `${this.#what} ${how}. What was stored is kept.`,
      hint: 'Try again; it has been started anew.',
    });
  }
}

/** A rejection that may come from a deadline, a signal or a death, whichever is first. */
class Pending {
  readonly failure: Promise<never>;
  reject!: (reason: unknown) => void; // set by the promise's executor, which runs at once
  readonly #deadlineMs: number;
  readonly #onSilence: () => void;
  #cancel: () => void;
  #grace: ReturnType<typeof setTimeout> | undefined;

  constructor(deadlineMs: number, onSilence: () => void) {
    this.failure = new Promise((_, reject) => {
      this.reject = reject;
    });
    this.failure.catch(() => undefined); // met by the race in `call`
    this.#deadlineMs = deadlineMs;
    this.#onSilence = onSilence;
    this.#cancel = deadline(pageClock, deadlineMs, onSilence);
  }

  touch(): void {
    this.#cancel();
    this.#cancel = deadline(pageClock, this.#deadlineMs, this.#onSilence);
  }

  rejectLater(ms: number, reason: unknown): void {
    this.#grace = setTimeout(() => {
      this.reject(reason);
    }, ms);
  }

  settle(): void {
    this.#cancel();
    clearTimeout(this.#grace);
  }
}

const LIFE_LOCK = 'sonde-worker-life-';

function lifeLockIn(message: unknown): string | null {
  return typeof message === 'string' && message.startsWith(LIFE_LOCK) ? message : null;
}

/**
 * Page side of `holdLifeLock`: a worker killed for memory fires no event, but gives up its lock.
 * @param gone aborted when the worker is ended from here
 * @param onReady called once its death would be noticed
 */
export function watchLife(worker: Worker, gone: AbortSignal, onReady: () => void, onDeath: () => void): void {
  const onMessage = ({ data }: MessageEvent): void => {
    const lockName = lifeLockIn(data);
    if (lockName === null) return;
    worker.removeEventListener('message', onMessage);
    const locks = navigator.locks as LockManager | undefined; // absent where the page is not served securely
    locks?.request(lockName, { signal: gone }, onDeath).catch(() => undefined); // aborted: ended from here
    onReady();
  };
  worker.addEventListener('message', onMessage);
}

/** Worker side: holds a lock for as long as the worker lives, and tells the page its name. Call it once at start. */
export function holdLifeLock(): void {
  const locks = navigator.locks as LockManager | undefined;
  const name = LIFE_LOCK + Math.random().toString(36).slice(2) + Date.now().toString(36);
  // Without locks the page is told all the same: it waits for this, and falls back on deadlines.
  if (!locks) self.postMessage(name);
  else
    void locks.request(name, () => {
      self.postMessage(name);
      return new Promise<never>(() => undefined);
    });
}
