/** Output that waits for the user's word before it goes to a root model on another host. */

import type { EventSink } from '../core/record/events';
import type { OutputReview, ReviewVerdict, RunPorts } from '../core/run/request';

export interface WaitingReview extends OutputReview {
  /** Unique on this page. */
  readonly id: number;
  /** The root run: the review may be of one of its children. */
  readonly treeId: string;
}

interface Pending {
  readonly review: WaitingReview;
  readonly settle: (verdict: ReviewVerdict) => void;
}

export class ReviewsState {
  #pending: readonly Pending[] = $state.raw([]);
  #next = 0;
  /** Edits outlive the dialog: the user may look something up in between. */
  #drafts: Readonly<Record<number, string>> = $state.raw({});

  /** Oldest first. */
  get waiting(): readonly WaitingReview[] {
    return this.#pending.map(({ review }) => review);
  }

  /** What a run, or a child of it, waits for; null when it does not wait. */
  of(treeId: string): WaitingReview | null {
    return this.waiting.find((review) => review.treeId === treeId) ?? null;
  }

  /** The text as edited so far. */
  draft({ id, text }: WaitingReview): string {
    return this.#drafts[id] ?? text;
  }
  edit({ id }: WaitingReview, text: string): void {
    this.#drafts = { ...this.#drafts, [id]: text };
  }

  /** Asks the user. @throws the signal's reason when the run is stopped meanwhile */
  ask(treeId: string, review: OutputReview, signal: AbortSignal): Promise<ReviewVerdict> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const waiting: WaitingReview = { ...review, treeId, id: this.#next++ };
      const leave = () => {
        signal.removeEventListener('abort', stopped);
        this.#pending = this.#pending.filter((pending) => pending.review !== waiting);
        this.#drafts = Object.fromEntries(
          Object.entries(this.#drafts).filter(([id]) => id !== String(waiting.id)),
        );
      };
      const stopped = () => {
        leave();
        reject(signal.reason as Error); // an AbortError, by the platform's contract
      };
      signal.addEventListener('abort', stopped, { once: true });
      const settle = (verdict: ReviewVerdict) => {
        leave();
        resolve(verdict);
      };
      this.#pending = [...this.#pending, { review: waiting, settle }];
    });
  }

  /** The loop's ports for one run, whose id is known once its first event comes. */
  portsOf(onEvent: EventSink): Pick<RunPorts, 'onEvent'> & Required<Pick<RunPorts, 'review'>> {
    let treeId = '';
    return {
      onEvent: (event) => {
        if (treeId === '' && event.type === 'run-started') treeId = event.runId;
        onEvent(event);
      },
      review: (review, signal) => this.ask(treeId, review, signal),
    };
  }

  /** Sends the text as it now stands. */
  send(review: WaitingReview): void {
    this.#settle(review, { verdict: 'send', text: this.draft(review) });
  }

  /** Sends nothing; the run ends with what it has. */
  stop(review: WaitingReview): void {
    this.#settle(review, { verdict: 'stop' });
  }

  #settle({ id }: WaitingReview, verdict: ReviewVerdict): void {
    this.#pending.find(({ review }) => review.id === id)?.settle(verdict);
  }
}
