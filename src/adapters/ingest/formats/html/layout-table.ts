/** A table that only places text: its rows are lines, tabs between what its cells say. Nested ones are of their own. */

import type { TextFlow } from './text-flow';

export class LayoutTable {
  readonly #flow: TextFlow;
  #cells = 0;
  /** `flow.writes` when the open cell began; null when none is open. */
  #cellFrom: number | null = null;

  constructor(flow: TextFlow) {
    this.#flow = flow;
  }

  /** A line cannot end before the first word of a cell. */
  get isInFreshCell(): boolean {
    return this.#cellFrom === this.#flow.writes;
  }

  openRow(): void {
    this.#cells = 0;
    this.#cellFrom = null;
    this.#flow.forgetTabs();
    this.#flow.break(1);
  }

  openCell(): void {
    if (this.#cells > 0) this.#flow.tab();
    this.#cells++;
    this.#cellFrom = this.#flow.writes;
  }

  closeCell(): void {
    if (this.#cellFrom === null) return;
    // What a cell owes when it ends would only part it from its neighbour; an empty one owes nothing of its own.
    if (!this.isInFreshCell) this.#flow.forgetOwed();
    this.#cellFrom = null;
  }

  end(): void {
    this.#flow.forgetTabs();
    this.#flow.break(2);
  }
}
