/** Interrupts without shared memory: a getter Python reads as its signal buffer, a deadline, and a URL that is revoked. */

/** How often a busy interpreter looks whether it was cancelled. */
const POLL_MS = 100;
/** Raised again at this pace while the cell goes on, for loops that swallow the first one. */
const RAISE_AGAIN_MS = 50;
/**
 * A step longer than this counts as no more: the computer may have slept in it, which cannot be told from C code that
 * works. C code that takes too long is ended by the page, which knows of sleep.
 */
const LONGEST_STEP_MS = 5_000;
/** The number of SIGINT. */
const SIGINT = 2;

export type InterruptReason = 'timeout' | 'stop';

/** Counts the time Python itself is on the processor; every entry and every suspension is reported to it. */
export class ComputeClock {
  #spentMs = 0;
  #since: number | null = null;

  get running(): boolean {
    return this.#since !== null;
  }

  reset(): void {
    this.#spentMs = 0;
    this.#since = null;
  }

  enter(): void {
    this.#since ??= performance.now();
  }

  leave(): void {
    if (this.#since === null) return;
    this.#spentMs += performance.now() - this.#since;
    this.#since = null;
  }

  /** Leaves out a part of the time since it was entered. */
  forgive(ms: number): void {
    if (this.#since !== null) this.#since += ms;
  }

  /** Milliseconds since it was last entered; 0 while it stands. */
  runningMs(now: number): number {
    return this.#since === null ? 0 : now - this.#since;
  }

  elapsedMs(now = performance.now()): number {
    return this.#spentMs + (this.#since === null ? 0 : now - this.#since);
  }
}

export interface InterruptHooks {
  /** The reason has just become known; wakes what waits. Called from inside Python or from a message. */
  readonly onInterrupt: (reason: InterruptReason) => void;
  /** About every 100 ms while Python computes. */
  readonly onTick: () => void;
}

export class Interrupts {
  readonly clock = new ComputeClock();
  readonly #hooks: InterruptHooks;
  #signalUrl: string;
  #timeoutMs = Infinity;
  #armed = false;
  #reason: InterruptReason | null = null;
  #polledAt = 0;
  #raisedAt = 0;

  constructor(signalUrl: string, hooks: InterruptHooks) {
    this.#signalUrl = signalUrl;
    this.#hooks = hooks;
  }

  get reason(): InterruptReason | null {
    return this.#reason;
  }

  set signalUrl(url: string) {
    this.#signalUrl = url;
  }

  arm(timeoutMs: number): void {
    this.#timeoutMs = timeoutMs;
    this.#reason = null;
    this.#raisedAt = 0;
    this.#polledAt = performance.now();
    this.#armed = true;
  }

  /** From here on nothing is raised any more; the reason stays to be read. */
  disarm(): void {
    this.#armed = false;
  }

  request(reason: InterruptReason): void {
    if (!this.#armed || this.#reason !== null) return;
    this.#reason = reason;
    // What waits is woken and told. A signal besides would hit what resumes it; it is for what goes on all the same.
    if (!this.clock.running) this.#raisedAt = performance.now();
    this.#hooks.onInterrupt(reason);
  }

  /** What Pyodide takes for its interrupt buffer; element 0 is read every few bytecodes. */
  buffer(): { 0: number; [index: number]: number } {
    const read = () => this.#read();
    return {
      get 0() {
        return read();
      },
      set 0(_acknowledged: number) {
        // Pyodide clears the element after reading it; the state is kept here.
      },
    };
  }

  #read(): number {
    // Python that does not run on the cell's account is the runtime itself, answering a message.
    if (!this.#armed || !this.clock.running) return 0;
    const now = performance.now();
    if (this.#reason === null) {
      const stepMs = Math.min(now - this.#polledAt, this.clock.runningMs(now));
      if (stepMs > LONGEST_STEP_MS) this.clock.forgive(stepMs - LONGEST_STEP_MS);
      if (this.clock.elapsedMs(now) > this.#timeoutMs) this.request('timeout');
      else if (now - this.#polledAt >= POLL_MS) {
        this.#polledAt = now;
        if (this.#revoked()) this.request('stop');
        this.#hooks.onTick();
      }
    }
    if (this.#reason === null || now - this.#raisedAt < RAISE_AGAIN_MS) return 0;
    this.#raisedAt = now;
    return SIGINT;
  }

  /** A synchronous read is the only way to hear from outside while Python does not yield. */
  #revoked(): boolean {
    const request = new XMLHttpRequest();
    try {
      request.open('GET', this.#signalUrl, false);
      request.send();
      return false;
    } catch {
      return true;
    }
  }
}
