/**
 * The page's clock. It notices when nothing could run for a while: the computer slept, or the browser froze the page.
 * What would judge something dead by the time gone by asks it how much of that time was really there.
 */

import type { Clock, Pause } from '../../core/ports';

/** Where the time comes from. */
export interface TimeSource {
  /** Milliseconds since the epoch; goes on while the computer sleeps, which `performance.now` may not. */
  now(): number;
  after(ms: number, callback: () => void): () => void;
  /** Calls back when the browser is about to freeze the page. */
  onFreeze?(callback: () => void): void;
}

/** How often it looks at the time while it is in use. */
const BEAT_MS = 5_000;
/** Two looks further apart than this: nothing ran in between. Pages in the background are late by a second or so. */
const PAUSED_MS = 12_000;
/** Shorter pauses are left out of deadlines, but nobody is told. */
const WORTH_TELLING_MS = 60_000;

export class PageClock implements Clock {
  readonly #source: TimeSource;
  readonly #listeners = new Set<(pause: Pause) => void>();
  #pausedMs = 0;
  #lookedAtMs = 0;
  #frozen = false;
  /** Timers pending and listeners: it beats for as long as there are any. */
  #users = 0;
  #stopBeating: (() => void) | null = null;

  constructor(source: TimeSource) {
    this.#source = source;
    source.onFreeze?.(() => {
      this.#frozen = true;
    });
  }

  now(): number {
    return this.#source.now();
  }

  after(ms: number, callback: () => void): () => void {
    let isPending = true;
    const done = () => {
      if (isPending) this.#leave();
      isPending = false;
    };
    this.#enter();
    const cancel = this.#source.after(ms, () => {
      this.#look();
      done();
      callback();
    });
    return () => {
      cancel();
      done();
    };
  }

  pausedMs(): number {
    this.#look();
    return this.#pausedMs;
  }

  onPause(callback: (pause: Pause) => void): () => void {
    const listener = (pause: Pause) => {
      callback(pause);
    };
    this.#enter();
    this.#listeners.add(listener);
    return () => {
      if (this.#listeners.delete(listener)) this.#leave();
    };
  }

  #enter(): void {
    if (this.#users++ === 0) {
      this.#lookedAtMs = this.#source.now();
      this.#beat();
    } else this.#look();
  }

  #leave(): void {
    if (--this.#users > 0) return;
    this.#stopBeating?.();
    this.#stopBeating = null;
  }

  #beat(): void {
    this.#stopBeating = this.#source.after(BEAT_MS, () => {
      this.#look();
      this.#beat();
    });
  }

  /** The clock of the computer may also be set: backwards nothing follows, far forwards looks like sleep. */
  #look(): void {
    if (this.#users === 0) return;
    const nowMs = this.#source.now();
    const ms = nowMs - this.#lookedAtMs;
    this.#lookedAtMs = nowMs;
    if (ms < PAUSED_MS) return;
    this.#pausedMs += ms;
    const kind = this.#frozen ? 'frozen' : 'slept';
    this.#frozen = false;
    if (ms >= WORTH_TELLING_MS) for (const listener of [...this.#listeners]) listener({ kind, ms });
  }
}

/**
 * Chromium runs the timers of a page hidden for minutes once a minute, but only those that timers have set again and
 * again; a message in between starts the count anew.
 */
function outsideTimers(): (task: () => void) => void {
  const { port1, port2 } = new MessageChannel();
  const tasks: (() => void)[] = [];
  port1.onmessage = () => tasks.shift()?.();
  return (task) => {
    tasks.push(task);
    port2.postMessage(null);
  };
}

function pageTime(): TimeSource {
  const later = typeof document === 'undefined' ? null : outsideTimers();
  return {
    now: () => Date.now(),
    after(ms, callback) {
      let timer: ReturnType<typeof setTimeout> | null = setTimeout(() => {
        const fire = () => {
          if (timer !== null) callback();
        };
        if (later) later(fire);
        else fire();
      }, ms);
      return () => {
        if (timer !== null) clearTimeout(timer);
        timer = null;
      };
    },
    onFreeze(callback) {
      if (typeof document !== 'undefined') document.addEventListener('freeze', callback);
    },
  };
}

/** The one clock of this page. */
export const pageClock: Clock & Required<Pick<Clock, 'pausedMs' | 'onPause'>> = new PageClock(pageTime());
