/**
 * Back-pressure of one address: how many calls it takes at a time, learnt from its refusals. A refusal halves the calls
 * in flight allowed, once for all that were sent before it; successes raise them again: by one after as many as are
 * allowed, then by two, by four, until the next refusal. Nothing bounds the calls before the first refusal, nor once as many pass again as when it came.
 */

/** What became of the width; a sentence for the record is made of it. */
export type ThrottleChange =
  | { readonly kind: 'sunk'; readonly from: number; readonly to: number }
  | { readonly kind: 'recovered'; readonly to: number };

/** A call in flight; when it was last sent decides which refusals are news. */
export interface SentCall {
  sentAtMs: number;
}

export class Throttle {
  #inFlight = 0;
  #width = Infinity;
  /** Calls in flight when the first refusal of this episode came. */
  #peak = Infinity;
  /** Successes since the width last changed, and by how much it grows next. */
  #successes = 0;
  #step = 1;
  /** The lowest width told of in this episode. */
  #told = Infinity;
  #sunkAtMs = -Infinity;
  #heldUntilMs = -Infinity;

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Calls it takes at a time now; Infinity while nothing is known against any number. */
  get width(): number {
    return this.#width;
  }

  /** Until when nothing new is sent; in the past when nothing is held back. */
  get heldUntilMs(): number {
    return this.#heldUntilMs;
  }

  hasRoom(nowMs: number): boolean {
    return this.#inFlight < this.width && nowMs >= this.#heldUntilMs;
  }

  /** A call is sent, whether there is room or not. */
  enter(nowMs: number): SentCall {
    this.#inFlight++;
    return { sentAtMs: nowMs };
  }

  leave(): void {
    this.#inFlight--;
  }

  /**
   * The address refused a call because there were too many. The call is still in flight: `leave` gives its place back.
   * @param holdMs the wait the server asked for: new calls are held back as long
   * @returns what changed, when that is worth a word: not for the same burst again, nor before the width is half of what
   * was last told
   */
  refused(call: SentCall, nowMs: number, holdMs: number): ThrottleChange | null {
    this.#heldUntilMs = Math.max(this.#heldUntilMs, nowMs + holdMs);
    if (call.sentAtMs <= this.#sunkAtMs) return null;
    this.#sunkAtMs = nowMs;
    const from = Math.min(this.width, Math.max(1, this.#inFlight));
    if (this.#peak === Infinity) this.#peak = from;
    const to = Math.max(1, Math.floor(from / 2));
    this.#width = to;
    this.#successes = 0;
    this.#step = 1;
    if (to > this.#told / 2) return null;
    this.#told = to;
    return { kind: 'sunk', from, to };
  }

  /** A call was answered. @returns what changed, when that was the last step */
  succeeded(): ThrottleChange | null {
    if (this.#width === Infinity) return null;
    if (++this.#successes < this.#width) return null;
    this.#width += this.#step;
    this.#step *= 2;
    this.#successes = 0;
    if (this.#width < this.#peak) return null;
    const to = this.#peak;
    this.#width = this.#peak = this.#told = Infinity;
    return { kind: 'recovered', to };
  }
}
